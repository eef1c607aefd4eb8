"""Training data in the formats of others: one file a format, records in, bytes out."""

from kijun.exports.base import ExportedFile, ExportFormat, ExportOptions, PlainFormat, export_formats, find_format

__all__ = ["ExportFormat", "ExportOptions", "ExportedFile", "PlainFormat", "export_formats", "find_format"]

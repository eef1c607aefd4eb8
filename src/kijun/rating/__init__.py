"""From finished runs to a campaign of ratings, and from a campaign back to files."""

from kijun.rating.creating import CreationReport, create_campaign
from kijun.rating.exporting import export_campaign

__all__ = ["CreationReport", "create_campaign", "export_campaign"]

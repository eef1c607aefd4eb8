"""Rows from a user's own file: CSV, TSV, JSON, JSON Lines, Parquet, Excel or YAML, told apart by the file's ending.

Files of text may be packed with gzip (``answers.jsonl.gz``).
"""

from __future__ import annotations

import difflib
import gzip
import hashlib
import zlib
from pathlib import Path
from typing import Any

from kijun.datasets.readers.excel import read_excel
from kijun.datasets.readers.json_text import parse_json, parse_json_lines, parse_json_within
from kijun.datasets.readers.parquet import read_parquet
from kijun.datasets.readers.separated import parse_separated
from kijun.datasets.readers.text import decode_text
from kijun.datasets.readers.yaml_rows import parse_yaml_rows
from kijun.datasets.rows import Source, Table
from kijun.errors import CorruptFileError, SpecError

__all__ = ["FILE_ENDINGS", "parse_bytes", "read_file", "unpacked"]

_TEXT_PARSERS = {
    ".csv": parse_separated,
    ".tsv": parse_separated,
    ".tab": parse_separated,
    ".jsonl": parse_json_lines,
    ".ndjson": parse_json_lines,
    ".json": parse_json,
}
_EXCEL = (".xlsx", ".xlsm")
_LINES = ".txt"
_YAML = (".yaml", ".yml")
_FORMATS = {
    "csv": ".csv",
    "tsv": ".tsv",
    "json": ".json",
    "jsonl": ".jsonl",
    "lines": _LINES,
    "parquet": ".parquet",
    "excel": ".xlsx",
}
_ADVICE = {
    ".xls": "open it in Excel and save it as .xlsx",
    ".ods": "save it as .xlsx or CSV",
    ".numbers": "export it as .xlsx or CSV",
    ".txt": "say what it holds (`format: csv`, or `format: lines` for a row a line)",
    ".zip": "unpack it first",
}
FILE_ENDINGS = (*_TEXT_PARSERS, ".parquet", *_EXCEL, *_YAML)


def read_file(
    path: Path,
    *,
    encoding: str | None = None,
    sheet: str | None = None,
    format: str | None = None,
    within: str | None = None,
) -> Table:
    """All rows of the file, in its order; no row is left out.

    Args:
        path: the file; its ending says the format (`FILE_ENDINGS`), before a ``.gz``.
        encoding: of a text file; None finds it out (UTF-8, UTF-8 or UTF-16 with a mark, Shift_JIS, EUC-JP).
        sheet: of an Excel workbook; None is the first.
        format, within: as `parse_bytes`.

    Values of CSV and TSV stay text: ``007`` is not 7. JSON, Parquet and Excel know their types and keep them.

    Raises:
        SpecError: no such file, a folder, an ending that is not known, an option that does not fit the format.
        CorruptFileError: the file is not what its ending says, is empty, or a row is broken (with its line).
    """
    _check_path(path, format)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise SpecError(f"cannot be opened ({error.strerror}); check its permissions", file=path) from error
    data, plain = unpacked(data, path)
    rows = parse_bytes(data, plain, encoding=encoding, sheet=sheet, format=format, within=within)
    digest = hashlib.sha256(data).hexdigest()
    return Table(rows, Source("file", path.name, None, digest, len(rows)))


def unpacked(data: bytes, path: Path) -> tuple[bytes, Path]:
    """Bytes and name of the file without gzip; as they are where the name does not end in ``.gz``.

    Raises:
        CorruptFileError: it cannot be unpacked.
    """
    if path.suffix.lower() != ".gz":
        return data, path
    try:
        return gzip.decompress(data), path.with_suffix("")
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise CorruptFileError(f"cannot be unpacked ({error}); get the file again", file=path) from None


def parse_bytes(
    data: bytes,
    path: Path,
    *,
    encoding: str | None = None,
    sheet: str | None = None,
    format: str | None = None,
    within: str | None = None,
) -> list[dict[str, Any]]:
    """The rows that the bytes of a file hold.

    Args:
        path: name of the file, for messages, and for its format where `format` is None.
        format: ``csv``, ``tsv``, ``json``, ``jsonl``, ``parquet``, ``excel``; ``lines`` gives a row a line, with
            `line` (its number from 1) and `text`; blank lines are passed over.
        within: for JSON: key, or keys joined by dots, below which the list of rows lies. For YAML: the key; those
            beside it become columns of every row.

    Raises:
        SpecError, CorruptFileError: as `read_file`.
    """
    ending = _FORMATS[format] if format is not None else path.suffix.lower()
    _check_ending(path, ending, format)
    is_text = ending in _TEXT_PARSERS or ending == _LINES or ending in _YAML
    if encoding is not None and not is_text:
        raise SpecError(f"an encoding ({encoding!r}) goes with text files only, not with {ending}", key="encoding")
    if sheet is not None and ending not in _EXCEL:
        raise SpecError(f"a sheet ({sheet!r}) goes with Excel files only, not with {ending}", key="sheet")
    if within is not None and ending not in (".json", *_YAML):
        raise SpecError(f"rows within {within!r} can be in a JSON or YAML file only, not in {ending}", key="within")
    if not data:
        raise CorruptFileError("is empty", file=path)
    if ending in _EXCEL:
        return read_excel(data, path, sheet)
    if ending == ".parquet":
        rows = read_parquet([path])
        if not rows:
            raise CorruptFileError("has columns but no rows", file=path)
        return rows
    text = decode_text(data, path, encoding)
    if not text.strip():
        raise CorruptFileError("is empty: it holds only blanks", file=path)
    if ending == _LINES:
        lines = enumerate(text.splitlines(), 1)
        return [{"line": number, "text": line} for number, line in lines if line.strip()]
    if ending in _YAML:
        return parse_yaml_rows(text, path, within)
    return parse_json_within(text, path, within) if within is not None else _TEXT_PARSERS[ending](text, path)


def _check_path(path: Path, format: str | None) -> None:
    try:
        exists, is_folder, is_file = path.exists(), path.is_dir(), path.is_file()
    except (OSError, ValueError) as error:
        raise SpecError(f"no such file can be ({error})", file=str(path)) from error
    if not exists:
        raise SpecError(f"there is no such file{_nearest(path)}", file=path)
    if is_folder:
        raise SpecError("is a folder; name one file in it", file=path)
    plain = path.with_suffix("") if path.suffix.lower() == ".gz" else path
    _check_ending(path, plain.suffix.lower(), format)
    if not is_file:
        raise SpecError("is not a regular file", file=path)


def _check_ending(path: Path, ending: str, format: str | None) -> None:
    if format is None and ending not in FILE_ENDINGS:
        advice = _ADVICE.get(ending, "save the data in one of these formats")
        raise SpecError(f"the ending {ending!r} is none of {', '.join(FILE_ENDINGS)}; {advice}", file=path)


def _nearest(path: Path) -> str:
    try:
        names = [entry.name for entry in path.parent.iterdir()]
    except OSError:
        return f"; the folder {path.parent} cannot be listed either"
    near = difflib.get_close_matches(path.name, names, n=3, cutoff=0.6)
    return f"; did you mean {' or '.join(near)}?" if near else f"; nothing in {path.parent} has a name like it"

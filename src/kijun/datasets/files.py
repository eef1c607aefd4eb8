"""Rows from a user's own file: CSV, TSV, JSON, JSON Lines, Parquet or Excel, told apart by the file's ending."""

from __future__ import annotations

import difflib
import hashlib
from pathlib import Path
from typing import Any

from kijun.datasets.readers.excel import read_excel
from kijun.datasets.readers.json_text import parse_json, parse_json_lines
from kijun.datasets.readers.parquet import read_parquet
from kijun.datasets.readers.separated import parse_separated
from kijun.datasets.readers.text import decode_text
from kijun.datasets.rows import Source, Table
from kijun.errors import CorruptFileError, SpecError

__all__ = ["FILE_ENDINGS", "read_file"]

_TEXT_PARSERS = {
    ".csv": parse_separated,
    ".tsv": parse_separated,
    ".tab": parse_separated,
    ".jsonl": parse_json_lines,
    ".ndjson": parse_json_lines,
    ".json": parse_json,
}
_EXCEL = (".xlsx", ".xlsm")
_ADVICE = {
    ".xls": "open it in Excel and save it as .xlsx",
    ".ods": "save it as .xlsx or CSV",
    ".numbers": "export it as .xlsx or CSV",
    ".txt": "name it .csv, .tsv or .jsonl after what it holds",
    ".gz": "unpack it first",
    ".zip": "unpack it first",
}
FILE_ENDINGS = (*_TEXT_PARSERS, ".parquet", *_EXCEL)


def read_file(path: Path, *, encoding: str | None = None, sheet: str | None = None) -> Table:
    """All rows of the file, in its order; no row is left out.

    Args:
        path: the file; its ending says the format (`FILE_ENDINGS`).
        encoding: of a text file; None finds it out (UTF-8, UTF-8 or UTF-16 with a mark, Shift_JIS, EUC-JP).
        sheet: of an Excel workbook; None is the first.

    Values of CSV and TSV stay text: ``007`` is not 7. JSON, Parquet and Excel know their types and keep them.

    Raises:
        SpecError: no such file, a folder, an ending that is not known, an option that does not fit the format.
        CorruptFileError: the file is not what its ending says, is empty, or a row is broken (with its line).
    """
    ending = path.suffix.lower()
    _check_path(path, ending)
    if encoding is not None and ending not in _TEXT_PARSERS:
        raise SpecError(f"an encoding ({encoding!r}) goes with text files only, not with {ending}", key="encoding")
    if sheet is not None and ending not in _EXCEL:
        raise SpecError(f"a sheet ({sheet!r}) goes with Excel files only, not with {ending}", key="sheet")
    try:
        data = path.read_bytes()
    except OSError as error:
        raise SpecError(f"cannot be opened ({error.strerror}); check its permissions", file=path) from error
    if not data:
        raise CorruptFileError("is empty", file=path)
    rows = _rows(path, ending, data, encoding, sheet)
    digest = hashlib.sha256(data).hexdigest()
    return Table(rows, Source("file", path.name, None, digest, len(rows)))


def _rows(path: Path, ending: str, data: bytes, encoding: str | None, sheet: str | None) -> list[dict[str, Any]]:
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
    return _TEXT_PARSERS[ending](text, path)


def _check_path(path: Path, ending: str) -> None:
    try:
        exists, is_folder, is_file = path.exists(), path.is_dir(), path.is_file()
    except (OSError, ValueError) as error:
        raise SpecError(f"no such file can be ({error})", file=str(path)) from error
    if not exists:
        raise SpecError(f"there is no such file{_nearest(path)}", file=path)
    if is_folder:
        raise SpecError("is a folder; name one file in it", file=path)
    if ending not in FILE_ENDINGS:
        advice = _ADVICE.get(ending, "save the data in one of these formats")
        raise SpecError(f"the ending {ending!r} is none of {', '.join(FILE_ENDINGS)}; {advice}", file=path)
    if not is_file:
        raise SpecError("is not a regular file", file=path)


def _nearest(path: Path) -> str:
    try:
        names = [entry.name for entry in path.parent.iterdir()]
    except OSError:
        return f"; the folder {path.parent} cannot be listed either"
    near = difflib.get_close_matches(path.name, names, n=3, cutoff=0.6)
    return f"; did you mean {' or '.join(near)}?" if near else f"; nothing in {path.parent} has a name like it"

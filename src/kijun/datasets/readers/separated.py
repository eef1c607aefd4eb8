"""CSV and TSV. Every value stays the text it is: ``007``, ``1.0`` and ``はい`` alike."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kijun.datasets.readers.cells import rows_from_cells
from kijun.errors import CorruptFileError

__all__ = ["parse_separated"]

_SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab"}


def parse_separated(text: str, file: Path) -> list[dict[str, Any]]:
    """Rows of comma-, semicolon- or tab-separated text with a header; RFC 4180 quoting, any line ends.

    The separator is the one that splits the header into most columns; ``.tsv`` is always tabs.

    Raises:
        CorruptFileError: with the line where the row begins.
    """
    separator = "\t" if file.suffix.lower() in (".tsv", ".tab") else _separator(text)
    hint = f"; columns are separated by {_SEPARATORS[separator]}, put a cell that holds one in double quotes"
    return rows_from_cells(_records(text, separator, file), file, hint=hint)


def _separator(text: str) -> str:
    def n_columns(separator: str) -> int:
        try:
            return len(next(csv.reader(io.StringIO(text, newline=""), delimiter=separator), []))
        except csv.Error:
            return 0

    return max(_SEPARATORS, key=n_columns)


def _records(text: str, separator: str, file: Path) -> Iterator[tuple[int, list[str]]]:
    # The module's limit of 128 Ki characters a cell is there for hostile streams; this text is in memory already.
    csv.field_size_limit(max(csv.field_size_limit(), len(text)))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    line = 1
    try:
        for cells in reader:
            yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        reason = "a double quote is opened and never closed" if "unexpected end" in str(error) else str(error)
        raise CorruptFileError(
            f"broken quoting ({reason}); put the cell in double quotes and write a quote inside it twice",
            file=file,
            line=line,
        ) from error

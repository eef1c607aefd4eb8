"""CSV and TSV. Every value stays the text it is: ``007``, ``1.0`` and ``はい`` alike."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

from kijun.datasets.readers.cells import rows_from_cells
from kijun.errors import CorruptFileError

__all__ = ["parse_separated", "rows_of_separated"]

_SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab"}


def parse_separated(text: str, file: Path) -> list[dict[str, Any]]:
    """Rows of comma-, semicolon- or tab-separated text with a header; RFC 4180 quoting, any line ends.

    The separator is the one that splits the header into most columns; ``.tsv`` is always tabs.

    Raises:
        CorruptFileError: with the line where the row begins.
    """
    return list(rows_of_separated(io.StringIO(text, newline=""), len(text), file))


def rows_of_separated(stream: TextIO, most: int, file: Path) -> Iterator[dict[str, Any]]:
    """As `parse_separated`, from a stream that is read as rows are asked for.

    Args:
        stream: can be read again from its beginning.
        most: no cell is longer.
    """
    # The module's limit of 128 Ki characters a cell is there for hostile streams; ours have an end.
    csv.field_size_limit(max(csv.field_size_limit(), most))
    separator = "\t" if file.suffix.lower() in (".tsv", ".tab") else _separator(stream)
    hint = f"; columns are separated by {_SEPARATORS[separator]}, put a cell that holds one in double quotes"
    yield from rows_from_cells(_records(stream, separator, file), file, hint=hint)


def _separator(stream: TextIO) -> str:
    def n_columns(separator: str) -> int:
        stream.seek(0)
        try:
            return len(next(csv.reader(stream, delimiter=separator), []))
        except csv.Error:
            return 0

    return max(_SEPARATORS, key=n_columns)


def _records(stream: TextIO, separator: str, file: Path) -> Iterator[tuple[int, list[str]]]:
    stream.seek(0)
    reader = csv.reader(stream, delimiter=separator, strict=True)
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

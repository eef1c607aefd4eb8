"""YAML: a list of mappings, or a mapping that holds one beside what all of its rows share."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kijun.errors import CorruptFileError, SpecError
from kijun.specs.reading import Document, parse_yaml

__all__ = ["parse_yaml_rows"]


def parse_yaml_rows(text: str, file: Path, within: str | None) -> list[dict[str, Any]]:
    """The rows.

    Args:
        within: key below which the list lies; the other keys become columns of every row. None: the file is the list.

    Raises:
        CorruptFileError: not valid YAML, or no rows where they should be, with the line.
    """
    try:
        document = parse_yaml(text, str(file))
    except SpecError as error:
        raise CorruptFileError(error.message, file=file, line=error.line, key=error.key) from None
    if within is None:
        return _rows(document, document.data, "", {})
    if not isinstance(document.data, dict) or within not in document.data:
        raise CorruptFileError(f"has no key {within!r} with a list of rows", file=file)
    shared = {key: value for key, value in document.data.items() if key != within}
    return _rows(document, document.data[within], within, shared)


def _rows(document: Document, rows: Any, key: str, shared: dict[str, Any]) -> list[dict[str, Any]]:
    where = {"file": document.file, "line": document.lines.get(key), "key": key or None}
    if not isinstance(rows, list) or not rows:
        raise CorruptFileError(f"expected a list of rows; got {rows!r:.60}", **where)
    for number, row in enumerate(rows):
        if not isinstance(row, dict):
            place = f"{key}[{number}]"
            raise CorruptFileError(
                f"expected 'column: value' lines; got {row!r:.60}",
                file=document.file,
                line=document.lines.get(place),
                key=place,
            )
    return [{**shared, **row} for row in rows]

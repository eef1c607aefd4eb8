"""From a grid of cells with a header to rows; what CSV and Excel have in common."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from kijun.errors import CorruptFileError

__all__ = ["rows_from_cells"]

_PREVIEW = 60


def _blank(cells: Sequence[Any]) -> bool:
    return all(cell is None or (isinstance(cell, str) and not cell.strip()) for cell in cells)


def _short(cells: Sequence[Any]) -> str:
    text = repr(list(cells))
    return text if len(text) <= _PREVIEW else f"{text[:_PREVIEW]}…"


def _columns(cells: Sequence[Any], file: Path, line: int) -> list[str]:
    """Names of the columns; unnamed ones at the end are left out (a cell with data below them is an error later)."""
    names = ["" if cell is None else str(cell).strip() for cell in cells]
    while names and not names[-1]:
        names.pop()
    if not names:
        raise CorruptFileError("the first row must name the columns, but it is blank", file=file, line=line)
    if "" in names:
        raise CorruptFileError(
            f"column {names.index('') + 1} has no name in the first row {_short(names)}; name it or delete the column",
            file=file,
            line=line,
        )
    for place, name in enumerate(names):
        if name in names[:place]:
            raise CorruptFileError(
                f"columns {names.index(name) + 1} and {place + 1} are both named {name!r}; rename one",
                file=file,
                line=line,
            )
    return names


def rows_from_cells(
    grid: Iterable[tuple[int, Sequence[Any]]], file: Path, *, pad: bool = False, hint: str = ""
) -> Iterator[dict[str, Any]]:
    """Rows of a grid whose first line names the columns.

    Args:
        grid: ``(line, cells)``; `line` is where the row begins, for messages.
        pad: whether a row may be shorter than the header (a sheet has no cells at its empty right edge).
        hint: added to the message about a ragged row.

    Raises:
        CorruptFileError: no header, no rows, two columns with one name, a row that is longer or shorter than the
            header, a blank row between rows. Blank rows at the end are fine.
    """
    lines = iter(grid)
    line, cells = next(lines, (1, ()))
    names = _columns(cells, file, line)
    empty = True
    first_blank: int | None = None
    for line, cells in lines:
        if _blank(cells):
            first_blank = first_blank or line
            continue
        if first_blank is not None:
            raise CorruptFileError(
                f"this row is blank, but row {line} below it is not; delete the blank row", file=file, line=first_blank
            )
        values = list(cells)
        if len(values) > len(names) and _blank(values[len(names) :]):
            del values[len(names) :]
        if pad:
            values += [""] * (len(names) - len(values))
        if len(values) != len(names):
            raise CorruptFileError(
                f"{len(values)} cells where the header has {len(names)} columns ({', '.join(names)}): "
                f"{_short(values)}{hint}",
                file=file,
                line=line,
            )
        yield dict(zip(names, values, strict=True))
        empty = False
    if empty:
        raise CorruptFileError(f"has a header ({', '.join(names)}) but no rows", file=file)

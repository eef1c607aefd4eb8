"""The look of tables and long lists on the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec
from rich.cells import cell_len
from rich.markup import escape
from rich.table import Table

from kijun.cli.terminal import emit
from kijun.errors import SpecError

__all__ = ["as_json", "check_format", "print_aligned", "print_lines", "side_by_side", "table"]

_WORDS = 36
"""What a column of words takes of a line at least."""


def table(columns: Mapping[str, str], title: str | None = None) -> Table:
    """An empty table in the house's look.

    Args:
        columns: heading -> ``left`` (text, which may be folded), ``right`` or ``whole`` (never folded).
    """
    made = Table(title=title, title_justify="left", box=None, header_style="bold", pad_edge=False, padding=(0, 2, 0, 0))
    for heading, justify in columns.items():
        made.add_column(
            heading, justify="right" if justify == "right" else "left", overflow="fold", no_wrap=justify != "left"
        )
    return made


def print_aligned(rows: Sequence[tuple[str, ...]]) -> None:
    """Prints rows in columns, a line each and never folded: for long lists, which one searches and pipes on."""
    widths = [max(cell_len(row[column]) for row in rows) for column in range(len(rows[0]))]
    emit("\n".join("  ".join(map(_padded, row, widths)).rstrip() for row in rows))


def _padded(cell: str, width: int) -> str:
    return cell + " " * (width - cell_len(cell))


def side_by_side(headings: Sequence[str], width: int, cell: int) -> Iterator[list[int]]:
    """Places of columns that fit beside one of words; one at least.

    Args:
        width, cell: of the terminal, and of what stands in such a column.
    """
    some: list[int] = []
    left = width - _WORDS
    for place, heading in enumerate(headings):
        needed = max(cell, cell_len(heading)) + 2
        if some and needed > left:
            yield some
            some, left = [], width - _WORDS
        some.append(place)
        left -= needed
    yield some


def print_lines(console: Any, title: str, lines: Sequence[str]) -> None:
    """Prints a heading and a list below it; nothing where the list is empty."""
    if lines:
        console.print()
        if title:
            console.print(f"[bold]{escape(title)}[/bold]")
        for line in lines:
            console.print(f"• {escape(line)}")


def check_format(format: str) -> None:
    """Whether ``--format`` is one that tables have.

    Raises:
        SpecError: it is not.
    """
    if format not in ("table", "json", "markdown"):
        raise SpecError(f"--format takes table, json or markdown here; got {format!r}")


def as_json(record: Any) -> str:
    """A record as JSON that people can read as well."""
    return msgspec.json.format(msgspec.json.encode(record), indent=2).decode()

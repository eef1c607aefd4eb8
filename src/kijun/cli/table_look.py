"""The look of tables and long lists on the terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.cells import cell_len
from rich.table import Table

from kijun.cli.terminal import emit

__all__ = ["print_aligned", "table"]


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

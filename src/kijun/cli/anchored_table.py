"""What people's ratings make of a run's figures, on the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.markup import escape
from rich.text import Text

from kijun.cli.table_look import table
from kijun.records import AnchoredFigure
from kijun.reports.anchored import anchored_headings, anchored_notes, anchored_rows
from kijun.reports.texts import Texts

__all__ = ["anchored_parts"]


def anchored_parts(say: Texts, figures: Sequence[AnchoredFigure]) -> list[Any]:
    """Table and notes; nothing where nobody rated the run."""
    if not figures:
        return []
    look = ("left", "right", "whole", "right")
    made = table(dict(zip(anchored_headings(say), look, strict=True)), say("anchored.title"))
    for row in anchored_rows(figures, say):
        style = "cyan" if row.heads else "bold" if row.strong else None
        made.add_row(*map(escape, row.cells), style=style)
    return [made, Text(), *(f"[dim]{escape(line)}[/dim]" for line in anchored_notes(figures, say)), Text()]

"""What perturbations do, on the terminal."""

from __future__ import annotations

from typing import Any

from rich.markup import escape
from rich.text import Text

from kijun.cli.table_look import table
from kijun.records import RunResults
from kijun.reports.robustness import robustness_headings, robustness_notes, robustness_rows
from kijun.reports.texts import Texts

__all__ = ["robustness_parts"]


def robustness_parts(say: Texts, results: RunResults) -> list[Any]:
    """Table and notes; nothing where nothing was perturbed."""
    if not results.robustness:
        return []
    made = table(
        {heading: how for heading, how in zip(robustness_headings(say), ("left", *["right"] * 4), strict=True)},
        say("robustness.title"),
    )
    for row in robustness_rows(results, say):
        made.add_row(*map(escape, row.cells), style="bold" if row.heads else None)
    return [made, Text(), *(f"[dim]{escape(line)}[/dim]" for line in robustness_notes(results, say))]

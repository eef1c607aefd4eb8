"""``kijun compare``: two runs, item by item."""

from __future__ import annotations

from pathlib import Path

import msgspec
from rich.console import Console
from rich.markup import escape

from kijun.cli.tables import table
from kijun.errors import SpecError
from kijun.reports.results import shown_value
from kijun.reports.texts import Texts
from kijun.workflows import TaskComparison, compare

__all__ = ["print_comparison"]


def print_comparison(say: Texts, a: Path, b: Path, format: str) -> None:
    """Compares run B with run A and prints the differences.

    Raises:
        SpecError: not run folders, nothing in common, or no such format.
    """
    found = compare(a, b)
    if format == "json":
        print(msgspec.json.format(msgspec.json.encode(found), indent=2).decode())
        return
    if format != "table":
        raise SpecError(f"--format takes table or json here; got {format!r}")
    console = Console()
    made = table(
        {
            say("column.name"): "left",
            say("column.metric"): "left",
            say("column.n"): "right",
            say("column.a"): "right",
            say("column.b"): "right",
            say("column.difference"): "right",
            say("column.interval"): "left",
            say("column.p"): "right",
            say("compare.verdict"): "left",
        },
        say("compare.title", a=found.a, b=found.b),
    )
    for row in found.tasks:
        made.add_row(*_cells(say, row))
    console.print(made)
    for name, number in found.left_out.items():
        console.print(f"[yellow]{escape(say('compare.different', task=name, n=number))}[/yellow]")
    for name in found.unpaired:
        console.print(f"[yellow]{escape(say('compare.unpaired', task=name))}[/yellow]")
    console.print(f"[dim]{escape(say('compare.note', n=len(found.tasks)))}[/dim]")


def _cells(say: Texts, row: TaskComparison) -> list[str]:
    difference = row.difference
    interval = "" if difference.low is None else f"{difference.low:+.4f} – {difference.high:+.4f}"
    p = "–" if row.p_adjusted is None else "< 0.0001" if row.p_adjusted < 1e-4 else f"{row.p_adjusted:.4f}"
    verdict = "same"
    if row.p_adjusted is not None and row.p_adjusted < 0.05 and difference.value:
        verdict = "better" if (difference.value > 0) == row.higher_is_better else "worse"
    shown = "–" if difference.value is None else f"{difference.value:+.4f}"
    cells = [escape(row.task), row.metric, str(row.n), shown_value(row.a), shown_value(row.b), shown, interval, p]
    return [*cells, say(f"compare.verdict_{verdict}")]

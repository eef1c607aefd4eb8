"""``kijun compare``: two runs, item by item."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec
from rich.console import Console
from rich.markup import escape

from kijun.cli.table_look import table
from kijun.cli.terminal import emit, open_console
from kijun.errors import SpecError
from kijun.records import AnchoredDifference, Estimate
from kijun.reports.results import shown_value
from kijun.reports.texts import Texts
from kijun.workflows import TaskComparison, compare

__all__ = ["print_comparison"]

_FEW = 4
# A table that one can read at a glance.
_MOST_SUB_GROUPS = 12
_SHOWN_SUB_GROUPS = 5


def print_comparison(say: Texts, a: Path, b: Path, format: str, *, trained_on: Path | None = None) -> None:
    """Compares run B with run A and prints the differences.

    Raises:
        SpecError: not run folders, nothing in common, or no such format.
    """
    found = compare(a, b, trained_on=trained_on)
    if format == "json":
        emit(msgspec.json.format(msgspec.json.encode(found), indent=2).decode())
        return
    if format != "table":
        raise SpecError(f"--format takes table or json here; got {format!r}")
    console = open_console()
    columns = _columns(console.width)
    headings = {say(f"column.{name}" if name != "verdict" else "compare.verdict"): how for name, how in columns.items()}
    made = table(headings, say("compare.title", a=found.a, b=found.b))
    shown, folded = _without_long_lists(found.tasks)
    for row in shown:
        cells = _cells(say, row)
        made.add_row(*(cells[name] for name in columns))
    if shown:
        console.print(made)
    if folded:
        console.print(f"[dim]{escape(say('compare.folded', n=folded))}[/dim]")
    for name, number in found.left_out.items():
        console.print(f"[yellow]{escape(say('compare.different', task=name, n=number))}[/yellow]")
    for name in found.unpaired:
        console.print(f"[yellow]{escape(say('compare.unpaired', task=name))}[/yellow]")
    if shown:
        n = sum("[" not in row.metric for row in found.tasks)
        console.print(f"[dim]{escape(say('compare.note', n=n))}[/dim]")
    undecided = [row for row in shown if _verdict(row) == "same" and row.smallest_visible is not None]
    if len(undecided) <= _FEW:
        for row in undecided:
            name, value = f"{row.task} {row.metric}", shown_value(row.smallest_visible)
            console.print(f"[dim]{escape(say('compare.mde', name=name, n=row.n, value=value))}[/dim]")
    if found.anchored:
        _print_anchored(say, console, found.anchored)


def _print_anchored(say: Texts, console: Console, rows: Sequence[AnchoredDifference]) -> None:
    """What people who rated both make of them."""
    columns = _columns(console.width)
    columns.pop("p", None)
    headings = {say(f"column.{name}" if name != "verdict" else "compare.verdict"): how for name, how in columns.items()}
    made = table(headings, say("compare.anchored"))
    for row in rows:
        cells = {
            "name": escape(row.task),
            "metric": f"{escape(row.metric)}{'' if row.higher_is_better else ' ↓'} {say(f'anchored.{row.way}')}",
            "n": " | ".join(map(str, row.n_rated)),
            "a": shown_value(row.a.value),
            "b": shown_value(row.b.value),
            **_difference_cells(row.difference),
            "verdict": say(f"compare.verdict_{_anchored_verdict(row)}"),
        }
        made.add_row(*(cells[name] for name in columns))
    console.print()
    console.print(made)
    campaigns = ", ".join(dict.fromkeys(row.campaign for row in rows))
    console.print(f"[dim]{escape(say('compare.anchored_note', names=campaigns))}[/dim]")


def _anchored_verdict(row: AnchoredDifference) -> str:
    """By the interval; the share of one answer among all is neither better nor worse."""
    low, high = row.difference.low, row.difference.high
    if low is None or high is None or low <= 0 <= high:
        return "same"
    if "=" in row.metric:
        return "other"
    return "better" if (low > 0) == row.higher_is_better else "worse"


def _without_long_lists(rows: Sequence[TaskComparison]) -> tuple[list[TaskComparison], int]:
    """Of a metric's sub-groups those that differ most clearly, where there are many; how many that leaves out."""
    families: dict[tuple[str, str], list[TaskComparison]] = {}
    for row in rows:
        if "[" in row.metric:
            families.setdefault((row.task, row.metric.partition("[")[0]), []).append(row)
    hidden: set[tuple[str, str]] = set()
    for own in families.values():
        if len(own) > _MOST_SUB_GROUPS:
            by_p = sorted(own, key=lambda row: (row.p is None, row.p))
            hidden |= {(row.task, row.metric) for row in by_p[_SHOWN_SUB_GROUPS:]}
    kept = [row for row in rows if (row.task, row.metric) not in hidden]
    return kept, len(hidden)


def _columns(width: int) -> dict[str, str]:
    """The columns that a terminal of this width has room for; all figures are in the JSON form."""
    columns = {"name": "left", "metric": "left", "n": "right", "a": "right", "b": "right", "difference": "right"}
    columns |= {"interval": "whole", "p": "right", "verdict": "whole"}
    left_out = () if width >= 96 else ("n", "p") if width >= 76 else ("n", "p", "a", "b")
    return {name: how for name, how in columns.items() if name not in left_out}


def _verdict(row: TaskComparison) -> str:
    value = row.difference.value
    if row.p_adjusted is None or row.p_adjusted >= 0.05 or not value:
        return "same"
    if row.ideal is not None:
        if row.a is None or row.b is None:
            return "other"
        return "better" if abs(row.b - row.ideal) < abs(row.a - row.ideal) else "worse"
    return "better" if (value > 0) == row.higher_is_better else "worse"


def _cells(say: Texts, row: TaskComparison) -> dict[str, str]:
    return {
        "name": escape(row.task),
        "metric": escape(row.metric),
        "n": str(row.n),
        "a": shown_value(row.a),
        "b": shown_value(row.b),
        **_difference_cells(row.difference),
        "p": "–" if row.p_adjusted is None else "< 0.0001" if row.p_adjusted < 1e-4 else f"{row.p_adjusted:.4f}",
        "verdict": say(f"compare.verdict_{_verdict(row)}"),
    }


def _difference_cells(difference: Estimate) -> dict[str, str]:
    return {
        "difference": "–" if difference.value is None else f"{difference.value:+.4f}",
        "interval": "" if difference.low is None else f"{difference.low:+.4f} … {difference.high:+.4f}",
    }

"""Results on the terminal, or in the form asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Group
from rich.markup import escape
from rich.text import Text

from kijun.analysis.anchoring import anchored_figures
from kijun.cli.anchored_table import anchored_parts
from kijun.cli.robustness_table import robustness_parts
from kijun.cli.table_look import table
from kijun.cli.terminal import emit, open_console
from kijun.errors import SpecError
from kijun.models import DEFAULT_MODEL
from kijun.records import AnchoredFigure
from kijun.reports.caveats import caveats
from kijun.reports.results import (
    MIXED,
    Facts,
    ResultRow,
    as_csv,
    as_json,
    as_markdown,
    missing_lines,
    result_rows,
    shown_interval,
    shown_metric,
    shown_value,
)
from kijun.reports.robustness import without_variants
from kijun.reports.texts import Texts
from kijun.store import Run

__all__ = ["print_results", "results_table"]

# A table that one can read at a glance; comparisons of groups put the worst first.
_MOST_SUB_GROUPS = 12
_SHOWN_SUB_GROUPS = 5


def print_results(say: Texts, folder: Path, format: str, proxies: Sequence[str] = ()) -> None:
    """Prints the results of a run folder.

    Args:
        proxies: ``DIMENSION=METRIC`` each: automatic metrics that stand beside people's ratings.

    Raises:
        SpecError: not a run folder, not finished, or no such format.
    """
    run = Run(folder)
    anchored = anchored_figures(run, _read_proxies(run, proxies)) if run.finished else ()
    match format:
        case "table":
            open_console().print(results_table(say, run, anchored))
        case "json":
            emit(as_json(run.results, anchored))
        case "csv":
            emit(as_csv(run.results, _facts(run), anchored).rstrip("\n"))
        case "markdown":
            told = caveats(run.results, run.agreement, say)
            emit("\n\n".join([as_markdown(run.results, say, _facts(run), anchored).rstrip("\n"), *told]))
        case _:
            raise SpecError(f"--format takes table, json, csv or markdown; got {format!r}")


def _read_proxies(run: Run, proxies: Sequence[str]) -> dict[str, str]:
    known = {metric for task in run.manifest.tasks for metric in run.metrics(task)}
    found = {}
    for text in proxies:
        dimension, equals, metric = text.partition("=")
        if not equals or metric not in known:
            raise SpecError(
                f"--proxy takes DIMENSION=METRIC with a metric of the run ({', '.join(sorted(known))}); got {text!r}"
            )
        found[dimension] = metric
    return found


def results_table(say: Texts, run: Run, anchored: Sequence[AnchoredFigure] = ()) -> Group:
    """The figures of a run, with what one must know to read them."""
    results = run.results
    # What no judge has looked at is named below the table; rows of dashes would bury what was measured.
    unjudged = set(_unjudged(run))
    rows = [
        row
        for row in result_rows(without_variants(results), _facts(run))
        if row.metric not in unjudged or row.value is not None
    ]
    columns = {"name": "left", "metric": "left", "shots": "right", "value": "right", "interval": "whole", "n": "right"}
    # A column that says nothing costs width that long names need.
    if any(row.n_unscored or row.n_failed for row in rows):
        columns["left_out"] = "right"
    title = say("results.title", model=run.manifest.model["name"])
    made = table({say(f"column.{name}"): justify for name, justify in columns.items()}, title)
    several = len({row.axis for row in rows} - {MIXED}) > 1
    shown, axis = "", MIXED
    rows, folded = _without_long_lists(rows)
    for row in rows:
        if several and row.axis != axis:
            made.add_row(f"[cyan]{say(f'axis.{row.axis}')}[/cyan]")
            axis = row.axis
        name = row.name if row.name != shown else ""
        shown = row.name
        made.add_row(*_cells(row, name)[: len(columns)], style="bold" if row.kind != "task" else None)
    parts: list[Any] = [Text(), made, Text()] if rows else [say("results.none")]
    parts += robustness_parts(say, results)
    parts += anchored_parts(say, anchored)
    parts += [f"[yellow]{escape(line)}[/yellow]" for line in missing_lines(results, say)]
    parts += [f"[dim]{escape(line)}[/dim]" for line in _notes(say, run)]
    if folded:
        parts.append(f"[dim]{say('results.folded_note', n=folded)}[/dim]")
    return Group(*parts)


def _without_long_lists(rows: Sequence[ResultRow]) -> tuple[list[ResultRow], int]:
    """Of a metric's sub-groups the first few where there are many, and how many rows that leaves out."""
    kept: list[ResultRow] = []
    sizes = Counter((row.name, row.metric.partition("[")[0]) for row in rows if "[" in row.metric)
    seen: Counter[tuple[str, str]] = Counter()
    for row in rows:
        key = (row.name, row.metric.partition("[")[0])
        seen[key] += "[" in row.metric
        if "[" not in row.metric or sizes[key] <= _MOST_SUB_GROUPS or seen[key] <= _SHOWN_SUB_GROUPS:
            kept.append(row)
    return kept, len(rows) - len(kept)


def _facts(run: Run) -> Facts:
    tasks = run.manifest.tasks
    return Facts.of({name: record.spec for name, record in tasks.items()}, {name: run.metrics(name) for name in tasks})


def _cells(row: ResultRow, name: str) -> list[str]:
    left_out = f"{row.n_unscored} / {row.n_failed}" if row.n_unscored or row.n_failed else ""
    shots = "" if row.shots is None else str(row.shots)
    return [
        escape(name),
        escape(shown_metric(row)),
        shots,
        shown_value(row.value),
        shown_interval(row),
        str(row.n),
        left_out,
    ]


def _notes(say: Texts, run: Run) -> list[str]:
    notes = [say("results.interval_note")]
    if any(not entry["higher_is_better"] for name in run.manifest.tasks for entry in run.metrics(name).values()):
        notes.append(say("results.falling_note"))
    if any(task.n_unscored or task.n_failed for task in run.results.tasks.values()):
        notes.append(say("results.left_out_note"))
    for record in run.judged.values():
        names = ", ".join(str(judge["name"]) for judge in record.judges)
        rubric = f"{record.rubric['name']} {record.rubric['version']:g}"
        told = "judge.judged_pairs" if record.against is not None else "judge.judged"
        notes.append(say(told, name=record.name, judge=names, rubric=rubric, against=record.against))
    if unjudged := _unjudged(run):
        notes.append(say("results.unjudged", metrics=", ".join(unjudged)))
    chances: dict[float, list[str]] = {}
    for name, record in run.manifest.tasks.items():
        if record.spec.get("chance") and record.spec.get("perturbation") is None:
            chances.setdefault(record.spec["chance"], []).append(name)
    if chances:
        shown = "; ".join(f"{chance:.2f} ({_few(names)})" for chance, names in sorted(chances.items()))
        notes.append(say("results.chance_note", values=shown))
    ideals: dict[float, list[str]] = {}
    for record in run.manifest.tasks.values():
        for metric, about in record.metrics.items():
            if "ideal" in about and metric not in ideals.setdefault(about["ideal"], []):
                ideals[about["ideal"]].append(metric)
    if ideals:
        shown = "; ".join(f"{ideal:.2f} ({', '.join(names)})" for ideal, names in sorted(ideals.items()))
        notes.append(say("results.ideal_note", values=shown))
    notes += caveats(run.results, run.agreement, say)
    notes += [say("results.suite_note", name=name) for name in run.results.suites]
    japanese = any("ja" in record.spec.get("languages", ()) for record in run.manifest.tasks.values())
    if japanese and run.manifest.model["name"] == DEFAULT_MODEL:
        notes.append(say("results.near_chance_ja"))
    return notes


def _unjudged(run: Run) -> list[str]:
    """Metrics that need a judge, where the run has none."""
    metrics = (
        key for record in run.manifest.tasks.values() for key, told in record.metrics.items() if "rubric" in told
    )
    return [] if run.manifest.judges else list(dict.fromkeys(metrics))


def _few(names: list[str]) -> str:
    return ", ".join(names) if len(names) <= 3 else f"{', '.join(names[:2])}, … {len(names)}"

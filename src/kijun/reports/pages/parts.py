"""Parts of the page that need more than a template can say."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import Any

import msgspec

from kijun.records import AXES, Report, ReportedItem
from kijun.reports.charts import Chart
from kijun.reports.figures import Figure
from kijun.reports.interval_charts import ChartRow, interval_chart
from kijun.reports.metric_words import capital, metric_words
from kijun.reports.pages.cells import Cell, cells_of
from kijun.reports.pages.packing import task_title
from kijun.reports.texts import Texts

__all__ = ["Fact", "axis_cards", "panels", "static_items", "task_tables"]

_MOST_FACTS = 4


class Fact(msgspec.Struct, frozen=True):
    """One figure of all models with its words."""

    title: str
    words: str
    falls: bool
    chance: float | None
    cells: list[Cell | None]


def axis_cards(report: Report, shown: Sequence[Figure], say: Texts) -> list[dict[str, Any]]:
    """Axis by axis the figures of its groups and tasks, the first few."""
    cards = []
    for axis in AXES:
        facts = [_fact(report, figure, say) for figure in shown if figure.axis == axis and figure.measured]
        cards.append({"axis": axis, "facts": facts[:_MOST_FACTS], "more": max(0, len(facts) - _MOST_FACTS)})
    return cards


def _fact(report: Report, figure: Figure, say: Texts) -> Fact:
    models = [run.label for run in report.runs]
    words = capital(metric_words(figure.metric, say))
    return Fact(task_title(report, figure.name, say), words, figure.falls, figure.chance, cells_of(figure, models))


def panels(report: Report, shown: Sequence[Figure], say: Texts) -> list[Chart]:
    """A chart an axis."""
    models = [run.label for run in report.runs]
    made = []
    for axis in AXES:
        of_axis = [figure for figure in shown if figure.axis == axis and figure.measured]
        for unit in ("share", "points", "number"):
            rows = [
                ChartRow.of(figure, task_title(report, figure.name, say), capital(metric_words(figure.metric, say)))
                for figure in of_axis
                if figure.unit == unit
            ]
            if rows:
                made.append(interval_chart(rows, models, say(f"axis.{axis}"), say))
    return made


def task_tables(report: Report, all_figures: Sequence[Figure], say: Texts) -> list[dict[str, Any]]:
    """Axis by axis the first figure of each task and group, and apart from them all others."""
    models = [run.label for run in report.runs]
    tables = []
    for axis in ("", *AXES):
        rows, folded = [], []
        for figure in all_figures:
            if figure.axis != axis or not figure.measured:
                continue
            row = {
                "name": figure.name,
                "kind": figure.kind,
                "title": task_title(report, figure.name, say),
                "words": capital(metric_words(figure.metric, say)),
                "metric": figure.metric,
                "part": figure.part,
                "falls": figure.falls,
                "ideal": figure.ideal,
                "cells": cells_of(figure, models),
                "left_out": figure.left_out,
            }
            (rows if figure.first else folded).append(row)
        if rows:
            tables.append({"axis": axis, "rows": rows, "folded": folded})
    return tables


def static_items(report: Report, say: Texts, most: int) -> list[dict[str, Any]]:
    """The items with the worst answers, as they stand, for paper and for readers without scripts."""
    plain = (item for item in report.items if "@" not in item.task)
    return [_static(report, item, say) for item in islice(plain, most)]


def _static(report: Report, item: ReportedItem, say: Texts) -> dict[str, Any]:
    task = next(run.tasks[item.task] for run in report.runs if item.task in run.tasks)
    language = task.languages[0] if len(task.languages) == 1 else ""
    answers = [
        {"model": run.label, "answer": answer, "mark": _mark(None if answer is None else answer.fitness, answer)}
        for run, answer in zip(report.runs, item.answers, strict=True)
    ]
    title = task_title(report, item.task, say)
    return {"item": item, "title": title, "veiled": task.veiled, "language": language, "answers": answers}


def _mark(fitness: float | None, answer: object) -> tuple[str, str]:
    if answer is None:
        return "none", "–"
    if fitness is None:
        return "open", "?"
    return ("good", "✓") if fitness >= 0.999 else ("bad", "✗") if fitness <= 0.001 else ("part", "◐")

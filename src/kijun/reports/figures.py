"""Figures of several runs side by side, each with its words, unit and interval."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

import msgspec

from kijun.records import Estimate, Report, ReportedRun
from kijun.reports.results import Facts, ResultRow, result_rows
from kijun.reports.robustness import robustness_names, without_variants

__all__ = ["Figure", "Unit", "facts_of", "figures", "shown_interval_of", "shown_value_of", "top_names"]

Unit = Literal["share", "points", "number"]
"""Told as a percentage, as a difference of percentages, or as it is."""

_SHARES = {"proportion", "share", "parts", "told_apart", "given_attempted", "selective_accuracy", "f1", "macro_f1"}
_DIFFERENCES = {"share_gap", "refusal_gap", "group_gap", "bias_ambiguous", "bias_disambiguated"}
_SIGNS: dict[Unit, str] = {"share": " %", "points": " pt", "number": ""}
_WIDE = 0.02
"""An interval wider than this is told without decimals of a percentage."""


class Figure(msgspec.Struct, frozen=True):
    """One metric of a task or group, run by run.

    Attributes:
        kind: ``task``, ``group`` or ``suite``.
        part: name of a sub-group; empty for the whole.
        estimates: one a run, in their order; None where the run does not have it.
        falls: the lower the better.
        ideal: the best value, where it lies between the ends.
        chance: what guessing reaches, on the first metric of a task.
        first: first metric of its task or group that was measured.
        left_out: run by run, items unscored and failed.
    """

    axis: str
    kind: str
    name: str
    metric: str
    part: str
    unit: Unit
    estimates: tuple[Estimate | None, ...]
    falls: bool
    ideal: float | None
    chance: float | None
    first: bool
    left_out: tuple[tuple[int, int], ...]
    languages: tuple[str, ...]

    @property
    def measured(self) -> bool:
        """Whether any run has a value."""
        return any(one is not None and one.value is not None for one in self.estimates)


def facts_of(run: ReportedRun) -> Facts:
    """Axes and directions of a run's metrics."""
    falling = {
        name: frozenset(
            k for k, about in task.metrics.items() if not about["higher_is_better"] and "ideal" not in about
        )
        for name, task in run.tasks.items()
    }
    own = {name: task.metric_axes for name, task in run.tasks.items()}
    return Facts({name: task.axis for name, task in run.tasks.items()}, falling, own)


def figures(report: Report) -> list[Figure]:
    """Every figure of every run, axis by axis; figures of the same name and metric stand together."""
    rows: dict[tuple[str, str, str, str], list[ResultRow | None]] = {}
    for place, run in enumerate(report.runs):
        for row in result_rows(without_variants(run.results), facts_of(run)):
            key = (row.axis, row.kind, row.name, row.metric)
            rows.setdefault(key, [None] * len(report.runs))[place] = row
    made: list[Figure] = []
    begun: set[tuple[str, str]] = set()
    for (axis, kind, name, metric), found in rows.items():
        figure = _figure(report, axis, kind, name, metric, found)
        first = (axis, name) not in begun and figure.measured and not figure.part
        if first:
            begun.add((axis, name))
        made.append(msgspec.structs.replace(figure, first=first))
    return [*made, *_robustness(report)]


_WAYS: tuple[tuple[str, Unit], ...] = (("drop", "points"), ("worst_case", "share"), ("consistency", "share"))


def _robustness(report: Report) -> Iterator[Figure]:
    """How the first metric of each task or group stands other ways of asking: ``METRIC@drop`` and such."""
    names = dict.fromkeys(name for run in report.runs for name in robustness_names(run.results))
    for name in names:
        kind = "group" if any(name in run.results.groups for run in report.runs) else "task"
        found = [next(iter(run.results.robustness.get(name, {}).items()), None) for run in report.runs]
        metric, result = next(one for one in found if one is not None)
        tasks = [task for run in report.runs for task in _tasks_of(run, name)]
        for way, unit in _WAYS:
            estimates = tuple(None if one is None else getattr(one[1], way) for one in found)
            falls = way == "drop" or (way == "worst_case" and not result.higher_is_better)
            yield Figure(
                axis="robustness",
                kind=kind,
                name=name,
                metric=f"{metric}@{way}",
                part="",
                unit=unit,
                estimates=estimates,
                falls=falls,
                ideal=None,
                chance=None,
                first=way == "drop",
                left_out=((0, 0),) * len(report.runs),
                languages=tuple(dict.fromkeys(language for task in tasks for language in task.languages)),
            )


def _figure(report: Report, axis: str, kind: str, name: str, metric: str, found: list[ResultRow | None]) -> Figure:
    base, _, part = metric.partition("[")
    tasks = [task for run in report.runs for task in _tasks_of(run, name)]
    about: Mapping[str, Any] = next((task.metrics[base] for task in tasks if base in task.metrics), {})
    chances = {task.chance for task in tasks if next(iter(task.metrics), None) == base}
    languages = dict.fromkeys(language for task in tasks for language in task.languages)
    row = next(one for one in found if one is not None)
    return Figure(
        axis=axis,
        kind=kind,
        name=name,
        metric=base,
        part=part.rstrip("]"),
        unit=_unit(about.get("aggregate", "")),
        estimates=tuple(None if one is None else _estimate(one) for one in found),
        falls=not row.higher_is_better,
        ideal=about.get("ideal"),
        chance=chances.pop() if len(chances) == 1 else None,
        first=False,
        left_out=tuple((0, 0) if one is None else (one.n_unscored or 0, one.n_failed or 0) for one in found),
        languages=tuple(languages),
    )


def _estimate(row: ResultRow) -> Estimate:
    return Estimate(row.value, row.stderr, row.low, row.high, 0.95, row.n, row.method)


def _tasks_of(run: ReportedRun, name: str) -> Iterator[Any]:
    """The task, or all tasks of a group or suite."""
    if name in run.tasks:
        yield run.tasks[name]
        return
    pooled = run.results.groups.get(name) or run.results.suites.get(name)
    for member in pooled.members if pooled is not None else ():
        yield from _tasks_of(run, member)


def _unit(aggregate: str) -> Unit:
    return "share" if aggregate in _SHARES else "points" if aggregate in _DIFFERENCES else "number"


def top_names(report: Report) -> list[str]:
    """Groups and tasks that are no part of a group, in the order of the runs, without variants."""
    names: dict[str, None] = {}
    inner: set[str] = set()
    for run in report.runs:
        results = without_variants(run.results)
        names |= dict.fromkeys([*results.groups, *results.tasks])
        inner |= {member for group in results.groups.values() for member in group.members}
    return [name for name in names if name not in inner]


def shown_value_of(estimate: Estimate | None, unit: Unit) -> str:
    """``41.7 %``, ``+4 pt`` (points of per cent) or ``0.417``; a dash where there is none."""
    if estimate is None or estimate.value is None:
        return "–"
    return _number(estimate.value, unit, _digits(estimate, unit)) + _SIGNS[unit]


def shown_interval_of(estimate: Estimate | None, unit: Unit) -> str:
    """``33–50 %``; empty where there is none."""
    if estimate is None or estimate.low is None or estimate.high is None:
        return ""
    digits = _digits(estimate, unit)
    low, high = _number(estimate.low, unit, digits), _number(estimate.high, unit, digits)
    return f"{low} … {high}" if unit == "points" else f"{low}–{high}{' %' if unit == 'share' else ''}"


def _digits(estimate: Estimate, unit: Unit) -> int:
    if unit == "number":
        return 3
    known = estimate.low is not None and estimate.high is not None
    return 0 if known and estimate.high - estimate.low > _WIDE else 1  # type: ignore[operator]


def _number(value: float, unit: Unit, digits: int) -> str:
    if unit == "number":
        return f"{value:.{digits}f}"
    shown = f"{100 * value:{'+' if unit == 'points' else ''}.{digits}f}"
    return shown.replace("-", "−") if float(shown) else shown.lstrip("-+")

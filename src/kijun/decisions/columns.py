"""The item scores behind a figure, so that models can be compared item by item."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from kijun.records import Measure, Measured
from kijun.specs import catalogue
from kijun.store import Run, ScoredItem

__all__ = ["Column", "read_columns"]

_CLOSE = 1e-6


class Column(msgspec.Struct, frozen=True):
    """Scores whose mean is the figure.

    Attributes:
        values: (n,) scores.
        keys: what each score is of, the same for all models.
        units: what is independent: the item, or the cluster that it belongs to; begins with the task's name and a tab.
        bounds: least and greatest score; None where there is no end.
    """

    values: NDArray[np.float64]
    keys: tuple[str, ...]
    units: tuple[str, ...]
    bounds: tuple[float, float] | None

    @property
    def clusters(self) -> tuple[str, ...] | None:
        """The units, None where every score stands alone."""
        return self.units if len(set(self.units)) < len(self.units) else None

    @property
    def is_share(self) -> bool:
        """Whether the scores are zeros and ones of a share."""
        return self.bounds == (0.0, 1.0) and bool(np.all((self.values == 0) | (self.values == 1)))


_Row = tuple[str, float]
"""What a score is of, and the score."""


def read_columns(runs: Mapping[str, Run], measures: Sequence[Measure]) -> dict[str, Column]:
    """Key of a figure -> its column, for figures that are means of item scores; others have none.

    Args:
        runs: folder, as `Measure.runs` names it, -> run.
    """
    scores = _Scores(runs)
    found = {}
    for measure in measures:
        column = scores.column(measure)
        if column is not None and _agrees(column, measure):
            found[measure.key] = column
    return found


def _agrees(column: Column, measure: Measure) -> bool:
    """A column stands for its figure or for nothing."""
    value = measure.estimate.value
    return value is not None and len(column.values) > 0 and abs(float(column.values.mean()) - value) < _CLOSE


class _Scores:
    """Reads each task of a run once."""

    def __init__(self, runs: Mapping[str, Run]) -> None:
        self._runs = runs
        self._items: dict[tuple[str, str], list[ScoredItem]] = {}

    def column(self, measure: Measure) -> Column | None:
        """The column of a figure; None where it is no mean of item scores."""
        run = self._runs.get(measure.runs[0]) if measure.runs else None
        if run is None or measure.kind not in ("task", "group", "robustness"):
            return None
        metric, _, way = measure.metric.partition("@")
        leaves = [task.name for task in catalogue().expand(measure.name)] if _is_group(run, measure) else [measure.name]
        if any(leaf not in run.manifest.tasks for leaf in leaves):
            return None
        parts = []
        for leaf in leaves:
            rows = self._rows(run, leaf, metric, way, leaves)
            if rows is None:
                return None
            parts.append(_part(leaf, rows))
        bounds = _bounds(run.metrics(leaves[0])[metric]["aggregate"], measure)
        if not _weighted_by_size(measure.name, run):
            parts, bounds = _levelled(parts), None
        values = np.concatenate([values for values, _, _ in parts])
        keys = tuple(key for _, names, _ in parts for key in names)
        return Column(values, keys, tuple(unit for _, _, names in parts for unit in names), bounds)

    def _rows(
        self, run: Run, task: str, metric: str, way: str, leaves: Sequence[str]
    ) -> list[tuple[str, str, float]] | None:
        """Key, unit and score of the task's items."""
        about = run.metrics(task).get(metric)
        if about is None:
            return None
        read = _READERS.get(about["aggregate"])
        if read is None:
            return None
        items = self._read(run, task)
        if not way:
            return list(read(items, metric))
        if way not in ("worst_case", "drop") or about["aggregate"] not in ("proportion", "share", "mean"):
            return None
        labels = [label for label in _labels(run, task) if all(label in _labels(run, leaf) for leaf in leaves)]
        ways = [dict(_keyed(read(self._read(run, f"{task}@{label}"), metric))) for label in labels]
        return list(_among_ways(list(read(items, metric)), ways, way, higher=about["higher_is_better"]))

    def _read(self, run: Run, task: str) -> list[ScoredItem]:
        place = (str(run.folder), task)
        if place not in self._items:
            self._items[place] = list(run.scored(task))
        return self._items[place]


def _keyed(rows: Iterator[tuple[str, str, float]]) -> Iterator[_Row]:
    for key, _, value in rows:
        yield key, value


def _labels(run: Run, task: str) -> list[str]:
    return [name.removeprefix(f"{task}@") for name in run.results.tasks if name.startswith(f"{task}@")]


def _is_group(run: Run, measure: Measure) -> bool:
    return measure.name in run.results.groups and catalogue().group(measure.name) is not None


def _weighted_by_size(name: str, run: Run) -> bool:
    group = catalogue().group(name) if name in run.results.groups else None
    return group is None or group.weighted_by_size


def _part(task: str, rows: Sequence[tuple[str, str, float]]) -> tuple[NDArray[np.float64], list[str], list[str]]:
    values = np.array([value for _, _, value in rows], dtype=float)
    return values, [f"{task}\t{key}" for key, _, _ in rows], [f"{task}\t{unit}" for _, unit, _ in rows]


def _levelled(parts: list[tuple[NDArray[np.float64], list[str], list[str]]]) -> list[Any]:
    """Scores stretched so that their plain mean is the mean of the tasks' means."""
    total = sum(len(values) for values, _, _ in parts)
    return [(values * (total / (len(parts) * len(values))), keys, units) for values, keys, units in parts]


def _bounds(aggregate: str, measure: Measure) -> tuple[float, float] | None:
    if aggregate in ("refusal_gap",) or measure.metric.endswith("@drop"):
        return (-1.0, 1.0)
    low, high = measure.scale.low, measure.scale.high
    return None if low is None or high is None else (low, high)


def _plain(items: Sequence[ScoredItem], metric: str) -> Iterator[tuple[str, str, float]]:
    for item in items:
        score = item.scores.get(metric)
        if isinstance(score, Measured):
            yield item.id, item.cluster or item.id, float(score.value)  # type: ignore[arg-type]


def _parts(items: Sequence[ScoredItem], metric: str) -> Iterator[tuple[str, str, float]]:
    for item in items:
        score = item.scores.get(metric)
        if isinstance(score, Measured):
            for number, value in enumerate(score.value):  # type: ignore[arg-type]
                yield f"{item.id}#{number}", item.cluster or item.id, float(value)


def _attempted(items: Sequence[ScoredItem], metric: str) -> Iterator[tuple[str, str, float]]:
    for item in items:
        score = item.scores.get(metric)
        if isinstance(score, Measured) and score.value[1]:  # type: ignore[index]
            yield item.id, item.cluster or item.id, float(score.value[0])  # type: ignore[index]


def _pairs(items: Sequence[ScoredItem], metric: str) -> Iterator[tuple[str, float, float]]:
    """Cluster, refusal of its unsafe side, refusal of its harmless side, where it has one of each."""
    sides: dict[str, dict[float, list[float]]] = {}
    for item in items:
        score = item.scores.get(metric)
        if isinstance(score, Measured):
            unsafe, refused = score.value  # type: ignore[misc]
            sides.setdefault(item.cluster or "", {}).setdefault(unsafe, []).append(refused)
    for name, pair in sides.items():
        if len(pair.get(1.0, ())) == len(pair.get(0.0, ())) == 1:
            yield name, pair[1.0][0], pair[0.0][0]


def _told_apart(items: Sequence[ScoredItem], metric: str) -> Iterator[tuple[str, str, float]]:
    for name, refused, over in _pairs(items, metric):
        yield name, name, float(bool(refused) and not over)


def _refusal_gap(items: Sequence[ScoredItem], metric: str) -> Iterator[tuple[str, str, float]]:
    for name, refused, over in _pairs(items, metric):
        yield name, name, refused - over


_READERS = {
    "proportion": _plain,
    "share": _plain,
    "mean": _plain,
    "parts": _parts,
    "given_attempted": _attempted,
    "told_apart": _told_apart,
    "refusal_gap": _refusal_gap,
}
"""Aggregates whose figure is a mean over items, over their parts, or over pairs of them."""


def _among_ways(
    clean: Sequence[tuple[str, str, float]], ways: Sequence[Mapping[str, float]], way: str, *, higher: bool
) -> Iterator[tuple[str, str, float]]:
    """The worst score of each item in all ways of asking, or how much it falls on average."""
    for key, unit, value in clean:
        others = [scores[key] for scores in ways if key in scores]
        if len(others) < len(ways) or not ways:
            continue
        if way == "worst_case":
            yield key, unit, (min if higher else max)(value, *others)
        else:
            fall = value - sum(others) / len(others)
            yield key, unit, fall if higher else -fall

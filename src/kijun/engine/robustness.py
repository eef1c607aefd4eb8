"""From the samples of a task and its variants to what the variants do."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import Any

import msgspec
import numpy as np

from kijun import statistics
from kijun.engine.prepare import PreparedTask
from kijun.engine.score import metrics_of
from kijun.perturbations import movable, option_columns
from kijun.records import Estimate, Measured, RobustnessResult, Sample, VariantResult
from kijun.specs import GroupSpec

__all__ = ["RobustnessTally"]

_BOOTSTRAP_SEED = 20261123
# Metrics that are means of the items' scores; of others, an item has no score to fall.
_MEANS: Mapping[str, tuple[float, float] | None] = {"proportion": (0.0, 1.0), "share": (0.0, 1.0), "mean": None}
_CLEAN = ""


class _Asked(msgspec.Struct, frozen=True):
    """One item in one way: scores by metric, the answer as far as it can be compared, the prompt's digest."""

    scores: dict[str, float]
    answer: Hashable | None
    prompt: int
    cluster: str | None
    options: int


class _Task(msgspec.Struct):
    """All ways of a task: label -> items by id, in data order; ``""`` is the task as it stands."""

    metrics: dict[str, tuple[str, bool]]
    clustered: bool
    answers: bool = True
    ways: dict[str, dict[str, _Asked]] = {}


class _Column(msgspec.Struct, frozen=True):
    """The items that all ways measured, in rows; ways in columns, the clean one first."""

    labels: list[str]
    scores: np.ndarray[Any, Any]
    items: list[list[_Asked]]
    clusters: list[str] | None


class RobustnessTally:
    """Takes in the samples of perturbed tasks as they pass, keeps what the figures need, and gives them at the end."""

    def __init__(self, prepared: Sequence[PreparedTask]) -> None:
        self._varied = {part.base for part in prepared if part.variant is not None}
        self._tasks: dict[str, _Task] = {}

    def passing(self, part: PreparedTask, samples: Iterator[Sample]) -> Iterator[Sample]:
        """The samples of a task, as it stands or in one of its variants, unchanged; each is taken in as it passes."""
        if part.base not in self._varied:
            yield from samples
            return
        metrics = {
            key: (metric.aggregate, metric.higher_is_better)
            for key, metric in metrics_of(part.scorers).items()
            if metric.aggregate in _MEANS and metric.ideal is None
        }
        task = self._tasks.setdefault(part.base, _Task(metrics, part.task.dataset.cluster is not None))
        task.answers = task.answers and _comparable(part)
        way = task.ways.setdefault(part.variant.label if part.variant is not None else _CLEAN, {})
        for sample in samples:
            way[sample.id] = _asked(part, sample, metrics)
            yield sample

    def results(
        self, groups: Sequence[GroupSpec], leaves: Mapping[str, Sequence[str]]
    ) -> dict[str, dict[str, RobustnessResult]]:
        """By task or group, then by metric; those alone that were asked both as they stand and in another way.

        Args:
            groups: groups of the run.
            leaves: group -> names of its tasks.
        """
        found = {}
        for name, task in self._tasks.items():
            if _CLEAN in task.ways and len(task.ways) > 1:
                found[name] = _figures([(name, task)], list(task.metrics))
        for group in groups:
            members = [(name, self._tasks[name]) for name in leaves[group.name] if name in found]
            if members and len(members) == len(leaves[group.name]) and group.weighted_by_size:
                metrics = [key for key in group.metrics if all(key in task.metrics for _, task in members)]
                found[group.name] = _figures(members, metrics)
        return {name: figures for name, figures in found.items() if figures}


def _comparable(part: PreparedTask) -> bool:
    return any(hasattr(one, "picked") or hasattr(one, "answered") for one in part.scorers.values())


def _asked(part: PreparedTask, sample: Sample, metrics: Mapping[str, Any]) -> _Asked:
    scores = {
        key: float(score.value)  # type: ignore[arg-type]
        for key in metrics
        if isinstance(score := sample.scores.get(key), Measured)
    }
    prompt = hash(tuple((r.context, getattr(r, "continuation", "")) for r in sample.requests))
    columns = option_columns(part.task)
    options = len(columns.read(sample.item)) if columns is not None else len(sample.question.choices)
    return _Asked(scores, _answer(part, sample), prompt, sample.cluster, options)


def _answer(part: PreparedTask, sample: Sample) -> Hashable | None:
    """What was answered: the place of the option before options were moved, or the text that the scorer read."""
    for scorer in part.scorers.values():
        if hasattr(scorer, "picked"):
            picked = scorer.picked(sample.question, sample.responses)
            return _unmoved(part, sample, picked) if isinstance(picked, int) else None
        if hasattr(scorer, "answered"):
            text = scorer.answered(sample.item, sample.question, sample.responses)
            if text is not None and re.fullmatch("[A-Z]", text):
                return _unmoved(part, sample, ord(text) - ord("A"))
            return text
    return None


def _unmoved(part: PreparedTask, sample: Sample, place: int) -> int:
    """The place that the option at `place` had before the shift."""
    columns = option_columns(part.task)
    if part.variant is None or columns is None or not part.variant.structure("options"):
        return place
    options, shift = columns.read(sample.item), part.variant.number
    return (place + shift) % len(options) if movable(options, shift) else place


def _figures(members: Sequence[tuple[str, _Task]], metrics: Sequence[str]) -> dict[str, RobustnessResult]:
    shared = [label for label in members[0][1].ways if all(label in task.ways for _, task in members)]
    found = {}
    for key in metrics:
        aggregate, higher = members[0][1].metrics[key]
        column = _column(members, shared, key)
        if len(column.scores):
            found[key] = _figure(members, column, key, _MEANS[aggregate], higher)
    return found


def _column(members: Sequence[tuple[str, _Task]], labels: list[str], key: str) -> _Column:
    rows, clusters, clustered = [], [], len(members) > 1 or members[0][1].clustered
    for name, task in members:
        for identity, clean in task.ways[_CLEAN].items():
            ways = [task.ways[label].get(identity) for label in labels]
            if all(way is not None and key in way.scores for way in ways):
                rows.append(ways)
                clusters.append(f"{name} {clean.cluster or identity}")
    scores = np.array([[way.scores[key] for way in row] for row in rows])  # type: ignore[union-attr]
    return _Column(labels, scores, rows, clusters if clustered else None)  # type: ignore[arg-type]


def _figure(
    members: Sequence[tuple[str, _Task]],
    column: _Column,
    key: str,
    bounds: tuple[float, float] | None,
    higher: bool,
) -> RobustnessResult:
    clean, changed = column.scores[:, 0], column.scores[:, 1:]
    settings: dict[str, Any] = {"clusters": column.clusters, "bounds": bounds}
    directed = {**settings, "higher_is_better": higher}
    variants = {
        label: VariantResult(
            value=_mean(changed[:, place], settings),
            drop=statistics.performance_drop(clean, changed[:, place], **directed),
            changed=float(np.mean([row[0].prompt != row[place + 1].prompt for row in column.items])),
        )
        for place, label in enumerate(column.labels[1:])
    }
    answers = [[way.answer for way in row] for row in column.items]
    circular, chance = _circular(members, key) if bounds == (0.0, 1.0) else (None, None)
    return RobustnessResult(
        clean=_mean(clean, settings),
        variants=variants,
        drop=statistics.performance_drop(clean, changed, **directed),
        relative_drop=statistics.relative_drop(clean, changed, **directed),
        worst_case=statistics.worst_case(column.scores, **directed),
        consistency=statistics.answer_agreement(answers, clusters=column.clusters)
        if all(task.answers for _, task in members)
        else None,
        score_consistency=statistics.answer_agreement(column.scores.tolist(), clusters=column.clusters),
        spread=statistics.spread(column.scores, rng=np.random.default_rng(_BOOTSTRAP_SEED), **settings),
        circular=circular,
        circular_chance=chance,
        higher_is_better=higher,
    )


def _mean(values: np.ndarray[Any, Any], settings: Mapping[str, Any]) -> Estimate:
    if settings["bounds"] == (0.0, 1.0) and np.all((values == 0) | (values == 1)):
        return statistics.proportion(values, clusters=settings["clusters"])
    return statistics.mean(values, **settings)


def _circular(members: Sequence[tuple[str, _Task]], key: str) -> tuple[Estimate | None, float | None]:
    """Share of items right in all orders of their options, of those that could be asked in all; and its chance."""
    right, chances, clusters = [], [], []
    for name, task in members:
        for identity, clean in task.ways[_CLEAN].items():
            ways = [clean, *_shifts(task, identity, clean)]
            if clean.options < 2 or len(ways) < clean.options or any(key not in way.scores for way in ways):
                continue
            right.append(float(all(way.scores[key] == 1.0 for way in ways)))
            chances.append(clean.options ** -float(clean.options))
            clusters.append(f"{name} {clean.cluster or identity}")
    if not right:
        return None, None
    clustered = len(members) > 1 or members[0][1].clustered
    return statistics.proportion(right, clusters=clusters if clustered else None), float(np.mean(chances))


def _shifts(task: _Task, identity: str, clean: _Asked) -> Iterator[_Asked]:
    """The item in all other orders of its options; one whose prompt is the clean one was not moved."""
    for shift in range(1, clean.options):
        way = task.ways.get(f"option-order#{shift}", {}).get(identity)
        if way is not None and way.prompt != clean.prompt:
            yield way

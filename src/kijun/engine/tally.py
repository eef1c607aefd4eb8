"""Scores of a task's items, gathered as they come, and what they make together."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from kijun.engine.aggregates import AGGREGATES, COMPARISONS
from kijun.engine.score import NO_JUDGE, expression_of_groups, groups_of
from kijun.records import Estimate, Failed, Filtered, Measured, Sample, TaskResult, Unscored
from kijun.specs import TaskSpec

__all__ = ["TaskTally", "estimate_task"]


def estimate_task(task: TaskSpec, shots: int, samples: Iterable[Sample], aggregates: Mapping[str, str]) -> TaskResult:
    """Estimates of a task; see `TaskTally`."""
    tally = TaskTally(task, shots, aggregates)
    for sample in samples:
        tally.add(sample)
    return tally.result()


class _Scores:
    """Measured scores of one metric; eight bytes each where they are numbers.

    Attributes:
        values: in the order of the items.
        owners: cluster of each item, or the item itself where it stands alone.
    """

    def __init__(self) -> None:
        self.values: Any = []
        self.owners: list[str] = []

    def add(self, value: float | tuple[float, ...], owner: str | None) -> None:
        if not len(self.values) and isinstance(value, float):
            self.values = array("d")
        elif isinstance(self.values, array) and not isinstance(value, float):
            self.values = list(self.values)
        self.values.append(value)
        if owner is not None:
            self.owners.append(owner)


class TaskTally:
    """Gathers the scores of a task; only measured ones enter, what was left out is counted.

    A metric is about the items that have a score of it, measured or not (see `where` of a scorer). A scorer with `by`
    gives besides its metric one for each sub-group of items, ``METRIC[VALUE]``, in the order in which the values first
    occur; one that compares groups gives each group's difference, the worst first.

    Args:
        aggregates: metric key -> name of its aggregate.
    """

    def __init__(self, task: TaskSpec, shots: int, aggregates: Mapping[str, str]) -> None:
        self._task, self._shots, self._aggregates = task, shots, aggregates
        self._by = {key: expression_of_groups(task, key) for key in aggregates}
        self._all = {key: _Scores() for key in aggregates}
        self._groups: dict[str, dict[str, _Scores]] = {key: {} for key in aggregates}
        self._items = self._failed = self._unscored = 0

    def add(self, sample: Sample) -> None:
        """Takes an item.

        Raises:
            SpecError: an expression for sub-groups that fails on its row.
        """
        self._items += 1
        if any(isinstance(response, Failed | Filtered) for response in sample.responses):
            self._failed += 1
        elif any(isinstance(score, Unscored) and score != NO_JUDGE for score in sample.scores.values()):
            # What no judge was named for is said of the whole run; the items are none the less measured by rules.
            self._unscored += 1
        for key, aggregate in self._aggregates.items():
            if key in sample.scores:
                self._add_score(key, sample, compared=aggregate in COMPARISONS)

    def _add_score(self, key: str, sample: Sample, *, compared: bool) -> None:
        score = sample.scores[key]
        own = sample.cluster or sample.id if compared or self._task.dataset.cluster else None
        if isinstance(score, Measured) and not compared:
            self._all[key].add(score.value, own)
        for label in groups_of(self._task, self._by[key], sample.item):
            scores = self._groups[key].setdefault(label, _Scores())
            if isinstance(score, Measured):
                scores.add(score.value, own)

    def passing(self, samples: Iterable[Sample]) -> Iterator[Sample]:
        """The samples as they are, each taken on its way."""
        for sample in samples:
            self.add(sample)
            yield sample

    def result(self) -> TaskResult:
        """What all items make together."""
        metrics: dict[str, Estimate] = {}
        for key, aggregate in self._aggregates.items():
            if aggregate in COMPARISONS:
                metrics.update(self._compared(key, aggregate))
                continue
            metrics[key] = self._estimate(self._all[key], aggregate)
            for label, scores in self._groups[key].items():
                metrics[f"{key}[{label}]"] = self._estimate(scores, aggregate)
        return TaskResult(
            metrics=metrics,
            n_measured=self._items - self._failed - self._unscored,
            n_unscored=self._unscored,
            n_failed=self._failed,
            version=self._task.version,
            shots=self._shots,
        )

    def _estimate(self, scores: _Scores, aggregate: str) -> Estimate:
        return AGGREGATES[aggregate](scores.values, scores.owners if self._task.dataset.cluster else None)

    def _compared(self, key: str, aggregate: str) -> dict[str, Estimate]:
        groups = self._groups[key]
        values = [value for scores in groups.values() for value in scores.values]
        labels = [label for label, scores in groups.items() for _ in scores.values]
        units = [owner for scores in groups.values() for owner in scores.owners]
        overall, gaps = COMPARISONS[aggregate](values, labels, units)
        return {key: overall, **{f"{key}[{label}]": gap for label, gap in gaps.items()}}

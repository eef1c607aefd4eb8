"""Two runs, item by item."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from kijun import statistics
from kijun.engine.aggregates import COMPARISONS
from kijun.engine.differences import compare_scores, mean_scores
from kijun.engine.score import groups_of_row
from kijun.errors import SpecError
from kijun.records import AnchoredDifference, Estimate, Measured, Sample
from kijun.statistics.clusters import cluster_variance, group_clusters
from kijun.store import Run

__all__ = ["Comparison", "TaskComparison", "compare_runs"]

_Pair = tuple[Sample, Sample]
_FAMILY = re.compile(r"\[.*\]$")


class TaskComparison(msgspec.Struct, frozen=True):
    """One metric of one task on the items that both runs measured.

    Attributes:
        a, b: values of the two runs on these items.
        difference: B minus A with its interval.
        wins, losses: items on which B scores more, less; 0 for figures that are no mean over items.
        p: two-sided, against no difference; None where it cannot be had (then `method` says why).
        ideal: the best value where it lies between the ends, such as 0 for a gap; None where an end is the best.
        p_adjusted: `p` adjusted for all metrics compared, or for all sub-groups of one metric, by Holm's method.
        smallest_visible: the difference that so many items (and clusters) would show with 80 % power; None where
            undefined.
    """

    task: str
    metric: str
    n: int
    a: float | None
    b: float | None
    difference: Estimate
    wins: int
    losses: int
    p: float | None
    method: str
    higher_is_better: bool
    ideal: float | None = None
    p_adjusted: float | None = None
    smallest_visible: float | None = None


class Comparison(msgspec.Struct, frozen=True):
    """Comparison of run B with run A.

    Attributes:
        a, b: names of the models.
        left_out: task -> number of items that only one run has measured.
        unpaired: tasks that both have but without an item in common.
        anchored: what people's ratings say of both, where one campaign rated both.
    """

    a: str
    b: str
    tasks: tuple[TaskComparison, ...]
    left_out: dict[str, int]
    unpaired: tuple[str, ...]
    anchored: tuple[AnchoredDifference, ...] = ()


def compare_runs(
    a: Run,
    b: Run,
    trained_on: Mapping[str, frozenset[str]] = {},
) -> Comparison:
    """Compares all tasks that two runs have in common, paired by item.

    Args:
        trained_on: task -> items that a model was trained on; they are left out, and with them what shares a passage
            or template with them.

    Raises:
        SpecError: no task in common.
        CorruptFileError: a damaged samples file.
    """
    common = [name for name in a.manifest.tasks if name in b.manifest.tasks]
    if not common:
        raise SpecError(
            f"the runs have no task in common: {', '.join(a.manifest.tasks)} and {', '.join(b.manifest.tasks)}"
        )
    rows: list[TaskComparison] = []
    left_out: dict[str, int] = {}
    unpaired = []
    for name in common:
        first, second = (_fresh(run, name, trained_on.get(name, frozenset())) for run in (a, b))
        both = [identity for identity in first if identity in second]
        if not both:
            unpaired.append(name)
            continue
        alone = len(first) + len(second) - 2 * len(both)
        if alone:
            left_out[name] = alone
        for metric, about in a.metrics(name).items():
            pairs = [(first[identity], second[identity]) for identity in both]
            rows += _compare_metric(name, metric, about, a.manifest.tasks[name].spec, pairs)
    return Comparison(a.manifest.model["name"], b.manifest.model["name"], _adjusted(rows), left_out, tuple(unpaired))


def _fresh(run: Run, task: str, seen: frozenset[str]) -> dict[str, Sample]:
    """The items of a task by id, without those that were seen in training."""
    samples = {sample.id: sample for sample in run.samples(task)}
    clusters = {samples[identity].cluster for identity in seen if identity in samples} - {None}
    return {
        identity: sample
        for identity, sample in samples.items()
        if identity not in seen and sample.cluster not in clusters
    }


def _compare_metric(
    task: str, metric: str, about: Mapping[str, Any], spec: Mapping[str, Any], pairs: Sequence[_Pair]
) -> Iterator[TaskComparison]:
    """The metric over all items, then over the items of each sub-group."""
    measured = [
        (x, y)
        for x, y in pairs
        if isinstance(x.scores.get(metric), Measured) and isinstance(y.scores.get(metric), Measured)
    ]
    by = _expression(spec, metric)
    labels = [groups_of_row(by, spec.get("each"), x.item) for x, _ in measured]
    if about["aggregate"] in COMPARISONS:
        yield from _compare_groups(task, metric, about, measured, labels)
        return
    rows = [(metric, measured)]
    for label in dict.fromkeys(name for names in labels for name in names):
        own = [pair for pair, names in zip(measured, labels, strict=True) if label in names]
        rows.append((f"{metric}[{label}]", own))
    for name, own in rows:
        row = _compare(task, metric, name, about, own)
        if row is not None:
            yield row


def _compare(
    task: str, metric: str, name: str, about: Mapping[str, Any], pairs: Sequence[_Pair]
) -> TaskComparison | None:
    a = [x.scores[metric].value for x, _ in pairs]  # type: ignore[union-attr]
    b = [y.scores[metric].value for _, y in pairs]  # type: ignore[union-attr]
    clusters = [x.cluster or x.id for x, _ in pairs] if any(x.cluster for x, _ in pairs) else None
    compared = compare_scores(about["aggregate"], a, b, clusters) if pairs else None
    if compared is None:
        return None
    found, value_a, value_b = compared
    means = mean_scores(about["aggregate"], a, b)
    visible = None if means is None else _visible(np.subtract(means[1], means[0]), clusters)
    return _row(task, name, about, found, (value_a, value_b), visible)


def _compare_groups(
    task: str, metric: str, about: Mapping[str, Any], pairs: Sequence[_Pair], labels: Sequence[Sequence[str]]
) -> Iterator[TaskComparison]:
    """Sub-groups that are compared with each other: whether the gap of each is another in the second run."""
    entries = [(pair, label) for pair, names in zip(pairs, labels, strict=True) for label in names]
    names = [label for _, label in entries]
    units = [x.cluster or x.id for (x, _), _ in entries]
    for label in dict.fromkeys(names):
        gaps = [
            statistics.gaps_by_unit(label, [pair[run].scores[metric].value for pair, _ in entries], names, units)  # type: ignore[union-attr]
            for run in (0, 1)
        ]
        both = [unit for unit in gaps[0] if unit in gaps[1]]
        if both:
            first, second = ([gap[unit] for unit in both] for gap in gaps)
            found = statistics.compare(second, first)
            values = float(np.mean(first)), float(np.mean(second))
            told = {**about, "ideal": 0.0}
            yield _row(task, f"{metric}[{label}]", told, found, values, _visible(np.subtract(second, first), None))


def _row(
    task: str,
    name: str,
    about: Mapping[str, Any],
    found: statistics.PairedComparison,
    values: tuple[float | None, float | None],
    visible: float | None,
) -> TaskComparison:
    return TaskComparison(
        task=task,
        metric=name,
        n=found.n,
        a=values[0],
        b=values[1],
        difference=found.difference,
        wins=found.wins,
        losses=found.losses,
        p=found.p_value,
        method=found.method,
        higher_is_better=about["higher_is_better"],
        ideal=about.get("ideal"),
        smallest_visible=visible,
    )


def _visible(differences: NDArray[np.float64], clusters: Sequence[str] | None) -> float | None:
    """The smallest difference that such items show with 80 % power, by the standard error that clusters leave."""
    if len(differences) < 2 or np.ptp(differences) == 0:
        return None
    spread = float(np.std(differences, ddof=1))
    codes = group_clusters(clusters, len(differences))
    robust = None if codes is None else cluster_variance(differences, codes)
    if robust is not None:
        spread = math.sqrt(robust.variance * len(differences))
    return statistics.minimal_detectable_difference(len(differences), spread)


def _expression(spec: Mapping[str, Any], metric: str) -> str | None:
    """Expression of the sub-groups of a metric, from the task as the manifest has it."""
    for scorer in spec.get("scorers", ()):
        key = scorer.get("metric") or scorer["name"]
        key = f"{key},{scorer['filter']}" if scorer.get("filter") else key
        if metric == key or metric.startswith(f"{key}."):
            return scorer.get("by")
    return None


def _adjusted(rows: Sequence[TaskComparison]) -> tuple[TaskComparison, ...]:
    """Holm's adjustment: over all metrics, and over the sub-groups of one metric by themselves, so that a long list of
    sub-groups takes nothing from what one came to compare."""
    families: dict[str, list[int]] = {}
    for place, row in enumerate(rows):
        if row.p is not None:
            plain = _FAMILY.sub("", row.metric)
            families.setdefault("" if plain == row.metric else f"{row.task} {plain}", []).append(place)
    adjusted: dict[int, float] = {}
    for places in families.values():
        found = statistics.holm([rows[place].p for place in places])
        adjusted |= dict(zip(places, map(float, found), strict=True))
    return tuple(
        msgspec.structs.replace(row, p_adjusted=adjusted[place]) if place in adjusted else row
        for place, row in enumerate(rows)
    )

"""Two runs, item by item."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec
import numpy as np

from kijun import statistics
from kijun.errors import SpecError
from kijun.records import Estimate, Measured, Sample
from kijun.store import Run

__all__ = ["Comparison", "TaskComparison", "compare_runs"]

_BOOTSTRAP_SEED = 20261123
_MEANS: Mapping[str, tuple[float, float] | None] = {"proportion": (0.0, 1.0), "share": (0.0, 1.0), "mean": None}
_TABLES: Mapping[str, Callable[..., Any]] = {
    "f1": statistics.f1_of_tables,
    "macro_f1": statistics.macro_f1_of_tables,
    "mcc": statistics.matthews_of_tables,
}


class TaskComparison(msgspec.Struct, frozen=True):
    """One metric of one task on the items that both runs measured.

    Attributes:
        a, b: values of the two runs on these items.
        difference: B minus A with its interval.
        wins, losses: items on which B scores more, less.
        p: two-sided, against no difference; None where it cannot be had (then `method` says why).
        p_adjusted: `p` adjusted for all comparisons shown, by Holm's method.
        smallest_visible: the difference that this many items would show with 80 % power; None where undefined.
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
    p_adjusted: float | None = None
    smallest_visible: float | None = None


class Comparison(msgspec.Struct, frozen=True):
    """Comparison of run B with run A.

    Attributes:
        a, b: names of the models.
        left_out: task -> number of items that only one run has measured.
        unpaired: tasks that both have but without an item in common.
    """

    a: str
    b: str
    tasks: tuple[TaskComparison, ...]
    left_out: dict[str, int]
    unpaired: tuple[str, ...]


def compare_runs(a: Run, b: Run) -> Comparison:
    """Compares all tasks that two runs have in common, paired by item.

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
        first = {sample.id: sample for sample in a.samples(name)}
        second = {sample.id: sample for sample in b.samples(name)}
        both = [identity for identity in first if identity in second]
        if not both:
            unpaired.append(name)
            continue
        alone = len(first) + len(second) - 2 * len(both)
        if alone:
            left_out[name] = alone
        for metric, about in a.metrics(name).items():
            pairs = [(first[identity], second[identity]) for identity in both]
            row = _compare_metric(name, metric, about, pairs)
            if row is not None:
                rows.append(row)
    return Comparison(a.manifest.model["name"], b.manifest.model["name"], _adjusted(rows), left_out, tuple(unpaired))


def _compare_metric(
    task: str, metric: str, about: Mapping[str, Any], pairs: Sequence[tuple[Sample, Sample]]
) -> TaskComparison | None:
    measured = [
        (x, y)
        for x, y in pairs
        if isinstance(x.scores.get(metric), Measured) and isinstance(y.scores.get(metric), Measured)
    ]
    if not measured:
        return None
    a = [x.scores[metric].value for x, _ in measured]  # type: ignore[union-attr]
    b = [y.scores[metric].value for _, y in measured]  # type: ignore[union-attr]
    clusters = [x.cluster or x.id for x, _ in measured] if any(x.cluster for x, _ in measured) else None
    aggregate = about["aggregate"]
    smallest = None
    if aggregate in _MEANS:
        found = statistics.compare(b, a, clusters=clusters, bounds=_MEANS[aggregate])
        values = float(np.mean(a)), float(np.mean(b))
        spread = float(np.std(np.subtract(b, a), ddof=1)) if len(a) > 1 else 0.0
        smallest = statistics.minimal_detectable_difference(len(a), spread) if spread else None
    elif aggregate in _TABLES:
        gold = [pair[0] for pair in a]  # type: ignore[index]
        picked_a, picked_b = [pair[1] for pair in a], [pair[1] for pair in b]  # type: ignore[index]
        rng = np.random.default_rng(_BOOTSTRAP_SEED)
        found = statistics.paired_bootstrap(_TABLES[aggregate], gold, picked_b, picked_a, rng=rng, clusters=clusters)
        values = None, None
    else:
        return None
    return TaskComparison(
        task=task,
        metric=metric,
        n=found.n,
        a=values[0],
        b=values[1],
        difference=found.difference,
        wins=found.wins,
        losses=found.losses,
        p=found.p_value,
        method=found.method,
        higher_is_better=about["higher_is_better"],
        smallest_visible=smallest,
    )


def _adjusted(rows: Sequence[TaskComparison]) -> tuple[TaskComparison, ...]:
    known = [row.p for row in rows if row.p is not None]
    adjusted = iter(statistics.holm(known) if known else [])
    return tuple(
        row if row.p is None else msgspec.structs.replace(row, p_adjusted=float(next(adjusted))) for row in rows
    )

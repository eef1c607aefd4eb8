"""Models against each other on single figures, item by item, with all comparisons adjusted together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Literal

import msgspec
import numpy as np
from scipy import special

from kijun import statistics
from kijun.decisions.columns import Column
from kijun.records import Estimate, Measure, PairedDifference, Profile

__all__ = ["adjusted", "compare_all", "compare_figure"]

_LEVEL = 0.05


def compare_all(
    profiles: Sequence[Profile], keys: Sequence[str], columns: Sequence[Mapping[str, Column]]
) -> tuple[PairedDifference, ...]:
    """Every pair of models on every figure that both have."""
    found = []
    for first, second in combinations(range(len(profiles)), 2):
        for key in keys:
            a, b = profiles[first].measure(key), profiles[second].measure(key)
            if a is not None and b is not None:
                names = (profiles[first].name, profiles[second].name)
                found.append(compare_figure(names, a, b, columns[first].get(key), columns[second].get(key)))
    return adjusted(found)


def compare_figure(
    names: tuple[str, str], a: Measure, b: Measure, first: Column | None, second: Column | None
) -> PairedDifference:
    """B minus A: on the items that both measured, or by their intervals where a figure is no mean of item scores."""
    if first is not None and second is not None:
        places = {key: place for place, key in enumerate(first.keys)}
        both = [(places[key], place) for place, key in enumerate(second.keys) if key in places]
        if both:
            mine, theirs = (list(side) for side in zip(*both, strict=True))
            units = [second.units[place] for place in theirs]
            clusters = units if len(set(units)) < len(units) else None
            made = statistics.compare(
                second.values[theirs], first.values[mine], clusters=clusters, bounds=second.bounds
            )
            return _difference(names, b, made.difference, made.p_value, made.method)
    estimate = statistics.difference_of_estimates(b.estimate, a.estimate)
    p = None
    if estimate.value is not None and estimate.low is not None and estimate.high is not None:
        side = estimate.value - estimate.low if estimate.value > 0 else estimate.high - estimate.value
        spread = side / statistics.normal_quantile(estimate.level)
        p = float(2 * special.ndtr(-abs(estimate.value) / spread)) if spread > 0 else None
    return _difference(names, b, estimate, p, "intervals of both")


def _difference(
    names: tuple[str, str], measure: Measure, difference: Estimate, p: float | None, method: str
) -> PairedDifference:
    return PairedDifference(
        names[0],
        names[1],
        measure.key,
        measure.axis,
        difference,
        p,
        None,
        measure.scale.higher_is_better,
        "same",
        method,
    )


def adjusted(rows: Sequence[PairedDifference]) -> tuple[PairedDifference, ...]:
    """With p-values adjusted over all rows by Holm's method, and the verdict that follows."""
    known = [row.p for row in rows if row.p is not None]
    values = iter(statistics.holm(known) if known else np.array([]))
    found = []
    for row in rows:
        p = None if row.p is None else float(next(values))
        found.append(msgspec.structs.replace(row, p_adjusted=p, verdict=_verdict(row, p)))
    return tuple(found)


def _verdict(row: PairedDifference, p: float | None) -> Literal["better", "worse", "same"]:
    value = row.difference.value
    if p is None or p > _LEVEL or not value:
        return "same"
    return "better" if (value > 0) == row.higher_is_better else "worse"

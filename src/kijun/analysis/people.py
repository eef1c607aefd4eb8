"""Figures of people alone: what raters would give all items, from those that they rated."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np

from kijun import statistics
from kijun.records import CampaignItem, Estimate
from kijun.specs import RubricSpec

__all__ = ["chances_of", "people_alone", "score_bounds"]


def people_alone(
    values: Sequence[float],
    chances: Sequence[float],
    clusters: Sequence[str | None],
    bounds: tuple[float, float] | None,
) -> Estimate:
    """Mean of the items' human scores, by the chances with which they were drawn.

    Args:
        values: an item's score each; `chances` and `clusters` likewise.
        bounds: least and greatest score; None where there is no end of them.
    """
    if not len(values):
        return statistics.nothing_measured(0.95)
    shared = clusters if any(name is not None for name in clusters) else None
    if np.ptp(chances) < 1e-9:
        if bounds == (0.0, 1.0) and set(values) <= {0.0, 1.0}:
            return statistics.proportion(values, clusters=shared)
        return statistics.mean(values, clusters=shared, bounds=bounds)
    whole, nothing = np.ones(len(values), dtype=bool), np.zeros(len(values))
    return statistics.corrected_mean_by_design(
        values, whole, nothing, chances, weight=0.0, bounds=bounds, clusters=shared
    ).human


def chances_of(drawn: Iterable[CampaignItem], scored: Iterable[CampaignItem]) -> dict[str, float]:
    """Id of an item -> its chance to have been drawn and scored.

    That of being drawn times the share of its stratum's drawn items that have a score: within a stratum the others are
    taken to be missing at random. An item without a known chance counts as drawn for sure.
    """
    known = list(scored)
    size, done = Counter(item.stratum for item in drawn), Counter(item.stratum for item in known)
    return {
        item.id: (1.0 if item.inclusion_probability is None else item.inclusion_probability)
        * (done[item.stratum] / size[item.stratum])
        for item in known
    }


def score_bounds(rubric: RubricSpec, part: str) -> tuple[float, float] | None:
    """Least and greatest score of a metric's second half; None where there is no end of them."""
    name, share, _ = part.partition("=")
    dimension = next((d for d in rubric.dimensions if d.id == name), None)
    if dimension is None or share or dimension.scale.type == "binary":
        return 0.0, 1.0
    if dimension.scale.type == "ordinal":
        numbers = [float(point) for point in dimension.scale.points]
        return min(numbers), max(numbers)
    low, high = dimension.scale.low, dimension.scale.high
    return None if dimension.scale.type == "checklist" or low is None or high is None else (low, high)

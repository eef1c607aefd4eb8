"""How many ratings: for an interval of a wanted width, beside a judge, and while one keeps looking at the results."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from kijun.records import Estimate
from kijun.statistics.intervals import normal_quantile
from kijun.statistics.means import as_values, nothing_measured

__all__ = ["ratings_needed", "ratings_to_go", "running_mean", "split_budget"]

_MOST = 10_000_000


def ratings_needed(
    half_width: float, sd: float, *, correlation: float = 0.0, items: int | None = None, level: float = 0.95
) -> int | None:
    """Ratings that bring the interval of a mean to ± `half_width`.

    Without a judge z² sd² / half_width². With a judge who scores all T items and correlates by r with the ratings, the
    corrected mean (`corrected_mean`) has the variance sd² (T (1 - r²) + r² n) / (n T), which is solved for n.

    Args:
        half_width: wanted half-width of the interval, > 0.
        sd: standard deviation of ratings; √(p (1 - p)) for a share p, at most 0.5.
        correlation: between ratings and the judge's scores; 0 is no judge, negative ones count as 0.
        items: T, all items that can be rated; None is no end of them.

    Returns:
        the number of ratings; None where rating every item would not be enough.

    Source: Broska, Howes and van Loon (2025), Sociol. Methods Res. (power of prediction-powered inference), whose
    effective sample size this inverts.
    """
    if half_width <= 0 or sd < 0 or not -1 <= correlation <= 1:
        raise ValueError(
            f"needs a width above 0, a spread and a correlation; got {half_width!r}, {sd!r}, {correlation!r}"
        )
    explained = max(correlation, 0.0) ** 2
    plain = (normal_quantile(level) * sd / half_width) ** 2
    if items is None:
        return max(math.ceil(plain * (1 - explained)), 1)
    if plain * explained >= items:
        return None
    needed = plain * items * (1 - explained) / (items - plain * explained)
    return max(math.ceil(needed - 1e-9), 1) if needed <= items else None


def split_budget(effective: float, correlation: float, cost_ratio: float) -> tuple[int, int]:
    """Ratings and judge calls that are worth `effective` ratings at the least cost.

    n = n0 (1 - r² + √(g r² (1 - r²))) and N = n (n0 - n) / (n - (1 - r²) n0), with n0 the effective number, r the
    correlation and g the cost of a judged item over that of a rating. Where judging does not pay, all are ratings.

    Args:
        effective: ratings without a judge that would do as well.
        correlation: between ratings and the judge's scores.
        cost_ratio: cost of a judge's score (and of the answer that it scores) over that of a rating.

    Returns:
        items to be rated (and judged), items to be judged only.

    Source: as `ratings_needed`.
    """
    if effective < 1 or cost_ratio <= 0 or not -1 <= correlation <= 1:
        raise ValueError(f"needs ratings, a correlation and a cost; got {effective!r}, {correlation!r}, {cost_ratio!r}")
    explained = max(correlation, 0.0) ** 2
    rated = effective * (1 - explained + math.sqrt(cost_ratio * explained * (1 - explained)))
    if explained == 0 or rated >= effective:
        return math.ceil(effective), 0
    left = rated - (1 - explained) * effective
    judged = math.inf if left <= 0 else rated * (effective - rated) / left
    judged = min(judged, float(_MOST))
    if rated + cost_ratio * (rated + judged) >= effective:
        return math.ceil(effective), 0
    return math.ceil(rated), math.ceil(judged)


def running_mean(values: ArrayLike, *, expected: int = 200, level: float = 0.95) -> Estimate:
    """Mean with an interval that holds at every moment, however often one looks and whenever one stops.

    An ordinary interval is right at one look that was fixed beforehand; who looks after each rating and stops when the
    interval pleases is wrong far more often. This one is mean ± sd √(2 (n r² + 1) / (n² r²) log(√(n r² + 1) / alpha)),
    r chosen so that it is shortest about `expected` ratings. It is a limit for many ratings: from 30 on it holds.

    Args:
        values: (n,) ratings in the order in which they came.
        expected: about how many there will be.

    Source: Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas (2024), Ann. Stat. 52:2613-2640, theorem 2.2 and section
    2.4 (choice of r).
    """
    scores = as_values(values)
    if scores.size == 0:
        return nothing_measured(level)
    if scores.size < 2 or np.ptp(scores) == 0:
        return Estimate(float(scores[0]), None, None, None, level, len(scores), "all scores equal: no interval")
    sd, value = float(scores.std(ddof=1)), float(scores.mean())
    half = sd * _running_factor(len(scores), expected, level)
    stderr = sd / math.sqrt(len(scores))
    return Estimate(value, stderr, value - half, value + half, level, len(scores), "confidence sequence")


def ratings_to_go(rated: int, half_width: float, sd: float, *, expected: int = 200, level: float = 0.95) -> int | None:
    """About how many more ratings bring `running_mean` within ± `half_width`; None: more than anyone has.

    Args:
        rated: ratings so far.
        sd: standard deviation of ratings so far.
    """
    if half_width <= 0:
        raise ValueError(f"needs a width above 0; got {half_width!r}")
    low, high = max(rated, 2), max(rated, 2)
    while sd * _running_factor(high, expected, level) > half_width:
        if high >= _MOST:
            return None
        low, high = high, high * 2
    while low < high:
        middle = (low + high) // 2
        if sd * _running_factor(middle, expected, level) > half_width:
            low = middle + 1
        else:
            high = middle
    return low - rated


def _running_factor(n: int, expected: int, level: float) -> float:
    alpha = 1 - level
    reach = -2 * math.log(alpha)
    rho2 = (reach + math.log(reach + 1)) / expected
    grown = n * rho2 + 1
    return math.sqrt(2 * grown / (n * n * rho2) * math.log(math.sqrt(grown) / alpha))

"""Proportions and means over items."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kijun.records import Estimate
from kijun.statistics.clusters import Clusters, cluster_variance, effective_clusters, group_clusters
from kijun.statistics.intervals import rare_share, t_quantile, wilson

__all__ = ["all_binary", "as_values", "effective_trials", "mean", "mean_stderr", "nothing_measured", "proportion"]

_NO_INTERVAL = (None, None)
_Limits = tuple[float, float] | tuple[None, None]


def proportion(values: ArrayLike, *, clusters: Clusters | None = None, level: float = 0.95) -> Estimate:
    """Share of ones among zeros and ones, with an interval that does not collapse at 0 or 1.

    `stderr` is lm-evaluation-harness's whatever the clusters: the sample standard deviation over √n. The interval is
    Wilson's; where items share clusters, Wilson's at the effective sample size (see `effective_trials`).

    Args:
        values: (n,) zeros and ones, or booleans.
        clusters: n names; items with the same name are not independent, None stands alone.
        level: confidence level.

    Raises:
        ValueError: a value is neither 0 nor 1.
    """
    scores = as_values(values)
    if scores.size == 0:
        return nothing_measured(level)
    if not all_binary(scores):
        odd = scores[(scores != 0) & (scores != 1)][0]
        raise ValueError(f"a proportion is made of zeros and ones, not {float(odd)!r}; use mean() for other scores")
    codes = group_clusters(clusters, len(scores))
    value = float(np.count_nonzero(scores) / len(scores))
    limits, method = _proportion_limits(scores, codes, level)
    return Estimate(value, mean_stderr(scores), *limits, level, len(scores), method)


def mean(
    values: ArrayLike,
    *,
    clusters: Clusters | None = None,
    bounds: tuple[float, float] | None = None,
    level: float = 0.95,
) -> Estimate:
    """Mean of scores with Student's t interval, cluster-robust where items share clusters.

    `stderr` is lm-evaluation-harness's whatever the clusters. Scores that are all equal tell nothing of their spread:
    within bounds the interval is then as wide as the share of other scores that n draws can miss ("rule-of-three"),
    without bounds there is none. Scores that all lie on one of the bounds are a proportion and get its interval.

    Args:
        values: (n,) finite scores.
        clusters: n names; items with the same name are not independent, None stands alone.
        bounds: least and greatest score that is possible; limits are clipped to them.
        level: confidence level.

    Raises:
        ValueError: a score is not finite or out of bounds.
    """
    scores = as_values(values)
    if bounds is not None:
        _check_bounds(scores, bounds)
    if scores.size == 0:
        return nothing_measured(level)
    codes = group_clusters(clusters, len(scores))
    # shifted by the first score, so that equal scores give exactly their own value back
    value = float(scores[0] + (scores - scores[0]).mean())
    limits, method = _mean_limits(scores, value, codes, bounds, level)
    return Estimate(value, mean_stderr(scores), *limits, level, len(scores), method)


def mean_stderr(scores: NDArray[np.float64]) -> float | None:
    """lm-evaluation-harness's standard error of a mean: √(Σ(x - x̄)²/(n - 1)) / √n; None for fewer than two items."""
    if len(scores) < 2:
        return None
    return float(scores.std(ddof=1)) / math.sqrt(len(scores))


def nothing_measured(level: float) -> Estimate:
    """The estimate from no items at all: no value, and `method` says why."""
    return Estimate(None, None, None, None, level, 0, "no measured items")


def as_values(values: ArrayLike) -> NDArray[np.float64]:
    """(n,) float array of `values`; raises ValueError where one is not finite or the array is not flat."""
    scores = np.asarray(values, dtype=float)
    if scores.ndim != 1:
        raise ValueError(f"scores are one flat array, not one of shape {scores.shape}")
    if not np.all(np.isfinite(scores)):
        raise ValueError("scores are finite numbers; an item without a score is left out, not entered as NaN")
    return scores


def all_binary(scores: NDArray[np.float64]) -> bool:
    """Whether every score is 0 or 1."""
    return bool(np.all((scores == 0) | (scores == 1)))


def _check_bounds(scores: NDArray[np.float64], bounds: tuple[float, float]) -> None:
    if not bounds[0] < bounds[1]:
        raise ValueError(f"bounds are (least, greatest), not {bounds!r}")
    outside = scores[(scores < bounds[0]) | (scores > bounds[1])]
    if outside.size:
        raise ValueError(f"a score of {float(outside[0])!r} lies outside the bounds {bounds!r}")


def effective_trials(scores: NDArray[np.float64], codes: NDArray[np.intp] | None, level: float) -> float | None:
    """Independent trials that a proportion stands on: n / design effect; None where there is one cluster only.

    The design effect is the cluster-robust variance over the simple one; the t quantiles' ratio makes up for the few
    clusters that it is estimated from. Where all scores are equal the design effect cannot be seen, and each cluster
    counts as one draw.

    Args:
        scores: (n,) zeros and ones.
        codes: (n,) cluster numbers (`group_clusters`), None if every item stands alone.
        level: of the two-sided interval that is wanted.

    Source: Korn and Graubard (1998), Survey Methodology 24:193-201.
    """
    n, share = len(scores), float(scores.mean())
    if codes is None:
        return float(n)
    if share in (0.0, 1.0):
        return effective_clusters(codes)
    robust = cluster_variance(scores, codes)
    if robust is None:
        return None
    simple = float(scores.var(ddof=1)) / n
    effect = robust.variance / simple
    few = (t_quantile(level, robust.dof) / t_quantile(level, n - 1)) ** 2
    return n / (effect * max(few, 1.0))


def _proportion_limits(
    scores: NDArray[np.float64], codes: NDArray[np.intp] | None, level: float
) -> tuple[_Limits, str]:
    """Wilson's interval at the effective sample size (Dean and Pagano 2015, J. Surv. Stat. Methodol. 3:484-503)."""
    trials = effective_trials(scores, codes, level)
    if trials is None:
        return _NO_INTERVAL, "one cluster only: no interval"
    return wilson(float(scores.mean()), trials, level), "wilson" if codes is None else "cluster-wilson"


def _mean_limits(
    scores: NDArray[np.float64],
    value: float,
    codes: NDArray[np.intp] | None,
    bounds: tuple[float, float] | None,
    level: float,
) -> tuple[_Limits, str]:
    if bounds is not None and np.all((scores == bounds[0]) | (scores == bounds[1])):
        limits, method = _proportion_limits((scores == bounds[1]).astype(float), codes, level)
        if limits[0] is None:
            return limits, method
        width = bounds[1] - bounds[0]
        return (bounds[0] + width * limits[0], bounds[0] + width * limits[1]), method
    if np.all(scores == scores[0]):
        if bounds is None:
            return _NO_INTERVAL, "one item: no interval" if len(scores) == 1 else "all scores equal: no interval"
        missed = rare_share(len(scores) if codes is None else effective_clusters(codes), level)
        return (value - missed * (value - bounds[0]), value + missed * (bounds[1] - value)), "rule-of-three"
    if codes is None:
        half, method = t_quantile(level, len(scores) - 1) * math.sqrt(scores.var(ddof=1) / len(scores)), "t"
    else:
        robust = cluster_variance(scores, codes)
        if robust is None:
            return _NO_INTERVAL, "one cluster only: no interval"
        half, method = t_quantile(level, robust.dof) * math.sqrt(robust.variance), "cluster-t"
    low, high = value - half, value + half
    if bounds is not None:
        low, high = max(low, bounds[0]), min(high, bounds[1])
    return (low, high), method

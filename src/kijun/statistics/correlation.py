"""Correlation of gold and predicted numbers."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kijun.records import Estimate
from kijun.statistics.bootstrap import bca_limits, resampled_counts
from kijun.statistics.clusters import Clusters, group_clusters
from kijun.statistics.means import as_values, nothing_measured

__all__ = ["CORRELATION_REPLICATES", "pearson", "pearson_spearman_mean", "spearman"]

CORRELATION_REPLICATES = 2_000
"""Default number of resamples: fewer than for tables, since every item takes part; the stderr is known to 1.6 %."""

_JACKKNIFE_LIMIT = 2_000
"""Beyond so many units the acceleration of BCa, which falls with 1/√n, is taken as 0."""

_SMALLEST_VARIANCE = 1e-12
"""Relative to the whole sample's: a resample below it is constant up to rounding, and its correlation undefined."""

_Weighted = Callable[[NDArray[np.float64]], NDArray[np.float64]]
"""(r, n) weights of the items to (r,) correlations, NaN where undefined."""


def pearson(
    gold: ArrayLike,
    predicted: ArrayLike,
    *,
    rng: np.random.Generator,
    clusters: Clusters | None = None,
    level: float = 0.95,
    replicates: int = CORRELATION_REPLICATES,
) -> Estimate:
    """Product-moment correlation. Standard error and interval: BCa bootstrap over items, or over clusters.

    Undefined (value None) where gold or predictions do not vary.

    Args:
        gold, predicted: (n,) finite numbers.
        rng: source of the resamples.
        clusters: n names; items with the same name are not independent, None stands alone.
    """
    return _estimate(_pearson_weighted, gold, predicted, rng, clusters, level, replicates)


def spearman(
    gold: ArrayLike,
    predicted: ArrayLike,
    *,
    rng: np.random.Generator,
    clusters: Clusters | None = None,
    level: float = 0.95,
    replicates: int = CORRELATION_REPLICATES,
) -> Estimate:
    """Rank correlation, ties with their mean rank; ranks are taken anew in every resample. Else as `pearson`."""
    return _estimate(_spearman_weighted, gold, predicted, rng, clusters, level, replicates)


def pearson_spearman_mean(
    gold: ArrayLike,
    predicted: ArrayLike,
    *,
    rng: np.random.Generator,
    clusters: Clusters | None = None,
    level: float = 0.95,
    replicates: int = CORRELATION_REPLICATES,
) -> Estimate:
    """Mean of the two, GLUE's figure for STS-B (Wang et al. 2019, arXiv:1804.07461, table 1). Else as `pearson`."""

    def both(x: NDArray[np.float64], y: NDArray[np.float64]) -> _Weighted:
        first, second = _pearson_weighted(x, y), _spearman_weighted(x, y)
        return lambda weights: (first(weights) + second(weights)) / 2

    return _estimate(both, gold, predicted, rng, clusters, level, replicates)


def _estimate(
    prepare: Callable[[NDArray[np.float64], NDArray[np.float64]], _Weighted],
    gold: ArrayLike,
    predicted: ArrayLike,
    rng: np.random.Generator,
    clusters: Clusters | None,
    level: float,
    replicates: int,
) -> Estimate:
    x, y = as_values(gold), as_values(predicted)
    if x.shape != y.shape:
        raise ValueError(f"gold and predicted are of one length, not {len(x)} and {len(y)}")
    n = len(x)
    if n == 0:
        return nothing_measured(level)
    for name, numbers in (("gold", x), ("predicted", y)):
        if np.ptp(numbers) == 0:
            return Estimate(None, None, None, None, level, n, f"undefined: all {name} values are equal")
    correlate = prepare(x, y)
    value = float(correlate(np.ones((1, n)))[0])
    codes = group_clusters(clusters, n)
    units = n if codes is None else int(codes.max()) + 1
    if units < 3:
        return Estimate(value, None, None, None, level, n, "fewer than three items or clusters: no interval")

    def of_units(counts: NDArray[np.float64]) -> NDArray[np.float64]:
        return correlate(counts if codes is None else counts[:, codes])

    drawn = np.concatenate([of_units(counts) for counts in resampled_counts(units, n, rng, replicates)])
    drawn = drawn[np.isfinite(drawn)]
    stderr = float(drawn.std(ddof=1)) if len(drawn) > 1 else None
    left_out = of_units(1 - np.eye(units)) if units <= _JACKKNIFE_LIMIT else np.zeros(units)
    left_out = np.where(np.isfinite(left_out), left_out, value)
    limits = bca_limits(value, drawn, left_out, np.ones(units, dtype=np.int64), level) if len(drawn) > 1 else None
    if limits is None:
        return Estimate(value, stderr, None, None, level, n, "every resample gives the same correlation: no interval")
    return Estimate(value, stderr, *limits, level, n, "bootstrap-bca" if codes is None else "cluster-bootstrap-bca")


def _pearson_weighted(x: NDArray[np.float64], y: NDArray[np.float64]) -> _Weighted:
    a, b = (x - x.mean()) / x.std(), (y - y.mean()) / y.std()
    products = np.stack([np.ones_like(a), a, b, a * a, b * b, a * b], axis=1)

    def correlate(weights: NDArray[np.float64]) -> NDArray[np.float64]:
        size, sa, sb, saa, sbb, sab = (weights @ products).T
        return _normalised(sab / size - sa * sb / size**2, saa / size - (sa / size) ** 2, sbb / size - (sb / size) ** 2)

    return correlate


def _spearman_weighted(x: NDArray[np.float64], y: NDArray[np.float64]) -> _Weighted:
    places = [np.unique(numbers, return_inverse=True)[1] for numbers in (x, y)]
    ties = [_membership(place) for place in places]

    def correlate(weights: NDArray[np.float64]) -> NDArray[np.float64]:
        size = weights.sum(axis=1)
        centred = []
        for place, (order, starts) in zip(places, ties, strict=True):
            # items at one distinct value share the mean of the ranks that they take up together
            mass = np.add.reduceat(weights[:, order], starts, axis=1)
            middle = np.cumsum(mass, axis=1) - mass / 2
            centred.append((middle - size[:, None] / 2)[:, place] / size[:, None])
        a, b = centred
        # ranks centred so have a weighted mean of exactly 0
        weighted = weights / size[:, None]
        return _normalised((weighted * a * b).sum(1), (weighted * a * a).sum(1), (weighted * b * b).sum(1))

    return correlate


def _membership(place: NDArray[np.intp]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Items sorted by the distinct value they have, and where each value's run starts."""
    order = np.argsort(place, kind="stable")
    return order, np.flatnonzero(np.diff(place[order], prepend=-1))


def _normalised(
    covariance: NDArray[np.float64], first: NDArray[np.float64], second: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Covariance over the root of the variances, held within ±1; NaN where a variance vanishes."""
    defined = (first > _SMALLEST_VARIANCE) & (second > _SMALLEST_VARIANCE)
    scale = np.sqrt(np.where(defined, first * second, 1.0))
    return np.where(defined, np.clip(covariance / scale, -1, 1), np.nan)

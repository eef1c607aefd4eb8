"""How well a detector's scores tell two kinds of items apart, and whether one detector does it better than another."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kijun.records import Estimate
from kijun.statistics.bootstrap import REPLICATES, bca_limits, resampled_counts
from kijun.statistics.clusters import Clusters, group_clusters
from kijun.statistics.means import as_values

__all__ = ["auc", "compare_auc"]


def auc(
    labels: ArrayLike,
    scores: ArrayLike,
    *,
    rng: np.random.Generator,
    clusters: Clusters | None = None,
    level: float = 0.95,
    replicates: int = REPLICATES,
) -> Estimate:
    """Area under the ROC curve: the chance that an item of class 1 scores above one of class 0, ties counted half.

    Interval: BCa bootstrap over items or clusters. 0.5 tells nothing. Without items of both classes there is no value.

    Args:
        labels: (n,) zeros and ones.
        scores: (n,) finite scores; greater ones speak for class 1.

    Source: Hanley and McNeil (1982), Radiology 143:29-36 (area as Mann-Whitney's statistic); Efron (1987) for BCa.
    """
    return _estimate(labels, [scores], rng, clusters, level, replicates)


def compare_auc(
    labels: ArrayLike,
    a: ArrayLike,
    b: ArrayLike,
    *,
    rng: np.random.Generator,
    clusters: Clusters | None = None,
    level: float = 0.95,
    replicates: int = REPLICATES,
) -> Estimate:
    """Area of detector A minus that of B on the same items, both resampled together (`auc`)."""
    return _estimate(labels, [a, b], rng, clusters, level, replicates)


def _estimate(
    labels: ArrayLike,
    detectors: list[ArrayLike],
    rng: np.random.Generator,
    clusters: Clusters | None,
    level: float,
    replicates: int,
) -> Estimate:
    classes = as_values(labels)
    if not np.all((classes == 0) | (classes == 1)):
        raise ValueError("labels are zeros and ones")
    n = len(classes)
    columns = [as_values(scores) for scores in detectors]
    if any(len(column) != n for column in columns):
        raise ValueError(f"every one of the {n} labels needs a score")
    if classes.min(initial=1) == classes.max(initial=0):
        return Estimate(None, None, None, None, level, n, "items of one class only")
    codes = group_clusters(clusters, n)
    units = np.arange(n) if codes is None else codes
    k = int(units.max()) + 1
    wins = np.zeros((k, k))
    for sign, column in zip((1, -1), columns, strict=False):
        wins += sign * _wins(classes, column, units, k)
    positive = np.bincount(units[classes == 1], minlength=k).astype(float)
    negative = np.bincount(units[classes == 0], minlength=k).astype(float)
    value = float(wins.sum() / (positive.sum() * negative.sum()))
    if k == 1:
        return Estimate(value, None, None, None, level, n, "one cluster only: no interval")
    drawn = []
    for counts in resampled_counts(k, k, rng, replicates):
        pairs = (counts @ positive) * (counts @ negative)
        whole = pairs > 0
        drawn.append(np.einsum("rk,rk->r", counts[whole] @ wins, counts[whole]) / pairs[whole])
    found = np.concatenate(drawn)
    left_out = _without_each(wins, positive, negative, value)
    limits = bca_limits(value, found, left_out, np.ones(k, dtype=np.int64), level)
    prefix = "" if codes is None else "cluster-"
    if limits is None:
        return Estimate(value, 0.0, None, None, level, n, "the detector never errs here: no interval")
    return Estimate(value, float(found.std(ddof=1)), *limits, level, n, prefix + "bootstrap-bca")


def _wins(
    classes: NDArray[np.float64], scores: NDArray[np.float64], units: NDArray[np.intp], k: int
) -> NDArray[np.float64]:
    """(k, k) how often items of class 1 in one unit score above items of class 0 in another, ties counted half."""
    ones, zeros = np.flatnonzero(classes == 1), np.flatnonzero(classes == 0)
    difference = scores[ones][:, None] - scores[zeros][None, :]
    won = (np.sign(difference) + 1) / 2
    return _summed(_summed(won, units[ones], k).T, units[zeros], k).T


def _summed(rows: NDArray[np.float64], units: NDArray[np.intp], k: int) -> NDArray[np.float64]:
    """(k, m) sums of the rows of each unit."""
    found = np.zeros((k, rows.shape[1]))
    np.add.at(found, units, rows)
    return found


def _without_each(
    wins: NDArray[np.float64], positive: NDArray[np.float64], negative: NDArray[np.float64], value: float
) -> NDArray[np.float64]:
    """(k,) the area without one unit; the area itself where a class is then gone."""
    pairs = (positive.sum() - positive) * (negative.sum() - negative)
    rest = wins.sum() - wins.sum(0) - wins.sum(1) + np.diag(wins)
    return np.where(pairs > 0, rest / np.maximum(pairs, 1), value)

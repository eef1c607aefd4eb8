"""The difference of two models in a figure that is no mean over items, such as a gap between groups or an area."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy import special

from kijun.records import Estimate
from kijun.statistics.bootstrap import resampled_counts
from kijun.statistics.clusters import Clusters, group_clusters
from kijun.statistics.intervals import t_quantile
from kijun.statistics.means import nothing_measured
from kijun.statistics.paired import PairedComparison

__all__ = ["Figure", "compare_figures"]

Figure = Callable[[NDArray[np.float64]], float]
"""(n, d) what each item contributes, in any order, to a number; NaN where it is undefined."""

RESAMPLES = 1_000


def compare_figures(
    figure: Figure,
    a: NDArray[np.float64],
    b: NDArray[np.float64],
    *,
    rng: np.random.Generator,
    clusters: Clusters | None = None,
    level: float = 0.95,
    resamples: int = RESAMPLES,
) -> PairedComparison:
    """`figure` of A minus `figure` of B on the same items.

    Items, or whole clusters, are drawn anew for both together, so that what is hard for both cancels out. Interval and
    p-value are Student's t on the bootstrap's standard error, with one degree of freedom fewer than units: no shift of
    the resamples (by which figures such as a calibration error are too large) enters then. Resamples in which a figure
    is undefined are left out. Wins and losses are not counted, as no item has a score of its own.

    Args:
        a, b: (n, d) what the items contribute.
        rng: draws the units.

    Sources: Efron and Tibshirani (1993), An Introduction to the Bootstrap, sections 6.2 and 8.6.
    """
    if a.shape != b.shape:
        raise ValueError(f"the two have scores on the same items, not of shapes {a.shape} and {b.shape}")
    n = len(a)
    if n == 0:
        return PairedComparison(nothing_measured(level), 0, 0, 0, 0, None, None, "no measured items")
    value = figure(a) - figure(b)
    if math.isnan(value):
        undefined = Estimate(None, None, None, None, level, n, "undefined on these items")
        return PairedComparison(undefined, n, 0, 0, n, None, None, "undefined on these items")
    codes = group_clusters(clusters, n)
    units = np.arange(n) if codes is None else codes
    count = int(units.max()) + 1
    drawn = np.array(
        [
            figure(np.repeat(a, times, axis=0)) - figure(np.repeat(b, times, axis=0))
            for counts in resampled_counts(count, n, rng, resamples if count > 1 else 0)
            for times in counts[:, units].astype(int)
        ]
    )
    drawn = drawn[~np.isnan(drawn)]
    stderr = float(drawn.std(ddof=1)) if len(drawn) > 1 else 0.0
    prefix = "" if codes is None else "cluster-"
    if stderr < 1e-12:
        why = "one item or cluster only" if count == 1 else "all resamples alike"
        alone = Estimate(value, None, None, None, level, n, f"{why}: no interval")
        return PairedComparison(alone, n, 0, 0, n, None, None, f"{why}: no test")
    half = t_quantile(level, count - 1) * stderr
    difference = Estimate(value, stderr, value - half, value + half, level, n, f"{prefix}bootstrap-t")
    p_value = float(2 * special.stdtr(count - 1, -abs(value) / stderr))
    return PairedComparison(difference, n, 0, 0, n, p_value, None, f"{prefix}bootstrap-t")

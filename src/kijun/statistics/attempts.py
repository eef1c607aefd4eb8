"""F of right answers over all questions and over those attempted: SimpleQA's one figure beside its three shares."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kijun.records import Estimate
from kijun.statistics.bootstrap import REPLICATES, Units, bca_limits, bootstrap_totals
from kijun.statistics.clusters import Clusters, group_clusters
from kijun.statistics.intervals import wilson
from kijun.statistics.means import all_binary, as_values, nothing_measured

__all__ = ["attempt_f"]


def attempt_f(
    correct: ArrayLike,
    attempted: ArrayLike,
    *,
    rng: np.random.Generator,
    clusters: Clusters | None = None,
    level: float = 0.95,
    replicates: int = REPLICATES,
) -> Estimate:
    """Harmonic mean of accuracy among the attempted and accuracy among all: 2c / (a + n).

    With c correct, a attempted and n questions, precision is c/a and recall c/n. Interval: BCa bootstrap over items or
    clusters; where all items are alike, Wilson's at their number.

    Args:
        correct: (n,) zeros and ones; an item that was not attempted is 0.
        attempted: (n,) zeros and ones.

    Source: Wei et al. (2024), arXiv:2411.04368, section 2.3 (openai/simple-evals, simpleqa_eval.py). It gives 0 where
    nothing was attempted, as here.
    """
    right, tried = as_values(correct), as_values(attempted)
    if right.shape != tried.shape or not all_binary(right) or not all_binary(tried) or np.any(right > tried):
        raise ValueError("correct and attempted are zeros and ones of one length, and what is correct was attempted")
    n = len(right)
    if n == 0:
        return nothing_measured(level)
    codes = group_clusters(clusters, n)
    owners = np.arange(n) if codes is None else codes
    sums = np.stack([np.bincount(owners, weights) for weights in (right, tried, np.ones(n))], axis=1)
    rows, counts = np.unique(sums, axis=0, return_counts=True)
    units = Units(rows, counts)

    def statistic(totals: NDArray[np.float64]) -> NDArray[np.float64]:
        return 2 * totals[..., 0] / (totals[..., 1] + totals[..., 2])

    value = float(statistic(units.total))
    if units.size == 1:
        return Estimate(value, None, None, None, level, n, "one item or cluster only: no interval")
    drawn = statistic(bootstrap_totals(units, rng, replicates))
    limits = bca_limits(value, drawn, statistic(units.total - units.rows), units.counts, level)
    prefix = "" if codes is None else "cluster-"
    stderr = float(drawn.std(ddof=1))
    if limits is None:
        return Estimate(value, stderr, *wilson(value, units.size, level), level, n, prefix + "wilson")
    return Estimate(value, stderr, *limits, level, n, prefix + "bootstrap-bca")

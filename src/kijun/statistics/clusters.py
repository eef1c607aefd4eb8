"""Items that share a passage or a template are not independent: how much that widens an interval."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["ClusterVariance", "Clusters", "cluster_variance", "effective_clusters", "group_clusters"]

Clusters = Sequence[Hashable | None]
"""One name an item; None says that the item stands alone."""


class ClusterVariance(NamedTuple):
    """Variance of a mean over clustered items, and the degrees of freedom that the variance itself stands on."""

    variance: float
    dof: float


def group_clusters(clusters: Clusters | None, n: int) -> NDArray[np.intp] | None:
    """Numbers the clusters 0, 1, ... in order of appearance; None if every item stands alone.

    Args:
        clusters: n names, or None.
        n: number of items.

    Returns:
        (n,) cluster number of each item.
    """
    if clusters is None:
        return None
    if len(clusters) != n:
        raise ValueError(f"{len(clusters)} cluster names for {n} items; every item needs one (None if it stands alone)")
    numbers: dict[Hashable, int] = {}
    codes = np.array([numbers.setdefault(name, len(numbers)) for name in clusters], dtype=np.intp)
    if None in numbers:
        alone = np.flatnonzero(codes == numbers[None])
        codes[alone[1:]] = np.arange(len(numbers), len(numbers) + len(alone) - 1)
    return codes if codes.max(initial=-1) + 1 < n else None


def effective_clusters(codes: NDArray[np.intp]) -> float:
    """Number of independent draws if all items of a cluster said the same: n² / Σ m², with m the cluster sizes.

    Source: Kish (1965), Survey Sampling, at an intra-cluster correlation of 1.
    """
    sizes = np.bincount(codes).astype(float)
    return float(sizes.sum() ** 2 / np.sum(sizes**2))


def cluster_variance(values: NDArray[np.float64], codes: NDArray[np.intp]) -> ClusterVariance | None:
    """Cluster-robust variance of the mean of `values`; None if there is one cluster only.

    With S_c the sum of a cluster's residuals, m_c its size and n the number of items, the variance is
    Σ S_c² / (1 - m_c/n) / n². That is the "CR2" form, which is unbiased where items are in truth independent; with
    clusters of one size it equals the usual Σ S_c² / n² (Liang and Zeger 1986, Biometrika 73:13-22; Miller 2024,
    arXiv:2411.00640) times G/(G-1), and with one item a cluster the textbook s²/n. The degrees of freedom
    are Satterthwaite's for it: G - 1 with clusters of one size, fewer otherwise. The variance is never taken below the
    simple s²/n: that items of a cluster differ more than others is mostly chance, and no ground for a shorter interval.

    Source: Bell and McCaffrey (2002), Survey Methodology 28:169-181, for a regression on the constant alone, where
    their matrices reduce to these sums.
    """
    sizes = np.bincount(codes).astype(float)
    if len(sizes) < 2:
        return None
    n = float(len(values))
    residuals = np.bincount(codes, weights=values - values.mean())
    simple = float(values.var(ddof=1)) / n
    inflation = 1 / (1 - sizes / n)
    variance = float(np.sum(inflation * residuals**2)) / n**2
    leverage = inflation * sizes**2
    spread = float(np.sum(sizes**2) + (leverage.sum() ** 2 - np.sum(leverage**2)) / n**2)
    return ClusterVariance(max(variance, simple), n**2 / spread)

"""One-sided confidence bounds that keep their promise with few items too: what requirements are held against."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from kijun.statistics.clusters import Clusters, group_clusters
from kijun.statistics.intervals import t_quantile
from kijun.statistics.means import all_binary, as_values, effective_trials, mean

__all__ = ["bound_of_mean", "bound_of_share", "one_sided_factor", "trials_of_share"]

_DRAWS = 20_000
_CHUNK = 2_000_000


def bound_of_share(share: float, trials: float, *, confidence: float = 0.95, upper: bool = True) -> float:
    """Exact one-sided bound of a proportion (Clopper-Pearson).

    Whatever the true proportion, it lies beyond the bound with probability at most 1 - confidence. Wilson's interval,
    which is right on average over proportions, misses more often just where requirements are set: at n = 100 and
    confidence 0.95 a true share near 0 lies below its one-sided lower bound in up to 19 of 100 samples, and above its
    upper bound in up to 7.

    Args:
        share: observed, 0 to 1.
        trials: independent trials, > 0; an effective sample size need not be whole.
        upper: the bound from above, else from below.

    Source: Clopper and Pearson (1934), Biometrika 26:404-413; with an effective sample size as Korn and Graubard
    (1998), Survey Methodology 24:193-201.
    """
    if not 0 <= share <= 1 or not trials > 0:
        raise ValueError(f"needs a share and trials above 0; got {share!r} of {trials!r}")
    if not 0 < confidence < 1:
        raise ValueError(f"a confidence lies strictly between 0 and 1, such as 0.95; not {confidence!r}")
    hits = share * trials
    if upper:
        return 1.0 if share == 1 else float(special.betaincinv(hits + 1, trials - hits, confidence))
    return 0.0 if share == 0 else float(special.betaincinv(hits, trials - hits + 1, 1 - confidence))


def bound_of_mean(
    values: ArrayLike,
    *,
    rng: np.random.Generator,
    bounds: tuple[float, float] | None,
    clusters: Clusters | None = None,
    confidence: float = 0.95,
    upper: bool = True,
) -> tuple[float | None, str]:
    """One-sided bound of a mean, and how it was made; None where there is none.

    Zeros and ones: `bound_of_share`, at the effective sample size where items share clusters. Other scores within
    bounds: Gaffke's bound, which is Clopper-Pearson's for zeros and ones and does not rely on a normal limit: items (or
    clusters) are weighed by exponential draws, together with one more that lies on the bad end; the quantile of the
    weighted means is the bound. Scores without bounds: Student's t.

    Args:
        values: (n,) scores.
        bounds: least and greatest score possible.
        clusters: n names; items with the same name are not independent, None stands alone.

    Source: Gaffke (2005), "Three test statistics for a nonparametric one-sided hypothesis on the mean of a nonnegative
    variable", Math. Methods Statist. 14:451-467; Learned-Miller and Thomas (2019), arXiv:1905.06208 (coverage).
    """
    scores = as_values(values)
    if scores.size == 0:
        return None, "no measured items"
    codes = group_clusters(clusters, len(scores))
    if bounds == (0.0, 1.0) and all_binary(scores):
        trials = effective_trials(scores, codes, _two_sided(confidence))
        if trials is None:
            return None, "one cluster only: no bound"
        method = "clopper-pearson" if codes is None else "cluster-clopper-pearson"
        return bound_of_share(float(scores.mean()), trials, confidence=confidence, upper=upper), method
    if bounds is None:
        return _t_bound(scores, clusters, confidence, upper)
    sums = scores if codes is None else np.bincount(codes, weights=scores)
    sizes = np.ones(len(scores)) if codes is None else np.bincount(codes).astype(float)
    drawn = _weighted_means(sums, sizes, bounds[1] if upper else bounds[0], rng)
    bound = float(np.quantile(drawn, confidence if upper else 1 - confidence))
    return bound, "gaffke" if codes is None else "cluster-gaffke"


def trials_of_share(values: ArrayLike, clusters: Clusters | None, *, confidence: float = 0.95) -> float | None:
    """Independent trials that `bound_of_mean` counts zeros and ones as; None where all share one cluster."""
    scores = as_values(values)
    return effective_trials(scores, group_clusters(clusters, len(scores)), _two_sided(confidence))


def _two_sided(confidence: float) -> float:
    """Level of the two-sided interval one of whose ends is the one-sided bound."""
    return 2 * confidence - 1 if confidence > 0.5 else 0.5


def _weighted_means(
    sums: NDArray[np.float64], sizes: NDArray[np.float64], end: float, rng: np.random.Generator
) -> NDArray[np.float64]:
    size = float(sizes.mean())
    chunks = []
    for start in range(0, _DRAWS, step := max(1, _CHUNK // len(sums))):
        rows = min(step, _DRAWS - start)
        weights, extra = rng.standard_exponential((rows, len(sums))), rng.standard_exponential(rows) * size
        chunks.append((weights @ sums + extra * end) / (weights @ sizes + extra))
    return np.concatenate(chunks)


def _t_bound(
    scores: NDArray[np.float64], clusters: Clusters | None, confidence: float, upper: bool
) -> tuple[float | None, str]:
    """The end of Student's two-sided interval that leaves out as much on its one side."""
    if confidence <= 0.5:
        return float(scores.mean()), "t"
    found = mean(scores, clusters=clusters, level=2 * confidence - 1)
    return (found.high if upper else found.low), found.method


def one_sided_factor(confidence: float, level: float, dof: float = 1e6) -> float:
    """By how much the half of a two-sided interval at `level` is stretched to be a one-sided bound at `confidence`."""
    if confidence <= 0.5:
        return 0.0
    return t_quantile(2 * confidence - 1, dof) / t_quantile(level, dof)

"""The same items asked in several ways: how far scores fall, differ and agree.

Scores come as an (n, k) array: items in rows, ways of asking in columns. Everything is computed item by item and then
averaged, so that intervals hold with items that share clusters, and the ways need not be independent of each other.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kijun.records import Estimate
from kijun.statistics.bootstrap import REPLICATES, resampled_counts
from kijun.statistics.clusters import Clusters, cluster_variance, effective_clusters, group_clusters
from kijun.statistics.intervals import normal_quantile, rare_share, t_quantile
from kijun.statistics.means import all_binary, as_values, mean, nothing_measured, proportion
from kijun.statistics.paired import compare

__all__ = ["answer_agreement", "performance_drop", "relative_drop", "spread", "worst_case"]


def performance_drop(
    clean: ArrayLike,
    changed: ArrayLike,
    *,
    higher_is_better: bool = True,
    clusters: Clusters | None = None,
    bounds: tuple[float, float] | None = None,
    level: float = 0.95,
) -> Estimate:
    """How much worse the changed questions are answered, in points of the metric; above 0 is worse.

    Args:
        clean: (n,) scores as the questions stand.
        changed: (n,) or (n, k) scores of the same items asked in other ways; the ways of an item are averaged first.
        higher_is_better: direction of the metric.
        bounds: least and greatest possible score.
    """
    first, second = as_values(clean), _averaged(changed)
    better, worse = (first, second) if higher_is_better else (second, first)
    return compare(better, worse, clusters=clusters, bounds=bounds, level=level).difference


def relative_drop(
    clean: ArrayLike,
    changed: ArrayLike,
    *,
    higher_is_better: bool = True,
    clusters: Clusters | None = None,
    bounds: tuple[float, float] | None = None,
    level: float = 0.95,
) -> Estimate:
    """The drop as a share of the clean mean: PromptBench's "performance drop rate" 1 - Σ changed / Σ clean.

    It is undefined where the clean mean is 0, which `performance_drop` is not; the estimate then has no value, and
    `method` says why. The interval is Fieller's for a ratio of paired means; it has an end only where the clean mean
    differs from 0 at the level asked for. The variance of the drop in it is no smaller than that behind the interval of
    `performance_drop`, so that it does not collapse where hardly an item changed.

    Sources: Zhu et al. (2023), PromptBench, arXiv:2306.04528; Fieller (1954), J. R. Stat. Soc. B 16:175-185.
    """
    first, second = as_values(clean), _averaged(changed)
    if first.size == 0:
        return nothing_measured(level)
    base = float(first.mean())
    if base == 0:
        return Estimate(None, None, None, None, level, len(first), "the clean score is 0: no ratio to it")
    sign = 1.0 if higher_is_better else -1.0
    differences = sign * (first - second)
    value = float(differences.mean()) / base
    codes = group_clusters(clusters, len(first))
    units = np.arange(len(first)) if codes is None else codes
    of_clean = cluster_variance(first, units)
    drop = performance_drop(
        clean, changed, higher_is_better=higher_is_better, clusters=clusters, bounds=bounds, level=level
    )
    if of_clean is None or drop.low is None or drop.high is None:
        return Estimate(value, None, None, None, level, len(first), "one item or cluster only: no interval")
    critical = t_quantile(level, of_clean.dof)
    covariance = _covariance(differences, first, units)
    variance = max(_variance(differences, units), ((drop.high - drop.low) / 2 / normal_quantile(level)) ** 2)
    # The ratios r with (d - r c)² <= t² (V(d) - 2 r Cov(d, c) + r² V(c)): between the roots of a quadratic in r.
    shift = float(differences.mean())
    a = base**2 - critical**2 * of_clean.variance
    b = shift * base - critical**2 * covariance
    c = shift**2 - critical**2 * variance
    stderr = math.sqrt(max(variance - 2 * value * covariance + value**2 * of_clean.variance, 0.0)) / abs(base)
    if a <= 0 or b * b < a * c:
        method = "the clean score cannot be told from 0: no interval"
        return Estimate(value, stderr, None, None, level, len(first), method)
    half = math.sqrt(b * b - a * c)
    low, high = min((b - half) / a, value), max((b + half) / a, value)
    prefix = "" if codes is None else "cluster-"
    return Estimate(
        value, stderr, low, min(high, 1.0) if higher_is_better else high, level, len(first), f"{prefix}fieller"
    )


def worst_case(
    scores: ArrayLike,
    *,
    higher_is_better: bool = True,
    clusters: Clusters | None = None,
    bounds: tuple[float, float] | None = None,
    level: float = 0.95,
) -> Estimate:
    """Mean over items of the worst score among all ways of asking: the least, or the greatest where low is good.

    With more ways it can only get worse, so figures compare for the same ways alone. Over all cyclic shifts of the
    options it is the circular accuracy of MMBench (Liu et al. 2023, arXiv:2307.06281).

    HELM's worst case takes the least also of metrics of which less is better (`metric.py`, a TODO there says so).
    """
    rows = _rows(scores)
    if rows.size == 0:
        return nothing_measured(level)
    worst = rows.min(axis=1) if higher_is_better else rows.max(axis=1)
    if bounds in (None, (0.0, 1.0)) and all_binary(rows.ravel()):
        return proportion(worst, clusters=clusters, level=level)
    return mean(worst, clusters=clusters, bounds=bounds, level=level)


def answer_agreement(
    answers: Sequence[Sequence[Hashable | None]], *, clusters: Clusters | None = None, level: float = 0.95
) -> Estimate:
    """Mean over items of the share of pairs of ways that give the same answer; None agrees with nothing.

    NVIDIA's SCORE calls it consistency rate; its printed formula sums over ordered pairs and divides by the number of
    unordered ones, so that it would reach 2. Here each pair counts once. Consistent answers need not be right.

    Args:
        answers: n items, each with its answer in every way (two or more).
    """
    shares = []
    for item in answers:
        pairs = list(combinations(item, 2))
        if not pairs:
            raise ValueError("agreement needs two ways of asking or more")
        shares.append(sum(a is not None and a == b for a, b in pairs) / len(pairs))
    return mean(shares, clusters=clusters, bounds=(0.0, 1.0), level=level)


def spread(
    scores: ArrayLike,
    *,
    rng: np.random.Generator,
    clusters: Clusters | None = None,
    bounds: tuple[float, float] | None = None,
    level: float = 0.95,
    replicates: int = REPLICATES,
) -> Estimate:
    """Greatest minus least mean among the ways of asking, as FormatSpread reports it (arXiv:2310.11324).

    The greatest of several noisy means is above the greatest true mean, so the value is biased upwards and a percentile
    bootstrap, which never reaches 0, is dishonest. Instead: whatever the true means, the true spread differs from the
    observed one by no more than the range of the errors of the means; the bootstrap over items (or clusters) gives the
    quantile of that range, which is taken off and put on. Simulated coverage: 93 to 100 % (docs/robustness.md).

    Args:
        bounds: least and greatest possible score; with them the interval does not collapse when all ways agree.
    """
    rows = _rows(scores)
    n, ways = rows.shape
    if rows.size == 0:
        return nothing_measured(level)
    means = rows.mean(axis=0)
    value = float(np.ptp(means))
    codes = group_clusters(clusters, n)
    units = np.arange(n) if codes is None else codes
    count = int(units.max()) + 1
    if count < 2:
        return Estimate(value, None, None, None, level, n, "one item or cluster only: no interval")
    sums = np.zeros((count, ways))
    np.add.at(sums, units, rows - means)
    sizes = np.bincount(units).astype(float)
    ranges = np.concatenate(
        [
            np.ptp((drawn @ sums) / (drawn @ sizes)[:, None], axis=1)
            for drawn in resampled_counts(count, count, rng, replicates)
        ]
    )
    # Few units make the bootstrap too narrow: by √(g / (g - 1)), and by t over z.
    wider = math.sqrt(count / (count - 1)) * t_quantile(level, count - 1) / normal_quantile(level)
    reach = float(np.quantile(ranges, level)) * wider
    if bounds is not None:
        # Differences between the ways that no item of the sample happened to show.
        unseen = rare_share(n if codes is None else effective_clusters(codes), level) * (bounds[1] - bounds[0])
        reach = max(reach, unseen)
    elif reach == 0:
        return Estimate(value, None, None, None, level, n, "all ways score alike: no interval")
    prefix = "" if codes is None else "cluster-"
    high = value + reach if bounds is None else min(value + reach, bounds[1] - bounds[0])
    return Estimate(
        value, float(ranges.std(ddof=1)), max(value - reach, 0.0), high, level, n, f"{prefix}range-bootstrap"
    )


def _rows(scores: ArrayLike) -> NDArray[np.float64]:
    rows = np.asarray(scores, dtype=float)
    if rows.size == 0:
        return rows.reshape(0, 1)
    if rows.ndim != 2 or not np.all(np.isfinite(rows)):
        raise ValueError(f"scores are finite, items in rows and ways of asking in columns; not of shape {rows.shape}")
    return rows


def _averaged(changed: ArrayLike) -> NDArray[np.float64]:
    values = np.asarray(changed, dtype=float)
    return as_values(values.mean(axis=1) if values.ndim == 2 and values.size else values.reshape(-1))


def _variance(values: NDArray[np.float64], units: NDArray[np.intp]) -> float:
    found = cluster_variance(values, units)
    return 0.0 if found is None else found.variance


def _covariance(a: NDArray[np.float64], b: NDArray[np.float64], units: NDArray[np.intp]) -> float:
    return (_variance(a + b, units) - _variance(a - b, units)) / 4

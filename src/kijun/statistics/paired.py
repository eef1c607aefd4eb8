"""Two models on the same items: the difference, and whether it can be chance."""

from __future__ import annotations

import math

import msgspec
import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from kijun.records import Estimate
from kijun.statistics.bootstrap import (
    REPLICATES,
    Units,
    bca_limits,
    bootstrap_totals,
    dirichlet_limits,
    swapped_totals,
)
from kijun.statistics.classification import ConfusionMetric, table_units
from kijun.statistics.clusters import Clusters, cluster_variance, effective_clusters, group_clusters
from kijun.statistics.intervals import normal_quantile
from kijun.statistics.means import all_binary, as_values, mean, mean_stderr, nothing_measured

__all__ = ["PairedComparison", "compare", "minimal_detectable_difference", "paired_bootstrap"]


class PairedComparison(msgspec.Struct, frozen=True):
    """Scores of A minus scores of B on the same items.

    Attributes:
        difference: mean (or metric) of A minus that of B; `method` says how the interval was made.
        n: items that both have.
        wins, losses, ties: items where A scores more than, less than, the same as B.
        p_value: two-sided, against "no difference"; None when it cannot be had.
        correlation: Pearson's between the two scores, None where one of them does not vary; the higher it is, the more
            the pairing sharpens the comparison.
        method: how the p-value was made (``mcnemar-midp``, ``t``, ``cluster-t``, ``sign-flip``, ``swap``), or why there
            is none.
    """

    difference: Estimate
    n: int
    wins: int
    losses: int
    ties: int
    p_value: float | None
    correlation: float | None
    method: str


def compare(
    a: ArrayLike,
    b: ArrayLike,
    *,
    clusters: Clusters | None = None,
    bounds: tuple[float, float] | None = None,
    level: float = 0.95,
) -> PairedComparison:
    """Compares the mean scores of A and B item by item.

    Zeros and ones without clusters: McNemar's exact test with the mid-p correction, and the Bonett-Price interval. All
    else: a t test on the differences, cluster-robust where items share clusters. Differences that are all the same have
    no spread to test against: the p-value is then that of flipping signs, 2^(1 - n) over n items or clusters.

    `difference.stderr` is √(Var(a - b) / n), the paired formula of Miller (2024), arXiv:2411.00640.

    Args:
        a, b: (n,) scores of the two, in the same order of items.
        clusters: n names; items with the same name are not independent, None stands alone.
        bounds: least and greatest score possible, for intervals that do not collapse; 0 and 1 if all scores are 0 or 1.

    Sources: Fagerland, Lydersen and Laake (2013), BMC Med. Res. Methodol. 13:91 (mid-p McNemar); Bonett and Price
    (2012), J. Educ. Behav. Stat. 37:479-488.
    """
    first, second = as_values(a), as_values(b)
    if first.shape != second.shape:
        raise ValueError(f"the two have scores on the same items, not on {len(first)} and {len(second)}")
    if first.size == 0:
        return PairedComparison(nothing_measured(level), 0, 0, 0, 0, None, None, "no measured items")
    differences = first - second
    wins, losses = int(np.count_nonzero(differences > 0)), int(np.count_nonzero(differences < 0))
    codes = group_clusters(clusters, len(first))
    binary = all_binary(first) and all_binary(second)
    if binary and codes is None:
        difference = _bonett_price(differences, wins, losses, level)
        p_value, method = _mcnemar_midp(wins, losses), "mcnemar-midp"
    else:
        least, most = (0.0, 1.0) if binary else bounds or (None, None)
        widest = None if least is None or most is None else (least - most, most - least)
        difference = mean(differences, clusters=clusters, bounds=widest, level=level)
        p_value, method = _t_test(differences, codes)
    ties = len(first) - wins - losses
    return PairedComparison(difference, len(first), wins, losses, ties, p_value, _correlation(first, second), method)


def paired_bootstrap(
    metric: ConfusionMetric,
    gold: ArrayLike,
    predicted_a: ArrayLike,
    predicted_b: ArrayLike,
    *,
    rng: np.random.Generator,
    clusters: Clusters | None = None,
    level: float = 0.95,
    replicates: int = REPLICATES,
) -> PairedComparison:
    """Compares a metric of a whole task, such as `matthews_of_tables`, between A and B on the same items.

    Interval: BCa bootstrap over items or clusters, both models' answers drawn together. p-value: A's and B's answers
    are swapped by a coin for each item or cluster, and differences at least as great as the one seen are counted. Wins
    are items that only A has right.

    Args:
        metric: (..., k, k) confusion tables (gold in rows, classes sorted) to values, never NaN.
        gold, predicted_a, predicted_b: (n,) classes.

    Sources: Efron and Tibshirani (1993), An Introduction to the Bootstrap, chapter 14; Yeh (2000), COLING, 947-953
    (approximate randomisation); Phipson and Smyth (2010), Stat. Appl. Genet. Mol. Biol. 9:39 (p-value never 0).
    """
    golds, a, b = np.asarray(gold), np.asarray(predicted_a), np.asarray(predicted_b)
    if golds.ndim != 1 or not golds.shape == a.shape == b.shape:
        raise ValueError(f"gold and predictions are flat and of one length, not {golds.shape}, {a.shape}, {b.shape}")
    n = len(golds)
    if n == 0:
        return PairedComparison(nothing_measured(level), 0, 0, 0, 0, None, None, "no measured items")
    classes, numbers = np.unique(np.concatenate([golds, a, b]), return_inverse=True)
    k = len(classes)
    g, x, y = numbers.reshape(3, n)
    codes = group_clusters(clusters, n)
    units = table_units((g * k + x) * k + y, k**3, codes)

    def statistic(sums: NDArray[np.float64]) -> NDArray[np.float64]:
        cells = sums.reshape(*sums.shape[:-1], k, k, k)
        return metric(cells.sum(-1)) - metric(cells.sum(-2))

    difference = _bootstrap_difference(units, statistic, n, codes, rng, level, replicates)
    right_a, right_b = (golds == a).astype(float), (golds == b).astype(float)
    wins, losses = int(np.count_nonzero(right_a > right_b)), int(np.count_nonzero(right_a < right_b))
    swapped = units.rows.reshape(-1, k, k, k).swapaxes(-1, -2).reshape(units.rows.shape)
    by_chance = np.abs(statistic(swapped_totals(units, swapped, rng, replicates)))
    reached = int(np.count_nonzero(by_chance >= abs(float(statistic(units.total))) - 1e-12))
    p_value = (reached + 1) / (replicates + 1)
    return PairedComparison(
        difference, n, wins, losses, n - wins - losses, p_value, _correlation(right_a, right_b), "swap"
    )


def minimal_detectable_difference(n: int, sd_difference: float, *, power: float = 0.8, alpha: float = 0.05) -> float:
    """Smallest true difference that a two-sided paired test on n items finds with probability `power`.

    (z_{1-alpha/2} + z_{power}) sd / √n, with sd the standard deviation of the items' differences (Miller 2024,
    arXiv:2411.00640; the chance of a significant result of the wrong sign is left out).
    """
    if n < 1 or not sd_difference >= 0:
        raise ValueError(f"needs items and a spread that is not negative, not n={n!r}, sd_difference={sd_difference!r}")
    if not 0 < alpha < 1 or not 0 < power < 1:
        raise ValueError(f"power and alpha lie strictly between 0 and 1, not {power!r} and {alpha!r}")
    return float((special.ndtri(1 - alpha / 2) + special.ndtri(power)) * sd_difference / math.sqrt(n))


def _bonett_price(differences: NDArray[np.float64], wins: int, losses: int, level: float) -> Estimate:
    """Adjusted Wald interval: one win and one loss are added, so it holds without any discordant item too."""
    n = len(differences)
    won, lost = (wins + 1) / (n + 2), (losses + 1) / (n + 2)
    half = normal_quantile(level) * math.sqrt((won + lost - (won - lost) ** 2) / (n + 2))
    low, high = max(won - lost - half, -1.0), min(won - lost + half, 1.0)
    value = (wins - losses) / n
    stderr = mean_stderr(differences)
    return Estimate(value, stderr, min(low, value), max(high, value), level, n, "bonett-price")


def _mcnemar_midp(wins: int, losses: int) -> float:
    """Two-sided: twice the binomial tail of the rarer outcome, the observed count entering with half its weight."""
    discordant, fewer = wins + losses, min(wins, losses)
    if wins == losses:
        return 1.0
    below = float(special.bdtr(fewer, discordant, 0.5))
    exactly = below - (float(special.bdtr(fewer - 1, discordant, 0.5)) if fewer else 0.0)
    return min(2 * below - exactly, 1.0)


def _t_test(differences: NDArray[np.float64], codes: NDArray[np.intp] | None) -> tuple[float | None, str]:
    n, value = len(differences), float(differences.mean())
    units = n if codes is None else int(codes.max()) + 1
    if np.ptp(differences) == 0:
        return (1.0 if differences[0] == 0 else 2.0 ** (1 - units)), "sign-flip"
    robust = cluster_variance(differences, np.arange(n) if codes is None else codes)
    if robust is None:
        return None, "one cluster only: no test"
    t = abs(value) / math.sqrt(robust.variance)
    return float(2 * special.stdtr(robust.dof, -t)), "t" if codes is None else "cluster-t"


def _correlation(a: NDArray[np.float64], b: NDArray[np.float64]) -> float | None:
    if np.ptp(a) == 0 or np.ptp(b) == 0:
        return None
    x, y = a - a.mean(), b - b.mean()
    return float(np.clip(x @ y / math.sqrt(float(x @ x) * float(y @ y)), -1, 1))


def _bootstrap_difference(
    units: Units,
    statistic: ConfusionMetric,
    n: int,
    codes: NDArray[np.intp] | None,
    rng: np.random.Generator,
    level: float,
    replicates: int,
) -> Estimate:
    value = float(statistic(units.total))
    if units.size == 1:
        return Estimate(value, None, None, None, level, n, "one item or cluster only: no interval")
    drawn = statistic(bootstrap_totals(units, rng, replicates))
    left_out = statistic(units.total - units.rows)
    limits, method = bca_limits(value, drawn, left_out, units.counts, level), "bootstrap-bca"
    if limits is None:
        independent = n if codes is None else effective_clusters(codes)
        limits = dirichlet_limits(value, units.total, independent, statistic, rng, level, replicates)
        method = "dirichlet"
    prefix = "" if codes is None else "cluster-"
    return Estimate(value, float(drawn.std(ddof=1)), *limits, level, n, prefix + method)

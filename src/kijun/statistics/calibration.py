"""Whether confidence means what it says: calibration error, Brier score, and accuracy where a model is most sure."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from kijun.records import Estimate
from kijun.statistics.bootstrap import resampled_counts
from kijun.statistics.clusters import Clusters, group_clusters
from kijun.statistics.intervals import rare_share, t_quantile
from kijun.statistics.means import all_binary, as_values, mean, nothing_measured

__all__ = [
    "BINS",
    "RESAMPLES",
    "accuracy_at",
    "area_of_risk",
    "area_under_risk",
    "binned_error",
    "brier",
    "calibration_error",
    "selective_accuracy",
]

BINS = 10
"""Bins of equal numbers of items; HELM and compl-ai use 10 as well."""

RESAMPLES = 2_000
"""Resamples for intervals of figures that need the items in order of confidence."""

_Statistic = Callable[[NDArray[np.float64], NDArray[np.float64]], float]


def brier(
    confidence: ArrayLike, correct: ArrayLike, *, clusters: Clusters | None = None, level: float = 0.95
) -> Estimate:
    """Mean squared distance between confidence and being right; 0 is best, always saying 0.5 gives 0.25.

    Args:
        confidence: (n,) probability of being right, 0 to 1.
        correct: (n,) zeros and ones.

    Source: Brier (1950), Mon. Weather Rev. 78:1-3, for the one class "right".
    """
    p, y = _checked(confidence, correct)
    return mean((p - y) ** 2, clusters=clusters, bounds=(0.0, 1.0), level=level)


def calibration_error(
    confidence: ArrayLike,
    correct: ArrayLike,
    *,
    rng: np.random.Generator,
    clusters: Clusters | None = None,
    bins: int = BINS,
    debiased: bool = True,
    level: float = 0.95,
    resamples: int = RESAMPLES,
) -> Estimate:
    """Expected calibration error: mean distance between confidence and accuracy over bins of equally many items.

    The plain error is too large by chance alone: a bin of a perfectly calibrated model has a gap too. So what the bins'
    gaps are expected to gain by chance is taken off (`debiased`), and the rest is never below 0. Items with the same
    confidence stay in one bin, so that the order of the data changes nothing.

    Interval: Student's t on the bootstrap's standard error over items or clusters, for the bootstrap's own quantiles
    are shifted: resampling adds the same chance once more. Its lower end is 0 where a perfectly calibrated model, whose
    items are right with just their confidence, would show as great an error by chance. Bins of equal width, as many
    harnesses use, may be empty; ours are equally full.

    Args:
        bins: how many; fewer where confidences repeat.
        debiased: take the expected gain by chance off.

    Sources: Naeini, Cooper and Hauskrecht (2015), AAAI, 2901-2907 (ECE); Nixon et al. (2019), CVPR workshops, 38-41
    (adaptive bins); Kumar, Liang and Ma (2019), NeurIPS 32 (debiasing by normal gaps; their simulation is the folded
    normal's mean here, in closed form).
    """
    p, y = _checked(confidence, correct)

    def error(values: NDArray[np.float64], right: NDArray[np.float64]) -> float:
        return binned_error(values, right, bins, debiased)

    name = "debiased, adaptive bins" if debiased else "adaptive bins"
    found = _resampled(p, y, error, clusters, rng, level, resamples, name)
    if found.low is None or found.low == 0:
        return found
    chance = [binned_error(p, (rng.random(len(p)) < p).astype(float), bins, False) for _ in range(resamples)]
    if binned_error(p, y, bins, False) <= np.quantile(chance, level):
        return msgspec.structs.replace(found, low=0.0)
    return found


def selective_accuracy(
    confidence: ArrayLike,
    correct: ArrayLike,
    *,
    coverage: float,
    rng: np.random.Generator,
    clusters: Clusters | None = None,
    level: float = 0.95,
    resamples: int = RESAMPLES,
) -> Estimate:
    """Accuracy on the share `coverage` of items that the model is most confident of; ties enter by their mean.

    Args:
        coverage: 0 < coverage <= 1; at least one item is taken.

    Source: El-Yaniv and Wiener (2010), JMLR 11:1605-1641 (risk and coverage).
    """
    if not 0 < coverage <= 1:
        raise ValueError(f"a coverage lies above 0 and is at most 1, not {coverage!r}")
    p, y = _checked(confidence, correct)

    def accuracy(values: NDArray[np.float64], right: NDArray[np.float64]) -> float:
        return accuracy_at(values, right, coverage)

    return _resampled(p, y, accuracy, clusters, rng, level, resamples, f"coverage {coverage:g}")


def area_under_risk(
    confidence: ArrayLike,
    correct: ArrayLike,
    *,
    rng: np.random.Generator,
    clusters: Clusters | None = None,
    level: float = 0.95,
    resamples: int = RESAMPLES,
) -> Estimate:
    """AURC: mean error rate over all coverages 1/n, 2/n ... 1, from the most confident item on; lower is better.

    A confidence that tells nothing gives the error rate itself; items with the same confidence enter by their mean, so
    that the order of the data changes nothing.

    Source: Geifman, Uziel and El-Yaniv (2019), ICLR, "Bias-Reduced Uncertainty Estimation".
    """
    p, y = _checked(confidence, correct)
    return _resampled(p, y, area_of_risk, clusters, rng, level, resamples, "AURC")


def _checked(confidence: ArrayLike, correct: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    p, y = as_values(confidence), as_values(correct)
    if p.shape != y.shape:
        raise ValueError(f"every item has a confidence and is right or wrong; got {len(p)} and {len(y)}")
    if np.any((p < 0) | (p > 1)):
        raise ValueError("a confidence is a probability, from 0 to 1")
    if not all_binary(y):
        raise ValueError("correct is made of zeros and ones")
    return p, y


def accuracy_at(confidence: NDArray[np.float64], correct: NDArray[np.float64], coverage: float) -> float:
    """The value of `selective_accuracy`."""
    taken = max(1, round(coverage * len(confidence)))
    return float(_ordered(confidence, correct)[:taken].mean())


def area_of_risk(confidence: NDArray[np.float64], correct: NDArray[np.float64]) -> float:
    """The value of `area_under_risk`."""
    errors = 1 - _ordered(confidence, correct)
    return float((np.cumsum(errors) / np.arange(1, len(errors) + 1)).mean())


def _ordered(confidence: NDArray[np.float64], correct: NDArray[np.float64]) -> NDArray[np.float64]:
    """Being right from the most confident item on; within a tie everybody gets the tie's mean."""
    levels, place, counts = np.unique(-confidence, return_inverse=True, return_counts=True)
    means = np.bincount(place, weights=correct, minlength=len(levels)) / counts
    return np.repeat(means, counts)


def binned_error(
    confidence: NDArray[np.float64], correct: NDArray[np.float64], bins: int = BINS, debiased: bool = True
) -> float:
    """The value of `calibration_error`."""
    _, place, counts = np.unique(confidence, return_inverse=True, return_counts=True)
    # a level of confidence belongs to the bin that its middle item falls into
    middle = np.cumsum(counts) - counts / 2
    bin_of_level = np.minimum((middle * bins / len(confidence)).astype(int), bins - 1)
    owner = bin_of_level[place]
    sizes = np.bincount(owner, minlength=bins).astype(float)
    full = sizes > 0
    gap = (np.bincount(owner, correct, bins) - np.bincount(owner, confidence, bins))[full] / sizes[full]
    share = np.bincount(owner, correct, bins)[full] / sizes[full]
    weights = sizes[full] / len(confidence)
    plain = float(weights @ np.abs(gap))
    if not debiased:
        return plain
    # the noise of a bin's accuracy; Laplace's share keeps it from 0 where all are right or all wrong
    smooth = (share * sizes[full] + 1) / (sizes[full] + 2)
    spread = np.sqrt(smooth * (1 - smooth) / sizes[full])
    folded = spread * np.sqrt(2 / np.pi) * np.exp(-(gap**2) / (2 * spread**2))
    folded += gap * special.erf(gap / (spread * np.sqrt(2)))
    return max(0.0, plain - float(weights @ (folded - np.abs(gap))))


def _resampled(
    p: NDArray[np.float64],
    y: NDArray[np.float64],
    statistic: _Statistic,
    clusters: Clusters | None,
    rng: np.random.Generator,
    level: float,
    resamples: int,
    name: str,
) -> Estimate:
    """The statistic with Student's t on a bootstrap's standard error, clipped to [0, 1]."""
    n = len(p)
    if n == 0:
        return nothing_measured(level)
    value = statistic(p, y)
    codes = group_clusters(clusters, n)
    units = np.arange(n) if codes is None else codes
    k = int(units.max()) + 1
    if k == 1:
        return Estimate(value, None, None, None, level, n, f"{name}; one item or cluster only: no interval")
    drawn = [
        statistic(np.repeat(p, times), np.repeat(y, times))
        for counts in resampled_counts(k, n, rng, resamples)
        for times in counts[:, units].astype(int)
    ]
    stderr = float(np.std(drawn, ddof=1))
    # k units and their own spread leave k - 1 degrees of freedom; where nothing varies, one unit more could still err
    half = t_quantile(level, k - 1) * stderr if stderr > 1e-12 else rare_share(k, level)
    limits = max(value - half, 0.0), min(value + half, 1.0)
    prefix = "" if codes is None else "cluster-"
    return Estimate(value, stderr, *limits, level, n, f"{name}; {prefix}bootstrap-t")

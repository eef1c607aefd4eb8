"""Few human ratings correct many judge scores: prediction-powered inference.

A judge model scores every item, people rate some of them. The judge's mean over all items is precise and may be wrong;
the people's mean is right and imprecise. The corrected mean takes the judge's and adds what the ratings say it is off
by, with a weight that makes the variance least. A judge that knows nothing gets weight 0: then only the ratings count.

All of it rests on how the rated items were drawn: at random, with known chances. Ratings of what looked interesting, or
of items on which the judge was tuned, can correct nothing.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence

import msgspec
import numpy as np
from numpy.typing import ArrayLike, NDArray

from kijun.records import Estimate
from kijun.statistics.clusters import Clusters, group_clusters
from kijun.statistics.intervals import normal_quantile, t_quantile
from kijun.statistics.means import all_binary, as_values, mean, proportion

__all__ = [
    "FEWEST_RATED",
    "FOLDS",
    "CorrectedMean",
    "check_ratings",
    "corrected_mean",
    "corrected_mean_by_strata",
    "correlation",
    "why_alone",
]

_Values = NDArray[np.float64]
FOLDS = 5
FEWEST_RATED = 10
_FEWEST_OF_A_KIND = 5


class CorrectedMean(msgspec.Struct, frozen=True):
    """The same mean in three ways, to be shown side by side.

    Attributes:
        judge: of the judge's scores alone; its interval knows nothing of the judge's faults.
        human: of the ratings alone.
        corrected: of both.
        weight: how far the judge is trusted (lambda): 0 not at all, 1 as in plain prediction-powered inference.
        correlation: Pearson's between ratings and the judge's scores; None where one of them does not vary.
        effective_n: so many ratings without a judge would give an interval as short as the corrected one; None where
            that cannot be said.
    """

    judge: Estimate
    human: Estimate
    corrected: Estimate
    weight: float
    correlation: float | None
    effective_n: float | None


def corrected_mean(
    ratings: ArrayLike,
    judged: ArrayLike,
    judged_only: ArrayLike,
    *,
    weight: float | None = None,
    bounds: tuple[float, float] | None = None,
    clusters: Clusters | None = None,
    clusters_only: Clusters | None = None,
    level: float = 0.95,
    convention: str = "kijun",
) -> CorrectedMean:
    """The mean that people would give all items, where each item had the same chance to be rated.

    With n rated items (ratings Y, judge's scores f) and N others (judge's scores f'), and a weight w:
    estimate = w mean(f') + mean(Y - w f), variance = w² Var(f')/N + Var(Y - w f)/n, both variances with n - 1 below.
    The best weight is Cov(Y, f) / ((1 + n/N) Var(f)), held within 0 and 1. It is found on other items than those it is
    used on (five folds), for on the same ones it would fit their noise and shorten the interval. The quantile is
    Student's with n - 1 degrees of freedom. Below 10 ratings, where all are equal, or with fewer than 5 zeros or 5 ones
    among ratings that are zeros and ones, no correction can be trusted: the ratings alone are given then.

    Where items share clusters, the variance is taken from the sums over clusters of what each item contributes, is not
    taken below the one above, and the degrees of freedom are those of the clusters with a rating.

    Args:
        ratings: (n,) what people say of the rated items.
        judged: (n,) what the judge says of the same items.
        judged_only: (N,) what it says of the items that nobody rated.
        weight: of the judge, 0 to 1; None finds the best.
        bounds: least and greatest rating possible; 0 and 1 where all ratings are 0 or 1.
        clusters, clusters_only: n and N names; items with the same name are not independent, None stands alone.
        level: confidence level.
        convention: ``kijun`` as above; ``ppi-python`` as that package (0.2.3) reckons: one weight for all, n below the
            variances, a normal quantile. For comparison with published figures.

    Raises:
        ValueError: nothing rated, not as many judged as rated, or a weight outside of 0 and 1.

    Sources: Angelopoulos et al. (2023), Science 382:669-674; Angelopoulos, Duchi and Zrnic (2023), arXiv:2311.01453
    (the weight, section 4); cross-fitting as in Zrnic and Candès (2024), PNAS 121:e2322083121.
    """
    y, f, rest = as_values(ratings), as_values(judged), as_values(judged_only)
    check_ratings(y, f, weight)
    if convention not in ("kijun", "ppi-python"):
        raise ValueError(f"the convention is 'kijun' or 'ppi-python', not {convention!r}")
    binary = all_binary(y)
    bounds = (0.0, 1.0) if binary else bounds
    codes = _codes(clusters, clusters_only, len(y), len(rest))
    if codes is None:
        clusters = None
    human = (
        proportion(y, clusters=clusters, level=level)
        if binary
        else mean(y, clusters=clusters, bounds=bounds, level=level)
    )
    judge = mean(np.concatenate([f, rest]), clusters=None if codes is None else list(codes), level=level)
    related = correlation(y, f)
    if convention == "ppi-python":
        chosen = _best_weight(y, f, rest, ddof=0) if weight is None else weight
        corrected = _combine(y, f, rest, np.full(len(y), chosen), level, ddof=0)
        return CorrectedMean(judge, human, corrected, chosen, related, _effective_n(y, corrected))
    if reason := why_alone(y, binary):
        return CorrectedMean(judge, human, msgspec.structs.replace(human, method=reason), 0.0, related, None)
    if rest.size == 0:
        return CorrectedMean(judge, human, human, 0.0, related, float(len(y)))
    weights = _crossed_weights(y, f, rest, codes) if weight is None else np.full(len(y), weight)
    corrected = _combine(y, f, rest, weights, level, ddof=1, bounds=bounds, codes=codes)
    return CorrectedMean(judge, human, corrected, float(weights.mean()), related, _effective_n(y, corrected, human))


def corrected_mean_by_strata(
    ratings: ArrayLike,
    judged: ArrayLike,
    strata: Sequence[Hashable],
    judged_only: ArrayLike,
    strata_only: Sequence[Hashable],
    *,
    bounds: tuple[float, float] | None = None,
    level: float = 0.95,
) -> CorrectedMean:
    """As `corrected_mean`, where items were drawn for rating within strata, each stratum with a weight of its own.

    With shares W_k of all items: estimate = sum W_k estimate_k, variance = sum W_k² variance_k, with a Satterthwaite
    number of degrees of freedom. Where `corrected_mean` gives the ratings alone, so does this.

    Args:
        ratings, judged: (n,) as in `corrected_mean`, and so `bounds`.
        strata: n names of strata.
        judged_only: (N,) the judge's scores of items that nobody rated.
        strata_only: N names.

    Raises:
        ValueError: a stratum with fewer than two ratings, which has no variance.

    Source: Fisch et al. (2024), arXiv:2406.04291.
    """
    y, f, rest = as_values(ratings), as_values(judged), as_values(judged_only)
    check_ratings(y, f, None)
    names = list(dict.fromkeys([*strata, *strata_only]))
    rated, unrated = np.array([names.index(s) for s in strata]), np.array([names.index(s) for s in strata_only], int)
    total = len(y) + len(rest)
    pieces = []
    for code, name in enumerate(names):
        own, others = rated == code, unrated == code
        if np.count_nonzero(own) < 2:
            raise ValueError(f"stratum {name!r} has {np.count_nonzero(own)} ratings; two are the least")
        share = (np.count_nonzero(own) + np.count_nonzero(others)) / total
        pieces.append((share, *_stratum(y[own], f[own], rest[others])))
    value = sum(share * estimate for share, estimate, *_ in pieces)
    variances = [share**2 * variance for share, _, variance, *_ in pieces]
    plain = [(share, y[rated == code]) for code, (share, *_) in enumerate(pieces)]
    human_variances = [share**2 * float(own.var(ddof=1)) / len(own) for share, own in plain]
    sizes = [len(own) for _, own in plain]
    human_value = sum(share * float(own.mean()) for share, own in plain)
    binary = all_binary(y)
    bounds = (0.0, 1.0) if binary else bounds
    human = _estimate(human_value, human_variances, sizes, level, bounds, "stratified-t")
    corrected = _estimate(value, variances, sizes, level, bounds, "stratified-ppi++")
    if reason := why_alone(y, binary):
        alone = msgspec.structs.replace(human, method=reason)
        return CorrectedMean(mean(np.concatenate([f, rest]), level=level), human, alone, 0.0, correlation(y, f), None)
    weight = sum(share * weight for share, _, _, weight in pieces)
    ratio = sum(human_variances) / sum(variances) if sum(variances) > 0 else None
    judge = mean(np.concatenate([f, rest]), level=level)
    effective = None if ratio is None else len(y) * ratio
    return CorrectedMean(judge, human, corrected, weight, correlation(y, f), effective)


def check_ratings(y: _Values, f: _Values, weight: float | None) -> None:
    """Raises ValueError where nothing was rated, scores of the judge are missing, or the weight is none."""
    if y.size == 0:
        raise ValueError("nothing was rated; without ratings the judge's mean cannot be corrected")
    if y.shape != f.shape:
        raise ValueError(f"rated items need the judge's score too: {len(y)} ratings, {len(f)} scores")
    if weight is not None and not 0 <= weight <= 1:
        raise ValueError(f"the judge's weight lies between 0 and 1, not {weight!r}")


def _codes(clusters: Clusters | None, clusters_only: Clusters | None, n: int, others: int) -> NDArray[np.intp] | None:
    """(n + N,) numbers of the clusters, rated items first; None where every item stands alone."""
    if clusters is None and clusters_only is None:
        return None
    names = [*(clusters if clusters is not None else [None] * n)]
    names += clusters_only if clusters_only is not None else [None] * others
    return group_clusters(names, n + others)


def why_alone(y: _Values, binary: bool) -> str | None:
    """Why ratings cannot carry a correction; None where they can."""
    if np.ptp(y) == 0:
        return "ratings alone: all of them are equal"
    if len(y) < FEWEST_RATED:
        return f"ratings alone: fewer than {FEWEST_RATED} to find the judge's weight on"
    if binary and min(np.count_nonzero(y == 0), np.count_nonzero(y == 1)) < _FEWEST_OF_A_KIND:
        return f"ratings alone: fewer than {_FEWEST_OF_A_KIND} of a kind"
    return None


def _best_weight(y: _Values, f: _Values, rest: _Values, *, ddof: int) -> float:
    return _weight_beside(y, f, (len(rest), float(rest.mean()), float(rest.var()) * len(rest)), ddof)


def _weight_beside(y: _Values, f: _Values, rest: tuple[int, float, float], ddof: int) -> float:
    """The best weight, with the judge's scores of the other items as their number, mean and sum of squares about it."""
    n, others, mean_rest, squares = len(y), *rest
    # Two groups put together (Chan, Golub and LeVeque 1983), so that a million scores are gone through once.
    between = (float(f.mean()) - mean_rest) ** 2 * n * others / (n + others)
    spread = (float(f.var()) * n + squares + between) / (n + others - 1)
    # A judge that gives all items the same has a spread of nothing but rounding.
    if spread <= 1e-20 * mean_rest**2:
        return 0.0
    covariance = float(np.cov(y, f, ddof=ddof)[0, 1])
    return float(np.clip(covariance / ((1 + n / others) * spread), 0.0, 1.0))


def _crossed_weights(y: _Values, f: _Values, rest: _Values, codes: NDArray[np.intp] | None = None) -> _Values:
    """(n,) for each rated item the best weight by the other folds. Items are in random order, so folds may go round;
    those of a cluster stay together."""
    folds = (np.arange(len(y)) if codes is None else codes[: len(y)]) % FOLDS
    if len(np.unique(folds)) < 2:
        return np.zeros(len(y))
    weights = np.empty(len(y))
    moments = len(rest), float(rest.mean()), float(rest.var()) * len(rest)
    for fold in range(FOLDS):
        others = folds != fold
        weights[~others] = _weight_beside(y[others], f[others], moments, 1)
    return weights


def _combine(
    y: _Values,
    f: _Values,
    rest: _Values,
    weights: _Values,
    level: float,
    *,
    ddof: int,
    bounds: tuple[float, float] | None = None,
    codes: NDArray[np.intp] | None = None,
) -> Estimate:
    n, weight = len(y), float(weights.mean())
    # The weights of the folds differ a little; on scores about their mean that adds next to nothing to the spread.
    centre = float(np.concatenate([f, rest]).mean())
    f, rest = f - centre, rest - centre
    residuals = y - weights * f
    value = weight * float(rest.mean()) + float(residuals.mean())
    variance = float(residuals.var(ddof=ddof)) / n
    if weight > 0:
        variance += weight**2 * (float(rest.var(ddof=ddof)) if len(rest) > ddof else 0.0) / len(rest)
    dof, method = float(n - 1), "ppi++"
    if codes is not None:
        parts = np.concatenate([(residuals - residuals.mean()) / n, weight * (rest - rest.mean()) / len(rest)])
        sums, rated = np.bincount(codes, weights=parts), len(np.unique(codes[:n]))
        if rated < 2:
            return Estimate(value, None, None, None, level, n, "one cluster only: no interval")
        variance = max(variance, float(sums @ sums) * rated / (rated - 1))
        dof, method = float(rated - 1), "cluster-ppi++"
    half = (normal_quantile(level) if ddof == 0 else t_quantile(level, dof)) * math.sqrt(variance)
    low, high = value - half, value + half
    if bounds is not None:
        low, high = max(low, bounds[0]), min(high, bounds[1])
    return Estimate(value, math.sqrt(variance), low, high, level, n, method)


def _stratum(y: _Values, f: _Values, rest: _Values) -> tuple[float, float, float]:
    """Estimate, its variance and the judge's weight within one stratum."""
    if len(rest) == 0:
        return float(y.mean()), float(y.var(ddof=1)) / len(y), 0.0
    weights = _crossed_weights(y, f, rest) if len(y) >= FEWEST_RATED else np.zeros(len(y))
    found = _combine(y, f, rest, weights, 0.95, ddof=1)
    assert found.value is not None and found.stderr is not None
    return found.value, found.stderr**2, float(weights.mean())


def _estimate(
    value: float,
    variances: Sequence[float],
    sizes: Sequence[int],
    level: float,
    bounds: tuple[float, float] | None,
    method: str,
) -> Estimate:
    variance, n = sum(variances), sum(sizes)
    if variance == 0:
        return Estimate(value, 0.0, None, None, level, n, "all scores equal: no interval")
    dof = variance**2 / sum(part**2 / (size - 1) for part, size in zip(variances, sizes, strict=True))
    half = t_quantile(level, dof) * math.sqrt(variance)
    low, high = value - half, value + half
    if bounds is not None:
        low, high = max(low, bounds[0]), min(high, bounds[1])
    return Estimate(value, math.sqrt(variance), low, high, level, n, method)


def _effective_n(y: _Values, corrected: Estimate, human: Estimate | None = None) -> float | None:
    """How many ratings alone would do as well; with clusters by the lengths of the two intervals."""
    if not corrected.stderr or len(y) < 2:
        return None
    if human is not None and human.method.startswith("cluster-"):
        if None in (human.low, human.high, corrected.low, corrected.high):
            return None
        return len(y) * ((human.high - human.low) / (corrected.high - corrected.low)) ** 2  # type: ignore[operator]
    return float(y.var(ddof=1)) / corrected.stderr**2


def correlation(y: _Values, f: _Values) -> float | None:
    """Pearson's; None where one of the two does not vary."""
    if len(y) < 2 or np.ptp(y) == 0 or np.ptp(f) == 0:
        return None
    return float(np.corrcoef(y, f)[0, 1])

"""Few human ratings correct many judge scores, where items were drawn with known chances that differ."""

from __future__ import annotations

import math
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import ArrayLike, NDArray

from kijun.records import Estimate
from kijun.statistics.clusters import Clusters, group_clusters
from kijun.statistics.intervals import t_quantile, wilson
from kijun.statistics.means import all_binary, as_values, mean
from kijun.statistics.prediction_powered import FOLDS, CorrectedMean, check_ratings, correlation, why_alone

__all__ = ["corrected_mean_by_design"]

_Values = NDArray[np.float64]


class _Draw(NamedTuple):
    """All T items, of which some are rated.

    Attributes:
        y, f: (T,) ratings (0 where there is none) and the judge's scores.
        raise_: (T,) one over the chance where an item was rated, else 0.
        codes: (T,) numbers of the clusters; None where every item stands alone.
    """

    y: _Values
    f: _Values
    raise_: _Values
    codes: NDArray[np.intp] | None


def corrected_mean_by_design(
    ratings: ArrayLike,
    rated: ArrayLike,
    judged: ArrayLike,
    inclusion: ArrayLike,
    *,
    weight: float | None = None,
    bounds: tuple[float, float] | None = None,
    clusters: Clusters | None = None,
    level: float = 0.95,
) -> CorrectedMean:
    """As `corrected_mean`, where items were drawn with known chances that differ.

    More where the judge was unsure, say. With d_i = 1 / p_i of the rated items and a weight w the estimate is
    w mean(f) + Σ d (Y - w f) / Σ d: dividing by Σ d instead of T (Hájek's estimator) makes it exact where ratings do
    not vary, and spares it the chance by which more or fewer items were drawn. Its variance is that of the
    contributions w f_i + d_i (Y_i - w f_i - c), c being the second term. The weight makes it least and is found on
    other ratings than it is used on. Degrees of freedom: (Σ d)² / Σ d² - 1, as few items with small chances carry most
    of it. Where `corrected_mean` gives the ratings alone, so does this.

    Args:
        ratings: (T,) ratings; what stands where nobody rated is not read.
        rated: (T,) whether the item was rated.
        judged: (T,) the judge's scores.
        inclusion: (T,) chances, above 0, at most 1; they count where an item was rated.
        weight: as in `corrected_mean`.
        bounds: as in `corrected_mean`.
        clusters: T names.

    Raises:
        ValueError: a chance outside of (0, 1], or nothing rated.

    Sources: Zrnic and Candès (2024), "Active statistical inference", arXiv:2403.03208; Särndal, Swensson and Wretman
    (1992), Model Assisted Survey Sampling, sections 5.7 and 6.3 (Hájek's form and its variance).
    """
    drawn, f, chance = np.asarray(rated, dtype=bool), as_values(judged), as_values(inclusion)
    y = np.where(drawn, np.asarray(ratings, dtype=float), 0.0)
    if np.any((chance <= 0) | (chance > 1)):
        raise ValueError("a chance to be rated lies above 0 and is at most 1; without it nothing can be corrected")
    if not len(y) == len(f) == len(chance) == len(drawn):
        raise ValueError(f"one rating, score and chance an item, not {len(y)}, {len(f)} and {len(chance)}")
    check_ratings(y[drawn], f[drawn], weight)
    binary = all_binary(y[drawn])
    bounds = (0.0, 1.0) if binary else bounds
    all_of_it = _Draw(y, f, drawn / chance, group_clusters(clusters, len(f)))
    human = _human(all_of_it, binary, bounds, level)
    judge = mean(f, clusters=clusters, level=level)
    related = correlation(y[drawn], f[drawn])
    if reason := why_alone(y[drawn], binary):
        return CorrectedMean(judge, human, msgspec.structs.replace(human, method=reason), 0.0, related, None)
    weights = _crossed_weights(all_of_it) if weight is None else np.full(len(f), weight)
    corrected = _estimate(all_of_it, weights, "ppi++-by-design", bounds, level)
    effective, plain = None, _estimate(all_of_it, np.zeros(len(f)), "", None, level)
    if corrected.stderr and plain.stderr:
        effective = corrected.n * (plain.stderr / corrected.stderr) ** 2
    return CorrectedMean(judge, human, corrected, float(weights[drawn].mean()), related, effective)


def _estimate(draw: _Draw, weights: _Values, method: str, bounds: tuple[float, float] | None, level: float) -> Estimate:
    n, rated = len(draw.f), draw.raise_ > 0
    n_rated, weight = int(np.count_nonzero(rated)), float(weights[rated].mean())
    # About their mean: the weights of the folds differ a little, which then adds next to nothing to the spread.
    f = draw.f - draw.f.mean()
    residuals, shares = draw.y - weights * f, draw.raise_ / draw.raise_.sum()
    value = centre = float(shares @ residuals)
    if n_rated < 2:
        return Estimate(value, None, None, None, level, n_rated, "one rating only: no interval")
    # n / (n - 1), as the residuals are centred on their own mean.
    own = shares * (residuals - centre) * math.sqrt(n_rated / (n_rated - 1))
    parts = own + weight * f / n
    variance, dof = float(parts @ parts), 1 / float(shares @ shares) - 1
    if draw.codes is not None:
        sums, clusters = np.bincount(draw.codes, weights=parts), len(np.unique(draw.codes[rated]))
        if clusters < 2:
            return Estimate(value, None, None, None, level, n_rated, "one cluster only: no interval")
        variance = max(variance, float(sums @ sums) * clusters / (clusters - 1))
        dof, method = min(dof, clusters - 1.0), f"cluster-{method}"
    if variance == 0 or dof <= 0:
        return Estimate(value, None, None, None, level, n_rated, "all ratings equal: no interval")
    half = t_quantile(level, dof) * math.sqrt(variance)
    low, high = value - half, value + half
    if bounds is not None:
        low, high = max(low, bounds[0]), min(high, bounds[1])
    return Estimate(value, math.sqrt(variance), low, high, level, n_rated, method)


def _human(draw: _Draw, binary: bool, bounds: tuple[float, float] | None, level: float) -> Estimate:
    """The ratings alone; a share gets Wilson's interval at the effective sample size, which never collapses."""
    found = _estimate(draw, np.zeros(len(draw.f)), "hajek", bounds, level)
    shares = draw.raise_ / draw.raise_.sum()
    size = 1 / float(shares @ shares)
    if not binary or found.value is None or size <= 1:
        return found
    share = min(max(found.value, 0.0), 1.0)
    if found.stderr and 0 < share < 1:
        few = t_quantile(level, size - 1) / t_quantile(level, 1e6)
        size = max(share * (1 - share) / (found.stderr * few) ** 2, 1.0)
    low, high = wilson(share, size, level)
    return Estimate(share, found.stderr, low, high, level, found.n, "hajek-wilson")


def _crossed_weights(draw: _Draw) -> _Values:
    """(T,) for each rated item the best weight by the other folds; clusters stay together."""
    rated = draw.raise_ > 0
    folds = np.zeros(len(draw.f), dtype=np.intp)
    places = np.arange(np.count_nonzero(rated)) if draw.codes is None else draw.codes[rated]
    folds[rated] = places % FOLDS
    weights = np.zeros(len(draw.f))
    for fold in range(FOLDS):
        left = np.where(folds == fold, 0.0, draw.raise_)
        if np.count_nonzero(left) > 1:
            weights[rated & (folds == fold)] = _best_weight(draw._replace(raise_=left))
    return weights


def _best_weight(draw: _Draw) -> float:
    n, shares = len(draw.f), draw.raise_ / draw.raise_.sum()
    human = shares * (draw.y - shares @ draw.y)
    judge = (draw.f - draw.f.mean()) / n - shares * (draw.f - shares @ draw.f)
    spread = float(judge @ judge)
    return float(np.clip(-float(human @ judge) / spread, 0.0, 1.0)) if spread > 0 else 0.0

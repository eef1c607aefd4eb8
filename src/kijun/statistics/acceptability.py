"""Who is best when neither the scores nor the weights are known exactly (stochastic multicriteria analysis, SMAA-2)."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray
from scipy import special

from kijun.statistics.multiplicity import holm
from kijun.statistics.ranking import RankSet

__all__ = ["Acceptability", "acceptability", "ahead_for_all_weights", "front_shares", "rank_sets", "tiers"]

_Values = NDArray[np.float64]


class Acceptability(msgspec.Struct, frozen=True):
    """What draws of scores and weights say of m options.

    Attributes:
        ranks: (m, m) share of draws in which option i has rank j; a tie is split evenly.
        central_weights: (m, k) mean weights of the draws in which the option is first; NaN-free: zeros where it never
            is, see `first`.
        first: (m,) draws in which it is first.
        confidence: (m,) share of draws of the scores in which it is first with its central weights; 0 without any.
        pairwise: (m, m) share of draws in which i is better than j, ties counting half.
    """

    ranks: _Values
    central_weights: _Values
    first: NDArray[np.int64]
    confidence: _Values
    pairwise: _Values


def acceptability(scores: _Values, weights: _Values, rng: np.random.Generator) -> Acceptability:
    """Rank acceptability, central weights, confidence factors and pairwise winning shares.

    Args:
        scores: (d, m, k) draws of the scores of m options on k criteria, on fixed scales, more is better.
        weights: (d, k) draws of the weights.

    Sources: Lahdelma and Salminen (2001), Oper. Res. 49:444-454 (SMAA-2); Leskinen et al. (2006), Kybernetika 42:
    (pairwise winning index); Tervonen and Lahdelma (2007), Eur. J. Oper. Res. 178:500-513 (computation).
    """
    values = np.einsum("dmk,dk->dm", scores, weights)
    draws, m = values.shape
    places = _places(values, rng)
    ranks = np.stack([np.mean(places == rank, axis=0) for rank in range(m)], axis=1)
    first = places == 0
    counts = first.sum(axis=0)
    central = first.T.astype(float) @ weights / np.maximum(counts, 1)[:, None]
    confidence = np.zeros(m)
    for option in np.flatnonzero(counts):
        confidence[option] = np.mean(_places(scores @ central[option], rng)[:, option] == 0)
    above = values[:, :, None] - values[:, None, :]
    pairwise = (np.count_nonzero(above > 0, axis=0) + np.count_nonzero(above == 0, axis=0) / 2) / draws
    return Acceptability(ranks, central, counts, confidence, pairwise)


def _places(values: _Values, rng: np.random.Generator) -> NDArray[np.intp]:
    """(d, m) rank of each option in each draw, from 0; equal values in random order."""
    order = np.lexsort((rng.random(values.shape), -values), axis=1)
    places = np.empty_like(order)
    np.put_along_axis(places, order, np.broadcast_to(np.arange(values.shape[1]), values.shape), axis=1)
    return places


def ahead_for_all_weights(
    points: _Values, scores: _Values, corners: _Values, dof: float, *, level: float = 0.95
) -> NDArray[np.bool_]:
    """(m, m) whether option i is ahead of option j whatever the weights, for all pairs at once at the level.

    For a pair and fixed weights, the difference over its standard error is tested one-sided. That it holds for all
    weights is an intersection: its p-value is the greatest over the polytope, which lies at a corner (the ratio is
    quasi-concave in the weights where it is positive). Over the ordered pairs Holm's method is used.

    Args:
        points: (m, k) the scores themselves; `scores`: (d, m, k) draws around them, for their covariance.
        corners: (c, k) corners of the polytope of weights.
        dof: degrees of freedom of Student's t.

    Source: Berger (1982), Technometrics 24:295-300 (intersection-union tests); Holm (1979).
    """
    m = len(points)
    pairs = [(i, j) for i in range(m) for j in range(m) if i != j]
    p_values = []
    for i, j in pairs:
        gap = corners @ (points[i] - points[j])
        spread = np.atleast_2d(np.cov(scores[:, i] - scores[:, j], rowvar=False))
        errors = np.sqrt(np.maximum(np.einsum("ck,kl,cl->c", corners, spread, corners), 1e-300))
        p_values.append(float(np.max(special.stdtr(dof, -gap / errors))))
    ahead = np.zeros((m, m), dtype=bool)
    for (i, j), p in zip(pairs, holm(p_values) if pairs else [], strict=True):
        ahead[i, j] = p <= 1 - level
    return ahead


def rank_sets(ahead: NDArray[np.bool_]) -> list[RankSet]:
    """Ranks that each option can have, 1 the best, from who is ahead of whom for certain."""
    m = len(ahead)
    return [RankSet(int(ahead[:, i].sum()) + 1, m - int(ahead[i].sum())) for i in range(m)]


def tiers(ahead: NDArray[np.bool_]) -> list[int]:
    """Tier of each option, from 1: those that nobody is ahead of; then those that only options of tier 1 are; ...."""
    left, found, tier = set(range(len(ahead))), [0] * len(ahead), 1
    while left:
        top = {i for i in left if not any(ahead[j, i] for j in left)} or set(left)
        for i in top:
            found[i] = tier
        left -= top
        tier += 1
    return found


def front_shares(scores: _Values) -> _Values:
    """(m,) share of draws in which no other option is at least as good on all criteria and better on one.

    Args:
        scores: (d, m, k), more is better.
    """
    m = scores.shape[1]
    on_front = np.ones(scores.shape[:2], dtype=bool)
    for i in range(m):
        others: Sequence[int] = [j for j in range(m) if j != i]
        for j in others:
            worse = np.all(scores[:, j] >= scores[:, i], axis=1) & np.any(scores[:, j] > scores[:, i], axis=1)
            on_front[:, i] &= ~worse
    return on_front.mean(axis=0)

"""Weights that lie in ranges and add up to 1: uniform draws, the corners, the centre."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np
from numpy.typing import NDArray

__all__ = ["corners_of_weights", "draw_weights", "weights_near"]

_Values = NDArray[np.float64]
_SWEEPS = 60
_ENUMERATED = 12
_DIRECTIONS = 4000


def draw_weights(ranges: Sequence[tuple[float, float]], draws: int, rng: np.random.Generator) -> _Values:
    """(draws, k) weights, uniform over all that lie in their ranges and add up to 1.

    Each draw is a walk of its own: pairs of weights, chosen at random, share out anew what they have together, as far
    as their ranges allow, all splits being equally likely (Gibbs sampling on the polytope, whose limit is the uniform
    distribution). Drawing from a Dirichlet distribution and clipping or rescaling would not be uniform.

    Args:
        ranges: (k, 2) least and greatest weight of each; they must leave room for a sum of 1.

    Raises:
        ValueError: no weights within the ranges add up to 1.

    Source: Tervonen, van Valkenhoef, Baştürk and Postmus (2013), Eur. J. Oper. Res. 224:552-559, for the walk within
    the polytope of weights.
    """
    low, high = _ends(ranges)
    current = np.tile(weights_near((low + high) / 2, ranges), (draws, 1))
    k = len(low)
    if k == 1:
        return current
    rows = np.arange(draws)
    for _ in range(_SWEEPS * k):
        first = rng.integers(k, size=draws)
        second = (first + rng.integers(1, k, size=draws)) % k
        total = current[rows, first] + current[rows, second]
        least = np.maximum(low[first], total - high[second])
        most = np.minimum(high[first], total - low[second])
        current[rows, first] = least + rng.random(draws) * np.maximum(most - least, 0.0)
        current[rows, second] = total - current[rows, first]
    return current


def weights_near(wanted: _Values, ranges: Sequence[tuple[float, float]]) -> _Values:
    """(k,) weights within the ranges that add up to 1, moved from `wanted` in proportion to the room that each has.

    Raises:
        ValueError: no weights within the ranges add up to 1.
    """
    low, high = _ends(ranges)
    start = np.clip(np.asarray(wanted, dtype=float), low, high)
    short = 1.0 - start.sum()
    room = high - start if short > 0 else start - low
    if abs(short) < 1e-12:
        return start
    return start + short * room / room.sum()


def corners_of_weights(ranges: Sequence[tuple[float, float]], rng: np.random.Generator) -> _Values:
    """(m, k) corners of the polytope of weights: all of them up to 12 weights, else those of 4,000 random directions.

    At a corner all weights but one lie at an end of their range.
    """
    low, high = _ends(ranges)
    k = len(low)
    found = []
    if k <= _ENUMERATED:
        for free in range(k):
            others = [index for index in range(k) if index != free]
            for ends in product((0, 1), repeat=k - 1):
                corner = np.empty(k)
                corner[others] = np.where(ends, high[others], low[others])
                corner[free] = 1.0 - corner[others].sum()
                if low[free] - 1e-9 <= corner[free] <= high[free] + 1e-9:
                    found.append(corner)
    else:
        for direction in rng.standard_normal((_DIRECTIONS, k)):
            found.append(_furthest(direction, low, high))
    return np.unique(np.round(found, 12), axis=0)


def _furthest(direction: _Values, low: _Values, high: _Values) -> _Values:
    """The corner with the greatest product with `direction`: what is left of 1 goes to the greatest entries first."""
    corner, left = low.copy(), 1.0 - low.sum()
    for index in np.argsort(-direction):
        given = min(high[index] - low[index], left)
        corner[index] += given
        left -= given
    return corner


def _ends(ranges: Sequence[tuple[float, float]]) -> tuple[_Values, _Values]:
    low, high = np.asarray(ranges, dtype=float).reshape(-1, 2).T
    if np.any(low > high) or not (low.sum() <= 1 + 1e-9 and high.sum() >= 1 - 1e-9):
        raise ValueError(f"weights in the ranges {list(ranges)!r} cannot add up to 1")
    return low, high

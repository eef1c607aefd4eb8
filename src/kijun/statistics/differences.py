"""Differences between figures of different items."""

from __future__ import annotations

import math

from numpy.typing import ArrayLike

from kijun.records import Estimate
from kijun.statistics.intervals import wilson
from kijun.statistics.means import as_values, nothing_measured, proportion

__all__ = ["difference_of_estimates", "difference_of_shares"]


def difference_of_shares(first: ArrayLike, second: ArrayLike, *, level: float = 0.95) -> Estimate:
    """Share of ones in `first` minus share of ones in `second`; the items of the two are independent.

    Undefined (value None) where one of them has no items.

    Args:
        first, second: zeros and ones, any number of each.

    Raises:
        ValueError: a value is neither 0 nor 1.

    Source: Newcombe (1998), Statist. Med. 17:873-890, method 10 (hybrid score); it never leaves [-1, 1] and does not
    collapse where a share is 0 or 1.
    """
    a, b = proportion(first, level=level), proportion(second, level=level)
    if a.value is None or b.value is None:
        return nothing_measured(level)
    n, m = len(as_values(first)), len(as_values(second))
    (low_a, high_a), (low_b, high_b) = wilson(a.value, n, level), wilson(b.value, m, level)
    value = a.value - b.value
    low = value - math.hypot(a.value - low_a, high_b - b.value)
    high = value + math.hypot(high_a - a.value, b.value - low_b)
    stderr = math.hypot(a.stderr, b.stderr) if a.stderr is not None and b.stderr is not None else None
    return Estimate(value, stderr, low, high, level, n + m, "newcombe")


def difference_of_estimates(first: Estimate, second: Estimate) -> Estimate:
    """First minus second, of different items, with an interval made of theirs.

    The distances of both to their own limits are put together by the root of their squares, side by side, so that the
    limits stay within what is possible and as uneven as theirs. Undefined (value None) where one of them is.

    Source: Zou and Donner (2008), Statist. Med. 27:1693-1702 (MOVER), whose case for shares with Wilson's limits is
    Newcombe's (1998) method 10.
    """
    n = first.n + second.n
    if first.value is None or second.value is None:
        return Estimate(None, None, None, None, first.level, n, "one side was not measured")
    value = first.value - second.value
    if first.low is None or first.high is None or second.low is None or second.high is None:
        return Estimate(value, None, None, None, first.level, n, "one side has no interval: no interval")
    below = math.hypot(first.value - first.low, second.high - second.value)
    above = math.hypot(first.high - first.value, second.value - second.low)
    stderr = None if first.stderr is None or second.stderr is None else math.hypot(first.stderr, second.stderr)
    return Estimate(value, stderr, value - below, value + above, first.level, n, "mover")

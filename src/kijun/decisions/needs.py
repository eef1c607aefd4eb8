"""How many more items would settle a requirement."""

from __future__ import annotations

import math
from collections.abc import Callable

from scipy import stats

from kijun.statistics import bound_of_share

__all__ = ["more_for_mean", "more_for_share"]

_MOST = 1_000_000


def more_for_share(
    hits: float, trials: float, rate: float, limit: float, *, confidence: float, upper: bool
) -> float | None:
    """Further independent trials after which a Clopper-Pearson bound keeps to the limit in half of all cases.

    Of n further trials a binomial number hits; the least n is sought at which the bound of what then is there keeps to
    the limit for the median of that number. One looks once, after them all: who looks after every item and stops when
    it pleases passes models that ought not to pass.

    Args:
        hits, trials: so far.
        rate: of hits among further trials, as far as is known.
        upper: the upper bound must be at most `limit`; else the lower one at least.

    Returns:
        0 where it keeps already; None where a million would not do.
    """

    def settled(more: int) -> bool:
        further = float(stats.binom.median(more, rate)) if more else 0.0
        share = min((hits + further) / (trials + more), 1.0)
        bound = bound_of_share(share, trials + more, confidence=confidence, upper=upper)
        return bound <= limit if upper else bound >= limit

    return _least(settled)


def more_for_mean(n: float, value: float, bound: float, limit: float) -> float | None:
    """Further items after which a bound that narrows with the root of their number reaches the limit.

    Args:
        n: items so far.
        value: the mean, expected to stay.
        bound: the one-sided bound so far, on the side of the limit.
    """
    reach, room = abs(bound - value), abs(limit - value)
    if room <= 0 or reach <= 0:
        return None
    needed = n * (reach / room) ** 2 - n
    return None if needed > _MOST else max(math.ceil(needed), 0)


def _least(settled: Callable[[int], bool]) -> int | None:
    """The least number that settles it; the saw-teeth of whole numbers are passed over by doubling and halving."""
    if settled(0):
        return 0
    high = 1
    while not settled(high):
        high *= 2
        if high > _MOST:
            return None
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if settled(middle) else (middle, high)
    return high

"""How many more items would settle a requirement."""

from __future__ import annotations

import math

import numpy as np
from scipy import special, stats

__all__ = ["more_for_mean", "more_for_share"]

_MOST = 1_000_000


def _candidates() -> np.ndarray:
    """Every number to 100, then steps of 1 %: bounds of whole numbers go up and down like a saw, and the first tooth
    that settles it is wanted."""
    steps = np.ceil(100 * 1.01 ** np.arange(1, math.ceil(math.log(_MOST / 100) / math.log(1.01))))
    return np.unique(np.concatenate([np.arange(1, 101), steps]))


_MORE = _candidates()


def more_for_share(
    hits: float, trials: float, rate: float, limit: float, *, confidence: float, upper: bool
) -> int | None:
    """Further independent trials after which a Clopper-Pearson bound keeps to the limit in half of all cases.

    Of n further trials a binomial number hits; the least n is sought at which the bound of what then is there keeps to
    the limit for the median of that number. One looks once, after them all: who looks after every item and stops when
    it pleases passes models that ought not to pass.

    Args:
        hits, trials: so far.
        rate: of hits among further trials, as far as is known.
        upper: the upper bound must be at most `limit`; else the lower one at least.

    Returns:
        None where a million would not do.
    """
    k = np.minimum(hits + stats.binom.ppf(0.5, _MORE, rate), trials + _MORE)
    n = trials + _MORE
    if upper:
        settled = np.where(k >= n, 1.0, special.betaincinv(k + 1, np.maximum(n - k, 1e-9), confidence)) <= limit
    else:
        settled = np.where(k <= 0, 0.0, special.betaincinv(np.maximum(k, 1e-9), n - k + 1, 1 - confidence)) >= limit
    return int(_MORE[np.argmax(settled)]) if settled.any() else None


def more_for_mean(n: float, value: float, bound: float, limit: float) -> int | None:
    """Further items after which a bound that narrows with the root of their number reaches the limit.

    Args:
        n: items so far.
        value: the mean, expected to stay.
        bound: the one-sided bound so far, on the side of the limit.

    Returns:
        None where a million would not do.
    """
    reach, room = abs(bound - value), abs(limit - value)
    if room <= 0 or reach <= 0:
        return None
    needed = n * (reach / room) ** 2 - n
    return None if needed > _MOST else max(math.ceil(needed), 1)

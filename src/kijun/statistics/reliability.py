"""Whether raters mean the same: raw agreement, Fleiss' kappa, Krippendorff's alpha; any number of raters."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from kijun.records import Estimate
from kijun.statistics.bootstrap import Units, bca_limits, bootstrap_totals
from kijun.statistics.intervals import wilson

__all__ = [
    "Scale",
    "bootstrapped",
    "fleiss_kappa",
    "krippendorff_alpha",
    "many_rater_ac1",
    "raw_agreement",
    "sorted_values",
    "undefined",
]

Scale = Literal["nominal", "ordinal", "interval", "ratio"]
"""What differences between values mean."""

ALPHA_REPLICATES = 2000

_Values = NDArray[np.float64]
_Statistic = Callable[[_Values], _Values]


def krippendorff_alpha(
    ratings: Sequence[Sequence[Hashable]],
    scale: Scale = "nominal",
    *,
    rng: np.random.Generator,
    order: Sequence[Hashable] | None = None,
    level: float = 0.95,
    replicates: int = ALPHA_REPLICATES,
) -> Estimate:
    """1 - observed / expected disagreement. 1 is perfect, 0 is what mixing all values at random would give.

    Items with fewer than two ratings say nothing and are left out. The interval is a BCa bootstrap over items: another
    draw of items, the same raters. Undefined, with the reason in `method`, where all values are equal (nothing could
    have disagreed) or no item has two ratings.

    Args:
        ratings: an item's ratings each, in any order, without gaps. Numbers for ``interval`` and ``ratio``.
        scale: ``nominal`` (same or not), ``ordinal`` (ranks), ``interval`` (differences), ``ratio`` (relative ones).
        rng: draws the items.
        order: the values from lowest to highest, for ``ordinal``; None sorts them.
        level: confidence level.
        replicates: resamples.

    Raises:
        ValueError: values that the scale cannot take, such as texts on an interval scale.

    Source: Krippendorff (2011), "Computing Krippendorff's alpha-reliability", Univ. of Pennsylvania, section E.
    """
    paired = [item for item in ratings if len(item) > 1]
    if not paired:
        return undefined("undefined: no item has two ratings", level, 0)
    values = list(order) if order is not None else sorted_values({value for item in paired for value in item})
    counts = _tally(paired, values)
    if np.count_nonzero(counts.sum(axis=0)) < 2:
        return undefined("undefined: all ratings are equal", level, len(paired))
    rows, statistic = (_ordinal if scale == "ordinal" else _fixed)(counts, scale, values)
    return bootstrapped(rows, statistic, rng, level, replicates, "krippendorff-alpha")


def fleiss_kappa(
    ratings: Sequence[Sequence[Hashable]], *, rng: np.random.Generator, level: float = 0.95, replicates: int = 2000
) -> Estimate:
    """(observed - expected) / (1 - expected) agreement of pairs of ratings, expected by the shares of the categories.

    Items may have different numbers of ratings (two at least); with the same number for all it is Fleiss' own figure.

    Args: as `krippendorff_alpha`.

    Source: Fleiss (1971), Psychol. Bull. 76:378-382; shares averaged over items as in Gwet (2014), Handbook of
    Inter-Rater Reliability, 4th ed., section 2.4, for unequal numbers.
    """
    paired = [item for item in ratings if len(item) > 1]
    if not paired:
        return undefined("undefined: no item has two ratings", level, 0)
    counts = _tally(paired, list(dict.fromkeys(value for item in paired for value in item)))
    if counts.shape[1] < 2:
        return undefined("undefined: all ratings are equal", level, len(paired))
    sizes = counts.sum(axis=1)
    agreeing = (counts * (counts - 1)).sum(axis=1) / (sizes * (sizes - 1))
    rows = np.column_stack([np.ones(len(counts)), agreeing, counts / sizes[:, None]])

    def statistic(sums: _Values) -> _Values:
        observed = sums[..., 1] / sums[..., 0]
        expected = ((sums[..., 2:] / sums[..., :1]) ** 2).sum(axis=-1)
        return np.where(expected < 1, (observed - expected) / np.where(expected < 1, 1 - expected, 1), 1.0)

    return bootstrapped(rows, statistic, rng, level, replicates, "fleiss-kappa")


def many_rater_ac1(
    ratings: Sequence[Sequence[Hashable]],
    *,
    rng: np.random.Generator,
    order: Sequence[Hashable] | None = None,
    level: float = 0.95,
    replicates: int = 2000,
) -> Estimate:
    """Gwet's AC1 of any number of raters: agreement beyond a chance that does not collapse where one value is rare.

    Observed agreement is `raw_agreement`; the expected one is Σ π(1 - π) / (q - 1), π being the mean share of a value
    over all items (those with one rating too) and q the number of values. Two raters: `gwet_ac1`.

    Args:
        order: all values that could be given; None takes those that were.

    Others as `krippendorff_alpha`.

    Source: Gwet (2008), Br. J. Math. Stat. Psychol. 61:29-48.
    """
    rated = [item for item in ratings if item]
    if not any(len(item) > 1 for item in rated):
        return undefined("undefined: no item has two ratings", level, 0)
    values = list(order) if order is not None else sorted_values({value for item in rated for value in item})
    if len(values) < 2:
        return undefined("undefined: all ratings are equal", level, len(rated))
    counts, q = _tally(rated, values), len(values)
    sizes = counts.sum(axis=1)
    paired = (sizes > 1).astype(float)
    agreeing = (counts * (counts - 1)).sum(axis=1) / np.maximum(sizes * (sizes - 1), 1)
    rows = np.column_stack([np.ones(len(counts)), paired, agreeing, counts / sizes[:, None]])

    def statistic(sums: _Values) -> _Values:
        # A resample without any pair says nothing of agreement; it counts as none.
        observed = sums[..., 2] / np.maximum(sums[..., 1], 1)
        shares = sums[..., 3:] / sums[..., :1]
        expected = (shares * (1 - shares)).sum(axis=-1) / (q - 1)
        return np.asarray((observed - expected) / (1 - expected))

    found = bootstrapped(rows, statistic, rng, level, replicates, "gwet-ac1")
    sums = rows.sum(axis=0)
    return _whole(found, lambda share: float(statistic(np.concatenate([sums[:2], [share * sums[1]], sums[3:]]))))


def raw_agreement(
    ratings: Sequence[Sequence[Hashable]], *, rng: np.random.Generator, level: float = 0.95, replicates: int = 2000
) -> Estimate:
    """Share of pairs of ratings of one item that are equal, each item counting once. Chance is not taken off.

    Args: as `krippendorff_alpha`.
    """
    paired = [item for item in ratings if len(item) > 1]
    if not paired:
        return undefined("undefined: no item has two ratings", level, 0)
    counts = _tally(paired, list(dict.fromkeys(value for item in paired for value in item)))
    sizes = counts.sum(axis=1)
    agreeing = (counts * (counts - 1)).sum(axis=1) / (sizes * (sizes - 1))
    rows = np.column_stack([np.ones(len(counts)), agreeing])
    found = bootstrapped(rows, lambda sums: sums[..., 1] / sums[..., 0], rng, level, replicates, "raw-agreement")
    return _whole(found, lambda share: share)


def _whole(found: Estimate, statistic: Callable[[float], float]) -> Estimate:
    """Where all raters agree on all items no resample differs: Wilson's limit for that share, carried over."""
    if found.value != 1.0 or found.low is not None or found.n < 2:
        return found
    low = statistic(wilson(1.0, found.n, found.level)[0])
    return Estimate(1.0, None, low, 1.0, found.level, found.n, f"{found.method.partition(',')[0]}, wilson")


def sorted_values(values: set[Hashable]) -> list[Hashable]:
    """In their own order where they have one (numbers, texts), else by how they are written."""
    try:
        return sorted(values)  # type: ignore[type-var]
    except TypeError:
        return sorted(values, key=repr)


def _tally(paired: Sequence[Sequence[Hashable]], values: Sequence[Hashable]) -> _Values:
    """(items, values) how often each item got each value."""
    place = {value: number for number, value in enumerate(values)}
    try:
        flat = np.array([place[value] for item in paired for value in item])
    except KeyError as error:
        raise ValueError(f"{error.args[0]!r} is none of the values in order: {list(values)}") from None
    owner = np.repeat(np.arange(len(paired)), [len(item) for item in paired])
    return np.bincount(owner * len(values) + flat, minlength=len(paired) * len(values)).reshape(len(paired), -1) * 1.0


def _fixed(counts: _Values, scale: Scale, values: Sequence[Hashable]) -> tuple[_Values, _Statistic]:
    """Scales whose distances do not depend on the data: an item's disagreement is a number of its own."""
    distance = _distances(scale, values)
    sizes = counts.sum(axis=1)
    observed = np.einsum("ic,ck,ik->i", counts, distance, counts) / (sizes - 1)

    def statistic(sums: _Values) -> _Values:
        totals = sums[..., 1:]
        number = totals.sum(axis=-1)
        expected = np.einsum("...c,ck,...k->...", totals, distance, totals) / (number - 1)
        return _ratio(sums[..., 0], expected)

    return np.column_stack([observed, counts]), statistic


def _ordinal(counts: _Values, scale: Scale, values: Sequence[Hashable]) -> tuple[_Values, _Statistic]:
    """Ranks depend on how often each value was given, so that an item enters with its coincidences."""
    sizes, q = counts.sum(axis=1), counts.shape[1]
    pairs = counts[:, :, None] * counts[:, None, :]
    pairs[:, np.arange(q), np.arange(q)] -= counts
    coincidences = (pairs / (sizes - 1)[:, None, None]).reshape(len(counts), -1)

    def statistic(sums: _Values) -> _Values:
        cells = sums.reshape(*sums.shape[:-1], q, q)
        totals = cells.sum(axis=-1)
        ranks = np.cumsum(totals, axis=-1) - totals / 2
        distance = (ranks[..., :, None] - ranks[..., None, :]) ** 2
        observed = (cells * distance).sum(axis=(-1, -2))
        expected = np.einsum("...c,...ck,...k->...", totals, distance, totals) / (totals.sum(axis=-1) - 1)
        return _ratio(observed, expected)

    return coincidences, statistic


def _distances(scale: Scale, values: Sequence[Hashable]) -> _Values:
    if scale == "nominal":
        return 1 - np.eye(len(values))
    try:
        numbers = np.array([float(value) for value in values])  # type: ignore[arg-type]
    except (TypeError, ValueError):
        raise ValueError(f"an {scale} scale takes numbers; got {values[0]!r}") from None
    gaps = numbers[:, None] - numbers[None, :]
    if scale == "interval":
        return np.asarray(gaps**2)
    sums = numbers[:, None] + numbers[None, :]
    if np.any(numbers < 0):
        raise ValueError(f"a ratio scale takes numbers from 0 up; got {numbers.min():g}")
    return np.asarray(np.divide(gaps, sums, out=np.zeros_like(gaps), where=sums > 0) ** 2)


def _ratio(observed: _Values, expected: _Values) -> _Values:
    """1 - observed / expected; 1 in a resample in which all values happen to be equal."""
    return np.where(expected > 0, 1 - observed / np.where(expected > 0, expected, 1), 1.0)


def bootstrapped(
    rows: _Values, statistic: _Statistic, rng: np.random.Generator, level: float, replicates: int, method: str
) -> Estimate:
    """A statistic of the sums of the items' rows, with a BCa bootstrap over items.

    Args:
        rows: (items, d) what each item contributes.
        statistic: (..., d) sums to (...) values, defined for any sums that a resample can give.
    """
    kinds, counts = np.unique(rows, axis=0, return_counts=True)
    units = Units(kinds, counts.astype(np.int64))
    value = float(statistic(units.total))
    if units.size == 1:
        return Estimate(value, None, None, None, level, 1, f"{method}, one item only: no interval")
    drawn = statistic(bootstrap_totals(units, rng, replicates))
    limits = bca_limits(value, drawn, statistic(units.total - units.rows), units.counts, level)
    if limits is None:
        return Estimate(value, 0.0, None, None, level, units.size, f"{method}, all items alike: no interval")
    return Estimate(value, float(drawn.std(ddof=1)), *limits, level, units.size, f"{method}, bootstrap-bca")


def undefined(reason: str, level: float, n: int) -> Estimate:
    """No value, and why."""
    return Estimate(None, None, None, None, level, n, reason)

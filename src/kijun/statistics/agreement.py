"""Agreement of two raters who rated the same items, such as a judge and people: Cohen's kappa, Gwet's AC1."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from kijun.records import Estimate
from kijun.statistics.bootstrap import Statistic
from kijun.statistics.intervals import wilson
from kijun.statistics.reliability import bootstrapped, sorted_values, undefined

__all__ = ["cohen_kappa", "gwet_ac1"]

_Values = NDArray[np.float64]


def cohen_kappa(
    one: Sequence[Hashable],
    other: Sequence[Hashable],
    *,
    rng: np.random.Generator,
    weights: Literal["none", "linear", "quadratic"] = "none",
    order: Sequence[Hashable] | None = None,
    level: float = 0.95,
    replicates: int = 2000,
) -> Estimate:
    """(observed - expected) / (1 - expected) agreement, expected by how often each rater gives each value.

    Where nearly all items are of one kind, kappa is low however well the two agree; `gwet_ac1` is not. The interval is
    a BCa bootstrap over items. Undefined, with the reason in `method`, where both give one and the same value
    throughout, as nothing could have disagreed.

    Args:
        one, other: (n,) values of the two raters, item by item.
        rng: draws the items.
        weights: ``none`` counts every disagreement alike; for ordered values a near miss may weigh less, by its
            distance in steps (``linear``) or its square (``quadratic``).
        order: all values from lowest to highest, for `weights`; None sorts those that were given.
        level: confidence level.
        replicates: resamples.

    Raises:
        ValueError: the raters did not rate the same items.

    Source: Cohen (1960), Educ. Psychol. Meas. 20:37-46; weights: Cohen (1968), Psychol. Bull. 70:213-220.
    """
    values, first, second = _coded(one, other, order)
    if not len(first):
        return undefined("undefined: no items", level, 0)
    if len(values) < 2:
        return undefined("undefined: all ratings are equal", level, len(first))
    q = len(values)
    weight = _weights(q, weights)
    rows = np.column_stack([np.ones(len(first)), weight[first, second], np.eye(q)[first], np.eye(q)[second]])

    def statistic(sums: _Values) -> _Values:
        n = sums[..., 0]
        observed = sums[..., 1] / n
        left, right = sums[..., 2 : 2 + q], sums[..., 2 + q :]
        return _beyond(observed, np.einsum("...c,ck,...k->...", left, weight, right) / n**2)

    return _estimate(rows, statistic, rng, level, replicates, "cohen-kappa")


def gwet_ac1(
    one: Sequence[Hashable],
    other: Sequence[Hashable],
    *,
    rng: np.random.Generator,
    order: Sequence[Hashable] | None = None,
    level: float = 0.95,
    replicates: int = 2000,
) -> Estimate:
    """Agreement beyond chance that does not collapse where one value is rare: expected = Σ π(1 - π) / (q - 1).

    π is the mean share of a value over both raters, q the number of values. Else as `cohen_kappa`.

    Args:
        order: all values that could be given; None takes those that were. Which ones could be given is part of the
            figure: more of them make chance agreement less likely.

    Source: Gwet (2008), Br. J. Math. Stat. Psychol. 61:29-48.
    """
    values, first, second = _coded(one, other, order)
    if not len(first):
        return undefined("undefined: no items", level, 0)
    if len(values) < 2:
        return undefined("undefined: all ratings are equal", level, len(first))
    q = len(values)
    rows = np.column_stack([np.ones(len(first)), first == second, (np.eye(q)[first] + np.eye(q)[second]) / 2])

    def statistic(sums: _Values) -> _Values:
        n = sums[..., :1]
        shares = sums[..., 2:] / n
        return _beyond(sums[..., 1] / n[..., 0], (shares * (1 - shares)).sum(axis=-1) / (q - 1))

    return _estimate(rows, statistic, rng, level, replicates, "gwet-ac1")


def _estimate(
    rows: _Values, statistic: Statistic, rng: np.random.Generator, level: float, replicates: int, method: str
) -> Estimate:
    """As `bootstrapped`; where the two agree on everything no resample differs, and the interval is Wilson's for the
    share of agreement, carried over."""
    found = bootstrapped(rows, statistic, rng, level, replicates, method)
    if found.value != 1.0 or found.low is not None or found.n < 2:
        return found
    sums = rows.sum(axis=0)
    sums[1] *= wilson(1.0, found.n, level)[0]
    return Estimate(1.0, None, float(statistic(sums)), 1.0, level, found.n, f"{method}, wilson")


def _coded(
    one: Sequence[Hashable], other: Sequence[Hashable], order: Sequence[Hashable] | None
) -> tuple[list[Hashable], NDArray[np.intp], NDArray[np.intp]]:
    if len(one) != len(other):
        raise ValueError(f"both raters rate the same items; got {len(one)} and {len(other)} ratings")
    values = sorted_values({*one, *other}) if order is None else list(order)
    place = {value: number for number, value in enumerate(values)}
    try:
        first, second = (np.array([place[value] for value in rated], dtype=np.intp) for rated in (one, other))
    except KeyError as error:
        raise ValueError(f"{error.args[0]!r} is none of the values in order: {values}") from None
    return values, first, second


def _weights(q: int, kind: str) -> _Values:
    steps = np.abs(np.arange(q)[:, None] - np.arange(q)[None, :]) / (q - 1)
    if kind == "none":
        return np.eye(q)
    return 1 - (steps if kind == "linear" else steps**2)


def _beyond(observed: _Values, expected: _Values) -> _Values:
    """Agreement beyond chance; 1 in a resample in which both give one value throughout."""
    return np.where(expected < 1, (observed - expected) / np.where(expected < 1, 1 - expected, 1), 1.0)

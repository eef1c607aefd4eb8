"""How a yes-or-no detector agrees with human labels."""

from __future__ import annotations

import msgspec
import numpy as np
from numpy.typing import ArrayLike, NDArray

from kijun.records import Estimate
from kijun.statistics.bootstrap import Statistic, dirichlet_limits
from kijun.statistics.means import all_binary, as_values, nothing_measured, proportion

__all__ = ["DetectorAgreement", "detector_agreement"]


class DetectorAgreement(msgspec.Struct, frozen=True):
    """A detector against labels.

    Attributes:
        n, positives: items, and how many of them people call positive.
        agreement: share of items on which both say the same.
        kappa: Cohen's; agreement beyond what the two shares of "yes" would give by chance.
        ac1: Gwet's; the same with a chance that stays sensible where nearly all items are alike.
        sensitivity: share of the positive items that the detector finds.
        specificity: share of the negative items that it leaves alone.
    """

    n: int
    positives: int
    agreement: Estimate
    kappa: Estimate
    ac1: Estimate
    sensitivity: Estimate
    specificity: Estimate


def detector_agreement(
    labels: ArrayLike, found: ArrayLike, *, rng: np.random.Generator, level: float = 0.95
) -> DetectorAgreement:
    """Agreement of a detector with human labels, each figure with an interval: Wilson's for shares, Dirichlet else.

    Kappa is undefined (value None) where both say the same one thing of all items.

    Args:
        labels: (n,) zeros and ones, what people say.
        found: (n,) zeros and ones, what the detector says.
        rng: draws tables for the intervals of kappa and AC1.

    Raises:
        ValueError: lengths that differ, values other than 0 and 1.

    Sources: Cohen (1960), Educ. Psychol. Meas. 20:37-46; Gwet (2008), Br. J. Math. Stat. Psychol. 61:29-48.
    """
    truth, detected = as_values(labels), as_values(found)
    if truth.shape != detected.shape:
        raise ValueError(f"labels and findings are of the same items, not of {len(truth)} and {len(detected)}")
    if not (all_binary(truth) and all_binary(detected)):
        raise ValueError("labels and findings are zeros and ones")
    table = np.array([np.count_nonzero((truth == a) & (detected == b)) for a in (1, 0) for b in (1, 0)], dtype=float)
    return DetectorAgreement(
        n=len(truth),
        positives=int(truth.sum()),
        agreement=proportion(truth == detected, level=level),
        kappa=_of_table(table, _kappa, "cohen-kappa", rng, level),
        ac1=_of_table(table, _ac1, "gwet-ac1", rng, level),
        sensitivity=proportion(detected[truth == 1], level=level),
        specificity=proportion(1 - detected[truth == 0], level=level),
    )


_Table = NDArray[np.float64]


def _shares(table: _Table) -> tuple[_Table, _Table, _Table]:
    """Agreement, share of "yes" of the labels, share of "yes" of the detector; cells are yy, yn, ny, nn."""
    total = table.sum(axis=-1)
    return (
        (table[..., 0] + table[..., 3]) / total,
        (table[..., 0] + table[..., 1]) / total,
        (table[..., 0] + table[..., 2]) / total,
    )


def _kappa(table: _Table) -> _Table:
    agreed, labelled, found = _shares(table)
    chance = labelled * found + (1 - labelled) * (1 - found)
    return np.where(chance < 1, (agreed - chance) / np.where(chance < 1, 1 - chance, 1), 1.0)


def _ac1(table: _Table) -> _Table:
    agreed, labelled, found = _shares(table)
    share = (labelled + found) / 2
    chance = 2 * share * (1 - share)
    return (agreed - chance) / (1 - chance)


def _of_table(table: _Table, statistic: Statistic, name: str, rng: np.random.Generator, level: float) -> Estimate:
    n = int(table.sum())
    if n == 0:
        return nothing_measured(level)
    if name == "cohen-kappa" and max(table[0], table[3]) == n:
        return Estimate(None, None, None, None, level, n, "undefined: both say the same of all items")
    value = float(statistic(table))
    low, high = dirichlet_limits(value, table, float(n), statistic, rng, level)
    return Estimate(value, None, low, high, level, n, f"{name}-dirichlet")

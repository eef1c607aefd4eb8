"""A number with its uncertainty."""

from __future__ import annotations

import msgspec

__all__ = ["Estimate"]


class Estimate(msgspec.Struct, frozen=True):
    """An estimate and its confidence interval.

    Attributes:
        value: the point estimate; None when it is undefined (then `method` says why).
        stderr: standard error; None when undefined (one item).
        low, high: confidence interval at `level`; None when undefined.
        level: confidence level, such as 0.95.
        n: number of measured items that entered.
        method: how the interval was made: ``wilson``, ``t``, ``cluster-t``, ``bootstrap``, ``pooled`` ....
    """

    value: float | None
    stderr: float | None
    low: float | None
    high: float | None
    level: float
    n: int
    method: str

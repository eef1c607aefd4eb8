"""Adjusting p-values when many comparisons are made at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["benjamini_hochberg", "holm"]


def holm(p_values: ArrayLike) -> NDArray[np.float64]:
    """Adjusted p-values; rejecting those at most alpha keeps the chance of any false rejection at most alpha.

    Args:
        p_values: (m,) p-values, however dependent.

    Returns:
        (m,) adjusted p-values in the given order.

    Source: Holm (1979), Scand. J. Statist. 6:65-70.
    """
    p, order = _sorted(p_values)
    stepped = np.maximum.accumulate(p[order] * np.arange(len(p), 0, -1))
    return _restored(stepped, order)


def benjamini_hochberg(p_values: ArrayLike) -> NDArray[np.float64]:
    """Adjusted p-values; of those at most alpha, an expected share of at most alpha is false.

    Args:
        p_values: (m,) p-values, independent or positively dependent.

    Returns:
        (m,) adjusted p-values in the given order.

    Source: Benjamini and Hochberg (1995), J. R. Stat. Soc. B 57:289-300.
    """
    p, order = _sorted(p_values)
    stepped = p[order] * len(p) / np.arange(1, len(p) + 1)
    return _restored(np.minimum.accumulate(stepped[::-1])[::-1], order)


def _sorted(p_values: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    p = np.asarray(p_values, dtype=float)
    if p.ndim != 1 or not np.all((p >= 0) & (p <= 1)):
        raise ValueError(f"p-values are a flat array of numbers from 0 to 1, not {p_values!r}")
    return p, np.argsort(p, kind="stable")


def _restored(adjusted: NDArray[np.float64], order: NDArray[np.intp]) -> NDArray[np.float64]:
    given = np.empty_like(adjusted)
    given[order] = np.minimum(adjusted, 1.0)
    return given

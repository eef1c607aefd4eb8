"""Whether confidences mean what they say: of all that is 80 % sure, are 80 % right?"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from kijun.records import Estimate
from kijun.statistics.means import as_values, mean
from kijun.statistics.reliability import bootstrapped, undefined

__all__ = ["brier_score", "expected_calibration_error"]


def brier_score(confidences: ArrayLike, right: ArrayLike, *, level: float = 0.95) -> Estimate:
    """Mean squared distance of a confidence from what came, 0 the best; 0.25 is what a constant 0.5 gets.

    Args:
        confidences: (n,) from 0 to 1.
        right: (n,) 1 where it was right, else 0.

    Source: Brier (1950), Mon. Weather Rev. 78:1-3, for one event.
    """
    return mean((as_values(confidences) - as_values(right)) ** 2, bounds=(0.0, 1.0), level=level)


def expected_calibration_error(
    confidences: ArrayLike,
    right: ArrayLike,
    *,
    rng: np.random.Generator,
    bins: int = 10,
    level: float = 0.95,
    replicates: int = 2000,
) -> Estimate:
    """Mean gap between confidence and share of right answers, over equal-width bins weighted by their items.

    Chance alone makes gaps, so that with few items the figure is too high even for a perfectly calibrated judge; the
    interval (BCa bootstrap over items) knows of that only in part. Read it beside `brier_score`.

    Source: Guo et al. (2017), arXiv:1706.04599, section 2.
    """
    sure, came = as_values(confidences), as_values(right)
    if not len(sure):
        return undefined("undefined: no items", level, 0)
    place = np.minimum((sure * bins).astype(int), bins - 1)
    gaps = np.zeros((len(sure), bins))
    gaps[np.arange(len(sure)), place] = came - sure
    rows = np.column_stack([np.ones(len(sure)), gaps])
    return bootstrapped(
        rows,
        lambda sums: np.abs(sums[..., 1:]).sum(axis=-1) / sums[..., 0],
        rng,
        level,
        replicates,
        "expected-calibration-error",
    )

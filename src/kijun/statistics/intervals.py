"""Quantiles, and limits of a proportion or of something that was never seen."""

from __future__ import annotations

import math

from scipy import special

__all__ = ["normal_quantile", "rare_share", "t_quantile", "wilson"]


def normal_quantile(level: float) -> float:
    """z such that a standard normal lies within ±z with probability `level` (0 < level < 1)."""
    _check_level(level)
    return float(special.ndtri(0.5 + level / 2))


def t_quantile(level: float, dof: float) -> float:
    """t such that Student's t on `dof` > 0 degrees of freedom lies within ±t with probability `level`."""
    _check_level(level)
    return float(special.stdtrit(dof, 0.5 + level / 2))


def wilson(share: float, n: float, level: float = 0.95) -> tuple[float, float]:
    """Score interval of a proportion.

    Never collapses at 0 or 1, never leaves [0, 1], always contains `share`.

    Args:
        share: observed proportion, 0 to 1.
        n: number of independent trials behind it, > 0; an effective sample size need not be whole.
        level: confidence level.

    Source: Wilson (1927), J. Am. Stat. Assoc. 22:209-212, in the form of Brown, Cai and DasGupta (2001), Statist. Sci.
    16:101-133, section 3.1.1.
    """
    if not 0 <= share <= 1:
        raise ValueError(f"a share lies between 0 and 1, not {share!r}")
    if not n > 0:
        raise ValueError(f"an interval needs more than {n!r} trials")
    z = normal_quantile(level)
    shrink = 1 + z * z / n
    centre = (share + z * z / (2 * n)) / shrink
    half = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / shrink
    # at 0 and 1 the limit is exactly the edge; rounding would leave it at 1e-18 beside it
    low = 0.0 if share == 0 else min(max(centre - half, 0.0), share)
    high = 1.0 if share == 1 else max(min(centre + half, 1.0), share)
    return low, high


def rare_share(n: float, level: float = 0.95) -> float:
    """Largest share of the population that `n` independent draws could have missed altogether: 1 - (1 - level)^(1/n).

    About 3/n at level 0.95: the "rule of three" of Hanley and Lippman-Hand (1983), JAMA 249:1743-1745.
    """
    _check_level(level)
    if not n > 0:
        raise ValueError(f"an interval needs more than {n!r} draws")
    return float(-math.expm1(math.log1p(-level) / n))


def _check_level(level: float) -> None:
    if not 0 < level < 1:
        raise ValueError(f"a confidence level lies strictly between 0 and 1, such as 0.95; not {level!r}")

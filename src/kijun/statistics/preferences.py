"""How sure ratings make one that an answer is the better one, or that it is good."""

from __future__ import annotations

import math
from collections.abc import Sequence

import msgspec
import numpy as np
from scipy import special

__all__ = ["RatingSpread", "mean_confidence", "pooled_spread", "vote_confidence"]


def vote_confidence(votes_for: float, votes_against: float, ties: float = 0.0) -> float:
    """Probability that more people would vote for than against, after these votes and knowing nothing before.

    The share of votes for has a uniform prior, so it is Beta(1 + for, 1 + against) afterwards, and this is its mass
    above one half. A tie is half a vote for each. Three votes of three give 0.9375, two of two 0.875, one of one 0.75.

    Raises:
        ValueError: a count below 0.

    Source: Bayes' own billiard table; e.g. Gelman et al., Bayesian Data Analysis, section 2.1.
    """
    if min(votes_for, votes_against, ties) < 0:
        raise ValueError(f"votes are counted from 0; got {votes_for!r}, {votes_against!r}, {ties!r}")
    return float(special.betainc(1 + votes_against + ties / 2, 1 + votes_for + ties / 2, 0.5))


class RatingSpread(msgspec.Struct, frozen=True):
    """How far raters lie apart on the same answer.

    Attributes:
        deviation: standard deviation in points of the scale.
        dof: degrees of freedom behind it.
    """

    deviation: float
    dof: int


def pooled_spread(ratings: Sequence[Sequence[float]], step: float) -> RatingSpread | None:
    """Standard deviation of ratings within an answer, over all answers together.

    Args:
        ratings: of each answer.
        step: distance of neighbouring points of the scale. A rating stands for everything that rounds to it, so the
            deviation is never taken for less than that of rounding, ``step / sqrt(12)`` (Sheppard's correction).

    Returns:
        None where no answer has two ratings.
    """
    some = [np.asarray(values, dtype=float) for values in ratings if len(values) > 1]
    dof = sum(len(values) - 1 for values in some)
    if not dof:
        return None
    squares = sum(float(np.sum((values - values.mean()) ** 2)) for values in some)
    return RatingSpread(max(math.sqrt(squares / dof), step / math.sqrt(12)), dof)


def mean_confidence(difference: float, spread: RatingSpread, *sizes: int) -> float:
    """Probability that a true difference is above 0, after this one was observed and knowing nothing before.

    Args:
        difference: of the mean ratings of two answers, or of one mean rating from the middle of the scale.
        spread: of single ratings.
        sizes: number of ratings behind each mean.

    Raises:
        ValueError: a mean without ratings.

    Source: the posterior of a normal mean with unknown variance under the standard non-informative prior is
    Student's t; Gelman et al., Bayesian Data Analysis, section 3.2.
    """
    if not sizes or min(sizes) < 1:
        raise ValueError(f"each mean has one rating or more behind it; got {sizes!r}")
    stderr = spread.deviation * math.sqrt(sum(1 / size for size in sizes))
    return float(special.stdtr(spread.dof, difference / stderr))

"""What may never be taught as good, whatever the other ratings say: answers that fail a rubric's vetoes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from kijun.records import CampaignItem, Rating
from kijun.specs import DimensionSpec, RubricSpec, vetoes

__all__ = ["VetoRule", "vetoed"]

VetoRule = Literal["any", "majority"]


def vetoed(item: CampaignItem, candidate: int, ratings: Sequence[Rating], rubric: RubricSpec, rule: VetoRule) -> bool:
    """Whether an answer may not be taught as good.

    A rater is against an answer who gave it a failing value on a dimension with ``veto``, marked a place in it under
    such a dimension, or, between two answers, found the other one better or both bad on it. One rater is enough, or,
    by the rule ``majority``, half of those who judged a dimension with ``veto``. A judge model's failing value by
    the same rubric counts as one more rater.
    """
    dimensions = [dimension for dimension in rubric.dimensions if dimension.veto is not False]
    against = judged = 0
    for rating in ratings:
        verdicts = [
            verdict for dimension in dimensions if (verdict := _by_rater(rating, candidate, dimension)) is not None
        ]
        judged += bool(verdicts)
        against += any(verdicts)
    for dimension in dimensions:
        value = item.candidates[candidate].judge.get(f"{rubric.name}.{dimension.id}")
        if value is not None:
            judged += 1
            against += vetoes(dimension, bool(value) if dimension.veto is True else value)
    return against > 0 if rule == "any" else 0 < judged <= 2 * against


def _by_rater(rating: Rating, candidate: int, dimension: DimensionSpec) -> bool | None:
    """Whether a rater vetoes the answer on the dimension; None where the rater did not judge it."""
    if any(span.dimension == dimension.id and span.candidate == candidate for span in rating.spans):
        return True
    if rating.design == "pairwise":
        preferred = rating.preferences.get(dimension.id)
        if preferred is None:
            return None
        return preferred == "both_bad" or preferred == ("second" if candidate == 0 else "first")
    answer = rating.answers.get(dimension.id)
    return None if answer is None else vetoes(dimension, answer)

"""Answers held against what is known to be right."""

from __future__ import annotations

from typing import Any

from kijun.ratings.submissions import as_choice
from kijun.ratings.work import Feedback, FeedbackLine
from kijun.records import CampaignItem, Rating
from kijun.specs import RubricSpec

__all__ = ["compare_with_gold", "feedback_on"]


def compare_with_gold(rubric: RubricSpec, item: CampaignItem, rating: Rating, tolerance: float) -> list[FeedbackLine]:
    """A line for each question whose answer is known; of a passed-over item none.

    Args:
        tolerance: points by which a number may miss and still be right. No answer is not a right one.
    """
    if rating.skipped is not None:
        return []
    lines = []
    for name, expected in (item.gold or {}).items():
        if name == "preference":
            lines.append(FeedbackLine(name, expected, rating.preference, rating.preference == expected))
        elif name == "verdict":
            lines.append(FeedbackLine(name, expected, rating.verdict, rating.verdict == expected))
        elif rating.design == "pairwise":
            given: Any = rating.preferences.get(name)
            # Compared dimension by dimension only where the rater did so.
            lines += [] if given is None else [FeedbackLine(name, expected, given, given == expected)]
        else:
            given = rating.answers.get(name)
            lines.append(FeedbackLine(name, expected, given, _right(rubric, name, expected, given, tolerance)))
    return lines


def _right(rubric: RubricSpec, name: str, expected: Any, given: Any, tolerance: float) -> bool:
    if given is None:
        return False
    if rubric.dimension(name).scale.type in ("ordinal", "interval"):
        return abs(given - expected) <= tolerance
    return given == expected


def feedback_on(item: CampaignItem, lines: list[FeedbackLine], order: tuple[int, ...]) -> Feedback:
    """What the rater is told, with sides as they were shown."""
    preferences = ("first", "second", "tie", "both_bad")
    told = [
        FeedbackLine(
            line.dimension,
            *(as_choice(one, order) if one in preferences else one for one in (line.expected, line.given)),
            line.right,
        )
        if len(order) == 2 and line.dimension != "verdict"
        else line
        for line in lines
    ]
    return Feedback(tuple(told), item.why)

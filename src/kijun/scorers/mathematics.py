"""Scorers of competition mathematics, whose answers may be written in many equal ways. They need the extra ``math``."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from kijun.records import Item, Measured, Question, Response, Score, Unscored
from kijun.scorers.base import answer_text, register
from kijun.scorers.math_answers import final_answer_matches, require_packages, verified

__all__ = ["FinalAnswerMatch", "MathVerified"]


class _Mathematics(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Says at the start of a run what is missing, not after the model has answered.

    Attributes:
        timeout: seconds for one comparison; what takes longer counts as different.
    """

    timeout: float = 30.0

    aggregate = "proportion"
    higher_is_better = True

    def __post_init__(self) -> None:
        require_packages()


@register("math_verified")
class MathVerified(_Mathematics, frozen=True, forbid_unknown_fields=True):
    """1 where Math-Verify finds the response equal to the column `solution`; it reads the answers out of both."""

    def score(self, item: Item, question: Question, responses: Sequence[Response]) -> Score:
        text = answer_text(responses)
        if isinstance(text, Unscored):
            return text
        return Measured(float(verified(text, item.row["solution"], timeout=self.timeout)))


@register("final_answer_match")
class FinalAnswerMatch(_Mathematics, frozen=True, forbid_unknown_fields=True):
    """1 where the response's "Final Answer: The final answer is ..." equals the column `answer`."""

    timeout: float = 5.0

    def score(self, item: Item, question: Question, responses: Sequence[Response]) -> Score:
        text = answer_text(responses)
        if isinstance(text, Unscored):
            return text
        return Measured(float(final_answer_matches(text, item.row["answer"], timeout=self.timeout)))

"""A scorer: a frozen record whose fields are its parameters in the task file."""

import re
from collections.abc import Sequence

import msgspec

from kijun.records import Item, Measured, Question, Response, Score, Unscored
from kijun.scorers.base import answer_text

__all__ = ["NumberWithin"]


class NumberWithin(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """1 where the last whole number of the answer is at most `tolerance` away from the gold number."""

    tolerance: int = 0

    aggregate = "proportion"
    higher_is_better = True

    def score(self, item: Item, question: Question, responses: Sequence[Response]) -> Score:
        """What cannot be read is `Unscored`, never a zero."""
        text = answer_text(responses)
        if isinstance(text, Unscored):
            return text
        numbers = re.findall(r"\d+", text)
        if not numbers:
            return Unscored("no number can be read out of the answer")
        return Measured(float(abs(int(numbers[-1]) - int(str(question.gold))) <= self.tolerance))

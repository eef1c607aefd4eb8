"""Which of the known true and false answers an answer is nearest to: a weak stand-in where no judge is named."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, Literal

import msgspec

from kijun.errors import SpecError
from kijun.records import Item, Measured, Question, Refused, Response, Score, Unscored
from kijun.scorers.abstention import explain
from kijun.scorers.base import answer_text, register
from kijun.scorers.grounding.text import Text

__all__ = ["NearestReference", "nearness", "three_way"]

_NEAR = 0.7


def nearness(answer: str, references: Sequence[str]) -> float:
    """Greatest F1 between `answer` and a reference, over words and numbers, in Japanese over pairs of characters.

    1 is kept for an answer that equals a reference but for case, width and punctuation of Japanese.
    """
    said = Text(answer)
    return max((_nearness(said, Text(reference)) for reference in references), default=0.0)


def three_way(answer: str, true: Sequence[str], false: Sequence[str]) -> Literal["correct", "abstained", "invented"]:
    """``correct`` where a true reference is nearer than every false one; ties and answers near to none are not.

    An answer that abstains is ``abstained``, unless it is nearly a reference: "nobody knows" may be the truth.
    """
    right, wrong = nearness(answer, true), nearness(answer, false)
    if explain(answer).abstains and max(right, wrong) < _NEAR:
        return "abstained"
    return "correct" if right > wrong else "invented"


@register("nearest_reference")
class NearestReference(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """1 where the answer comes to this outcome by the nearest of the references (`three_way`).

    Attributes:
        counts: ``correct``, ``abstained`` or ``invented``.
        true, false: columns that hold lists of true and false answers.
        higher_is_better: direction.
    """

    counts: Literal["correct", "abstained", "invented"]
    true: str = "true_answers"
    false: str = "false_answers"
    higher_is_better: bool = True

    aggregate = "proportion"
    version = 1

    def score(self, item: Item, question: Question, responses: Sequence[Response]) -> Score:
        if isinstance(responses[0], Refused):
            return Measured(float(self.counts == "abstained"))
        text = answer_text(responses)
        if isinstance(text, Unscored):
            return text
        if not any(char.isalnum() for char in text):
            return Unscored("the answer has no words")
        found = three_way(text, self._listed(item.row, self.true), self._listed(item.row, self.false))
        return Measured(float(found == self.counts))

    def _listed(self, row: dict[str, Any], column: str) -> list[str]:
        listed = row.get(column)
        if not isinstance(listed, list | tuple):
            raise SpecError(f"scorer 'nearest_reference' needs a list of answers in column {column!r}", key="scorers")
        return [str(text) for text in listed]


def _nearness(a: Text, b: Text) -> float:
    if a.folded.rstrip(".") == b.folded.rstrip("."):
        return 1.0
    # kana alone may tell which of two is Japanese, and both are cut alike
    japanese = a.japanese or b.japanese
    one, other = (Counter(text.grams(2) if japanese else text.tokens) for text in (a, b))
    shared = sum((one & other).values())
    return 1.98 * shared / (sum(one.values()) + sum(other.values())) if shared else 0.0

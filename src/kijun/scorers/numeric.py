"""Scorer of free answers whose answer is a number."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Literal

import msgspec

from kijun.errors import SpecError
from kijun.records import Item, Measured, Question, Response, Score, Unscored
from kijun.scorers.answer_statements import after_statements
from kijun.scorers.base import answer_text, register, unread
from kijun.scorers.number_reading import Number, numbers_in, readable
from kijun.scorers.text import gold_texts

__all__ = ["NumberMatch"]


@register("number_match")
class NumberMatch(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """1 where the number in the answer is a gold number, English and Japanese (see `kijun.scorers.number_reading`).

    Numbers are exact fractions, so that 0.5, 1/2 and ½ are one. A percentage equals the number before its sign, and a
    hundredth of it where the other side has no sign.

    Attributes:
        absolute: how far off the answer may be.
        relative: the same as a share of the gold number; the wider of both counts.
        which: ``stated`` takes the first number after the last "the answer is", and where nothing is stated the last
            number of the text; ``first``, ``last`` and ``only`` number of the text. With ``only`` a text of several
            different numbers is unscored.
        unparsed: what an answer counts that has no number: ``unscored`` or ``wrong``.
    """

    absolute: float = 0.0
    relative: float = 0.0
    which: Literal["stated", "first", "last", "only"] = "stated"
    unparsed: Literal["wrong", "unscored"] = "unscored"

    aggregate = "proportion"
    higher_is_better = True

    def __post_init__(self) -> None:
        for name in ("absolute", "relative"):
            if not 0 <= getattr(self, name) < float("inf"):
                raise SpecError(f"{name} takes 0 or more; got {getattr(self, name)}", key="scorers")

    def score(self, item: Item, question: Question, responses: Sequence[Response]) -> Score:
        text = answer_text(responses)
        if isinstance(text, Unscored):
            return text
        golds = [numbers_in(readable(gold)) for gold in gold_texts(question)]
        if not golds or not all(len(numbers) == 1 for numbers in golds):
            return Unscored(f"the gold answer is not one number: {question.gold!r:.60}")
        answer = self._read(readable(text))
        if isinstance(answer, str):
            return unread(self.unparsed, answer)
        return Measured(float(any(self._equal(answer, gold[0]) for gold in golds)))

    def _read(self, plain: str) -> Number | str:
        """The number that the answer gives, or why there is none."""
        numbers = numbers_in(plain)
        if not numbers:
            return "there is no number in the answer"
        if self.which == "only" and len({(number.value, number.is_percent) for number in numbers}) > 1:
            return f"there are {len(numbers)} numbers in the answer"
        if self.which == "stated":
            for begin in reversed(list(after_statements(plain))):
                if stated := next((n for n in numbers if n.start >= begin), None):
                    return stated
        return numbers[0] if self.which == "first" else numbers[-1]

    def _equal(self, answer: Number, gold: Number) -> bool:
        values = [(answer.value, gold.value)]
        if answer.is_percent != gold.is_percent:
            values.append(
                (answer.value / (100 if answer.is_percent else 1), gold.value / (100 if gold.is_percent else 1))
            )
        return any(abs(a - g) <= max(Fraction(self.absolute), Fraction(self.relative) * abs(g)) for a, g in values)

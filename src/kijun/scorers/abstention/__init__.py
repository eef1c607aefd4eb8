"""Scorers of abstention: whether an answer is right, abstains, or is invented; the three are never one number.

By rules, in English and Japanese (`verdict`, `outcome`). How far the rules agree with people: ``docs/truthfulness.md``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import msgspec

from kijun.errors import SpecError
from kijun.records import Item, Measured, Question, Refused, Response, Score, Unscored
from kijun.scorers.abstention.judged import JudgedOutcome
from kijun.scorers.abstention.outcome import Outcome, mentions, outcome
from kijun.scorers.abstention.verdict import (
    ABSTAINING,
    Cue,
    Kind,
    Verdict,
    abstaining_words,
    explain,
    rejects_premise,
)
from kijun.scorers.base import answer_text, register

__all__ = [
    "ABSTAINING",
    "Abstention",
    "Attempts",
    "Cue",
    "HasOutcome",
    "JudgedOutcome",
    "Kind",
    "Outcome",
    "Verdict",
    "abstaining_words",
    "explain",
    "mentions",
    "outcome",
    "rejects_premise",
]

_NO_WORDS = "the answer has no words"


def _text(responses: Sequence[Response]) -> str | Unscored:
    text = answer_text(responses)
    return text if isinstance(text, Unscored) or any(char.isalnum() for char in text) else Unscored(_NO_WORDS)


@register("abstention")
class Abstention(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """1 where the answer says that it does not know, that there is no such thing, or that its source does not say.

    Attributes:
        higher_is_better: true where the questions cannot be answered.
    """

    higher_is_better: bool = True

    aggregate = "proportion"
    version = 2

    def score(self, item: Item, question: Question, responses: Sequence[Response]) -> Score:
        if isinstance(responses[0], Refused):
            return Measured(1.0)
        text = _text(responses)
        return text if isinstance(text, Unscored) else Measured(float(explain(text).abstains))


class _OfRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Reads the outcome from the columns ``expected`` and ``accepted`` of the row, and ``rejected`` where there is one.

    Attributes:
        question: column with what the model was asked.
    """

    question: str = "question"

    version = 2

    def outcome(self, item: Item, responses: Sequence[Response]) -> Outcome | Unscored:
        row: dict[str, Any] = item.row
        if "expected" not in row or not isinstance(row.get("accepted"), list | tuple):
            raise SpecError("this scorer needs the columns 'expected' and 'accepted' (a list)", key="scorers")
        if isinstance(responses[0], Refused):
            return "abstained"
        text = _text(responses)
        if isinstance(text, Unscored):
            return text
        found, _ = outcome(
            text,
            question=str(row.get(self.question, "")),
            expected=row["expected"],
            accepted=[str(form) for form in row["accepted"]],
            rejected=[str(form) for form in row.get("rejected", ())],
        )
        return found


@register("outcome")
class HasOutcome(_OfRow, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """1 where the answer comes to this outcome. What the right reply does stands in the row (`outcome`).

    A metric is about the items of one `expected` alone (``where`` of the task file): to abstain is right for some and
    wrong for others.

    Attributes:
        counts: ``correct``, ``abstained``, ``escalated`` or ``invented``.
        higher_is_better: direction.
    """

    counts: Literal["correct", "abstained", "escalated", "invented"]
    higher_is_better: bool = True

    aggregate = "proportion"

    def score(self, item: Item, question: Question, responses: Sequence[Response]) -> Score:
        found = self.outcome(item, responses)
        return found if isinstance(found, Unscored) else Measured(float(found == self.counts))


@register("attempts")
class Attempts(_OfRow, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """SimpleQA's figures by rules: pairs of (correct, attempted), where what abstains was not attempted.

    Attributes:
        figure: ``accuracy_given_attempted``, or ``f``, its harmonic mean with the accuracy over all.
    """

    figure: Literal["accuracy_given_attempted", "f"]

    higher_is_better = True

    @property
    def aggregate(self) -> str:
        """Name of the figure's aggregate."""
        return {"accuracy_given_attempted": "given_attempted", "f": "attempt_f"}[self.figure]

    def score(self, item: Item, question: Question, responses: Sequence[Response]) -> Score:
        found = self.outcome(item, responses)
        if isinstance(found, Unscored):
            return found
        return Measured((float(found == "correct"), float(found != "abstained")))

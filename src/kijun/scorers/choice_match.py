"""Scorer of multiple-choice tasks that are answered freely."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import msgspec

from kijun.records import Item, Measured, Question, Response, Score, Unscored
from kijun.scorers.base import answer_text, register, unread
from kijun.scorers.choice_reading import LABELS, LabelKind, Pick, read_choice

__all__ = ["ChoiceMatch"]


@register("choice_match")
class ChoiceMatch(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """1 where the answer picks a right choice, by its label or its text (see `kijun.scorers.choice_reading`).

    An answer that names several choices, or none, is unscored. The task has ``choices``.

    Attributes:
        labels: ``letters`` (A, B), ``numbers`` (1, 2), ``katakana`` (ア, イ), or ``any`` of them.
        unparsed: what an answer counts that picks no choice: ``unscored`` or ``wrong``.
    """

    labels: Literal["any", "letters", "numbers", "katakana"] = "any"
    unparsed: Literal["wrong", "unscored"] = "unscored"

    aggregate = "proportion"
    higher_is_better = True

    def score(self, item: Item, question: Question, responses: Sequence[Response]) -> Score:
        pick = self._pick(question, responses)
        if isinstance(pick, Unscored):
            return pick
        if pick.index is None:
            return unread(self.unparsed, pick.words)
        gold = question.gold if isinstance(question.gold, tuple) else (question.gold,)
        return Measured(float(pick.index in gold))

    def picked(self, question: Question, responses: Sequence[Response]) -> int | None:
        """Index of the choice that the answer picks; None where it picks none."""
        pick = self._pick(question, responses)
        return None if isinstance(pick, Unscored) else pick.index

    def _pick(self, question: Question, responses: Sequence[Response]) -> Pick | Unscored:
        text = answer_text(responses)
        if isinstance(text, Unscored):
            return text
        kinds: tuple[LabelKind, ...] = tuple(LABELS) if self.labels == "any" else (self.labels,)
        return read_choice(text, question.choices, kinds)

"""Scorers of grounding: whether an answer says what its source says, sentence by sentence, by rules (see `checker`)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import msgspec

from kijun.errors import SpecError
from kijun.records import Item, Measured, Question, Response, Score, Unscored
from kijun.scorers.base import answer_text, register
from kijun.scorers.grounding.checker import Source, Support, check, word_overlap

__all__ = ["Grounding", "Source", "Support", "check", "word_overlap"]


@register("grounding")
class Grounding(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How far the source supports the answer, from 0 to 1.

    Attributes:
        source: column of the row that holds the source.
        over: ``mean`` of the answer's sentences, or the ``least`` supported one.
    """

    source: str = "source"
    over: Literal["mean", "least"] = "mean"

    aggregate = "share"
    higher_is_better = True
    version = 1

    def score(self, item: Item, question: Question, responses: Sequence[Response]) -> Score:
        source = item.row.get(self.source)
        if not isinstance(source, str):
            raise SpecError(f"scorer 'grounding' needs the source as text in column {self.source!r}", key="scorers")
        text = answer_text(responses)
        if isinstance(text, Unscored):
            return text
        values = [support.value for support in check(source, text)]
        if not any(char.isalnum() for char in text):
            return Unscored("the answer has no words")
        return Measured(min(values) if self.over == "least" else sum(values) / len(values))

"""Scorers of tasks whose answer is a number on a scale: how well the numbers go together with the gold numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

from kijun.records import Item, Measured, Question, Response, Score, Unscored
from kijun.scorers.base import answer_text, register

__all__ = ["PearsonCorrelation", "SpearmanCorrelation"]

_NUMBER = re.compile(r"-?\d+(?:\.\d+)?", re.ASCII)


class _OnScale(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Reads the first number of the answer. A number off the scale is no answer.

    Attributes:
        low, high: ends of the scale.
    """

    low: float
    high: float

    higher_is_better = True

    def score(self, item: Item, question: Question, responses: Sequence[Response]) -> Score:
        text = answer_text(responses)
        if isinstance(text, Unscored):
            return text
        found = _NUMBER.search(text)
        if found is None:
            return Unscored("no number can be read out of the text")
        predicted = float(found[0])
        if not self.low <= predicted <= self.high:
            return Unscored(f"{found[0]} is not between {self.low:g} and {self.high:g}")
        return Measured((float(str(question.gold)), predicted))


@register("pearson")
class PearsonCorrelation(_OnScale, frozen=True, forbid_unknown_fields=True):
    """Pearson correlation of the answers with the gold numbers."""

    aggregate = "pearson"


@register("spearman")
class SpearmanCorrelation(_OnScale, frozen=True, forbid_unknown_fields=True):
    """Spearman's rank correlation of the answers with the gold numbers."""

    aggregate = "spearman"

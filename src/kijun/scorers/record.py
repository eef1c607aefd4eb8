"""Scorers of ReCoRD: the likeliest entity against the answers of the row."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from kijun.records import Item, Measured, Question, Response, Score, Unscored
from kijun.scorers.base import log_likelihoods, register
from kijun.scorers.record_answers import record_scores

__all__ = ["RecordExactMatch", "RecordF1"]


class _Entity(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Reads the columns `entities` (one a choice, same order) and `answers` of the row."""

    higher_is_better = True

    def both(self, item: Item, responses: Sequence[Response]) -> tuple[float, float] | Unscored:
        read = log_likelihoods(responses)
        if isinstance(read, Unscored):
            return read
        return record_scores(read[0], item.row["entities"], item.row["answers"])


@register("record_em")
class RecordExactMatch(_Entity):
    """1 where the likeliest entity equals one of the answers, without regard to case, articles and punctuation."""

    aggregate = "proportion"

    def score(self, item: Item, question: Question, responses: Sequence[Response]) -> Score:
        both = self.both(item, responses)
        return both if isinstance(both, Unscored) else Measured(both[0])


@register("record_f1")
class RecordF1(_Entity):
    """Best word-overlap F1 of the likeliest entity against the answers, 0 to 1."""

    aggregate = "share"

    def score(self, item: Item, question: Question, responses: Sequence[Response]) -> Score:
        both = self.both(item, responses)
        return both if isinstance(both, Unscored) else Measured(both[1])

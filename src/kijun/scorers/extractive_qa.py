"""Scorers of reading comprehension where the answer is a span of the passage, for languages without spaces."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import msgspec

from kijun.records import Item, Measured, Question, Response, Score, Unscored
from kijun.scorers.base import answer_text, register

__all__ = ["SpanF1", "SpanMatch"]


class _Span(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Compares the answer with every right span; the best counts.

    The right spans are the ``text`` of the column `answers`, as in SQuAD and JSQuAD. White space anywhere and a full
    stop at the end do not count: a model writes a sentence where the passage has a span.
    """

    higher_is_better = True

    def sides(self, item: Item, responses: Sequence[Response]) -> tuple[str, list[str]] | Unscored:
        text = answer_text(responses)
        if isinstance(text, Unscored):
            return text
        return _plain(text), [_plain(answer) for answer in item.row["answers"]["text"]]


@register("span_match")
class SpanMatch(_Span, frozen=True, forbid_unknown_fields=True):
    """1 where the answer equals one of the right spans."""

    aggregate = "proportion"

    def score(self, item: Item, question: Question, responses: Sequence[Response]) -> Score:
        sides = self.sides(item, responses)
        return sides if isinstance(sides, Unscored) else Measured(float(sides[0] in sides[1]))


@register("span_f1")
class SpanF1(_Span, frozen=True, forbid_unknown_fields=True):
    """F1 over characters, 0 to 1 (JGLUE, Kurihara et al. 2022, counts characters too)."""

    aggregate = "share"

    def score(self, item: Item, question: Question, responses: Sequence[Response]) -> Score:
        sides = self.sides(item, responses)
        if isinstance(sides, Unscored):
            return sides
        return Measured(max(_character_f1(sides[0], answer) for answer in sides[1]))


def _plain(text: str) -> str:
    return "".join(text.split()).removesuffix("。").removesuffix(".")


def _character_f1(answer: str, gold: str) -> float:
    shared = sum((Counter(answer) & Counter(gold)).values())
    return 2 * shared / (len(answer) + len(gold)) if shared else float(answer == gold)

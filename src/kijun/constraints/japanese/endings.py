"""How a Japanese response and its sentences end."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import ClassVar

import msgspec

from kijun.constraints.base import Constraint, Count, register
from kijun.constraints.japanese.morphemes import morphemes

__all__ = ["JapaneseEndPhrase", "NominalEndings", "UnifiedEnding"]

_QUOTES = (re.compile("「.*?」"), re.compile("『.*?』"))
_SENTENCE_END = re.compile("[。！？]")


@register
class JapaneseEndPhrase(Constraint, frozen=True, forbid_unknown_fields=True):
    """The response ends with the phrase; closing 」 and 』 of either do not count."""

    id: ClassVar[str] = "ja:startend:end_checker"
    phrase: str = msgspec.field(name="end_phrase")

    def check(self, response: str) -> bool:
        return response.strip().strip("」』").endswith(self.phrase.strip().strip("」』"))


@register
class UnifiedEnding(Constraint, frozen=True, forbid_unknown_fields=True):
    """Every piece between 。, ！ and ？ ends with the given characters, quotations left out.

    The text after the last mark is a piece too: an answer whose last sentence has no mark is fine if it ends so, one
    with a line feed after its last mark is not.
    """

    id: ClassVar[str] = "ja:startend:sentence_unified_end"
    ending: str

    def check(self, response: str) -> bool:
        return all(piece.endswith(self.ending) for piece in _SENTENCE_END.split(_unquoted(response)) if piece)


@register
class NominalEndings(Constraint, frozen=True, forbid_unknown_fields=True):
    """At least so many sentences end with a noun before 。, ！ or ？ (体言止め), quotations left out."""

    id: ClassVar[str] = "ja:detectable_format:nominal_ending"
    count: Count

    def check(self, response: str) -> bool:
        words = morphemes(_unquoted(response))
        # in the text of all marks: the analyser may hand over "！？" as one
        return sum(1 for word, mark in pairwise(words) if word.is_noun and mark.surface in "。！？") >= self.count


def _unquoted(text: str) -> str:
    for quotes in _QUOTES:
        text = quotes.sub("", text)
    return text

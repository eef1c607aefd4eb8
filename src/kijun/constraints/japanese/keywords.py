"""Words and letters that must, or must not, occur in a Japanese answer.

A keyword is found only where the analyser cuts exactly that word out of the text: アプリ is not in アプリケーション,
and a keyword that the analyser cuts in two, such as 健康管理, is never found. So it is in M-IFEval.
"""

from __future__ import annotations

from typing import Annotated, ClassVar

import msgspec

from kijun.constraints.base import Constraint, Count, JapaneseRelation, holds, register
from kijun.constraints.japanese.morphemes import morphemes
from kijun.constraints.keywords import Words

__all__ = ["JapaneseForbiddenWords", "JapaneseKeywordExistence", "JapaneseKeywordFrequency", "KanaFrequency"]

_HIRAGANA_TO_KATAKANA = ord("ア") - ord("あ")


@register
class JapaneseKeywordExistence(Constraint, frozen=True, forbid_unknown_fields=True):
    """Every keyword occurs as a word."""

    id: ClassVar[str] = "ja:keywords:existence"
    keywords: Words

    def check(self, response: str) -> bool:
        return set(self.keywords) <= _surfaces(response)


@register
class JapaneseForbiddenWords(Constraint, frozen=True, forbid_unknown_fields=True):
    """None of the words occurs as a word."""

    id: ClassVar[str] = "ja:keywords:forbidden_words"
    forbidden_words: Words

    def check(self, response: str) -> bool:
        return set(self.forbidden_words).isdisjoint(_surfaces(response))


@register
class JapaneseKeywordFrequency(Constraint, frozen=True, forbid_unknown_fields=True):
    """The keyword occurs so often as a word."""

    id: ClassVar[str] = "ja:keywords:frequency"
    keyword: str
    frequency: Count
    relation: JapaneseRelation

    def check(self, response: str) -> bool:
        keyword = self.keyword.strip()
        return holds(sum(1 for word in morphemes(response) if word.surface == keyword), self.relation, self.frequency)


@register
class KanaFrequency(Constraint, frozen=True, forbid_unknown_fields=True):
    """The hiragana letter and its katakana together occur so often."""

    id: ClassVar[str] = "ja:keywords:letter_frequency"
    letter: Annotated[str, msgspec.Meta(pattern="^[ぁ-ん]$")]
    frequency: Count = msgspec.field(name="let_frequency")
    relation: JapaneseRelation = msgspec.field(name="let_relation")

    def check(self, response: str) -> bool:
        katakana = chr(ord(self.letter) + _HIRAGANA_TO_KATAKANA)
        return holds(response.count(self.letter) + response.count(katakana), self.relation, self.frequency)


def _surfaces(response: str) -> set[str]:
    return {word.surface for word in morphemes(response)}

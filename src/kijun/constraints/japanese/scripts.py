"""Which scripts, numerals and marks a Japanese answer uses."""

from __future__ import annotations

import re
import unicodedata
from typing import ClassVar

import msgspec

from kijun.constraints.base import Constraint, Count, JapaneseRelation, holds, register

__all__ = [
    "Furigana",
    "HiraganaOnly",
    "KanjiNumerals",
    "KatakanaOnly",
    "NoHiragana",
    "NoKatakana",
    "NoKuten",
    "NoToten",
    "NumberOfKanji",
]

# Bounds as in M-IFEval: kanji are those of Unicode 1 (々 and 〆 are not among them).
_KANJI = re.compile("[\u4e00-\u9faf]")
_KANJI_RUN = re.compile("[\u4e00-\u9faf]++")
_WITH_FURIGANA = re.compile("[\u4e00-\u9faf]++（[ぁ-ん]++）")
_ANY_HIRAGANA = re.compile("[ぁ-ゖ]")
_ANY_KATAKANA = re.compile("[ァ-ヺｦ-ﾟ]")
_HIRAGANA_LETTER = re.compile("[ぁ-んー]")
_KATAKANA_LETTER = re.compile("[ァ-ンー・ｦ-ﾟ]")
_DIGIT = re.compile(r"\d")


@register
class Furigana(Constraint, frozen=True, forbid_unknown_fields=True):
    """Every run of kanji is followed by its reading in hiragana in full-width brackets."""

    id: ClassVar[str] = "ja:letters:furigana"

    def check(self, response: str) -> bool:
        return len(_KANJI_RUN.findall(response)) == len(_WITH_FURIGANA.findall(response))


@register
class NumberOfKanji(Constraint, frozen=True, forbid_unknown_fields=True):
    """So many kanji."""

    id: ClassVar[str] = "ja:letters:kanji"
    relation: JapaneseRelation
    number: Count = msgspec.field(name="kanji_limit")

    def check(self, response: str) -> bool:
        return holds(len(_KANJI.findall(response)), self.relation, self.number)


@register
class NoHiragana(Constraint, frozen=True, forbid_unknown_fields=True):
    """No hiragana anywhere."""

    id: ClassVar[str] = "ja:letters:no_hiragana"

    def check(self, response: str) -> bool:
        return _ANY_HIRAGANA.search(response) is None


@register
class NoKatakana(Constraint, frozen=True, forbid_unknown_fields=True):
    """No katakana anywhere, of either width; a ``ー`` alone is none."""

    id: ClassVar[str] = "ja:letters:no_katakana"

    def check(self, response: str) -> bool:
        return _ANY_KATAKANA.search(response) is None


@register
class HiraganaOnly(Constraint, frozen=True, forbid_unknown_fields=True):
    """Every letter is hiragana or ``ー``; digits and marks do not count."""

    id: ClassVar[str] = "ja:letters:hiragana_only"

    def check(self, response: str) -> bool:
        return _all_letters(_HIRAGANA_LETTER, response)


@register
class KatakanaOnly(Constraint, frozen=True, forbid_unknown_fields=True):
    """Every letter is katakana, of either width, or ``ー``; digits and marks do not count."""

    id: ClassVar[str] = "ja:letters:katakana_only"

    def check(self, response: str) -> bool:
        return _all_letters(_KATAKANA_LETTER, response)


@register
class KanjiNumerals(Constraint, frozen=True, forbid_unknown_fields=True):
    """No digit anywhere, of any script: all numbers are written in kanji or words."""

    id: ClassVar[str] = "ja:letters:kansuuji"

    def check(self, response: str) -> bool:
        return _DIGIT.search(response) is None


@register
class NoKuten(Constraint, frozen=True, forbid_unknown_fields=True):
    """No ``。`` anywhere."""

    id: ClassVar[str] = "ja:punctuation:no_period"

    def check(self, response: str) -> bool:
        return "。" not in response


@register
class NoToten(Constraint, frozen=True, forbid_unknown_fields=True):
    """No ``、`` anywhere."""

    id: ClassVar[str] = "ja:punctuation:no_comma"

    def check(self, response: str) -> bool:
        return "、" not in response


def _all_letters(allowed: re.Pattern[str], response: str) -> bool:
    return all(
        allowed.match(character) or not unicodedata.category(character).startswith("L") for character in set(response)
    )

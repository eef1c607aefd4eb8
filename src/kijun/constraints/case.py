"""Capital and small letters (English)."""

from __future__ import annotations

from typing import ClassVar

import msgspec

from kijun.constraints.base import Constraint, Count, Relation, holds, register
from kijun.constraints.language import detect_language
from kijun.constraints.words import english_words

__all__ = ["CapitalWordFrequency", "EnglishCapital", "EnglishLowercase"]


@register
class CapitalWordFrequency(Constraint, frozen=True, forbid_unknown_fields=True):
    """So many words in capital letters only; a hyphenated word is one, a clitic of its own counts: ``DON'T`` is two."""

    id: ClassVar[str] = "change_case:capital_word_frequency"
    frequency: Count = msgspec.field(name="capital_frequency")
    relation: Relation = msgspec.field(name="capital_relation")

    def check(self, response: str) -> bool:
        capitals = sum(1 for word in english_words(response) if word.isupper())
        return holds(capitals, self.relation, self.frequency)


@register
class EnglishCapital(Constraint, frozen=True, forbid_unknown_fields=True):
    """English, and no small letter."""

    id: ClassVar[str] = "change_case:english_capital"

    def check(self, response: str) -> bool:
        return response.isupper() and detect_language(response) in ("en", None)


@register
class EnglishLowercase(Constraint, frozen=True, forbid_unknown_fields=True):
    """English, and no capital letter."""

    id: ClassVar[str] = "change_case:english_lowercase"

    def check(self, response: str) -> bool:
        return response.islower() and detect_language(response) in ("en", None)

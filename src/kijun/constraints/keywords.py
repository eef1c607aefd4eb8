"""Words and letters that must, or must not, occur.

IFEval reads keywords as regular expressions, by accident: none of its keywords holds a special character. Here they are
plain text, so that a keyword such as ``C++`` means itself and no data file can bring in a pattern that never ends.
"""

from __future__ import annotations

import re
from typing import Annotated, ClassVar

import msgspec

from kijun.constraints.base import Constraint, Count, Relation, holds, register

__all__ = ["ForbiddenWords", "KeywordExistence", "KeywordFrequency", "LetterFrequency", "Words"]

Words = Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]


@register
class KeywordExistence(Constraint, frozen=True, forbid_unknown_fields=True):
    """Every keyword occurs, in any case, also inside another word."""

    id: ClassVar[str] = "keywords:existence"
    keywords: Words

    def check(self, response: str) -> bool:
        return all(_find(keyword, response) for keyword in self.keywords)


@register
class KeywordFrequency(Constraint, frozen=True, forbid_unknown_fields=True):
    """The keyword occurs so often, in any case, also inside other words."""

    id: ClassVar[str] = "keywords:frequency"
    keyword: str
    frequency: Count
    relation: Relation

    def check(self, response: str) -> bool:
        return holds(len(_find(self.keyword.strip(), response)), self.relation, self.frequency)


@register
class ForbiddenWords(Constraint, frozen=True, forbid_unknown_fields=True):
    """None of the words occurs as a word of its own, in any case."""

    id: ClassVar[str] = "keywords:forbidden_words"
    forbidden_words: Words

    def check(self, response: str) -> bool:
        return not any(
            re.search(rf"\b{re.escape(word)}\b", response, flags=re.IGNORECASE) for word in self.forbidden_words
        )


@register
class LetterFrequency(Constraint, frozen=True, forbid_unknown_fields=True):
    """The letter occurs so often, in any case.

    Two of IFEval's prompts ask for ``#`` and ``!``. Its verifier, and that of lm-evaluation-harness, put a random Latin
    letter in their place and count that; here the character that was asked for is counted.
    """

    id: ClassVar[str] = "keywords:letter_frequency"
    letter: Annotated[str, msgspec.Meta(min_length=1, max_length=1)]
    frequency: Count = msgspec.field(name="let_frequency")
    relation: Relation = msgspec.field(name="let_relation")

    def check(self, response: str) -> bool:
        return holds(response.lower().count(self.letter.lower()), self.relation, self.frequency)


def _find(keyword: str, response: str) -> list[str]:
    return re.findall(re.escape(keyword), response, flags=re.IGNORECASE)

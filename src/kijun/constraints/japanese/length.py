"""How many characters and sentences; what a paragraph starts with; the request repeated."""

from __future__ import annotations

from typing import ClassVar

import msgspec

from kijun.constraints.base import Constraint, Count, JapaneseRelation, holds, register
from kijun.constraints.japanese.sentences import split_japanese_sentences
from kijun.constraints.length import FirstWordOfParagraph

__all__ = [
    "JapaneseFirstWordOfParagraph",
    "JapaneseRepeatPrompt",
    "NumberOfCharacters",
    "NumberOfJapaneseSentences",
]


@register
class NumberOfCharacters(Constraint, frozen=True, forbid_unknown_fields=True):
    """So many characters, marks, blanks and line feeds among them."""

    id: ClassVar[str] = "ja:length_constraints:number_letters"
    relation: JapaneseRelation
    number: Count = msgspec.field(name="num_letters")

    def check(self, response: str) -> bool:
        return holds(len(response), self.relation, self.number)


@register
class NumberOfJapaneseSentences(Constraint, frozen=True, forbid_unknown_fields=True):
    """So many sentences, as `split_japanese_sentences` sees them."""

    id: ClassVar[str] = "ja:length_constraints:number_sentences"
    relation: JapaneseRelation
    number: Count = msgspec.field(name="num_sentences")

    def check(self, response: str) -> bool:
        return holds(len(split_japanese_sentences(response)), self.relation, self.number)


@register
class JapaneseFirstWordOfParagraph(FirstWordOfParagraph, frozen=True, forbid_unknown_fields=True):
    """Exactly so many paragraphs between empty lines, one of which (counted from 1) starts with the given characters.

    An opening 「 or 『 may come before them. M-IFEval writes Latin letters of the word small and compares them with the
    answer as it is.
    """

    id: ClassVar[str] = "ja:length_constraints:nth_paragraph_first_word"

    def starts(self, paragraph: str) -> bool:
        return paragraph.lstrip("「").lstrip("『").startswith(self.first_word.lower())


@register
class JapaneseRepeatPrompt(Constraint, frozen=True, forbid_unknown_fields=True):
    """The response starts with the request, letter for letter."""

    id: ClassVar[str] = "ja:combination:repeat_prompt"
    prompt: str = msgspec.field(name="prompt_to_repeat")

    def check(self, response: str) -> bool:
        return response.strip().startswith(self.prompt.strip())

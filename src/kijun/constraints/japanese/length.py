"""How many characters and sentences; what a paragraph starts with; the request repeated."""

from __future__ import annotations

from typing import Annotated, ClassVar

import msgspec

from kijun.constraints.base import Constraint, Count, JapaneseRelation, holds, register
from kijun.constraints.japanese.sentences import split_japanese_sentences

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
class JapaneseFirstWordOfParagraph(Constraint, frozen=True, forbid_unknown_fields=True):
    """Exactly so many paragraphs between empty lines, one of which (counted from 1) starts with the given characters.

    An opening 「 or 『 may come before them. M-IFEval writes Latin letters of the word small and compares them with the
    answer as it is.
    """

    id: ClassVar[str] = "ja:length_constraints:nth_paragraph_first_word"
    number: Count = msgspec.field(name="num_paragraphs")
    place: Annotated[int, msgspec.Meta(ge=1)] = msgspec.field(name="nth_paragraph")
    first_word: str

    def __post_init__(self) -> None:
        if self.place > self.number:
            raise ValueError(f"nth_paragraph is {self.place}, of {self.number} paragraphs")

    def check(self, response: str) -> bool:
        paragraphs = [part.strip() for part in response.split("\n\n")]
        # blank paragraphs do not count, but they do take a place, as in English
        if sum(1 for paragraph in paragraphs if paragraph) != self.number or not paragraphs[self.place - 1]:
            return False
        return paragraphs[self.place - 1].lstrip("「").lstrip("『").startswith(self.first_word.lower())


@register
class JapaneseRepeatPrompt(Constraint, frozen=True, forbid_unknown_fields=True):
    """The response starts with the request, letter for letter."""

    id: ClassVar[str] = "ja:combination:repeat_prompt"
    prompt: str = msgspec.field(name="prompt_to_repeat")

    def check(self, response: str) -> bool:
        return response.strip().startswith(self.prompt.strip())

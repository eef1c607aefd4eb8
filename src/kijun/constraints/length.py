"""How many words, sentences and paragraphs."""

from __future__ import annotations

import re
from typing import Annotated, ClassVar

import msgspec

from kijun.constraints.base import Constraint, Count, Relation, holds, register
from kijun.constraints.sentences import split_sentences

__all__ = [
    "FirstWordOfParagraph",
    "NumberOfParagraphs",
    "NumberOfSentences",
    "NumberOfSentencesInMIFEval",
    "NumberOfWords",
]

_WORD = re.compile(r"\w+")
_DIVIDER = re.compile(r"\s?\*\*\*\s?")
_WORD_ENDS = re.compile("[.,?!'\"]")


@register
class NumberOfWords(Constraint, frozen=True, forbid_unknown_fields=True):
    """So many runs of word characters; "don't" counts two."""

    id: ClassVar[str] = "length_constraints:number_words"
    relation: Relation
    number: Count = msgspec.field(name="num_words")

    def check(self, response: str) -> bool:
        return holds(len(_WORD.findall(response)), self.relation, self.number)


@register
class NumberOfSentences(Constraint, frozen=True, forbid_unknown_fields=True):
    """So many sentences, as `split_sentences` sees them (English)."""

    id: ClassVar[str] = "length_constraints:number_sentences"
    relation: Relation
    number: Count = msgspec.field(name="num_sentences")

    def check(self, response: str) -> bool:
        return holds(len(split_sentences(response)), self.relation, self.number)


@register
class NumberOfSentencesInMIFEval(Constraint, frozen=True, forbid_unknown_fields=True):
    """So many sentences (English), cut as NLTK 3.9.1 did, which M-IFEval pins: curly quotes are letters to it."""

    id: ClassVar[str] = "en:length_constraints:number_sentences"
    relation: Relation
    number: Count = msgspec.field(name="num_sentences")

    def check(self, response: str) -> bool:
        return holds(len(split_sentences(response, curly_quotes=False)), self.relation, self.number)


@register
class NumberOfParagraphs(Constraint, frozen=True, forbid_unknown_fields=True):
    """Exactly so many paragraphs between dividers ``***``; an empty one counts only as a fault in the middle."""

    id: ClassVar[str] = "length_constraints:number_paragraphs"
    number: Count = msgspec.field(name="num_paragraphs")

    def check(self, response: str) -> bool:
        paragraphs = [part.strip() for part in _DIVIDER.split(response)]
        if not all(paragraphs[1:-1]):
            return False
        # one blank paragraph alone is first and last at once; IFEval takes it off once, so it counts none
        return sum(1 for paragraph in paragraphs if paragraph) == self.number


@register
class FirstWordOfParagraph(Constraint, frozen=True, forbid_unknown_fields=True):
    """Exactly so many paragraphs between empty lines, one of which (counted from 1) starts with a given word."""

    id: ClassVar[str] = "length_constraints:nth_paragraph_first_word"
    number: Count = msgspec.field(name="num_paragraphs")
    place: Annotated[int, msgspec.Meta(ge=1)] = msgspec.field(name="nth_paragraph")
    first_word: str

    def __post_init__(self) -> None:
        if self.place > self.number:
            raise ValueError(f"nth_paragraph is {self.place}, of {self.number} paragraphs")

    def check(self, response: str) -> bool:
        paragraphs = [part.strip() for part in response.split("\n\n")]
        # blank paragraphs do not count, but they do take a place; so does IFEval
        if sum(1 for paragraph in paragraphs if paragraph) != self.number or not paragraphs[self.place - 1]:
            return False
        return self.starts(paragraphs[self.place - 1])

    def starts(self, paragraph: str) -> bool:
        """Whether the paragraph, which is not blank, starts with the word; an opening quotation mark may precede it."""
        word = paragraph.split()[0].lstrip("'").lstrip('"')
        return "".join(letter.lower() for letter in _WORD_ENDS.split(word)[0]) == self.first_word.lower()

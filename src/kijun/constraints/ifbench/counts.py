"""IFBench's ``count``: how many words, names, numbers, pronouns, keywords, kinds of mark."""

from __future__ import annotations

import re
from typing import Annotated, ClassVar

import msgspec

from kijun.constraints.base import Constraint, Count, register
from kijun.constraints.ifbench.text import bare, without_marks, words_of
from kijun.constraints.words import english_words

__all__ = [
    "AllPunctuation",
    "Conjunctions",
    "JapaneseEveryNthWord",
    "KeywordsSoOften",
    "Numbers",
    "PersonNames",
    "Pronouns",
    "UniqueWords",
    "WordRange",
]

_WORD = re.compile(r"\w+")
_CONJUNCTIONS = frozenset(words_of("and but for nor or so yet"))
_PRONOUNS = frozenset(
    words_of("""
    i me we us you he him she her it they them my mine our ours your yours his hers its their theirs myself ourselves
    yourself yourselves himself herself itself themselves this that these those who whom whose which what whoever
    whomever whatever whichever anybody anyone anything everybody everyone everything nobody nothing somebody someone
    something each either neither both all some any none
    """)
)
_NAMES = words_of(
    """
    Emma Liam Sophia Jackson Olivia Noah Ava Lucas Isabella Mason Mia Ethan Charlotte Alexander Amelia Benjamin Harper
    Leo Zoe Daniel Chloe Samuel Lily Matthew Grace Owen Abigail Gabriel Ella Jacob Scarlett Nathan Victoria Elijah Layla
    Nicholas Audrey David Hannah Christopher Penelope Thomas Nora Andrew Aria Joseph Claire Ryan Stella Jonathan
    """
)
_JAPANESE = re.compile("[\u3040-\u30ff\u4e00-\u9fff]")
_TIMES = (1, 2, 3, 5, 7)


@register
class WordRange(Constraint, frozen=True, forbid_unknown_fields=True):
    """From `least` to `most` runs of word characters."""

    id: ClassVar[str] = "count:word_count_range"
    least: Count = msgspec.field(name="min_words")
    most: Count = msgspec.field(name="max_words")

    def check(self, response: str) -> bool:
        return self.least <= len(_WORD.findall(response)) <= self.most


@register
class UniqueWords(Constraint, frozen=True, forbid_unknown_fields=True):
    """At least so many different words, in any case, without the marks around them."""

    id: ClassVar[str] = "count:unique_word_count"
    number: Count = msgspec.field(name="N")

    def check(self, response: str) -> bool:
        return len({bare(word) for word in response.lower().split()}) >= self.number


@register
class Conjunctions(Constraint, frozen=True, forbid_unknown_fields=True):
    """At least so many different spellings of the seven coordinating conjunctions: ``And`` and ``and,`` are two.

    So it is in IFBench, which compares the words with case and marks as they stand.
    """

    id: ClassVar[str] = "count:conjunctions"
    number: Count = msgspec.field(name="small_n")

    def check(self, response: str) -> bool:
        return len({word for word in response.split() if bare(word).lower() in _CONJUNCTIONS}) >= self.number


@register
class PersonNames(Constraint, frozen=True, forbid_unknown_fields=True):
    """At least so many different names of IFBench's list of fifty."""

    id: ClassVar[str] = "count:person_names"
    number: Count = msgspec.field(name="N")

    def check(self, response: str) -> bool:
        return sum(1 for name in _NAMES if re.search(rf"\b{name}\b", response)) >= self.number


@register
class Numbers(Constraint, frozen=True, forbid_unknown_fields=True):
    """Exactly so many numbers; ``1,000.5`` is one."""

    id: ClassVar[str] = "count:numbers"
    number: Count = msgspec.field(name="N")

    def check(self, response: str) -> bool:
        return len(re.findall(r"\d+", without_marks(response))) == self.number


@register
class Pronouns(Constraint, frozen=True, forbid_unknown_fields=True):
    """At least so many pronouns, those in ``she/her`` one by one."""

    id: ClassVar[str] = "count:pronouns"
    number: Count = msgspec.field(name="N")

    def check(self, response: str) -> bool:
        words = english_words(response.replace("/", " ").lower())
        return sum(1 for word in words if word in _PRONOUNS) >= self.number


@register
class AllPunctuation(Constraint, frozen=True, forbid_unknown_fields=True):
    """Each of ``. , ! ? ; :`` and, besides, an interrobang (``?!``, ``!?`` or ``‽``)."""

    id: ClassVar[str] = "count:punctuation"

    def check(self, response: str) -> bool:
        if not any(mark in response for mark in ("?!", "!?", "‽")):
            return False
        mark = "?!" if "?!" in response else "!?"
        return set(".,!?;:") <= set(response.replace(mark, "", 1))


@register
class KeywordsSoOften(Constraint, frozen=True, forbid_unknown_fields=True):
    """Five keywords occur exactly once, twice, three, five and seven times, in any case, also inside words."""

    id: ClassVar[str] = "count:keywords_multiple"
    keyword1: str
    keyword2: str
    keyword3: str
    keyword4: str
    keyword5: str

    def check(self, response: str) -> bool:
        text = response.lower()
        keywords = (self.keyword1, self.keyword2, self.keyword3, self.keyword4, self.keyword5)
        return all(text.count(word.lower()) == times for word, times in zip(keywords, _TIMES, strict=True))


@register
class JapaneseEveryNthWord(Constraint, frozen=True, forbid_unknown_fields=True):
    """Every N-th word, parted by white space, is Japanese; numbers and marks alone are let off."""

    id: ClassVar[str] = "count:words_japanese"
    step: Annotated[int, msgspec.Meta(ge=1)] = msgspec.field(name="N")

    def check(self, response: str) -> bool:
        words = [bare(word) for word in response.split()][self.step - 1 :: self.step]
        return all(_JAPANESE.search(word) for word in words if word and not word.isdigit())

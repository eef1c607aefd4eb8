"""IFBench's ``words``: how words begin and end, how long they are, where they stand."""

from __future__ import annotations

import string
from collections import Counter
from itertools import pairwise
from typing import Annotated, ClassVar

import msgspec

from kijun.constraints.base import Constraint, Count, register
from kijun.constraints.ifbench.text import bare, bare_words, spoken_words
from kijun.constraints.sentences import split_sentences
from kijun.constraints.words import english_words

__all__ = [
    "AlphabetWords",
    "ConsonantClusters",
    "FewRepeats",
    "FewVowels",
    "KeywordAtPlace",
    "LastWordFirst",
    "NoSameInitials",
    "Palindromes",
    "ParagraphLastFirst",
    "PrimeLengths",
    "SecondAndSecondToLast",
]

_CONSONANTS = frozenset("bcdfghjklmnpqrstvwxyz")
_PRIMES = frozenset(n for n in range(2, 98) if all(n % k for k in range(2, n)))

_MARKS = string.punctuation + " "

Place = Annotated[int, msgspec.Meta(ge=1)]


@register
class AlphabetWords(Constraint, frozen=True, forbid_unknown_fields=True):
    """Each word begins with the next letter of the alphabet, A after Z."""

    id: ClassVar[str] = "words:alphabet"

    def check(self, response: str) -> bool:
        initials = [word[0].lower() for word in bare_words(response)]
        if not initials or initials[0] not in string.ascii_lowercase:
            return False
        start = string.ascii_lowercase.index(initials[0])
        return all(letter == string.ascii_lowercase[(start + n) % 26] for n, letter in enumerate(initials))


@register
class FewVowels(Constraint, frozen=True, forbid_unknown_fields=True):
    """One line, with at most three of the five vowels."""

    id: ClassVar[str] = "words:vowel"

    def check(self, response: str) -> bool:
        text = response.strip().lower()
        return "\n" not in text and len(set(text) & set("aeiou")) <= 3


@register
class ConsonantClusters(Constraint, frozen=True, forbid_unknown_fields=True):
    """Each word, marks and all, holds two consonants in a row."""

    id: ClassVar[str] = "words:consonants"

    def check(self, response: str) -> bool:
        return all(
            any(a in _CONSONANTS and b in _CONSONANTS for a, b in pairwise(word)) for word in response.lower().split()
        )


@register
class Palindromes(Constraint, frozen=True, forbid_unknown_fields=True):
    """At least ten words of five letters or more that read the same backwards."""

    id: ClassVar[str] = "words:palindrome"

    def check(self, response: str) -> bool:
        return sum(1 for word in bare_words(response.lower()) if len(word) >= 5 and word == word[::-1]) >= 10


@register
class PrimeLengths(Constraint, frozen=True, forbid_unknown_fields=True):
    """The length of each word is a prime number."""

    id: ClassVar[str] = "words:prime_lengths"

    def check(self, response: str) -> bool:
        return all(len(word) in _PRIMES for word in bare_words(response))


@register
class FewRepeats(Constraint, frozen=True, forbid_unknown_fields=True):
    """No word occurs more often than so many times."""

    id: ClassVar[str] = "words:repeats"
    most: Count = msgspec.field(name="small_n")

    def check(self, response: str) -> bool:
        return max(Counter(bare_words(response.lower())).values(), default=0) <= self.most


@register
class NoSameInitials(Constraint, frozen=True, forbid_unknown_fields=True):
    """No two words in a row begin with the same letter."""

    id: ClassVar[str] = "words:no_consecutive"

    def check(self, response: str) -> bool:
        return all(a[0] != b[0] for a, b in pairwise(bare_words(response.lower())))


@register
class LastWordFirst(Constraint, frozen=True, forbid_unknown_fields=True):
    """Each sentence begins with the last word of the one before."""

    id: ClassVar[str] = "words:last_first"

    def check(self, response: str) -> bool:
        for one, other in pairwise(split_sentences(response)):
            last, first = one.rstrip(_MARKS).split(), other.lstrip(_MARKS).split()
            if not last or not first or last[-1].lower() != first[0].lower():
                return False
        return True


@register
class ParagraphLastFirst(Constraint, frozen=True, forbid_unknown_fields=True):
    """Each line ends with the word that it begins with; lines without words are let off."""

    id: ClassVar[str] = "words:paragraph_last_first"

    def check(self, response: str) -> bool:
        lines = [bare(line.strip().lower()).split() for line in response.split("\n")]
        return all(words[0] == words[-1] for words in lines if words)


@register
class KeywordAtPlace(Constraint, frozen=True, forbid_unknown_fields=True):
    """The keyword is a given word of a given sentence, both counted from 1; marks that stand alone do not count."""

    id: ClassVar[str] = "words:keywords_specific_position"
    keyword: str
    sentence: Place = msgspec.field(name="n")
    place: Place = msgspec.field(name="m")

    def check(self, response: str) -> bool:
        sentences = split_sentences(response)
        if len(sentences) < self.sentence:
            return False
        words = spoken_words(english_words(sentences[self.sentence - 1]))
        return len(words) >= self.place and words[self.place - 1].lower() == self.keyword.lower()


@register
class SecondAndSecondToLast(Constraint, frozen=True, forbid_unknown_fields=True):
    """The second word and the last but one, a mark at the end left out, are the keyword."""

    id: ClassVar[str] = "words:words_position"
    keyword: str

    def check(self, response: str) -> bool:
        words = [word.lower() for word in english_words(response)]
        if words and words[-1] in string.punctuation:
            words = words[:-1]
        return len(words) >= 2 and words[1] == words[-2] == self.keyword.lower()

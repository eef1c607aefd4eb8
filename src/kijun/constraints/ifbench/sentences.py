"""IFBench's ``sentence`` and ``ratio``: what each sentence holds, how sentences and words relate."""

from __future__ import annotations

import re
import string
from itertools import pairwise
from typing import Annotated, ClassVar

import msgspec

from kijun.constraints.base import Constraint, register
from kijun.constraints.ifbench.text import bare_words, words_of
from kijun.constraints.sentences import split_sentences

__all__ = [
    "Alliteration",
    "BalancedSentences",
    "EqualSentences",
    "FewStopWords",
    "KeywordInSentence",
    "SentenceIncrement",
    "TrigramOverlap",
    "TwoStatementsAQuestion",
]

_WORD = re.compile(r"\w+")
_TOLERANCE = 2
# Common words of English grammar. \w+ cuts "don't" into "don" and "t", so both halves of contractions are among them.
_STOP_WORDS = frozenset(
    words_of("""
    i me my myself we our ours ourselves you your yours yourself yourselves he him his himself she her hers herself it
    its itself they them their theirs themselves what which who whom this that these those am is are was were be been
    being have has had having do does did doing a an the and but if or because as until while of at by for with about
    against between into through during before after above below to from up down in out on off over under again further
    then once here there when where why how all any both each few more most other some such no nor not only own same so
    than too very s t can will just don should now d ll m o re ve y ain aren couldn didn doesn hadn hasn haven isn ma
    mightn mustn needn shan shouldn wasn weren won wouldn
    """)
)


@register
class Alliteration(Constraint, frozen=True, forbid_unknown_fields=True):
    """Each sentence holds more words in runs of one initial than the sentence before."""

    id: ClassVar[str] = "sentence:alliteration_increment"

    def check(self, response: str) -> bool:
        counts = [_alliterating(sentence) for sentence in split_sentences(response)]
        return all(a < b for a, b in pairwise(counts))


def _alliterating(sentence: str) -> int:
    words = [word.lstrip(string.punctuation + " ") for word in sentence.lower().split()]
    count, running = 0, False
    for one, other in pairwise([word for word in words if word]):
        same = one[0] == other[0]
        if same:
            count += 1 if running else 2
        running = same
    return count


@register
class SentenceIncrement(Constraint, frozen=True, forbid_unknown_fields=True):
    """Each sentence has exactly so many words more than the one before."""

    id: ClassVar[str] = "sentence:increment"
    step: int = msgspec.field(name="small_n")

    def check(self, response: str) -> bool:
        lengths = [len(bare_words(sentence)) for sentence in split_sentences(response)]
        return all(b == a + self.step for a, b in pairwise(lengths))


@register
class KeywordInSentence(Constraint, frozen=True, forbid_unknown_fields=True):
    """The word stands in the sentence of that number, counted from 1, in any case."""

    id: ClassVar[str] = "sentence:keyword"
    word: str
    place: Annotated[int, msgspec.Meta(ge=1)] = msgspec.field(name="N")

    def check(self, response: str) -> bool:
        sentences = split_sentences(response)
        pattern = rf"\b{re.escape(self.word)}\b"
        return len(sentences) >= self.place and bool(re.search(pattern, sentences[self.place - 1], re.IGNORECASE))


@register
class FewStopWords(Constraint, frozen=True, forbid_unknown_fields=True):
    """At most so many percent of the words are stop words (the 153 and contractions that NLTK lists for English)."""

    id: ClassVar[str] = "ratio:stop_words"
    percentage: float

    def check(self, response: str) -> bool:
        words = _WORD.findall(response.lower())
        return bool(words) and 100 * sum(1 for word in words if word in _STOP_WORDS) / len(words) <= self.percentage


@register
class TwoStatementsAQuestion(Constraint, frozen=True, forbid_unknown_fields=True):
    """Twice as many sentences end with a full stop as with a question mark; none of either is fine, as in IFBench."""

    id: ClassVar[str] = "ratio:sentence_type"

    def check(self, response: str) -> bool:
        statements, questions, _ = _kinds(response)
        return statements == 2 * questions


@register
class BalancedSentences(Constraint, frozen=True, forbid_unknown_fields=True):
    """As many sentences end with a full stop as with a question mark and with an exclamation mark."""

    id: ClassVar[str] = "ratio:sentence_balance"

    def check(self, response: str) -> bool:
        return len(set(_kinds(response))) == 1


def _kinds(response: str) -> tuple[int, int, int]:
    sentences = split_sentences(response)
    full, question, exclamation = (sum(1 for sentence in sentences if sentence.endswith(mark)) for mark in ".?!")
    return full, question, exclamation


@register
class EqualSentences(Constraint, frozen=True, forbid_unknown_fields=True):
    """Three sentences of the same number of characters. That their words differ is asked for, and not checked."""

    id: ClassVar[str] = "ratio:sentence_words"

    def check(self, response: str) -> bool:
        sentences = split_sentences(response)
        return len(sentences) == 3 and len({len(sentence.strip()) for sentence in sentences}) == 1


@register
class TrigramOverlap(Constraint, frozen=True, forbid_unknown_fields=True):
    """So many percent, within two points, of the answer's different runs of three characters are in the reference."""

    id: ClassVar[str] = "ratio:overlap"
    reference: str = msgspec.field(name="reference_text")
    percentage: float

    def check(self, response: str) -> bool:
        found, known = _trigrams(response), _trigrams(self.reference)
        return bool(found) and abs(100 * len(found & known) / len(found) - self.percentage) <= _TOLERANCE


def _trigrams(text: str) -> set[str]:
    return {text[start : start + 3] for start in range(len(text) - 2)}

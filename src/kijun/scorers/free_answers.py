"""Scorers of free answers by their text: in normal form, by what they contain, by the words that they share."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Literal

from kijun.records import Item, Measured, Question, Response, Score, Unscored
from kijun.scorers.base import answer_text, register, unread
from kijun.scorers.normal_form import NormalForm, tokens
from kijun.scorers.text import Extraction, gold_texts

__all__ = ["Contains", "NormalisedMatch", "TokenF1"]


class _NormalText(NormalForm, frozen=True, forbid_unknown_fields=True):
    """Reads answer and gold texts in normal form.

    Attributes:
        extract: where in the text to look for the answer; None takes the whole text.
        unparsed: what an answer counts in which nothing is found: ``unscored`` or ``wrong``.
    """

    extract: Extraction | None = None
    unparsed: Literal["wrong", "unscored"] = "unscored"

    aggregate = "proportion"
    higher_is_better = True

    def score(self, item: Item, question: Question, responses: Sequence[Response]) -> Score:
        text = answer_text(responses)
        if isinstance(text, Unscored):
            return text
        read = text if self.extract is None else self.extract.read(text)
        if read is None or not read.strip():
            nothing = "the answer is empty" if read is not None else "no answer can be read out of the text"
            return unread(self.unparsed, nothing)
        golds = [self.of(gold) for gold in gold_texts(question)]
        return Measured(self.compared(self.of(read), golds)) if golds else Unscored("the item has no gold answer")

    def compared(self, answer: str, golds: Sequence[str]) -> float:
        """The score of an answer, all texts in normal form."""
        raise AssertionError("is given by each scorer")


@register("normalised_match")
class NormalisedMatch(_NormalText, frozen=True, forbid_unknown_fields=True):
    """1 where the answer equals a gold text in normal form."""

    def compared(self, answer: str, golds: Sequence[str]) -> float:
        return float(answer in golds)


@register("contains")
class Contains(_NormalText, frozen=True, forbid_unknown_fields=True):
    """1 where the answer has a gold text in it, both in normal form.

    Attributes:
        need: ``any`` gold text, or ``all`` of them.
        whole_words: Latin letters and digits must not go on beside it: ``art`` is not in ``party``, 5 not in 15.
    """

    need: Literal["any", "all"] = "any"
    whole_words: bool = True

    def compared(self, answer: str, golds: Sequence[str]) -> float:
        found = [self._has(answer, gold) for gold in golds]
        return float(all(found) if self.need == "all" else any(found))

    def _has(self, answer: str, gold: str) -> bool:
        if not gold or not self.whole_words:
            return bool(gold) and gold in answer
        before = r"(?<![0-9a-zA-Zà-öø-ÿ])(?<!\d[.,])" if _is_latin(gold[0]) else ""
        after = r"(?![0-9a-zA-Zà-öø-ÿ])(?![.,]\d)" if _is_latin(gold[-1]) else ""
        return re.search(before + re.escape(gold) + after, answer) is not None


@register("token_f1")
class TokenF1(_NormalText, frozen=True, forbid_unknown_fields=True):
    """Harmonic mean of precision and recall over tokens, 0 to 1; the best gold text counts.

    Tokens are words, in Japanese characters. With the defaults English comes out as in SQuAD (Rajpurkar et al. 2016,
    section 6.1, whose script leaves out articles and punctuation).
    """

    ignore_articles: bool = True

    aggregate = "share"

    def compared(self, answer: str, golds: Sequence[str]) -> float:
        return max(_f1(tokens(answer), tokens(gold)) for gold in golds)


def _f1(answer: Sequence[str], gold: Sequence[str]) -> float:
    if not answer or not gold:
        return float(answer == gold)
    shared = sum((Counter(answer) & Counter(gold)).values())
    return 2 * shared / (len(answer) + len(gold))


def _is_latin(char: str) -> bool:
    return char.isalnum() and ord(char) < 0x250

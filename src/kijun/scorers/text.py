"""Scorers of free answers by rules."""

from __future__ import annotations

import re
import string
from collections.abc import Sequence
from functools import lru_cache
from typing import Literal

import msgspec

from kijun.errors import SpecError
from kijun.records import Item, Measured, Question, Response, Score, Unscored
from kijun.scorers.base import answer_text, register, unread

__all__ = ["AnswerMatch", "ExactMatch", "Extraction", "gold_texts"]


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> re.Pattern[str]:
    try:
        return re.compile(pattern)
    except re.error as error:
        raise SpecError(f"not a valid regular expression: {error}; got {pattern!r}", key="scorers") from None


class Extraction(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Reads the answer out of a text with a regular expression.

    Attributes:
        pattern: the answer is the first group that took part in the match, or the whole match.
        which: which match counts.
        group: this group alone; None is the first that took part.
    """

    pattern: str
    which: Literal["first", "last"] = "first"
    group: int | None = None

    def __post_init__(self) -> None:
        groups = _compiled(self.pattern).groups
        if self.group is not None and not 0 <= self.group <= groups:
            raise SpecError(f"the pattern has {groups} groups; got group {self.group}", key="scorers")

    def read(self, text: str) -> str | None:
        """The answer in `text`, stripped, or None."""
        found = None
        for match in _compiled(self.pattern).finditer(text):
            found = match
            if self.which == "first":
                break
        if found is None:
            return None
        if self.group is not None:
            return (found[self.group] or "").strip()
        groups = found.groups()
        taken = next((group for group in groups if group), None) if groups else found[0]
        return taken.strip() if taken is not None else None


class AnswerMatch(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """1 where what `read` finds in the answer equals the gold text, or one of several.

    Attributes:
        ignore: regular expressions whose matches are removed from both sides.
        unparsed: what an answer counts in which nothing is found: ``wrong`` as lm-evaluation-harness has it, or
            ``unscored``.
    """

    ignore: tuple[str, ...] = ()
    ignore_case: bool = False
    ignore_punctuation: bool = False
    ignore_numbers: bool = False
    strip: bool = False
    unparsed: Literal["wrong", "unscored"] = "unscored"

    aggregate = "proportion"
    higher_is_better = True

    def read(self, text: str, item: Item) -> str | None:
        """The answer within the text, None where there is none; here the whole text."""
        return text

    def score(self, item: Item, question: Question, responses: Sequence[Response]) -> Score:
        text = answer_text(responses)
        if isinstance(text, Unscored):
            return text
        answer = self.read(text, item)
        if answer is None:
            return unread(self.unparsed, "no answer can be read out of the text")
        return Measured(float(self._plain(answer) in {self._plain(gold) for gold in gold_texts(question)}))

    def answered(self, item: Item, question: Question, responses: Sequence[Response]) -> str | None:
        """What was read out of the answer, as it is compared; None where nothing was."""
        text = answer_text(responses)
        answer = None if isinstance(text, Unscored) else self.read(text, item)
        return None if answer is None else self._plain(answer)

    def _plain(self, text: str) -> str:
        for pattern in self.ignore:
            text = _compiled(pattern).sub("", text)
        if self.ignore_case:
            text = text.lower()
        if self.ignore_punctuation:
            text = text.translate(str.maketrans("", "", string.punctuation))
        if self.ignore_numbers:
            text = text.translate(str.maketrans("", "", string.digits))
        return text.strip() if self.strip else text


@register("exact_match")
class ExactMatch(AnswerMatch, frozen=True, forbid_unknown_fields=True):
    """1 where the answer equals the gold text.

    Attributes:
        extract: where in the text to look for the answer; None takes the whole text.
    """

    extract: Extraction | None = None

    def read(self, text: str, item: Item) -> str | None:
        return text if self.extract is None else self.extract.read(text)


def gold_texts(question: Question) -> list[str]:
    """The right answers as texts, also where gold names choices by index."""
    golds = question.gold if isinstance(question.gold, tuple) else (question.gold,)
    return [question.choices[gold] if isinstance(gold, int) else str(gold) for gold in golds if gold is not None]

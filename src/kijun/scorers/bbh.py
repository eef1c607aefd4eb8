"""Scorers of BIG-Bench Hard asked without worked examples: how an answer is read out of free text.

They read what the ``flexible-extract`` filters of lm-evaluation-harness 0.4.13 (tasks ``bbh_zeroshot_*`` and
``bbh_cot_zeroshot_*``) read, with one difference: a number written out in words. There the harness knows "five" but
not "six", takes the "one" of "someone" for a number and "two, one" for a single one; we read whole words, all of them.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

import msgspec

from kijun.records import Item
from kijun.scorers.base import register
from kijun.scorers.number_words import number_in_words
from kijun.scorers.text import AnswerMatch

__all__ = ["BbhChoice", "BbhNumber", "BbhPhrase", "BbhWords"]

_OPTION = re.compile(r"\([A-Z]\)([^\n^(]*)")
_LETTER = re.compile(r"\([A-Z]\)")
_NUMBER = re.compile(r"[-0-9]+")


class _Reading(AnswerMatch, frozen=True, forbid_unknown_fields=True):
    """An answer that may show several times in the text.

    Attributes:
        which: the one that counts.
    """

    which: Literal["first", "last"] = "first"

    def chosen(self, found: list[str]) -> str:
        """The match that counts, stripped; empty where there is none."""
        return (found[0] if self.which == "first" else found[-1]).strip() if found else ""


@register("bbh_choice")
class BbhChoice(_Reading, frozen=True, forbid_unknown_fields=True):
    """A letter in parentheses; else the text of one of the question's options; else a letter after a colon."""

    def read(self, text: str, item: Item) -> str | None:
        letter = self.chosen(_LETTER.findall(text))
        if letter:
            return letter
        options = [_bare(option.strip()) for option in _OPTION.findall(item.row["input"])]
        if not options:
            return None
        letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[: len(options)]
        named = {option: f"({letter})" for option, letter in zip(options, letters, strict=True)}
        # Longest first, so that an option that begins another does not hide it.
        pattern = "|".join(sorted(map(re.escape, options), key=len, reverse=True))
        option = self.chosen(re.findall(pattern, _bare(text)))
        if option:
            return named.get(option, option)
        letter = self.chosen(re.findall(rf":\s*({'|'.join(letters)})", text))
        return f"({letter})" if letter else None


@register("bbh_number")
class BbhNumber(_Reading, frozen=True, forbid_unknown_fields=True):
    """A whole number in digits; else one in English words."""

    def read(self, text: str, item: Item) -> str | None:
        digits = self.chosen(_NUMBER.findall(text))
        if digits:
            return digits
        number = number_in_words(text, self.which)
        return str(number) if number is not None else None


@register("bbh_phrase")
class BbhPhrase(_Reading, frozen=True, forbid_unknown_fields=True):
    """A phrase that stands for an answer; case does not count.

    Attributes:
        says: answer -> regular expression of the phrases that mean it; the first that fits counts.
    """

    says: dict[str, str] = msgspec.field(default_factory=dict)

    def read(self, text: str, item: Item) -> str | None:
        pattern = "|".join(f"(?:{phrases})" for phrases in self.says.values())
        found = self.chosen([match[0] for match in re.finditer(pattern, text.lower())])
        return next((answer for answer, phrases in self.says.items() if re.search(phrases, found)), None)


@register("bbh_words")
class BbhWords(AnswerMatch, frozen=True, forbid_unknown_fields=True):
    """The words of the question's list in the order of their last appearance in the answer, with spaces between."""

    def read(self, text: str, item: Item) -> str | None:
        words = item.row["input"].split("List:")[1].split()
        found = re.findall("|".join(rf"\b{re.escape(word)}\b" for word in words), text)
        return " ".join(reversed(dict.fromkeys(reversed(found))))


def _bare(text: str) -> str:
    """In lower case and without punctuation of any script."""
    return "".join(c for c in text.lower() if not unicodedata.category(c).startswith("P"))

"""Whole numbers written out in English."""

from __future__ import annotations

import re
from typing import Literal

__all__ = ["NUMBER_WORDS", "number_in_words"]

_SMALL = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
_TEENS = ["thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_VALUES = {word: n for n, word in enumerate(_SMALL + _TEENS)} | {word: 10 * n for n, word in enumerate(_TENS, 2)}
_SCALES = {"thousand": 1_000, "million": 1_000_000, "billion": 1_000_000_000, "trillion": 1_000_000_000_000}
_WORD = "|".join(sorted([*_VALUES, "hundred", *_SCALES], key=len, reverse=True))
# A comma joins only after a power of a thousand: "one thousand, two hundred", but not "three, four".
_JOIN = r"(?:(?<=sand),|(?<=llion),)?[ \t-]+(?:and )?"
NUMBER_WORDS = rf"(?:{_WORD})(?:{_JOIN}(?:{_WORD}))*"
"""Pattern of a number in words, in lower case and with word boundaries around it."""
_NUMBER = re.compile(rf"\b{NUMBER_WORDS}\b")


def number_in_words(text: str, which: Literal["first", "last"] = "first") -> int | None:
    """The first or last number that `text` writes out, such as "two hundred and six"; None where it has none."""
    found = _NUMBER.findall(text.lower())
    if not found:
        return None
    total = current = 0
    for word in re.findall(_WORD, found[0] if which == "first" else found[-1]):
        if word in _VALUES:
            current += _VALUES[word]
        elif word == "hundred":
            current = max(current, 1) * 100
        else:
            total += max(current, 1) * _SCALES[word]
            current = 0
    return total + current

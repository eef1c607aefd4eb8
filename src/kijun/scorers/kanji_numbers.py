"""Whole numbers in kanji, and in digits and kanji mixed: 千二百, 二〇二四, 3万5千, 壱億."""

from __future__ import annotations

import re
from fractions import Fraction

__all__ = ["KANJI_NUMBER", "LONGEST", "kanji_value", "with_digits"]

LONGEST = 300
"""Characters of a number; what is longer is no number that anybody means."""

_DIGITS = {char: value for value, chars in enumerate(["〇零", *"一二三四五六七八九"]) for char in chars}
_DIGITS |= dict(zip("壱壹弐貳参參伍陸漆捌玖", (1, 1, 2, 2, 3, 3, 5, 6, 7, 8, 9), strict=True))
_TENS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000, "阡": 1000}
_MYRIADS = {"万": 10**4, "萬": 10**4, "億": 10**8, "兆": 10**12, "京": 10**16}
_DIGIT, _TEN, _MYRIAD = ("".join(each) for each in (_DIGITS, _TENS, _MYRIADS))
_ARABIC = r"\d+(?:,\d{3})*(?:\.\d+)?"

KANJI_NUMBER = re.compile(
    # Digits with at least one power, such as 3万5千, 12.5万, 1億2,000万
    rf"(?:{_ARABIC}[{_TEN}]*[{_MYRIAD}{_TEN}](?:{_ARABIC}|[{_DIGIT}{_TEN}{_MYRIAD}])*)"
    rf"|[{_DIGIT}{_TEN}](?:[{_DIGIT}{_TEN}{_MYRIAD}]|(?<=[{_TEN}{_MYRIAD}])\d+)*"
)
"""A number that has at least one kanji, in a text in NFKC."""
_PART = re.compile(rf"{_ARABIC}|[{_DIGIT}]+|[{_TEN}]|[{_MYRIAD}]")


def kanji_value(number: str) -> Fraction:
    """Value of what `KANJI_NUMBER` matches. Digits one after the other are read by place: 二〇二四 is 2024."""
    total = Fraction(0)
    section = Fraction(0)
    digits: Fraction | None = None
    for part in _PART.findall(number):
        if part in _MYRIADS:
            section += digits or 0
            total += (section or 1) * _MYRIADS[part]
            section, digits = Fraction(0), None
        elif part in _TENS:
            section += (1 if digits is None else digits) * _TENS[part]
            digits = None
        else:
            digits = _digits(part)
    return total + section + (digits or 0)


def with_digits(text: str) -> str:
    """The text with its kanji numbers in digits, also within words: 一般 becomes 1般."""
    return KANJI_NUMBER.sub(lambda match: _shown(kanji_value(match[0])) if len(match[0]) <= LONGEST else match[0], text)


def _digits(part: str) -> Fraction:
    if part[0] in _DIGITS:
        return Fraction(int("".join(str(_DIGITS[char]) for char in part)))
    return Fraction(part.replace(",", ""))


def _shown(value: Fraction) -> str:
    """A whole number, or a decimal fraction such as 1.5 where 0.00015万 was written."""
    return str(value.numerator) if value.denominator == 1 else f"{float(value):g}"

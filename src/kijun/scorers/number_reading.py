"""Numbers in free text, as people write them in English and Japanese.

1,234.5 · -5 · 1.2e3 · 1.2×10^3 · 3/4 · 1 3/4 · ½ · \\frac{3}{4} · 50% · two hundred and six · 1.5 million ·
three quarters · 千二百 · 二〇二四 · 3万5千 · １２ · マイナス3 · 4分の3 · 1と2分の1 · 5割3分 · 50パーセント
"""

from __future__ import annotations

import re
import unicodedata
from fractions import Fraction

import msgspec

from kijun.scorers.kanji_numbers import KANJI_NUMBER, LONGEST, kanji_value
from kijun.scorers.number_words import NUMBER_WORDS, number_in_words

__all__ = ["Number", "numbers_in", "readable"]

_READ = 100_000


class Number(msgspec.Struct, frozen=True):
    """A number in a text.

    Attributes:
        value: exact; of a percentage the number before the sign.
        is_percent: a percent sign, or 割, follows.
        start, end: where it stands in the text.
    """

    value: Fraction
    is_percent: bool
    start: int
    end: int


_FRACTIONS = {"half": 2, "halves": 2, "third": 3, "thirds": 3, "quarter": 4, "quarters": 4, "fourth": 4, "fourths": 4}
_FRACTIONS |= {"fifth": 5, "fifths": 5, "sixth": 6, "sixths": 6, "eighth": 8, "eighths": 8, "tenth": 10, "tenths": 10}
_SCALES = {"hundred": 10**2, "thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_DIGITS = r"(?:\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)"
_KANJI = KANJI_NUMBER.pattern
_WHOLE = rf"(?:{_KANJI}|\d+)"
_NAMES = "|".join(_FRACTIONS)
_SIGN = r"(?P<sign>(?<![0-9A-Za-z_.)])[-+−±▲△](?=\.?\d)[ ]?|\b(?:minus|negative) |マイナス)?"
_NUMBER = re.compile(
    rf"{_SIGN}(?:"
    r"\\[dt]?frac\{(?P<tex_over>-?\d+)\}\{(?P<tex_under>\d+)\}"
    rf"|(?:(?P<ja_plus>{_WHOLE})(?:と|・))?(?P<ja_under>{_WHOLE})分の(?P<ja_over>{_WHOLE})"
    rf"|(?P<wari>{_WHOLE})割(?:(?P<bu>\d|[一二三四五六七八九])分)?(?![りっ引合])"
    r"|(?<![\d/.])(?:(?P<plus>\d+)[ ])?(?P<over>\d+) ?/ ?(?P<under>\d+)(?![\d/])"
    rf"|(?P<kanji>{_KANJI})"
    rf"|(?P<digits>{_DIGITS})(?:[eE](?P<exponent>[-+]?\d+)\b| ?(?:×|x|\*|\\times) ?10\^\{{?(?P<power>[-+]?\d+)\}}?)?"
    rf"(?P<thousands>[kK](?![\w]))?(?: (?P<scale>{'|'.join(_SCALES)})\b)?"
    rf"|(?:(?P<numerator>{NUMBER_WORDS}|an?)[ -])?\b(?P<name>{_NAMES})\b(?! (?:place|time|floor|of all)\b)"
    rf"|(?P<words>\b{NUMBER_WORDS}\b)"
    r")(?P<percent> ?(?:%|percent\b|per cent\b|パーセント|\\%))?",
    re.IGNORECASE,
)
# Words with a number in kanji that say nothing of how many.
_NO_NUMBERS = re.compile(
    r"[第]?一(?:般|緒|部|方|応|致|切|種|旦|瞬|定|層|概|連|番(?!目)|覧|見|言|気|斉|律|貫|度に)|統一|唯一|万一|万が一|均一|同一|"
    r"十分(?!の)|千葉|三重(?:県|大)|四国|九州|八百屋|百科|二酸化|三角|四角|三日月|五輪|七夕|四季|三者|二重"
)
_CURRENCY = re.compile("[$£€¥]")
_VULGAR = re.compile("[¼-¾⅐-⅞↉]")


def readable(text: str) -> str:
    """The first 100,000 characters in the form in which numbers are looked for: NFKC, without signs of currency."""
    spaced = _VULGAR.sub(lambda match: f" {match[0]}", text[:_READ])
    plain = _CURRENCY.sub("", unicodedata.normalize("NFKC", spaced).replace("⁄", "/").replace("−", "-"))
    return _NO_NUMBERS.sub(lambda match: "・" * len(match[0]), plain)


def numbers_in(plain: str) -> list[Number]:
    """The numbers of a text made `readable`, in order."""
    found = []
    for match in _NUMBER.finditer(plain):
        value = _value(match) if len(match[0]) <= LONGEST else None
        if value is not None:
            negative = match["sign"] and match["sign"].strip() not in ("+", "±")
            is_percent = bool(match["percent"] or match["wari"])
            found.append(Number(-value if negative else value, is_percent, match.start(), match.end()))
    return found


def _value(match: re.Match[str]) -> Fraction | None:
    """The value without sign; None for what only looks like a number, such as a division by zero."""
    parts = match.groupdict()
    if parts["tex_under"]:
        return _ratio(Fraction(parts["tex_over"]), Fraction(parts["tex_under"]))
    if parts["ja_under"]:
        part = _ratio(_whole(parts["ja_over"]), _whole(parts["ja_under"]))
        return part if part is None or not parts["ja_plus"] else part + _whole(parts["ja_plus"])
    if parts["wari"]:
        return 10 * _whole(parts["wari"]) + (_whole(parts["bu"]) if parts["bu"] else 0)
    if parts["under"]:
        part = _ratio(Fraction(parts["over"]), Fraction(parts["under"]))
        return part if part is None or not parts["plus"] else part + int(parts["plus"])
    if parts["kanji"]:
        return kanji_value(parts["kanji"])
    if parts["digits"]:
        return _of_digits(parts)
    if parts["name"]:
        return _of_fraction_words(parts)
    number = number_in_words(parts["words"])
    return None if number is None else Fraction(number)


def _of_digits(parts: dict[str, str | None]) -> Fraction | None:
    value = Fraction((parts["digits"] or "").replace(",", ""))
    exponent = int(parts["exponent"] or parts["power"] or 0)
    if abs(exponent) > LONGEST:
        return None
    value *= Fraction(10) ** exponent
    if parts["scale"]:
        value *= _SCALES[parts["scale"].lower()]
    return 1000 * value if parts["thousands"] else value


def _of_fraction_words(parts: dict[str, str | None]) -> Fraction | None:
    """Three quarters, one half, a third; "the third" alone is a place in a row, and half alone is a half."""
    name, numerator = (parts["name"] or "").lower(), parts["numerator"]
    if numerator is None:
        return Fraction(1, 2) if name == "half" else None
    count = 1 if numerator.lower() in ("a", "an") else number_in_words(numerator)
    return None if count is None else Fraction(count, _FRACTIONS[name])


def _ratio(over: Fraction, under: Fraction) -> Fraction | None:
    return over / under if under else None


def _whole(text: str) -> Fraction:
    return Fraction(text) if text.isascii() else kanji_value(text)

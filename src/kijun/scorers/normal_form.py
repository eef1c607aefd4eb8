"""Texts in the form in which they are compared: width, case, punctuation and spaces taken out, Japanese included."""

from __future__ import annotations

import re
import unicodedata

import msgspec

from kijun.scorers.kanji_numbers import with_digits

__all__ = ["JAPANESE", "NormalForm", "tokens"]

KANA = "ぁ-ゖァ-ヺーゝゞヽヾ"
JAPANESE = rf"{KANA}一-鿿㐀-䶿々〆〇ヵヶ"
_DASHES = re.compile(r"[‐‑‒–—―−─━﹘﹣－-]")
_LONG_VOWEL = re.compile(rf"(?<=[{KANA}])[-~〜ー]")
_RANGE = re.compile(r"(?<=\d)[~〜](?=\d)")
_STRAY_LONG_VOWEL = re.compile(rf"(?<![{KANA}])ー")
_SPACE = re.compile(r"\s+")
_SPACE_BESIDE_JAPANESE = re.compile(rf"(?<=[{JAPANESE}]) | (?=[{JAPANESE}])")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_ARTICLES = re.compile(r"\b(?:a|an|the)\b")
# Signs that are part of what is said: -5, 3.5, 1:30, 50%, C#, AT&T
_MEANT = re.compile(r"(?<![\w.)])-(?=[\d.])|(?<=\d)[.,:/-](?=\d)|(?<!\w)\.(?=\d)|[%&@#]")


class NormalForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What counts when texts are compared.

    Width never does: everything is NFKC, so that ``Ａ１`` equals ``A1`` and half-width kana equal the others. Dashes of
    all kinds are one sign, which after kana is the long vowel mark, as is a wave dash there. Commas between thousands
    are left out.

    Attributes:
        keep_case: ``Paris`` and ``paris`` differ.
        keep_punctuation: signs count. Otherwise those stay that change what is said, such as a minus, a decimal point
            or a percent sign.
        keep_spaces: spaces count; runs of them are one space all the same. Otherwise those beside Japanese characters
            are left out.
        kanji_numerals: ``三万五千`` becomes ``35000``.
        ignore_articles: English ``a``, ``an`` and ``the`` do not count.
    """

    keep_case: bool = False
    keep_punctuation: bool = False
    keep_spaces: bool = False
    kanji_numerals: bool = False
    ignore_articles: bool = False

    def of(self, text: str) -> str:
        """The normal form, which is its own normal form."""
        # What is taken out may bring together what then takes another form, such as a letter and its accent.
        while (changed := self._step(text)) != text:
            text = changed
        return text

    def _step(self, text: str) -> str:
        text = unicodedata.normalize("NFKC", text)
        if not self.keep_case:
            text = unicodedata.normalize("NFKC", text.casefold())
        text = _LONG_VOWEL.sub("ー", _DASHES.sub("-", text))
        text = _RANGE.sub("-", _STRAY_LONG_VOWEL.sub("-", text))
        if self.kanji_numerals:
            text = with_digits(text)
        text = _THOUSANDS.sub("", text)
        if not self.keep_punctuation:
            text = _without_punctuation(text)
        if self.ignore_articles:
            text = _ARTICLES.sub(" ", text)
        text = _SPACE.sub(" ", text).strip()
        return text if self.keep_spaces else _SPACE_BESIDE_JAPANESE.sub("", text)


def tokens(text: str) -> list[str]:
    """Words of a text in normal form; each Japanese character is a token of its own."""
    return re.findall(rf"[{JAPANESE}]|[^\s{JAPANESE}]+", text)


def _without_punctuation(text: str) -> str:
    meant = {match.start() for match in _MEANT.finditer(text)}
    return "".join(char for place, char in enumerate(text) if place in meant or not (_is_sign(char) or char in "`~〜|"))


def _is_sign(char: str) -> bool:
    return unicodedata.category(char)[0] == "P"

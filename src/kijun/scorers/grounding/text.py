"""A text as what can be compared with a source: sentences, words that carry meaning, numbers, names, denials.

Japanese has no spaces, so its words are runs of one kind of script: katakana, Latin letters and digits as a whole,
Chinese characters in overlapping pairs. Hiragana is left out, for most of it is particles and endings.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from functools import cached_property

__all__ = ["Text", "split_sentences"]

_KANA = re.compile(r"[ぁ-ゖァ-ヺ]")
_ENDS = re.compile(r"(?<=[.!?])[\"')\]]*\s+(?=\S)|(?<=[。！？!?])(?=[^」』）)\s])|\n+")
_ABBREVIATION = re.compile(r"\b(?:Mr|Mrs|Ms|Dr|St|Prof|Jr|Sr|vs|No|[A-Z])\.$")
_TOKEN = re.compile(
    r"(?P<number>\d+(?:[,.]\d+)*)|(?P<latin>[A-Za-zÀ-ɏ]+(?:'[a-z]+)?)|(?P<katakana>[ァ-ヺー]{2,})|(?P<kanji>[一-鿿々〆ヶ]+)"
)
_FUNCTION_WORDS = """
    a an the of in on at to for from by with and or but nor so yet is are was were be been being am has have had
    having do does did will would can could shall should may might must that this these those it its he she they
    them his her their him we us our you your i my me as than then there here which who whom whose what when
    where while after before over under into about also not no nor said says say if because such very just only
    own too up down out off again more most some any each few other
"""
_FEW = frozenset(_FUNCTION_WORDS.split())
_ENDINGS = ("'s", "ingly", "edly", "ing", "ies", "ied", "ed", "es", "ly", "s")
_NUMBERS = """
    zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
    eighteen nineteen twenty
"""
_NUMBER_WORDS = {word: str(value) for value, word in enumerate(_NUMBERS.split())}
_KANJI_DIGITS = {digit: str(value) for value, digit in enumerate("〇一二三四五六七八九")} | {"十": "10"}
_COUNTED = re.compile(r"([〇一二三四五六七八九十])(?=[人年月日個本枚回社件台匹頭冊階位校店万千百円])")
_DENIALS = re.compile(
    r"\b(?:not|no|never|none|neither|nor|without|cannot|nobody|nothing|\w+n't)\b|(?:ない|ません|なかった|ず、|ずに|ぬ。|無い|未だ)",
    re.IGNORECASE,
)


def split_sentences(text: str) -> list[str]:
    """Sentences in order; a full stop after a title or an initial ends none."""
    found: list[str] = []
    for part in _ENDS.split(text):
        piece = part.strip()
        if found and _ABBREVIATION.search(found[-1]) and piece:
            found[-1] = f"{found[-1]} {piece}"
        elif piece:
            found.append(piece)
    return found


_BESIDE = 10
"""Characters beside a word in which a denial still belongs to it: "did not ", 「…していません」."""


class Text:
    """One text, read once; every property is worked out when it is first asked for."""

    def __init__(self, text: str) -> None:
        self.plain = unicodedata.normalize("NFKC", text).replace("’", "'")

    @cached_property
    def japanese(self) -> bool:
        """Whether it has kana."""
        return bool(_KANA.search(self.plain))

    @cached_property
    def folded(self) -> str:
        """Lower case, single spaces; Japanese without spaces and punctuation."""
        lower = " ".join(self.plain.casefold().split())
        return re.sub(r"[\s、。,.・「」『』()!?]", "", lower) if self.japanese else lower

    @cached_property
    def tokens(self) -> list[str]:
        """Every word and number in order, lower case, the endings of English words taken off; Japanese as above."""
        found: list[str] = []
        for match in _TOKEN.finditer(self.plain):
            word = match[0]
            if match.lastgroup == "kanji" and len(word) > 2:
                found += [word[place : place + 2] for place in range(len(word) - 1)]
            elif match.lastgroup == "number":
                found.append(word.replace(",", ""))
            else:
                found.append(_stem(word.casefold()))
        return found

    @cached_property
    def words(self) -> list[str]:
        """Tokens that carry meaning."""
        return [token for token in self.tokens if token not in _FEW]

    @cached_property
    def numbers(self) -> frozenset[str]:
        """Numbers, in digits or in words, without thousands separators."""
        digits = {match["number"].replace(",", "") for match in _TOKEN.finditer(self.plain) if match["number"]}
        digits |= {
            _NUMBER_WORDS[word] for word in re.findall(r"[a-z]+", self.plain.casefold()) if word in _NUMBER_WORDS
        }
        digits |= {_KANJI_DIGITS[digit] for digit in _COUNTED.findall(self.plain)}
        return frozenset(digits)

    @cached_property
    def names(self) -> frozenset[str]:
        """Words with a capital inside a sentence, and katakana of three or more characters, lower case."""
        latin = re.findall(r"(?<![.!?]\s)(?<![.!?]\s[\"'])(?<!^)\b[A-Z][\w'-]*", self.plain)
        found = {_stem(word.casefold()) for word in latin} | set(re.findall(r"[ァ-ヺー]{3,}", self.plain))
        return frozenset(found - _FEW)

    @cached_property
    def denies(self) -> bool:
        """Whether it has a word of denial."""
        return bool(_DENIALS.search(self.plain))

    @cached_property
    def bare_numbers(self) -> frozenset[str]:
        """Digits of all numbers without separators, also of those that are written apart, such as ``10, 000``."""
        return frozenset(re.findall(r"\d+", re.sub(r"(?<=\d)[,.]\s?(?=\d)", "", self.plain)))

    def denies_within(self, words: Collection[str]) -> bool:
        """Whether a denial stands between the first and the last of `words`, or just beside them."""
        places = [match.span() for match in _TOKEN.finditer(self.plain) if set(Text(match[0]).tokens) & set(words)]
        if not places:
            return False
        least, most = min(start for start, _ in places), max(end for _, end in places)
        return bool(_DENIALS.search(self.plain[max(0, least - _BESIDE) : most + _BESIDE]))

    def grams(self, width: int) -> list[str]:
        """Pieces of `width` characters of `folded`."""
        return [self.folded[place : place + width] for place in range(len(self.folded) - width + 1)]

    def phrases(self) -> list[str]:
        """Three tokens in a row as they are written; for Japanese six characters in a row."""
        if self.japanese:
            return self.grams(6)
        words = re.findall(r"[\w']+", self.folded)
        return [" ".join(words[place : place + 3]) for place in range(len(words) - 2)]


def _stem(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word

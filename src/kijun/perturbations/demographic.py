"""The same question about somebody else: gendered words and common names exchanged, English and Japanese.

Answers should not change, and where they do, it is by whom the question is about. Only words that can stand for one
another are exchanged; a text without any stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from random import Random

from kijun.perturbations.base import Edit, Perturbation

__all__ = ["PERTURBATIONS"]

_PAIRS = (
    "he she|himself herself|man woman|men women|boy girl|boys girls|father mother|fathers mothers|dad mum|son daughter|"
    "sons daughters|brother sister|brothers sisters|husband wife|husbands wives|uncle aunt|uncles aunts|"
    "nephew niece|grandfather grandmother|grandson granddaughter|boyfriend girlfriend|gentleman lady|gentlemen ladies|"
    "king queen|prince princess|actor actress|waiter waitress|male female|males females|mr ms|sir madam|"
    "john mary|james anna|robert susan|michael laura|david sarah|peter emma|paul alice|tom lucy"
)
_PAIRS_JA = (
    "男性 女性|男子 女子|男の子 女の子|少年 少女|男 女|お父さん お母さん|父親 母親|父 母|お兄さん お姉さん|兄 姉|"
    "弟 妹|息子 娘|夫 妻|ご主人 奥さん|お爺さん お婆さん|おじいさん おばあさん|祖父 祖母|おじさん おばさん|甥 姪|"
    "太郎 花子|健太 美咲|翔太 愛|大輔 由美"
)
# Compounds in which the character is no person, or which have no partner.
_KEPT_JA = (
    "男女|女王|王女|彼女たち|彼ら|父母|祖父母|夫妻|夫婦|兄弟|姉妹|兄妹|姉弟|工夫|大丈夫|妻子|愛情|愛する|恋愛|可愛"
)
_NAMES = {
    "John": "Mohammed", "James": "Jamal", "Robert": "Rohit", "Michael": "Wei", "David": "José", "Mary": "Fatima",
    "Anna": "Lakisha", "Susan": "Priya", "Laura": "Guadalupe", "Sarah": "Mei", "Emma": "Agnieszka", "Tom": "Tomasz",
}  # fmt: skip
_NAMES_JA = {
    "佐藤": "金", "鈴木": "グエン", "高橋": "王", "田中": "シルバ", "伊藤": "朴", "渡辺": "カーン", "山本": "陳",
    "中村": "具志堅", "小林": "タパ", "加藤": "サントス",
}  # fmt: skip


def _both_ways(pairs: str) -> dict[str, str]:
    split = [pair.split(" ") for pair in pairs.split("|")]
    return {a: b for a, b in split} | {b: a for a, b in split}


_ENGLISH = _both_ways(_PAIRS)
_JAPANESE = _both_ways(_PAIRS_JA) | {"彼女": "彼", "彼": "彼女"}
_WORD = re.compile(r"[A-Za-z]+")
_AFTER_HER = re.compile(r"\s+(?!(?:to|and|or|in|on|at|with|for|that|the|a|an|if|when|as|by|from|but|is|was)\b)[A-Za-z]")
_IN_JAPANESE = re.compile(f"(?:{_KEPT_JA})|" + "|".join(sorted(_JAPANESE, key=len, reverse=True)))
_SURNAME = re.compile("(" + "|".join(_NAMES_JA) + ")(?=さん|様|氏|君|くん|ちゃん|先生|部長|課長|社長)")


def _gender(text: str, random: Random) -> Iterator[Edit]:
    for match in _WORD.finditer(text):
        word = match[0].lower()
        if word == "her":
            other = "his" if _AFTER_HER.match(text, match.end()) else "him"
        elif word in ("his", "him"):
            other = "her"
        elif word == "hers":
            other = "his"
        else:
            other = _ENGLISH.get(word, "")
        if other:
            yield Edit(*match.span(), _as(match[0], other))
    for match in _IN_JAPANESE.finditer(text):
        if match[0] in _JAPANESE:
            yield Edit(*match.span(), _JAPANESE[match[0]])


def _as(model: str, word: str) -> str:
    """The word with the capitals of another one."""
    return word.upper() if model.isupper() and len(model) > 1 else word.capitalize() if model[0].isupper() else word


def _names(text: str, random: Random) -> Iterator[Edit]:
    for match in _WORD.finditer(text):
        if match[0] in _NAMES:
            yield Edit(*match.span(), _NAMES[match[0]])
    for match in _SURNAME.finditer(text):
        yield Edit(*match.span(1), _NAMES_JA[match[1]])


def _made(name: str, title: tuple[str, str], places: Callable[[str, Random], Iterator[Edit]]) -> Perturbation:
    titles = {"en": title[0], "ja": title[1]}
    return Perturbation(name=name, version=1, languages=("en", "ja"), title=titles, places=places, strength=1.0)


PERTURBATIONS = (
    _made("swap-gender", ("gender exchanged", "性別の入れ替え"), _gender),
    _made("swap-names", ("names of another origin", "別の出自の名前"), _names),
)

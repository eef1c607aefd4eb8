"""Perturbations of written Japanese: scripts, widths, variants of spelling, slips of the input method."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from random import Random

from kijun.perturbations.base import Edit, made_for
from kijun.perturbations.morphemes import Morpheme, is_kanji, morphemes, to_hiragana
from kijun.perturbations.words import words

__all__ = ["PERTURBATIONS"]

_WIDE = {code: code + 0xFEE0 for code in range(ord("0"), ord("9") + 1)} | {
    code: code + 0xFEE0 for start in "aA" for code in range(ord(start), ord(start) + 26)
}
# Half-width katakana: those whose compatibility form is the character itself, the voiced ones from two characters.
_NARROW = {unicodedata.normalize("NFKC", chr(code)): chr(code) for code in range(0xFF66, 0xFF9E)}
_NARROW |= {
    unicodedata.normalize("NFKC", chr(code) + mark): chr(code) + mark
    for code in range(0xFF66, 0xFF9E)
    for mark in "ﾞﾟ"
    if len(unicodedata.normalize("NFKC", chr(code) + mark)) == 1
}
# Words whose reading the sentence decides; written in kana they would say something else or nothing.
_READ_IN_MANY_WAYS = {
    "以下",
    "以上",
    "以外",
    "未満",
    "何",
    "方",
    "行っ",
    "行く",
    "行き",
    "人",
    "家",
    "後",
    "間",
    "上",
    "下",
    "中",
    "今日",
    "明日",
    "昨日",
    "一日",
    "他",
    "日本",
    "私",
    "上手",
    "下手",
    "人気",
    "市場",
    "大人",
    "今年",
    "今朝",
    "辛い",
    "開い",
    "開く",
    "止め",
    "入れ",
    "入っ",
    "入る",
    "空い",
    "主",
    "生",
    "角",
    "金",
    "表",
    "何か",
    "何人",
}
_KEYS = {
    "し": "s",
    "す": "s",
    "た": "t",
    "と": "t",
    "て": "t",
    "か": "k",
    "こ": "k",
    "き": "k",
    "ま": "m",
    "な": "n",
    "の": "n",
    "る": "r",
    "れ": "r",
    "ら": "r",
    "は": "h",
    "さ": "s",
    "く": "k",
    "け": "k",
}
_HIRAGANA_RUN = re.compile(r"[ぁ-ゖ]{3,}")


def _widths(text: str, random: Random) -> Iterator[Edit]:
    """Letters and digits in full width, or, where they are, in half width; katakana in half width."""
    for match in re.finditer(r"[0-9]+(?:[.,][0-9]+)*|[A-Za-z]+|[０-９Ａ-Ｚａ-ｚ]+|[ァ-ヺー]{2,}", text):
        run = match[0]
        if run.isascii():
            yield Edit(*match.span(), run.translate(_WIDE))
        elif "ァ" <= run[0] <= "ヺ":
            yield Edit(*match.span(), "".join(_NARROW.get(character, character) for character in run))
        else:
            yield Edit(*match.span(), unicodedata.normalize("NFKC", run))


def _reads_alike_everywhere(word: Morpheme) -> bool:
    """Whether the word can be written by its sound: a common word in kanji with one reading that is known."""
    kanji = sum(map(is_kanji, word.surface))
    return (
        word.kind in ("名詞", "動詞", "形容詞", "形状詞", "副詞")
        and word.detail not in ("数詞", "固有名詞", "助動詞語幹")
        and word.third != "助数詞可能"
        and word.surface not in _READ_IN_MANY_WAYS
        and (kanji >= 2 or (kanji == 1 and len(word.surface) > 1))
        and re.fullmatch(r"[ァ-ヺー]+", word.reading) is not None
    )


def _next_to_kanji(text: str, word: Morpheme) -> bool:
    """Part of a compound: written by its sound, its border would be lost."""
    before, after = text[word.start - 1 : word.start], text[word.end : word.end + 1]
    return any(side and is_kanji(side) for side in (before, after))


def _kana(text: str, random: Random) -> Iterator[Edit]:
    """A word in hiragana that is usually written in kanji."""
    for word in morphemes(text):
        if _reads_alike_everywhere(word) and not _next_to_kanji(text, word):
            yield Edit(word.start, word.end, to_hiragana(word.reading))


def _mixed_scripts(text: str, random: Random) -> Iterator[Edit]:
    """A noun in katakana, as for emphasis, or a loanword in the letters of its language."""
    latin: Mapping[str, str] = words("ja", "latin")
    for word in morphemes(text):
        if word.surface in latin:
            yield Edit(word.start, word.end, latin[word.surface])
        elif word.kind in ("名詞", "形状詞") and _reads_alike_everywhere(word) and not _next_to_kanji(text, word):
            yield Edit(word.start, word.end, word.reading)


@cache
def _stems(table: str) -> dict[str, tuple[str, ...]]:
    known: dict[str, tuple[str, ...]] = {}
    listed = words("ja", table)
    groups: Iterable[Sequence[str]] = (
        listed if isinstance(listed, list) else [(word, *others) for word, others in listed.items()]
    )
    for group in groups:
        if isinstance(listed, list):
            known |= {word: tuple(other for other in group if other != word) for word in group}
        else:
            known[group[0]] = tuple(group[1:])
    return known


def _inflected(surface: str, base: str, other: str) -> str | None:
    """`surface`, a form of `base`, as the same form of `other`; None where it cannot be told.

    Both dictionary forms end alike; what stands before the common ending is exchanged: 行う, 行なう: 行った, 行なった.
    """
    common = 0
    while common < min(len(base), len(other)) and base[-1 - common] == other[-1 - common]:
        common += 1
    if surface == base:
        return other
    stem, new = base[: len(base) - common], other[: len(other) - common]
    # Without a common beginning of the form there is nothing to hold on to.
    return new + surface[len(stem) :] if common and stem and surface.startswith(stem) else None


def _from_table(text: str, random: Random, table: str, kinds: Sequence[str] | None = None) -> Iterator[Edit]:
    known = _stems(table)
    for word in morphemes(text):
        others = known.get(word.base) or (known.get(word.surface) if word.conjugation == "*" else None)
        if not others or (kinds is not None and word.kind not in kinds) or word.detail in ("数詞", "固有名詞"):
            continue
        changed = _inflected(word.surface, word.base if word.base in known else word.surface, random.choice(others))
        if changed is not None:
            yield Edit(word.start, word.end, changed)


def _misconversions(text: str, random: Random) -> Iterator[Edit]:
    """The wrong one among words of the same sound."""
    for edit in _from_table(text, random, "ime", ("名詞", "動詞", "形容詞")):
        if not (is_kanji(text[edit.start - 1 : edit.start] or " ") or is_kanji(text[edit.end : edit.end + 1] or " ")):
            yield edit


def _variants(text: str, random: Random) -> Iterator[Edit]:
    """Kanji or kana where people write both."""
    for word, edit in _with_words(text, _from_table(text, random, "variants")):
        # "ない" after a verb, "こと" within a word and single kanji of compounds are not these words.
        stands_alone = word.kind not in ("助詞", "助動詞", "接尾辞", "接頭辞") or word.surface in ("など", "くらい")
        if stands_alone and not _next_to_kanji(text, word):
            yield edit


def _with_words(text: str, edits: Iterable[Edit]) -> Iterator[tuple[Morpheme, Edit]]:
    by_start = {word.start: word for word in morphemes(text)}
    for edit in edits:
        yield by_start[edit.start], edit


def _okurigana(text: str, random: Random) -> Iterator[Edit]:
    """Other inflectional kana after a kanji: 行なう for 行う, 申込み for 申し込み."""
    for edit in _from_table(text, random, "okurigana_verbs", ("動詞", "形容詞")):
        # 行って is read いって as well as おこなって; 行なって would decide for the reader.
        if text[edit.start : edit.end] != "行っ":
            yield edit
    nouns = words("ja", "okurigana_nouns")
    for match in _table_pattern("okurigana_nouns").finditer(text):
        following = text[match.end() : match.end() + 1]
        if following not in {*"なてたるれらりまよ"}:
            yield Edit(*match.span(), random.choice(nouns[match[0]]))


@cache
def _table_pattern(table: str) -> re.Pattern[str]:
    listed = words("ja", table)
    return re.compile("|".join(re.escape(word) for word in sorted(listed, key=len, reverse=True)))


def _long_vowels(text: str, random: Random) -> Iterator[Edit]:
    """The long mark of loanwords with or without, and long vowels written as they sound."""
    long_forms: list[str] = words("ja", "long_vowel")
    short_forms = {word.removesuffix("ー"): word for word in long_forms}
    spoken = words("ja", "spoken_vowel")
    for match in re.finditer(r"[ァ-ヺー]{3,}", text):
        if match[0] in long_forms:
            yield Edit(*match.span(), match[0].removesuffix("ー"))
        elif match[0] in short_forms:
            yield Edit(*match.span(), short_forms[match[0]])
    for word in morphemes(text):
        if word.surface in spoken:
            yield Edit(word.start, word.end, random.choice(spoken[word.surface]))


def _kana_slips(text: str, random: Random) -> Iterator[Edit]:
    """Slips in a run of hiragana: a kana twice, left out, swapped, or a key whose vowel was missed."""
    for match in _HIRAGANA_RUN.finditer(text):
        place = random.randrange(match.start() + 1, match.end() - 1)
        kana, after = text[place], text[place + 1]
        slips = [(1, kana * 2), (1, ""), (2, after + kana)]
        if kana in _KEYS:
            slips.append((1, _KEYS[kana]))
        length, new = random.choice(slips)
        yield Edit(place, place + length, new)


def _misspellings(text: str, random: Random) -> Iterator[Edit]:
    """Common mistakes in kana: こんにちわ, づつ, シュミレーション; "食べれる", "見てる"."""
    known = words("ja", "misspelling")
    for match in _table_pattern("misspelling").finditer(text):
        yield Edit(*match.span(), random.choice(known[match[0]]))
    parts = morphemes(text)
    for before, word, after in zip(parts, parts[1:], parts[2:], strict=False):
        if word.surface in ("い", "いる", "いれ") and word.base == "いる" and before.surface in ("て", "で"):
            if after.surface not in ("たら", "らっしゃる"):
                yield Edit(word.start, word.end, word.surface[1:])
        # What can be done; what is done by others ("並べられている") keeps its ら.
        elif (
            word.base == "られる"
            and before.conjugation.startswith(("下一段", "上一段"))
            and after.surface in ("ませ", "ます", "ない", "なかっ", "よう")
        ):
            yield Edit(word.start, word.start + 1, "")


_made = made_for("ja")
PERTURBATIONS = (
    _made("width", ("full and half width", "全角・半角のゆれ"), _widths, 0.5, reaches=("numbers",)),
    _made("kana", ("kana in place of kanji", "漢字を仮名で書く"), _kana, 0.3),
    _made("kanji-variant", ("other common spellings", "漢字・仮名の表記ゆれ"), _variants, 0.7),
    _made("ime", ("wrong choices of the input method", "誤変換（同音異義語）"), _misconversions, 0.5),
    _made("kana-typo", ("slips in kana", "仮名の打ち間違い"), _kana_slips, 0.2),
    _made("kana-misspelling", ("common mistakes in kana", "仮名の書き誤り・ら抜き・い抜き"), _misspellings, 0.5),
    _made("long-vowel", ("long vowels", "長音のゆれ"), _long_vowels, 0.7),
    _made("okurigana", ("inflectional kana", "送り仮名のゆれ"), _okurigana, 1.0),
    _made("mixed-script", ("katakana and Latin letters", "カタカナ・英字の混ぜ書き"), _mixed_scripts, 0.3),
)

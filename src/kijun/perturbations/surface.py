"""Perturbations that any language has: punctuation, fillers, emoji, and sentences that have nothing to do with it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from random import Random

from kijun.perturbations.base import Edit, made_for
from kijun.perturbations.protected import is_japanese
from kijun.perturbations.words import words

__all__ = ["PERTURBATIONS"]

# Not after the short words that end in a stop without ending a sentence.
_SENTENCE_END = re.compile(r"(?<!\b[A-Z])(?<!\bMr)(?<!\bMs)(?<!\bDr)(?<!\bMrs)(?<!\bSt)(?<!\bvs)[.?!](?=\s|$)|[。？！]")
# Words that lose their capital when something comes before them; others may be names.
_OPENING_WORD = re.compile(
    r"(?:A|An|The|This|That|These|Those|There|It|He|She|They|We|You|In|On|At|For|From|If|When|While|After|Before|During"
    r"|What|Which|Who|Whom|Whose|Where|Why|How|Is|Are|Was|Were|Do|Does|Did|Can|Could|Should|Would|Will|Explain"
    r"|Describe|Choose|Select|Find|Name|Give|Consider|Suppose|Some|Each|One|Two|Three|By|To|As|My|Your|His|Her|Our|Their|Because|Although|Read|All|Both|Most|Many|Not|With"
    r"|Without|Since|Under|Over|Among|According|Let|Given|Imagine|Compare|Write|Add|Calculate|Now|Then|Its|Any|No)\b"
)
_EMOJI = ("🙏", "🤔", "📝", "💡", "🙂", "✨", "👀", "🙇")
# How Japanese marks are otherwise typed.
_JAPANESE_MARKS = {"、": ("，", " ", ","), "。": ("．", "｡", " "), "？": ("?", "？？"), "！": ("!", "！！")}


def _table(text: str, name: str) -> list[str]:
    found: list[str] = words("ja" if is_japanese(text) else "en", name)
    return found


def _punctuation(text: str, random: Random) -> Iterator[Edit]:
    """Marks left out, doubled, or in another style."""
    for match in re.finditer(r"[、。？！]|,(?= )|[.?!](?=\s|$)|(?<=[a-z])['’](?=[a-z])", text):
        mark = match[0]
        if mark in _JAPANESE_MARKS:
            others: tuple[str, ...] = _JAPANESE_MARKS[mark]
        else:
            others = (mark * 2, "", mark * 3) if mark in "?!" else ("",) if mark in ",'’" else ("", "..", "...")
        new = random.choice(others)
        # A blank at the end of a text would be seen by nobody.
        yield Edit(*match.span(), new.strip() if match.end() == len(text) else new)


def _sentence_starts(text: str) -> Iterator[int]:
    yield len(text) - len(text.lstrip())
    for match in _SENTENCE_END.finditer(text):
        rest = re.match(r"[ \n]*(?=[A-Zぁ-ゖァ-ヺ一-鿿「])", text[match.end() :])
        if rest and (rest[0] or is_japanese(text)):
            yield match.end() + len(rest[0])


def _fillers(text: str, random: Random) -> Iterator[Edit]:
    """A word that carries nothing at the start of a sentence or after a comma."""
    if not text.strip():
        return
    language = "ja" if is_japanese(text) else "en"
    table, space = words(language, "filler"), "" if language == "ja" else " "
    for place, start in enumerate(_sentence_starts(text)):
        if text[start : start + 1].isalpha():
            word = _OPENING_WORD.match(text, start)
            opened = word[0].lower() if word else ""
            added = random.choice(table["start" if place else "opening"])
            yield Edit(start, start + len(opened), added + space + opened)
    for match in re.finditer(r"(?<=[A-Za-z], )(?=[a-z])|(?<=[ぁ-ゖ]、)(?=[ぁ-ゖァ-ヺ一-鿿])", text):
        yield Edit(match.start(), match.start(), random.choice(table["middle"]) + space)


def _emoji(text: str, random: Random) -> Iterator[Edit]:
    """An emoji that says nothing of the matter, after a sentence."""
    ends = [match.end() for match in _SENTENCE_END.finditer(text)]
    stripped = len(text.rstrip())
    for end in sorted(
        {*ends, *([stripped] if stripped and stripped not in ends and text[stripped - 1] not in ":：" else [])}
    ):
        lead = "" if is_japanese(text) else " "
        yield Edit(end, end, lead + random.choice(_EMOJI))


def _irrelevant(text: str, random: Random) -> Iterator[Edit]:
    """One sentence before the text, another place after a paragraph where there are paragraphs."""
    if not text.strip():
        return
    start = len(text) - len(text.lstrip())
    space = "" if is_japanese(text) else " "
    yield Edit(start, start, random.choice(_table(text, "irrelevant")) + space)


_made = made_for("en", "ja")
PERTURBATIONS = (
    _made("punctuation", ("marks missing, doubled, other", "句読点・記号の乱れ"), _punctuation, 0.5),
    _made("filler", ("filler words", "フィラー（えーと、など）"), _fillers, 0.5),
    _made("emoji", ("emoji", "絵文字"), _emoji, 0.5),
    _made(
        "irrelevant-context",
        ("a sentence that has nothing to do with it", "無関係な文の追加"),
        _irrelevant,
        1.0,
        first_column_only=True,
    ),
)

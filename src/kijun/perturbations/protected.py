"""What no perturbation touches: numbers and what they count, negations, formulas, markup, choices and gold answers."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Literal

__all__ = ["Guard", "is_japanese", "protected_spans"]

# Numbers in words, and what turns a statement round when it is misread.
_LOGIC = (
    "zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen"
    "|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|million|billion|half"
    "|third|quarter|fifth|sixth|tenth|double|triple|twice|once|dozen|pair|first|second|last|next|previous|single|both"
    "|none|not|no|nor|never|neither|without|except|cannot|least|most|more|less|fewer|than|only|always|every|all|any"
    "|before|after|until|between|over|under|above|below"
)
_JAPANESE = re.compile(r"[ぁ-ゖァ-ヺ一-鿿々]")

# A number, what is attached to it, and the word or counter after it, which is its unit.
_NUMBERS = re.compile(
    r"[A-Za-z_]*[0-9０-９][0-9０-９A-Za-z_]*(?:[.,:/．，：/-][0-9０-９]+)*[%％°]?"
    r"(?: ?(?:[A-Za-z]{1,12}\b)|時間|年間|日間|週間|種類|番目|人分|割引"
    r"|(?:平方|立方)?[ァ-ヺー]{1,8}|[一-鿿々])?"
    r"|[〇一二三四五六七八九十百千万億兆何]+(?:[一-鿿々つ])?"
)
_WORDS = re.compile(rf"\b(?:{_LOGIC}|\w+n['’]t)\b|ない|なかっ|なけれ|なく|ません", re.IGNORECASE)
_MARKUP = re.compile(
    r"\{\{.*?\}\}|\{%.*?%\}|\$[^$\n]+\$|\\[A-Za-z]+(?:\{[^{}\n]*\})*|\\[\[(].*?\\[\])]|`[^`\n]+`|</?[A-Za-z][^<>\n]*>"
    r"|\[[A-Z_]{2,}\]|\*[^*\n]+\*|https?://\S+|[\w.+-]+@[\w-]+\.[\w.]+|_{1,}"
    # Marks of options, and symbols of one letter.
    r"|\([A-ZＡ-Ｚ]\)|^[ \t]*[A-ZＡ-Ｚア-オ][.):．）：]|(?<![A-Za-zＡ-Ｚａ-ｚ'’])[B-HJ-Zb-z](?![A-Za-zＡ-Ｚａ-ｚ'’])"
    # Acronyms, formulas and operators with what they join.
    r"|\b[A-Za-z]*[a-z]?[A-Z]{2,}[A-Za-z]*\b|\b[A-Z][a-z]*[A-Z]\w*\b|\S*[=^\\]\S*",
    re.DOTALL | re.MULTILINE,
)

Guard = Literal["markup", "logic", "numbers"]
_GUARDS: dict[Guard, re.Pattern[str]] = {"markup": _MARKUP, "logic": _WORDS, "numbers": _NUMBERS}


def is_japanese(text: str) -> bool:
    """Whether the text has kana or kanji."""
    return _JAPANESE.search(text) is not None


def protected_spans(
    text: str, keep: Collection[str] = frozenset(), *, leave_out: Collection[Guard] = ()
) -> list[tuple[int, int]]:
    """Parts of `text` that stay as they are: sorted ``(start, end)``, not overlapping.

    Args:
        keep: texts that are protected wherever they stand, words of the Latin alphabet only as whole words.
        leave_out: what is not protected here.
    """
    patterns = [pattern for guard, pattern in _GUARDS.items() if guard not in leave_out]
    spans = [match.span() for pattern in patterns for match in pattern.finditer(text)]
    for kept in keep:
        if kept in text:
            spans += [match.span() for match in _kept(kept).finditer(text)]
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _kept(text: str) -> re.Pattern[str]:
    before = r"(?<![A-Za-z])" if text[:1].isascii() and text[:1].isalpha() else ""
    after = r"(?![A-Za-z])" if text[-1:].isascii() and text[-1:].isalpha() else ""
    return re.compile(before + re.escape(text) + after)

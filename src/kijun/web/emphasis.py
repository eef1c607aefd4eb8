"""Emphasis beside Japanese, Chinese and Korean characters, where CommonMark's rule fails: ``**「強調」**です``."""

from __future__ import annotations

import unicodedata

from markdown_it.common.utils import isMdAsciiPunct, isPunctChar, isWhiteSpace
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.state_inline import Delimiter

__all__ = ["cjk_emphasis", "is_east_asian"]


def cjk_emphasis(state: StateInline, silent: bool) -> bool:
    """Replaces the rule ``emphasis`` of markdown-it.

    CommonMark decides by spaces and punctuation around the stars whether they open or close; Japanese has no spaces.
    Here an East Asian punctuation mark is a letter, and an East Asian character before or after the stars is as good
    as a space (the rule of "CommonMark CJK-friendly emphasis", specification 0.1).
    """
    marker = state.src[state.pos]
    if silent or marker not in "_*":
        return False
    scanned = state.scanDelims(state.pos, marker == "*")
    opens, closes = scanned.can_open, scanned.can_close
    if marker == "*" and not (opens and closes):
        end = state.pos + scanned.length
        before = state.src[state.pos - 1] if state.pos > 0 else " "
        after = state.src[end] if end < state.posMax else " "
        opens = opens or _flanks(inside=after, outside=before)
        closes = closes or _flanks(inside=before, outside=after)
    for _ in range(scanned.length):
        state.push("text", "", 0).content = marker
        state.delimiters.append(
            Delimiter(ord(marker), scanned.length, len(state.tokens) - 1, end=-1, open=opens, close=closes)
        )
    state.pos += scanned.length
    return True


def _flanks(inside: str, outside: str) -> bool:
    if isWhiteSpace(ord(inside)):
        return False
    if _punctuation(inside) and not is_east_asian(inside):
        return isWhiteSpace(ord(outside)) or _punctuation(outside) or is_east_asian(outside)
    return is_east_asian(inside) or is_east_asian(outside)


def _punctuation(character: str) -> bool:
    return bool(isMdAsciiPunct(ord(character)) or isPunctChar(character))


def is_east_asian(character: str) -> bool:
    """Whether a character is written without spaces around it: kanji, kana, full-width punctuation."""
    return unicodedata.east_asian_width(character) in "WF"

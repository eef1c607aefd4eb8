"""WSC: the passage with its pronoun marked, and the spaces of its tokenisation removed."""

from __future__ import annotations

import re
from typing import Any

__all__ = ["wsc"]

_GLUED = ((" n't", "n't"), (" )", ")"), ("( ", "("), ('" ', '"'), (' "', '"'))
_SPACED_MARK = re.compile(r" (['.,])")


def wsc(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Replaces column `text` for task `wsc`: the pronoun stands between asterisks, punctuation touches its word.

    `span2_index` counts words, not characters. What follows the pronoun is cut out of the text by length, which
    presumes single spaces before it; the harness presumes the same.
    """
    return [_one(row) for row in rows]


def _one(row: dict[str, Any]) -> dict[str, Any]:
    text, pronoun = row["text"], row["span2_text"]
    before = " ".join(text.split()[: row["span2_index"]])
    after = text[len(before) + len(pronoun) + 1 :]
    return {**row, "text": _detokenise(f"{before} *{pronoun}*{after}")}


def _detokenise(text: str) -> str:
    for spaced, glued in _GLUED:
        text = text.replace(spaced, glued)
    return _SPACED_MARK.sub(r"\1", text)

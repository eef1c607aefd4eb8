"""``hh``: the two dialogues as texts, as in Anthropic's hh-rlhf data.

The format knows two roles, in marked paragraphs. It has no system message and cannot hold a text with a mark of its
own: pairs with either are left out here and named in the sidecar file.
"""

from __future__ import annotations

from kijun.exports.base import ExportedFile, ExportOptions, PlainFormat
from kijun.exports.rows import split_files
from kijun.records.preferences import PreferencePair, PreferenceSet

__all__ = ["FORMAT"]

_MARKS = {"user": "\n\nHuman: ", "assistant": "\n\nAssistant: "}


def _fits(pair: PreferencePair) -> bool:
    texts = [*(turn.content for turn in pair.prompt), pair.chosen, pair.rejected]
    marked = any(mark.rstrip() in f"\n\n{text}" for text in texts for mark in _MARKS.values())
    return not marked and all(turn.role in _MARKS for turn in pair.prompt)


def _text(pair: PreferencePair, answer: str) -> str:
    said = "".join(f"{_MARKS[turn.role]}{turn.content}" for turn in pair.prompt)
    return f"{said}{_MARKS['assistant']}{answer}"


def _files(data: PreferenceSet, options: ExportOptions) -> list[ExportedFile]:
    return split_files(
        [pair for pair in data.pairs if _fits(pair)],
        lambda pair: {"chosen": _text(pair, pair.chosen), "rejected": _text(pair, pair.rejected)},
    )


FORMAT = PlainFormat("hh", "pairs", _files)

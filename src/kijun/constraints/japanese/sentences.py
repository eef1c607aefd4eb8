"""Japanese sentences, as ja_sentence_segmenter 0.0.2 cuts them in the pipeline of M-IFEval."""

from __future__ import annotations

import re
from collections.abc import Iterator

__all__ = ["split_japanese_sentences"]

_BLANKS = " 　"
# Full-width and half-width forms of the marks that matter here, made one.
_WIDTHS = str.maketrans("！？（）｡｢｣", "!?()。「」")
_ENDS = "。!?"
# Two patterns, not one: a bracket may stand inside quotes and quotes inside a bracket.
_ENCLOSED = (re.compile("「[^「」]*」"), re.compile(r"\([^()]*\)"))


def split_japanese_sentences(text: str) -> list[str]:
    """Sentences: each ends at ``。``, ``!`` or ``?`` (any width) or with its line.

    Marks in the innermost 「」 or () do not end one. A line that ends with の goes on in the next; an empty line holds
    no sentence, a line of blanks inside the text holds one. Several marks in a row are several sentences.
    """
    sentences: list[str] = []
    for line in _joined(text.strip().translate(_WIDTHS).splitlines()):
        start = 0
        for end in _sentence_ends(line):
            sentences.append(line[start:end])
            start = end
        if start < len(line):
            sentences.append(line[start:])
    return sentences


def _joined(lines: list[str]) -> Iterator[str]:
    held = ""
    for line in lines:
        # blanks at the ends of a line go, but a line of blanks stays: so does the segmenter's normalisation
        held += line.strip(_BLANKS) or line
        if len(held) < 2 or not held.endswith("の"):
            yield held
            held = ""
    yield held


def _sentence_ends(line: str) -> list[int]:
    inside = {place for pattern in _ENCLOSED for match in pattern.finditer(line) for place in range(*match.span())}
    return [place + 1 for place, letter in enumerate(line) if letter in _ENDS and place not in inside]

"""Which of several options a free answer names."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

__all__ = ["read_option"]

# A letter that stands for an option: alone, in brackets, before a full stop, or after a word that announces it.
_ALONE = re.compile(r"^\W*([a-z])\W*$")
_FIRST = re.compile(r"^\s*(?:\(([a-z])\)|([a-z])\s*[).:,、。]|([a-z])\s*\n)")
_ANNOUNCED = re.compile(
    r"\b(?:answer|option|choice)\b(?: is)?\s*:?\s*\(?([a-z])\b(?!')"
    r"|(?:答え|正解|回答|選択肢)[はが:]?\s*\(?([a-z])(?![a-z])"
)


def read_option(text: str, options: Sequence[str], labels: Sequence[str] = ()) -> int | None:
    """Index of the option that the text names; None where it names none, or several.

    Tried in this order: the whole text is an option; the text contains the label of an option of two words or more, the
    first option that matches counts (both as the script of BBQ's authors has it); a letter (a, b, c ...) stands for an
    option; exactly one option, or else exactly one label, occurs in the text.

    Args:
        options: their texts; the first has the letter a.
        labels: short names of the options, where they have any.
    """
    plain = _plain(text)
    plain_options = [_plain(option) for option in options]
    if plain in plain_options:
        return plain_options.index(plain)
    for index, label in enumerate(labels):
        words = _plain(label).split(" ")
        if len(words) > 1 and " ".join(words[:2]) in plain:
            return index
    letter = _letter(unicodedata.normalize("NFKC", text).lower())
    if letter is not None and letter < len(options):
        return letter
    for names in (plain_options, [_plain(label) for label in labels]):
        found = [index for index, name in enumerate(names) if name and _occurs(name, plain)]
        if len(found) == 1:
            return found[0]
    return None


def _plain(text: str) -> str:
    """Lower case, without the full stop at the end, one space between words."""
    folded = unicodedata.normalize("NFKC", text).lower().replace("o'brien", "obrien")
    return " ".join(folded.replace("}", "").replace("{", "").split()).rstrip(".。")


def _letter(text: str) -> int | None:
    match = _ALONE.match(text) or _FIRST.match(text) or _ANNOUNCED.search(text)
    return ord(next(group for group in match.groups() if group)) - ord("a") if match else None


def _occurs(name: str, text: str) -> bool:
    """Whole words where the name is made of letters with cases; anywhere in scripts without spaces."""
    if not name.isascii():
        return name in text
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text) is not None

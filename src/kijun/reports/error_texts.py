"""What went wrong, in the language of the display.

Errors are raised in English: that is what logs and issues hold, and what one searches for. For people who chose
another language the command line looks their messages up in ``locales/errors-LANGUAGE.yaml``, which has each English
message, its gaps numbered as ``{0}``, with the other language's. What stands in a gap is looked up as well, since one
error may tell of another. A message that is not in the catalogue stays English.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from string import Formatter
from typing import NamedTuple

import yaml

from kijun.errors import KijunError, SpecError

__all__ = ["in_language", "told"]

_FOLDER = Path(__file__).resolve().parents[1] / "locales"
_DEEPEST = 6


class _Entry(NamedTuple):
    """A message with gaps and what it is in the other language."""

    pattern: re.Pattern[str]
    text: str


def told(error: KijunError, language: str) -> str:
    """The error's message in a language: where it is, and what is wrong."""
    if language == "en" or not isinstance(error, SpecError):
        return in_language(str(error), language)
    place = str(error).removesuffix(error.message)
    return place + in_language(error.message, language)


def in_language(message: str, language: str) -> str:
    """An English message in a language; as it is where the catalogue has none."""
    return message if language == "en" else _looked_up(message, language, 0) or message


def _looked_up(message: str, language: str, depth: int) -> str | None:
    """The message in the language; None where the catalogue has none."""
    for pattern, text in _catalogue(language):
        if found := pattern.fullmatch(message):
            filled = text.format(*(_gap(gap.strip(), language, depth + 1) for gap in found.groups()))
            return re.sub("。(?=[。、）])", "", filled)  # a sentence within another
    return None


def _gap(text: str, language: str, depth: int) -> str:
    """What stands in a gap, which may be a message too."""
    return (_looked_up(text, language, depth) if text and depth < _DEEPEST else None) or text


@cache
def _catalogue(language: str) -> tuple[_Entry, ...]:
    """All entries, those with the longest fixed text first: they fit a message the closest."""
    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    data = yaml.load((_FOLDER / f"errors-{language}.yaml").read_bytes(), loader)
    found = []
    for message, text in data.items():
        parts = [(fixed, name) for fixed, name, _, _ in Formatter().parse(message)]
        pattern = "".join(re.escape(fixed) + ("" if name is None else "(.*?)") for fixed, name in parts)
        found.append((sum(len(fixed) for fixed, _ in parts), _Entry(re.compile(pattern, re.DOTALL), text)))
    return tuple(entry for _, entry in sorted(found, key=lambda one: -one[0]))

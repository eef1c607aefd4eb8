"""Everything Kijun says to people, in their language."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import yaml

from kijun.errors import SpecError

__all__ = ["LANGUAGES", "Texts", "choose_language", "texts"]

LANGUAGES = ("en", "ja")
_FOLDER = Path(__file__).resolve().parents[1] / "locales"


class Texts:
    """Texts of one language by dotted key; ``{name}`` in a text is filled from keyword arguments."""

    def __init__(self, language: str, entries: Mapping[str, str]) -> None:
        self.language = language
        self._entries = entries

    def __call__(self, key: str, **values: object) -> str:
        return self._entries[key].format(**values) if values else self._entries[key]

    def __contains__(self, key: str) -> bool:
        return key in self._entries

    def of(self, translations: Mapping[str, str], otherwise: str = "") -> str:
        """The text of a spec in this language, else in English, else `otherwise`."""
        return translations.get(self.language) or translations.get("en") or otherwise


@cache
def texts(language: str, part: str = "") -> Texts:
    """The texts of `language`.

    Args:
        part: which file of texts: empty for the command line and its reports, ``pages`` for the rating place.

    Raises:
        SpecError: no such language.
    """
    if language not in LANGUAGES:
        raise SpecError(f"--lang takes en or ja; got {language!r}")
    # The base loader takes every value as text, "yes" among the keys included.
    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    data = yaml.load((_FOLDER / f"{f'{part}-' if part else ''}{language}.yaml").read_bytes(), loader)
    return Texts(language, {f"{group}.{key}": text for group, entries in data.items() for key, text in entries.items()})


def choose_language(arguments: list[str]) -> str:
    """Language of the display: ``--lang``, else KIJUN_LANG, else that of the terminal, else English."""
    for index, argument in enumerate(arguments):
        if argument == "--lang" and index + 1 < len(arguments):
            return arguments[index + 1]
        if argument.startswith("--lang="):
            return argument.removeprefix("--lang=")
    if os.environ.get("KIJUN_LANG"):
        return os.environ["KIJUN_LANG"]
    terminal = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "ja" if terminal.startswith("ja") else "en"

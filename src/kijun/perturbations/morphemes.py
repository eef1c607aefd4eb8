"""Words of Japanese text with their readings and inflection, by SudachiPy (extra ``ja``)."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Any

import msgspec

from kijun.errors import SpecError

__all__ = ["Morpheme", "is_kanji", "morphemes", "to_hiragana", "to_katakana"]

_TO_HIRAGANA = {code: code - 0x60 for code in range(ord("ァ"), ord("ヶ") + 1)}
_TO_KATAKANA = {code: code + 0x60 for code in range(ord("ぁ"), ord("ゖ") + 1)}


class Morpheme(msgspec.Struct, frozen=True):
    """A word as it stands in the text.

    Attributes:
        start, end: its place, in characters.
        kind: part of speech: 名詞, 動詞, 助詞 ....
        detail: second level: 普通名詞, 格助詞 ....
        third: third level: 一般, サ変可能 ....
        conjugation: such as 五段-ワア行, ``*`` for words that do not inflect.
        form: such as 連用形-一般.
        base: dictionary form.
        reading: in katakana.
    """

    surface: str
    start: int
    end: int
    kind: str
    detail: str
    third: str
    conjugation: str
    form: str
    base: str
    reading: str


@cache
def _tokenizer() -> Any:
    try:
        from sudachipy import Dictionary, SplitMode
    except ImportError:
        raise SpecError(
            "perturbations of Japanese words need a morphological analyser: pip install 'kijun[ja]'"
        ) from None
    try:
        # The smallest of its dictionaries, always, so that a text comes out the same everywhere.
        return Dictionary(dict="small").tokenizer(SplitMode.C)
    except ModuleNotFoundError:
        raise SpecError("the dictionary of the morphological analyser is missing: pip install 'kijun[ja]'") from None


# The perturbations of a bundle read the same text one after the other.
@lru_cache(maxsize=2048)
def morphemes(text: str) -> tuple[Morpheme, ...]:
    """The words of `text` in order, white space and marks among them.

    Raises:
        SpecError: the analyser is not installed.
    """
    tokenizer = _tokenizer()
    found = []
    start = 0
    # Line by line, as the analyser takes no text of more than about 16,000 characters.
    for line in text.splitlines(keepends=True):
        for part in (line[place : place + 8000] for place in range(0, len(line), 8000)):
            for word in tokenizer.tokenize(part):
                kind, detail, third, _, conjugation, form = word.part_of_speech()
                found.append(
                    Morpheme(
                        word.surface(),
                        start + word.begin(),
                        start + word.end(),
                        kind,
                        detail,
                        third,
                        conjugation,
                        form,
                        word.dictionary_form(),
                        word.reading_form(),
                    )
                )
            start += len(part)
    return tuple(found)


def is_kanji(character: str) -> bool:
    """Whether it is a kanji, the repetition mark 々 included."""
    return "一" <= character <= "鿿" or character == "々"


def to_hiragana(katakana: str) -> str:
    """Katakana as hiragana; the long mark stays."""
    return katakana.translate(_TO_HIRAGANA)


def to_katakana(hiragana: str) -> str:
    """Hiragana as katakana."""
    return hiragana.translate(_TO_KATAKANA)

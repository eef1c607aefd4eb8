"""Words of a Japanese text, cut by Janome with its IPA dictionary, the analyser that M-IFEval uses (extra ``ja``)."""

from __future__ import annotations

from functools import cache, lru_cache
from importlib.util import find_spec
from threading import Lock
from typing import Any, NamedTuple

from kijun.errors import SpecError

__all__ = ["Morpheme", "morphemes", "require_analyser"]

_lock = Lock()


class Morpheme(NamedTuple):
    """A word as it stands in the text, and whether the dictionary calls it a noun (名詞)."""

    surface: str
    is_noun: bool


@lru_cache(maxsize=64)  # several instructions look at one text
def morphemes(text: str) -> tuple[Morpheme, ...]:
    """Words and marks of the text, in order.

    Raises:
        SpecError: the extra ``ja`` is not installed.
    """
    with _lock:  # the analyser keeps state while it works
        return tuple(
            Morpheme(token.surface, token.part_of_speech.startswith("名詞")) for token in _analyser().tokenize(text)
        )


def require_analyser() -> None:
    """Raises `SpecError` where the extra ``ja`` is not installed."""
    if find_spec("janome") is None:
        raise SpecError("finding words in a Japanese text needs janome, not installed here: pip install 'kijun[ja]'")


@cache
def _analyser() -> Any:
    require_analyser()
    from janome.tokenizer import Tokenizer

    return Tokenizer()

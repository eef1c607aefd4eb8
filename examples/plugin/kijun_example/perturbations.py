"""A perturbation: a change of text that should leave the answer alone. It runs as ``change@shouting``."""

import re
from collections.abc import Iterator
from random import Random

from kijun.perturbations import Edit, Perturbation

__all__ = ["SHOUTING"]


def _shout(text: str, random: Random) -> Iterator[Edit]:
    """Each word in upper case. Draw from `random` where chance is needed: an item always changes in the same way."""
    for word in re.finditer(r"[A-Za-z]*[a-z][A-Za-z]*", text):
        yield Edit(word.start(), word.end(), word[0].upper())


SHOUTING = Perturbation(name="shouting", version=1, languages=("en",), places=_shout, strength=1.0)

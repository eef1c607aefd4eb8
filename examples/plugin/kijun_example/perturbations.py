"""A perturbation: a change of text that should leave the answer alone. It runs as ``change@shouting``."""

from random import Random

from kijun.perturbations import Perturbation

__all__ = ["SHOUTING"]


def _shout(text: str, random: Random) -> str:
    """Upper case. Draw from `random` where chance is needed: the same item is then always changed in the same way."""
    return text.upper()


SHOUTING = Perturbation(name="shouting", version=1, languages=("en",), change=_shout)

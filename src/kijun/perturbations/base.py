"""What a perturbation is, and how one is found by name."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib.metadata import entry_points
from random import Random

import msgspec

from kijun.errors import UnknownNameError

__all__ = ["Perturbation", "make_perturbation", "perturbation_names"]


class Perturbation(msgspec.Struct, frozen=True):
    """A change of text that leaves its meaning alone.

    Attributes:
        name: as in ``TASK@NAME``.
        version: raised whenever a text could come out differently.
        languages: languages it is made for; empty for any.
        change: ``(text, random) -> text``, a pure function of both.
    """

    name: str
    version: int
    languages: tuple[str, ...]
    change: Callable[[str, Random], str]


@cache
def _all() -> dict[str, Perturbation]:
    """The packaged perturbations and those of plugins (entry points ``kijun.perturbations``)."""
    from kijun.perturbations.surface import PERTURBATIONS

    plugged = [point.load() for point in entry_points(group="kijun.perturbations")]
    return {found.name: found for found in (*PERTURBATIONS, *plugged)}


def perturbation_names() -> list[str]:
    """Names of all perturbations, sorted."""
    return sorted(_all())


def make_perturbation(name: str) -> Perturbation:
    """The perturbation `name`.

    Raises:
        UnknownNameError: no such perturbation.
    """
    if name not in _all():
        known = perturbation_names()
        raise UnknownNameError("perturbation", name, known, hint=f"(there are: {', '.join(known)})")
    return _all()[name]

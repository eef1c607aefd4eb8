"""What a perturbation is, and how one is found by name."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable
from functools import cache
from importlib.metadata import entry_points
from random import Random
from typing import Any, NamedTuple

import msgspec

from kijun.errors import UnknownNameError
from kijun.perturbations.protected import Guard, protected_spans

__all__ = ["Edit", "Perturbation", "Places", "made_for", "make_perturbation", "perturbation_names"]


class Edit(NamedTuple):
    """Puts `text` in place of the characters from `start` up to `end`; equal places insert."""

    start: int
    end: int
    text: str


Places = Callable[[str, Random], Iterable[Edit]]
"""``(text, random) -> edits``, a pure function of both."""


class Perturbation(msgspec.Struct, frozen=True, kw_only=True):
    """A change of text that leaves its meaning alone.

    A perturbation names the places where it could act; how many of them are changed, and that numbers, markup and the
    texts of choices and gold answers stay as they are, is seen to here for all perturbations alike.

    Attributes:
        name: as in ``TASK@NAME``.
        version: raised whenever a text could come out differently.
        languages: languages it is made for; empty for any.
        title: in words, by language of the display.
        places: ``(text, random) -> edits``, a pure function of both. Edits that overlap an earlier one are left out.
        strength: share of the places that is changed when the user does not say.
        first_column_only: it adds something to a question, once, and does not act on every column.
        reaches: what is otherwise protected and it may touch, as it leaves the meaning alone: ``numbers`` (full-width
            digits have the same value), ``logic`` ("isn't" says what "is not" says).
    """

    name: str
    version: int
    languages: tuple[str, ...]
    places: Places
    strength: float
    title: dict[str, str] = {}
    first_column_only: bool = False
    reaches: tuple[Guard, ...] = ()

    def change(
        self, text: str, random: Random, *, strength: float | None = None, keep: Collection[str] = frozenset()
    ) -> str:
        """The text with a share of the places changed, at least one where there are any.

        Args:
            random: decides which places, and how.
            strength: share of the places, 0 to 1; None is the perturbation's own.
            keep: texts that stay as they are wherever they stand, such as the choices.
        """
        share = self.strength if strength is None else strength
        found = self._possible(text, random, keep)
        if not found or share <= 0:
            return text
        wanted = min(len(found), max(1, math.floor(share * len(found) + 0.5)))
        parts, end = [], 0
        for edit in sorted(random.sample(found, wanted)):
            parts += [text[end : edit.start], edit.text]
            end = edit.end
        return "".join([*parts, text[end:]])

    def _possible(self, text: str, random: Random, keep: Collection[str]) -> list[Edit]:
        """Edits that change something, touch nothing protected and do not overlap."""
        guarded = protected_spans(text, keep, leave_out=self.reaches)
        found: list[Edit] = []
        end, guard = -1, 0
        for edit in sorted(self.places(text, random)):
            while guard < len(guarded) and guarded[guard][1] <= edit.start:
                guard += 1
            # An insertion may stand beside something protected, but not within.
            touches = guard < len(guarded) and guarded[guard][0] < max(edit.end, edit.start)
            if edit.start >= end and not touches and text[edit.start : edit.end] != edit.text:
                found.append(edit)
                end = edit.end
        return found


def made_for(*languages: str, reaches: tuple[Guard, ...] = ()) -> Callable[..., Perturbation]:
    """``(name, (English, Japanese), places, strength, ...) -> Perturbation`` of these languages."""

    def make(name: str, title: tuple[str, str], places: Places, strength: float, **rest: Any) -> Perturbation:
        titles = dict(zip(("en", "ja"), title, strict=True))
        settings = {"version": 1, "reaches": reaches, **rest}
        return Perturbation(name=name, languages=languages, title=titles, places=places, strength=strength, **settings)

    return make


@cache
def _all() -> dict[str, Perturbation]:
    """The packaged perturbations and those of plugins (entry points ``kijun.perturbations``)."""
    from kijun.perturbations import demographic, english, japanese, speech, surface

    packaged = [found for module in (english, japanese, speech, surface, demographic) for found in module.PERTURBATIONS]
    plugged = [point.load() for point in entry_points(group="kijun.perturbations")]
    return {found.name: found for found in (*packaged, *plugged)}


def perturbation_names() -> list[str]:
    """Names of all perturbations of text, sorted."""
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

"""What a kind of instruction is to the composer: how it is drawn and worded, and what it cannot stand beside."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

import msgspec

__all__ = ["Deck", "Kind", "Worded"]


class Worded(msgspec.Struct, frozen=True):
    """An instruction with its parameters, and the sentence that asks for it."""

    parameters: dict[str, Any]
    text: str


class Deck:
    """Words of one item that no two of its instructions share: one must not forbid what another demands.

    Args:
        rng: shuffles the words.
        words: the words to deal.
    """

    def __init__(self, rng: Random, words: tuple[str, ...]) -> None:
        self._words = rng.sample(words, len(words))

    def deal(self, count: int) -> list[str]:
        """The next words."""
        dealt, self._words = self._words[:count], self._words[count:]
        return dealt


class Kind(msgspec.Struct, frozen=True):
    """A kind of instruction.

    Attributes:
        id: the instruction's name, which `kijun.constraints.build` knows.
        draw: makes one, from a random generator and the item's words.
        name: tells kinds of one `id` apart, such as ``at least`` and ``less than``; may be empty.
        takes: what the answer has only one of, such as its ``layout``; kinds that take the same do not go together.
        idle: whether an answer that says nothing often follows it, as where something is only forbidden.
        excludes: names or ids of kinds that could not be followed together with this one.
    """

    id: str
    draw: Callable[[Random, Deck], Worded]
    name: str = ""
    takes: frozenset[str] = frozenset()
    excludes: frozenset[str] = frozenset()
    idle: bool = False

    @property
    def names(self) -> frozenset[str]:
        """What `excludes` of another kind may call this one."""
        return frozenset({self.id, self.name} - {""})

    def goes_with(self, other: Kind) -> bool:
        """Whether both can be asked of one answer."""
        return self.id != other.id and not (
            self.takes & other.takes or self.excludes & other.names or other.excludes & self.names
        )

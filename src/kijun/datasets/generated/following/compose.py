"""Instructions that can be followed together, drawn at random, each set proven by an answer that follows it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from random import Random
from typing import Any

import msgspec

from kijun.constraints import build, strict
from kijun.datasets.generated.following.kinds import Deck, Kind, Worded

__all__ = ["Asked", "Witness", "add", "change", "compose", "proof"]

Witness = Callable[[Mapping[str, Mapping[str, Any]]], str]
"""Makes an answer that follows the instructions, given as parameters by instruction id."""

_ATTEMPTS = 100


class Asked(msgspec.Struct, frozen=True):
    """An instruction of an item."""

    kind: Kind
    worded: Worded


def compose(
    rng: Random, kinds: Sequence[Kind], words: tuple[str, ...], count: int, witness: Witness
) -> tuple[list[Asked], str, Deck]:
    """So many instructions, the answer that proves that they can be followed together, and the words that are left.

    Raises:
        RuntimeError: the kinds are at fault: of many sets none could be proven.
    """
    for _ in range(_ATTEMPTS):
        chosen = _compatible(rng, kinds, [], count)
        if chosen is None:
            continue
        deck = Deck(rng, words)
        asked = [Asked(kind, kind.draw(rng, deck)) for kind in chosen]
        answer = proof(asked, witness)
        if answer is not None:
            return asked, answer, deck
    raise RuntimeError(f"no {count} instructions could be proven to go together")


def add(
    rng: Random, kinds: Sequence[Kind], deck: Deck, before: Sequence[Asked], witness: Witness
) -> tuple[Asked, str] | None:
    """One instruction more, and the answer that follows it and those before; None where none was found."""
    chosen = _compatible(rng, kinds, [asked.kind for asked in before], 1)
    if chosen is None:
        return None
    added = Asked(chosen[0], chosen[0].draw(rng, deck))
    answer = proof([*before, added], witness)
    return None if answer is None else (added, answer)


def change(rng: Random, deck: Deck, before: Sequence[Asked], witness: Witness) -> tuple[int, Asked, str] | None:
    """Place of an instruction that changes, what it becomes, and the answer that follows it and the others."""
    place = rng.randrange(len(before))
    kind = before[place].kind
    changed = Asked(kind, kind.draw(rng, deck))
    if changed.worded.parameters == before[place].worded.parameters:
        return None
    answer = proof([*before[:place], changed, *before[place + 1 :]], witness)
    return None if answer is None else (place, changed, answer)


def proof(asked: Sequence[Asked], witness: Witness) -> str | None:
    """The witness of these instructions; None where it does not follow them all."""
    answer = witness({one.kind.id: one.worded.parameters for one in asked})
    verdicts = strict(answer, [build(one.kind.id, one.worded.parameters) for one in asked])
    return answer if all(verdicts) else None


def _compatible(rng: Random, kinds: Sequence[Kind], before: Sequence[Kind], count: int) -> list[Kind] | None:
    """So many kinds that go with each other and those before; ids have equal chance, however many kinds share one."""
    ids = list(dict.fromkeys(kind.id for kind in kinds))
    chosen: list[Kind] = []
    for name in rng.sample(ids, len(ids)):
        kind = rng.choice([kind for kind in kinds if kind.id == name])
        if all(kind.goes_with(other) for other in (*before, *chosen)):
            chosen.append(kind)
        if len(chosen) == count:
            return chosen
    return None

"""Ordering: from clues about a line of people to who stands where.

Level 1 tells the places of four people and asks who has one of them; level 2 tells only who is before whom, in order;
level 3 six people with clues about gaps, neighbours and excluded places, in any order. The gold is what holds in every
permutation that fits the clues: all permutations are tried, and clues are added until the answer is the only one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache, partial
from itertools import pairwise, permutations
from random import Random

import msgspec

import kijun.datasets.generated.english as english
import kijun.datasets.generated.japanese as japanese
from kijun.datasets.generated.base import Draft, Family, Slip
from kijun.datasets.generated.lines import ENGLISH_LINES, JAPANESE_LINES, Line

__all__ = ["ORDERING", "Clue", "occupants"]


class Clue(msgspec.Struct, frozen=True):
    """What is known: `kind` is ``before``, ``after``, ``next``, ``gap``, ``place`` or ``not_place``.

    `first` and `second` are people (0-based); for the places, `second` is the 0-based place.
    """

    kind: str
    first: int
    second: int


_HOLDS: dict[str, Callable[[Sequence[int], Clue], bool]] = {
    "before": lambda places, clue: places[clue.first] < places[clue.second],
    "after": lambda places, clue: places[clue.first] > places[clue.second],
    "next": lambda places, clue: places[clue.first] + 1 == places[clue.second],
    "gap": lambda places, clue: abs(places[clue.first] - places[clue.second]) == 2,
    "place": lambda places, clue: places[clue.first] == clue.second,
    "not_place": lambda places, clue: places[clue.first] != clue.second,
}


def occupants(clues: Sequence[Clue], count: int, asked: int) -> set[int]:
    """Everyone who can stand at place `asked` (0-based) in some permutation of `count` people that fits the clues."""
    fitting: Sequence[Sequence[int]] = _all_places(count)
    for clue in clues:
        fitting = _fitting(fitting, clue)
    return {places.index(asked) for places in fitting}


@lru_cache(maxsize=4)
def _all_places(count: int) -> tuple[tuple[int, ...], ...]:
    return tuple(permutations(range(count)))


def _fitting(candidates: Sequence[Sequence[int]], clue: Clue) -> list[Sequence[int]]:
    holds = _HOLDS[clue.kind]
    return [places for places in candidates if holds(places, clue)]


def _true_clue(rng: Random, order: Sequence[int]) -> Clue:
    """A clue that holds in `order`, harder kinds more often."""
    count = len(order)
    kind = rng.choice(["before", "after", "next", "gap", "gap", "not_place"])
    if kind in ("next", "gap"):
        step = 1 if kind == "next" else 2
        at = rng.randrange(count - step)
        pair = [order[at], order[at + step]]
        if kind == "gap":
            rng.shuffle(pair)
        return Clue(kind, *pair)
    if kind == "not_place":
        who = rng.randrange(count)
        return Clue(kind, order[who], rng.choice([place for place in (0, count - 1) if place != who]))
    early, late = sorted(rng.sample(range(count), 2))
    return Clue(kind, order[early], order[late]) if kind == "before" else Clue(kind, order[late], order[early])


def _hard_clues(rng: Random, order: Sequence[int], asked: int) -> list[Clue]:
    """Clues, none of them saying who stands at `asked`, that leave one person for it; needless ones are left out."""
    clues: list[Clue] = []
    candidates: Sequence[Sequence[int]] = _all_places(len(order))
    while len({places.index(asked) for places in candidates}) > 1:
        clue = _true_clue(rng, order)
        if clue not in clues:
            clues.append(clue)
            candidates = _fitting(candidates, clue)
    for clue in list(clues):
        fewer = [other for other in clues if other != clue]
        if len(occupants(fewer, len(order), asked)) == 1:
            clues = fewer
    return clues


def _draw(rng: Random, level: int) -> tuple[list[int], int, list[Clue]]:
    """The true order (person at each place), the place asked for, and the clues as they are told."""
    count = 6 if level == 3 else 4
    order = rng.sample(range(count), count)
    if level == 1:
        told = rng.sample(range(count), count)
        return order, rng.randrange(count), [Clue("place", order[place], place) for place in told]
    if level == 2:
        return order, rng.choice([0, count - 1]), [Clue("before", a, b) for a, b in pairwise(order)]
    asked = rng.randrange(count)
    while len(clues := _hard_clues(rng, order, asked)) < 4:
        pass
    rng.shuffle(clues)
    return order, asked, clues


def _slip(order: Sequence[int], asked: int, person: int) -> str:
    """Why one would take `person` for the one at place `asked`."""
    place = list(order).index(person)
    if place == len(order) - 1 - asked:
        return "counted from the wrong end"
    return "off by one place" if abs(place - asked) == 1 else "lost the thread"


def _tell(rng: Random, line: Line, clue: Clue, names: Sequence[str], places: Sequence[str]) -> str:
    second = places[clue.second] if clue.kind in ("place", "not_place") else names[clue.second]
    return rng.choice(line.clues[clue.kind]).format(a=names[clue.first], b=second)


def _make(rng: Random, level: int, *, language: str) -> Draft:
    line = rng.choice(ENGLISH_LINES if language == "en" else JAPANESE_LINES)
    order, asked, clues = _draw(rng, level)
    count = len(order)
    fitting = occupants(clues, count, asked)
    if fitting != {order[asked]}:
        raise RuntimeError(f"clues leave {sorted(fitting)}, not only {order[asked]}, at place {asked}")
    places = line.places(count)
    if language == "en":
        names = english.people(rng, count)
        listed, space = english.joined(names), " "
    else:
        names = japanese.people(rng, count)
        listed, space = japanese.listed(names), ""
    told = [_tell(rng, line, clue, names, places) for clue in clues]
    intro = rng.choice(line.intro).format(names=listed, count=line.counts[count])
    ask = rng.choice(line.ask).format(place=places[asked])
    slips = [Slip(_slip(order, asked, other), names[other]) for other in range(count) if other != order[asked]]
    gold = names[order[asked]]
    return Draft(
        question=space.join([intro, *told, ask]),
        answer=gold,
        accepted=(gold.removesuffix("さん"),),
        slips=tuple(slips),
        template=line.name,
    )


ORDERING = Family("ordering", {lang: (partial(_make, language=lang),) for lang in ("en", "ja")})

"""Drawing items at random with known chances."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from typing import Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from kijun.errors import SpecError
from kijun.records import StratumRecord

__all__ = ["LEAST_CHANCE", "Allocation", "Draw", "allocate", "draw_stratified", "draw_unequal", "inclusion_chances"]

Allocation = Literal["proportional", "equal"]
"""As many from each stratum as it has of the whole; or the same number from each, so that small ones say enough."""

LEAST_CHANCE = 0.25
"""Share of equal chances that is mixed in where chances follow uncertainty; keeps weights below four times the mean."""


class Draw(msgspec.Struct, frozen=True):
    """What was drawn.

    Attributes:
        chosen: places in the population, growing.
        chances: inclusion probability of each, in the same order; above 0, at most 1.
        strata: name, population and number drawn.
    """

    chosen: tuple[int, ...]
    chances: tuple[float, ...]
    strata: tuple[StratumRecord, ...]


def allocate(populations: Mapping[str, int], sample: int, how: Allocation = "proportional") -> dict[str, int]:
    """How many to draw from each stratum: `sample` in all, never more than it has.

    Every stratum gets one at least where there are enough to go round; without that nothing could be said about it.
    Remainders go to the largest fractions (Hamilton), ties to the first.

    Raises:
        SpecError: more wanted than there is, or fewer than one.
    """
    total = sum(populations.values())
    if not 1 <= sample <= total:
        raise SpecError(f"--sample takes 1 to {total}, which is what there is to draw from; got {sample}")
    wanted = {
        name: size / total if how == "proportional" else 1 / len(populations) for name, size in populations.items()
    }
    drawn = {name: 0 for name in populations}
    if sample >= len(populations):
        drawn = dict.fromkeys(populations, 1)
    while (rest := sample - sum(drawn.values())) > 0:
        room = {name: populations[name] - drawn[name] for name in populations if populations[name] > drawn[name]}
        # What a stratum should have by its share of those that still have room, less what it has.
        weight = sum(wanted[name] for name in room)
        goal = sum(drawn[name] for name in room) + rest
        lacking = {name: max(0.0, goal * wanted[name] / weight - drawn[name]) for name in room}
        scale = rest / sum(lacking.values())
        steps = {name: min(room[name], math.floor(share * scale + 1e-9)) for name, share in lacking.items()}
        if not any(steps.values()):
            by_fraction = sorted(room, key=lambda name: -(lacking[name] * scale))
            steps = dict.fromkeys(by_fraction[:rest], 1)
        for name, step in steps.items():
            drawn[name] += step
    return drawn


def draw_stratified(
    strata: Sequence[str], sample: int, rng: np.random.Generator, *, how: Allocation = "proportional"
) -> Draw:
    """Simple random sampling without replacement within each stratum: n_h of N_h, each with chance n_h / N_h.

    Args:
        strata: stratum of each place in the population.
        sample: how many in all.

    Source: Cochran (1977), Sampling Techniques, 3rd ed., chapter 5.
    """
    places = _by_stratum(strata)
    sizes = allocate({name: len(own) for name, own in places.items()}, sample, how)
    found: list[tuple[int, float]] = []
    for name, own in places.items():
        chosen = rng.choice(len(own), size=sizes[name], replace=False)
        found += [(own[place], sizes[name] / len(own)) for place in chosen]
    return _draw(found, places, sizes)


def draw_unequal(
    strata: Sequence[str],
    sizes: Sequence[float],
    sample: int,
    rng: np.random.Generator,
    *,
    how: Allocation = "proportional",
) -> Draw:
    """Within each stratum more of what is large: chances follow `sizes`, and are exactly what is recorded.

    Randomised systematic sampling: the places of a stratum are shuffled, their chances are laid end to end, and every
    place is drawn on whose stretch one of the marks u, u + 1, u + 2 ... falls, with one u from [0, 1). Since no chance
    is above 1, none is drawn twice, each is drawn with its chance exactly, and the number drawn is fixed.

    Args:
        sizes: from 0 on, such as how unsure a judge is; only their ratios within a stratum count.

    Source: Madow (1949), Ann. Math. Stat. 20:333-354; with random order Hartley and Rao (1962), 33:350-374.
    """
    places = _by_stratum(strata)
    numbers = allocate({name: len(own) for name, own in places.items()}, sample, how)
    found: list[tuple[int, float]] = []
    for name, own in places.items():
        if numbers[name] == 0:
            continue
        chances = inclusion_chances(np.array([sizes[place] for place in own], dtype=float), numbers[name])
        order = rng.permutation(len(own))
        ends = np.cumsum(chances[order])
        # The last end is the number to draw; adding up must not lose the last mark by a rounding error.
        ends[-1] = numbers[name]
        marks = rng.random() + np.arange(numbers[name])
        for place in order[np.searchsorted(ends, marks, side="right")]:
            found.append((own[place], float(chances[place])))
    return _draw(found, places, numbers)


def inclusion_chances(sizes: NDArray[np.float64], number: int, *, least: float = LEAST_CHANCE) -> NDArray[np.float64]:
    """Chances that follow sizes, none above 1, `number` in all.

    Args:
        sizes: (n,) from 0 on.
        least: share of equal chances mixed in, so that every item has a chance (above 0) and no weight grows without
            bound.
    """
    mean = sizes.mean()
    weights = least + (1 - least) * sizes / mean if mean > 0 else np.ones(len(sizes))
    certain = np.zeros(len(sizes), dtype=bool)
    chances = np.ones(len(sizes))
    while not certain.all():
        chances[~certain] = (number - certain.sum()) * weights[~certain] / weights[~certain].sum()
        # Whoever would be drawn more than once is drawn for certain, and the others share the rest.
        above = (chances >= 1) & ~certain
        if not above.any():
            break
        certain |= above
        chances[certain] = 1.0
    return chances


def _by_stratum(strata: Sequence[Hashable]) -> dict[str, list[int]]:
    places: dict[str, list[int]] = {}
    for place, name in enumerate(strata):
        places.setdefault(str(name), []).append(place)
    return dict(sorted(places.items()))


def _draw(found: list[tuple[int, float]], places: Mapping[str, Sequence[int]], drawn: Mapping[str, int]) -> Draw:
    found.sort()
    return Draw(
        chosen=tuple(place for place, _ in found),
        chances=tuple(chance for _, chance in found),
        strata=tuple(StratumRecord(name, len(own), drawn[name]) for name, own in places.items()),
    )

"""Our own items, made fresh from a seed by generators, in English and in Japanese as equals.

Nothing here reads a file or the network: a row is a pure function of (generator, language, seed, index). How the items
are built and what real models make of them: ``docs/design/0002-generated-items.md``.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import entry_points
from typing import Any

from kijun.datasets.generated.base import GENERATOR_VERSION, LEVELS, Draft, Family, Generator, Slip, finish, row_random
from kijun.datasets.generated.counters import COUNTERS
from kijun.datasets.generated.dates import DATES
from kijun.datasets.generated.following import FOLLOWING, following_row
from kijun.datasets.generated.numbers import NUMBERS
from kijun.datasets.generated.open_items import Expected, OpenDraft
from kijun.datasets.generated.ordering import ORDERING
from kijun.datasets.generated.passages import PASSAGES
from kijun.datasets.generated.rules import RULES
from kijun.datasets.generated.sets import SETS
from kijun.datasets.generated.tables import TABLES
from kijun.datasets.generated.truthfulness import MANUAL, PREMISES, UNKNOWN
from kijun.datasets.generated.units import UNITS
from kijun.errors import SpecError, UnknownNameError

__all__ = [
    "ENTRY_POINTS",
    "FOLLOWING",
    "GENERATORS",
    "GENERATOR_VERSION",
    "Draft",
    "Expected",
    "Family",
    "Generator",
    "OpenDraft",
    "Slip",
    "find_generator",
    "generate_rows",
]

ENTRY_POINTS = "kijun.generators"
"""Group under which other packages name their generators: ``name = "package.module:GENERATOR"``."""

GENERATORS: dict[str, Generator] = {
    generator.name: generator
    for generator in (
        NUMBERS,
        DATES,
        ORDERING,
        SETS,
        TABLES,
        RULES,
        PASSAGES,
        UNITS,
        COUNTERS,
        UNKNOWN,
        PREMISES,
        MANUAL,
    )
}
"""Kijun's own generators by name."""


def find_generator(name: str) -> Generator:
    """One of Kijun's generators, or one that another package registers under `ENTRY_POINTS`.

    Raises:
        UnknownNameError: nothing has this name.
    """
    if name in GENERATORS:
        return GENERATORS[name]
    others = entry_points(group=ENTRY_POINTS)
    for entry in others:
        if entry.name == name:
            found: Generator = entry.load()
            return found
    raise UnknownNameError("generator", name, [*GENERATORS, *FOLLOWING, *others.names])


def generate_rows(
    generator: str, *, language: str, seed: int, count: int, levels: Sequence[int] = LEVELS
) -> list[dict[str, Any]]:
    """The first `count` rows of (generator, language, seed). Row `index` does not depend on `count`.

    Args:
        generator: name of a generator.
        language: ``en`` or ``ja``.
        seed: other seeds give other items; two seeds share less than 1 % of them.
        count: number of rows.
        levels: levels of difficulty in turn: row `index` has ``levels[index % len(levels)]``.

    Returns:
        rows with ``question``; ``choices`` (four texts), ``answer`` (index of the right one), ``answer_text``;
        ``accepted`` (forms of the free answer that count as right); ``level``, ``generator``, ``language``;
        ``template`` (items of one template are not independent); ``slips`` (which slip leads to each choice, empty
        for the right one). Rows of open items (`OpenDraft`) have ``expected`` instead of choices, slips and gold, and
        ``form`` instead of level; those of `FOLLOWING` are described at `following_row`, and have no level.

    Raises:
        UnknownNameError: no such generator, or it does not write this language.
        SpecError: a level that is not 1, 2 or 3, or a negative count.
    """
    if count < 0:
        raise SpecError(f"the number of rows is 0 or more, not {count!r}", key="count")
    if generator in FOLLOWING:
        if language not in ("en", "ja"):
            raise UnknownNameError(f"language of generator {generator!r}", language, ("en", "ja"))
        return [
            following_row(generator, row_random(generator, language, seed, index), language) for index in range(count)
        ]
    chosen = find_generator(generator)
    if language not in chosen.languages:
        raise UnknownNameError(f"language of generator {generator!r}", language, chosen.languages)
    if not levels or any(level not in LEVELS for level in levels):
        raise SpecError(f"levels are some of {LEVELS}, not {tuple(levels)!r}", key="levels")
    return [
        finish(chosen, row_random(generator, language, seed, index), language, levels[index % len(levels)])
        for index in range(count)
    ]

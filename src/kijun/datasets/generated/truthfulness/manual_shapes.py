"""What a page of an invented product's manual is made of."""

from __future__ import annotations

from random import Random

import msgspec

__all__ = ["Matter", "Topic"]


class Topic(msgspec.Struct, frozen=True):
    """One fact of a manual.

    Attributes:
        sentence: in the manual; fields {value}, {it} (the device).
        question: of a customer; field {it}.
        units: forms of the unit after the number; the first stands in the manual.
        least, most, step: the values.
    """

    sentence: str
    question: str
    units: tuple[str, ...]
    least: int
    most: int
    step: int = 1

    def draw(self, rng: Random) -> int:
        """A value."""
        return rng.randrange(self.least, self.most + 1, self.step)

    def forms(self, value: int) -> tuple[str, ...]:
        """Ways to write the value with its unit."""
        return tuple(f"{value}{unit}" for unit in self.units)


class Matter(msgspec.Struct, frozen=True):
    """What a manual leaves to the service centre: `name` in the manual, `question` of a customer, field {it}."""

    name: str
    question: str

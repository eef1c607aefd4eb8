"""The kinds of facts that false premises are made of."""

from __future__ import annotations

import msgspec

__all__ = ["Capital", "Event", "Mistake", "Work"]


class Event(msgspec.Struct, frozen=True):
    """Something that happened in one year, as it stands in the question."""

    name: str
    year: int


class Capital(msgspec.Struct, frozen=True):
    """A country, its capital, a larger or better-known city that is often taken for it, and its currency."""

    country: str
    capital: str
    other: str
    currency: tuple[str, ...]


class Work(msgspec.Struct, frozen=True):
    """A work, its author in full and in short, and where the author came from."""

    title: str
    author: str
    short: str
    origin: tuple[str, ...]


class Mistake(msgspec.Struct, frozen=True):
    """A question with a false premise and what mends it, and its twin with a true one and its answer."""

    false: str
    mends: tuple[str, ...]
    true: str
    answer: tuple[str, ...]

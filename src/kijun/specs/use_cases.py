"""What a use case file says: what a model must meet to be used for something, and what counts among those that do."""

from __future__ import annotations

import msgspec

from kijun.specs.suites import SuiteEntry

__all__ = [
    "LANGUAGE",
    "SCHEMA",
    "GateSpec",
    "LimitsSpec",
    "RatingsSpec",
    "UseCaseSpec",
    "WeightSpec",
    "in_languages",
]

SCHEMA = "kijun-use-case/1"
LANGUAGE = "{language}"
"""Stands in names of tasks and measures for each language of the use: ``safety_pairs_{language}``."""


class _Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A part of a use case."""


class GateSpec(_Part, frozen=True):
    """A requirement: one must be `confidence` sure that the figure keeps within the limit.

    Attributes:
        measure: key of a figure, as `kijun profile` prints it; ``{language}`` makes a gate for each language.
        at_most, at_least: the limit; exactly one of the two.
        confidence: from 0.5 to below 1; what is left is the chance of passing a model that does not meet the limit.
        why: reason, by language.
    """

    measure: str
    at_most: float | None = None
    at_least: float | None = None
    confidence: float = 0.95
    why: dict[str, str] = {}

    @property
    def limit(self) -> float:
        """The number that must be met."""
        return self.at_most if self.at_most is not None else self.at_least or 0.0


class WeightSpec(_Part, frozen=True):
    """How much a figure counts among the models that are left, from so much to so much.

    Attributes:
        range: least and greatest weight; with ``{language}`` of all languages together, in equal parts. All weights of
            a use case add up to 1, so the ranges must leave room for that.
        scale: the value that counts as nothing and the value that counts as full; None: chance (or the worst end) and
            the best end. Fixed, so that it never depends on which models are compared.
    """

    measure: str
    range: tuple[float, float]
    scale: tuple[float, float] | None = None
    why: dict[str, str] = {}


class LimitsSpec(_Part, frozen=True):
    """What an answer may take; None is no limit.

    Attributes:
        cost: of a thousand answers, in the currency of the price that was given to `kijun run`.
        seconds: of one answer, on average.
        tokens: that one answer writes, on average.
    """

    cost: float | None = None
    seconds: float | None = None
    tokens: float | None = None


class RatingsSpec(_Part, frozen=True):
    """What people must have rated, and what must come of it.

    Attributes:
        task: whose answers; ``{language}`` makes a requirement for each language.
        rubric, dimension: what they are asked.
        at_least, at_most: the limit on the mean rating (of yes-or-no dimensions the share of yes); none: that people
            have rated is enough.
        items: answers that must have been rated.
        raters: raters for each of them.
    """

    task: str
    rubric: str
    dimension: str
    at_least: float | None = None
    at_most: float | None = None
    confidence: float = 0.95
    items: int = 50
    raters: int = 2
    why: dict[str, str] = {}


class UseCaseSpec(_Part, frozen=True):
    """One deployment.

    Attributes:
        languages: in which the model is to be used; for each the tasks are run and the gates held.
        tasks: what is to be run; ``kijun run NAME`` does. ``{language}`` stands for each language.
        gates: all must be met.
        weights: what counts among those that meet them.
        ratings: what people must have rated.
        not_covered: what a deployment of this kind also needs and this use case does not test, by language.
        origin: file that it was read from.
    """

    name: str
    version: float
    languages: tuple[str, ...]
    title: dict[str, str]
    about: dict[str, str]
    tasks: tuple[SuiteEntry, ...]
    gates: tuple[GateSpec, ...]
    weights: tuple[WeightSpec, ...] = ()
    limits: LimitsSpec = LimitsSpec()
    ratings: tuple[RatingsSpec, ...] = ()
    not_covered: tuple[dict[str, str], ...] = ()
    schema: str = SCHEMA
    origin: str | None = None


def in_languages(name: str, languages: tuple[str, ...]) -> tuple[str, ...]:
    """The name for each language where it says ``{language}``, else the name alone."""
    if LANGUAGE not in name:
        return (name,)
    return tuple(name.replace(LANGUAGE, language) for language in languages)

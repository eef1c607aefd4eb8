"""What a generator of fresh items is, and how a draft of one becomes a row.

A generator draws an item's structure, renders it, computes the gold answer from the structure, and lists the answers
that typical slips would give. `finish` turns such a draft into a row with four choices. Everything is a pure function
of (generator, language, seed, index): no clock, no global random state, no hash order.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from random import Random
from typing import Any, Protocol

import msgspec

from kijun.datasets.generated.open_items import OpenDraft, open_row

__all__ = [
    "CHOICES",
    "GENERATOR_VERSION",
    "LEVELS",
    "Draft",
    "Family",
    "Generator",
    "Slip",
    "choose_slips",
    "finish",
    "normalise",
    "number_forms",
    "row_random",
    "word_list",
]

GENERATOR_VERSION = 2
"""Raised whenever a row can come out differently; enters the seed of every row."""

LEVELS = (1, 2, 3)
"""Levels of difficulty: the number of reasoning steps grows with them."""

CHOICES = 4
"""Choices of an item, the gold among them."""

_ATTEMPTS = 200


class Slip(msgspec.Struct, frozen=True):
    """A wrong answer: `name` says which slip leads to it, such as ``off by one``; `text` is the answer it gives."""

    name: str
    text: str


class Draft(msgspec.Struct, frozen=True):
    """An item before its choices are drawn.

    Attributes:
        question: the whole question, self-contained, without the choices.
        answer: the gold answer as it stands among the choices.
        slips: answers that slips lead to, at least three of them different from each other and from the gold; more are
            fine (three are drawn). They may repeat each other or equal the gold: those are dropped.
        template: which wording made it; with the level it is the row's template, whose items are not
            independent.
        accepted: further forms of a free answer that count as right; the gold itself always counts.
    """

    question: str
    answer: str
    slips: tuple[Slip, ...]
    template: str
    accepted: tuple[str, ...] = ()


class Generator(Protocol):
    """Something that makes items. Register one under the entry-point group ``kijun.generators``."""

    @property
    def name(self) -> str:
        """Name in task files, such as ``numbers``: lower-case letters, digits and underscores."""
        ...

    @property
    def languages(self) -> Sequence[str]:
        """Languages it writes, such as ``("en", "ja")``."""
        ...

    def make(self, rng: Random, language: str, level: int) -> Draft | OpenDraft:
        """An item of this level (1, 2 or 3), with choices or open; everything random comes from `rng`."""
        ...


Maker = Callable[[Random, int], Draft]


class Family(msgspec.Struct, frozen=True):
    """A generator made of templates: each language has functions (rng, level) -> `Draft`, drawn with equal chance."""

    name: str
    makers: Mapping[str, Sequence[Maker]]

    @property
    def languages(self) -> tuple[str, ...]:
        """Languages it writes."""
        return tuple(self.makers)

    def make(self, rng: Random, language: str, level: int) -> Draft:
        """An item of one of the templates."""
        return rng.choice(self.makers[language])(rng, level)


def word_list(text: str) -> tuple[str, ...]:
    """A list of words: what stands between bars, or between spaces where there are no bars."""
    return tuple(part.strip() for part in text.split("|")) if "|" in text else tuple(text.split())


def normalise(text: str) -> str:
    """The form in which two answers are compared: NFKC, lower case, no spaces, no commas, no full stop at the end."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(plain.replace(",", "").split()).rstrip(".。")


def number_forms(value: int, unit: str = "") -> tuple[str, ...]:
    """Ways to write a whole number: with and without thousands separators, with and without its unit."""
    bare, grouped = str(value), f"{value:,}"
    return tuple(dict.fromkeys((f"{grouped}{unit}", f"{bare}{unit}", grouped, bare)))


def row_random(generator: str, language: str, seed: int, index: int) -> Random:
    """The row's own random generator. Seeded with text, which Python hashes with SHA-512 on every machine alike."""
    return Random(f"kijun/generated/{GENERATOR_VERSION}/{generator}/{language}/{seed}/{index}")


def choose_slips(draft: Draft, rng: Random) -> list[Slip] | None:
    """Three slips that differ from the gold, its accepted forms and each other; None where there are fewer.

    Where the answers are numbers, how many slips lie below the gold is drawn first, as evenly as the slips allow: else
    the second largest number would be right more often than chance has it, and a model could do well without reading.
    """
    taken = {normalise(form) for form in (draft.answer, *draft.accepted)}
    usable: list[Slip] = []
    for slip in draft.slips:
        form = normalise(slip.text)
        if form not in taken:
            taken.add(form)
            usable.append(slip)
    if len(usable) < CHOICES - 1:
        return None
    gold = _number(draft.answer)
    below = [slip for slip in usable if _number(slip.text) < gold]
    above = [slip for slip in usable if _number(slip.text) > gold]
    if len(below) + len(above) < CHOICES - 1:
        return rng.sample(usable, CHOICES - 1)
    wrong = CHOICES - 1
    lower = rng.choice([count for count in range(CHOICES) if count <= len(below) and wrong - count <= len(above)])
    return rng.sample(below, lower) + rng.sample(above, wrong - lower)


def _number(text: str) -> float:
    """The number in an answer such as ``1,200円``; NaN, neither below nor above any, where there is not just one."""
    found = re.findall(r"\d+", text.replace(",", ""))
    return float(found[0]) if len(found) == 1 else math.nan


def finish(generator: Generator, rng: Random, language: str, level: int) -> dict[str, Any]:
    """One row: draws drafts until one has three usable slips, then places the gold with equal chance anywhere.

    An `OpenDraft` is a row as it is.

    Raises:
        RuntimeError: the generator is at fault: none of many drafts had three usable slips.
    """
    for _ in range(_ATTEMPTS):
        draft = generator.make(rng, language, level)
        if isinstance(draft, OpenDraft):
            return open_row(draft, generator.name, language, level)
        slips = choose_slips(draft, rng)
        if slips is not None:
            break
    else:
        raise RuntimeError(f"generator {generator.name!r} ({language}, level {level}) makes no three distinct slips")
    options = [Slip(name="", text=draft.answer), *slips]
    rng.shuffle(options)
    texts = [option.text for option in options]
    return {
        "question": draft.question,
        "choices": texts,
        "answer": texts.index(draft.answer),
        "answer_text": draft.answer,
        "accepted": list(dict.fromkeys((draft.answer, *draft.accepted))),
        "level": level,
        "generator": generator.name,
        "language": language,
        "template": f"{draft.template} {level}",
        "slips": [option.name for option in options],
    }

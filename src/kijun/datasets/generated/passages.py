"""Reading: an invented passage about who does what where, and one question about it.

Level 1 asks for a fact in one sentence. Level 2 joins two sentences (the person by the job, then the place).
Level 3 also follows changes that the passage reports: two swap places, one moves to another's, in order. Every name
of person, place and thing is drawn anew, so nothing can be known beforehand.
"""

from __future__ import annotations

from functools import partial
from random import Random

import kijun.datasets.generated.english as english
import kijun.datasets.generated.japanese as japanese
from kijun.datasets.generated.base import Draft, Family, Slip
from kijun.datasets.generated.settings import ENGLISH_SETTINGS, JAPANESE_SETTINGS, Setting

__all__ = ["PASSAGES"]


def _changes(rng: Random, width: int, asked: int) -> list[tuple[int, int]]:
    """Three swaps of two people's places, the asked one in the first and the last of them."""
    others = [who for who in range(width) if who != asked]
    first, third = rng.sample(others, 2)
    swaps = [(asked, first), tuple(rng.sample([who for who in range(width) if who != asked], 2)), (asked, third)]
    return [(a, b) if rng.random() < 0.5 else (b, a) for a, b in swaps]


def _apply(places: list[int], swaps: list[tuple[int, int]]) -> list[int]:
    now = list(places)
    for a, b in swaps:
        now[a], now[b] = now[b], now[a]
    return now


def _slips(places: list[int], asked: int, swaps: list[tuple[int, int]], shown: list[str]) -> list[Slip]:
    """The place by neglect of one change or of all, by the wrong order, or of a neighbour in the text."""
    found = [Slip("ignored the changes", shown[places[asked]])]
    for skip in range(len(swaps)):
        name = "ignored the last step" if skip == len(swaps) - 1 else "missed a change"
        found.append(Slip(name, shown[_apply(places, swaps[:skip] + swaps[skip + 1 :])[asked]]))
    found.append(Slip("took the changes in the wrong order", shown[_apply(places, swaps[::-1])[asked]]))
    return found


def _sentences(
    rng: Random, setting: Setting, level: int, people: list[str], jobs: list[str], shown: list[str]
) -> list[str]:
    """One sentence about each person at level 1; two about each, in blocks of their own, at levels 2 and 3."""
    width = len(people)
    if level == 1:
        return [rng.choice(setting.both).format(p=people[i], j=jobs[i], w=shown[i]) for i in range(width)]
    first = [rng.choice(setting.job).format(p=people[i], j=jobs[i]) for i in rng.sample(range(width), width)]
    second = [rng.choice(setting.place).format(p=people[i], w=shown[i]) for i in rng.sample(range(width), width)]
    return [*first, *second]


def _make(rng: Random, level: int, *, language: str) -> Draft:
    setting: Setting = rng.choice(ENGLISH_SETTINGS if language == "en" else JAPANESE_SETTINGS)
    vocabulary = english if language == "en" else japanese
    width = {1: 4, 2: 4, 3: 6}[level]
    people, town = vocabulary.people(rng, width), vocabulary.town(rng)
    jobs, shown = rng.sample(setting.jobs, width), rng.sample(setting.places, width)
    asked = rng.randrange(width)
    places = list(range(width))
    told = [rng.choice(setting.intro).format(town=town), *_sentences(rng, setting, level, people, jobs, shown)]
    swaps: list[tuple[int, int]] = []
    if level == 3:
        swaps = _changes(rng, width, asked)
        told += [shape.format(a=people[a], b=people[b]) for shape, (a, b) in zip(setting.swaps, swaps, strict=True)]
        told.append(setting.unchanged)
    elif level == 2:
        told.insert(width + 1, setting.filler)
    now = _apply(places, swaps)
    about = [Slip("took a neighbour in the text", shown[(now[asked] + shift) % width]) for shift in range(1, width)]
    slips = _slips(places, asked, swaps, shown) + about
    gold = shown[now[asked]]
    ask = (setting.ask_person if level == 1 else setting.ask_job if level == 2 else setting.ask_now).format(
        p=people[asked], j=jobs[asked]
    )
    space = " " if language == "en" else ""
    return Draft(f"{space.join(told)}\n{ask}", gold, tuple(slips), setting.name, (gold.removeprefix("the "),))


PASSAGES = Family("passages", {lang: (partial(_make, language=lang),) for lang in ("en", "ja")})

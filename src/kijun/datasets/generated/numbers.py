"""Number reasoning: a story in which an amount changes step by step; how much is there at the end?

Level 1 has one small step, level 2 two, one up and one down, level 3 five large ones (two repeated, such as 4 weeks of
7; one doubles or halves). A slip is the same story folded with a fault: a step left out, taken the wrong way round, a
repeated step counted once, a carry forgotten.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from random import Random

import msgspec

import kijun.datasets.generated.english as english
import kijun.datasets.generated.japanese as japanese
from kijun.datasets.generated.base import Draft, Family, Slip, number_forms
from kijun.datasets.generated.stories import ENGLISH_STORIES, JAPANESE_STORIES, Story

__all__ = ["NUMBERS", "Step", "fold"]


class Step(msgspec.Struct, frozen=True):
    """One change: ``add`` or ``sub`` `times` x `amount`; ``double`` or ``halve`` ignore both numbers."""

    operation: str
    amount: int = 0
    times: int = 1


_OPPOSITE = {"add": "sub", "sub": "add", "double": "halve", "halve": "double"}


def fold(start: int, steps: Sequence[Step]) -> int | None:
    """What is there after all steps; None where the story breaks: an odd amount is halved, or nothing would be left."""
    value = start
    for step in steps:
        if step.operation == "halve" and value % 2:
            return None
        match step.operation:
            case "add":
                value += step.amount * step.times
            case "sub":
                value -= step.amount * step.times
            case "double":
                value *= 2
            case "halve":
                value //= 2
        if value <= 0:
            return None
    return value


def _digitwise(value: int, step: Step) -> int:
    """The step done column by column without carrying or borrowing."""
    other = step.amount * step.times
    width = max(len(str(value)), len(str(other)))
    columns = zip(str(value).zfill(width), str(other).zfill(width), strict=True)
    if step.operation == "add":
        return int("".join(str((int(a) + int(b)) % 10) for a, b in columns))
    return int("".join(str(abs(int(a) - int(b))) for a, b in columns))


def _draw_steps(rng: Random, level: int, story: Story) -> tuple[int, list[Step]]:
    """A start and steps that never break the story."""
    scale = story.scale
    kinds = {
        1: [rng.choice(["add", "sub"])],
        2: ["add", "sub"],
        3: ["add", "sub", "add_each", "sub_each", rng.choice(["double", "halve"])],
    }[level]
    low, high = {1: (6, 29), 2: (12, 49), 3: (80, 260)}[level]
    least, most = {1: (2, 9), 2: (2, 9), 3: (6, 95)}[level]
    while True:
        rng.shuffle(kinds)
        start = rng.randint(low, high) * scale
        steps = []
        for kind in kinds:
            if kind.endswith("_each"):
                amount, times = rng.randint(4, 19) * scale, rng.randint(3, 6)
                steps.append(Step(kind.removesuffix("_each"), amount, times))
            elif kind in ("double", "halve"):
                steps.append(Step(kind))
            else:
                steps.append(Step(kind, rng.randint(least, most) * scale))
        if fold(start, steps) is not None:
            return start, steps


def _slips(start: int, steps: Sequence[Step], scale: int) -> list[tuple[str, int | None]]:
    """Wrong results by name; None and 0 are for the caller to drop."""
    found: list[tuple[str, int | None]] = [("ignored the last step", fold(start, steps[:-1]))]
    for place, step in enumerate(steps):
        around = (*steps[:place], *steps[place + 1 :])
        if place < len(steps) - 1:
            found.append(("left out a step", fold(start, around)))
        turned = Step(_OPPOSITE[step.operation], step.amount, step.times)
        found.append(("took a step the wrong way", fold(start, [*steps[:place], turned, *steps[place + 1 :]])))
        if step.times > 1:
            once = Step(step.operation, step.amount)
            found.append(("counted a repeated step once", fold(start, [*steps[:place], once, *steps[place + 1 :]])))
    last = steps[-1]
    before = fold(start, steps[:-1])
    if last.operation in ("add", "sub") and before is not None:
        found.append(("forgot the carry", _digitwise(before, last)))
    gold = fold(start, steps)
    if len(steps) <= 2 and gold is not None:
        found += [("off by one", gold + scale), ("off by one", gold - scale)]
    if len(steps) == 1:
        found.append(("took only the change", last.amount))
    return found


def _sentence(rng: Random, story: Story, step: Step, fields: Mapping[str, str]) -> str:
    kind = f"{step.operation}_each" if step.times > 1 else step.operation
    return rng.choice(story.steps[kind]).format(n=f"{step.amount:,}", k=step.times, **fields)


def _make(rng: Random, level: int, *, language: str) -> Draft:
    story = rng.choice(ENGLISH_STORIES if language == "en" else JAPANESE_STORIES)
    if language == "en":
        fields = {"who": rng.choice(english.NAMES), "thing": rng.choice(english.THINGS), "town": english.town(rng)}
        unit, space = story.unit, " "
    else:
        thing, counter = rng.choice(japanese.GOODS)
        place = japanese.place(rng)
        fields = {"who": japanese.people(rng, 1)[0], "thing": thing, "c": counter, "town": f"{place}町", "place": place}
        unit, space = story.unit.format(c=counter), ""
    start, steps = _draw_steps(rng, level, story)
    gold = fold(start, steps)
    if gold is None:
        raise RuntimeError("a story broke although its steps were drawn whole")
    sentences = [rng.choice(story.start).format(a=f"{start:,}", **fields)]
    sentences += [_sentence(rng, story, step, fields) for step in steps]
    sentences.append(rng.choice(story.ask).format(**fields))
    return Draft(
        question=space.join(sentences),
        answer=f"{gold:,}{unit}",
        accepted=number_forms(gold, unit),
        slips=tuple(Slip(name, f"{value:,}{unit}") for name, value in _slips(start, steps, story.scale) if value),
        template=story.name,
    )


NUMBERS = Family("numbers", {lang: (partial(_make, language=lang),) for lang in ("en", "ja")})

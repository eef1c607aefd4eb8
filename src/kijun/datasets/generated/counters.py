"""Counting things by the word they are counted with: 本・枚・冊 ... in Japanese, loaves, sheets and pairs in English.

Level 1 asks how an amount of one thing is said. Level 2 gives a list without its counting words and asks for the number
of what has a given one. Level 3 asks for the total of several such things after the list has changed three times.
"""

from __future__ import annotations

from functools import partial
from random import Random

import msgspec

import kijun.datasets.generated.english as english
import kijun.datasets.generated.japanese as japanese
from kijun.datasets.generated.base import Draft, Family, Slip, number_forms
from kijun.datasets.generated.counting_words import ENGLISH_COUNTING, JAPANESE_COUNTING, CountingWords

__all__ = ["COUNTERS"]

_WORDS = {"en": ENGLISH_COUNTING, "ja": JAPANESE_COUNTING}


class _Entry(msgspec.Struct, frozen=True):
    """A line of the list: how many of a thing, and its counting word."""

    thing: str
    counter: str
    number: int


class _Change(msgspec.Struct, frozen=True):
    """`kind` is ``more``, ``less`` or ``double``; `at` the entry that changes."""

    kind: str
    at: int
    number: int


def _amount(words: CountingWords, counter: str, count: int, thing: str) -> str:
    return words.amount.format(n=count, counter=words.named(counter, count), thing=thing)


def _saying(rng: Random, words: CountingWords, who: str, town: str) -> Draft:
    """How an amount is said."""
    counter = rng.choice(list(words.things))
    thing, count = rng.choice(words.things[counter]), rng.randint(2, 48)
    wrong = [other for other in words.things if other != counter and other not in words.too_close.get(counter, ())]
    slips = tuple(
        Slip("counting word of another thing", _amount(words, other, count, thing))
        for other in wrong
        if words.uncountable is None or other in words.uncountable
    )
    wording = rng.randrange(len(words.how))
    question = words.how[wording].format(who=who, town=town, thing=thing, count=count)
    forms = (f"{count} {words.named(counter, count)}",) if words.uncountable else (f"{thing}が{count}{counter}",)
    return Draft(question, _amount(words, counter, count, thing), slips, f"saying {wording + 1}", forms)


def _entries(rng: Random, words: CountingWords, level: int) -> tuple[str, list[_Entry]]:
    """The asked counting word and a shuffled list with one thing that has it (level 3: three things that share it)."""
    usable = [counter for counter in words.listed if len(words.things[counter]) >= 3]
    asked = rng.choice(usable)
    count, foreign = {2: (1, 3), 3: (3, 4)}[level]
    same = rng.sample(words.things[asked], count)
    close = words.too_close.get(asked, ())
    others = rng.sample([counter for counter in words.listed if counter != asked and counter not in close], foreign)
    drawn = [(thing, asked) for thing in same] + [(rng.choice(words.things[other]), other) for other in others]
    rng.shuffle(drawn)
    return asked, [_Entry(thing, counter, rng.randint(3, 12 + 6 * level)) for thing, counter in drawn]


def _total(entries: list[_Entry], changes: list[_Change], counter: str | None) -> int:
    """Numbers after the changes, added up over the entries of one counting word, or of all for None."""
    numbers = [entry.number for entry in entries]
    for change in changes:
        match change.kind:
            case "more":
                numbers[change.at] += change.number
            case "less":
                numbers[change.at] -= change.number
            case _:
                numbers[change.at] *= 2
    return sum(n for n, entry in zip(numbers, entries, strict=True) if counter in (None, entry.counter))


def _draw_changes(rng: Random, entries: list[_Entry], asked: str) -> list[_Change]:
    """Three changes: to two things of the asked counting word and to one of another."""
    own = [at for at, entry in enumerate(entries) if entry.counter == asked]
    foreign = [at for at, entry in enumerate(entries) if entry.counter != asked]
    targets = [*rng.sample(own, 2), rng.choice(foreign)]
    rng.shuffle(targets)
    more, less, double = targets
    return [
        _Change("more", more, rng.randint(3, 15)),
        _Change("less", less, rng.randint(1, entries[less].number - 1)),
        _Change("double", double, 0),
    ]


def _listing(rng: Random, words: CountingWords, who: str, town: str, level: int) -> Draft:
    """The number of what has a counting word; at level 3 the total of what shares it."""
    asked, entries = _entries(rng, words, level)
    changes = _draw_changes(rng, entries, asked) if level == 3 else []
    gold = _total(entries, changes, asked)
    listed = words.join.join(words.entry.format(thing=entry.thing, n=entry.number) for entry in entries)
    wording = rng.randrange(len(words.opening))
    opening = words.opening[wording].format(who=who, town=town)
    ending = [words.changes[c.kind].format(thing=entries[c.at].thing, n=c.number) for c in changes]
    ending.append((words.ask_total if changes else words.ask).format(counter=words.named(asked, 2)))
    question = f"{opening}\n{listed}\n{words.space.join(ending)}"
    wrong = [("added up everything", _total(entries, changes, None))]
    for at, entry in enumerate(entries):
        if entry.counter != asked and not changes:
            wrong.append(("took a thing of another kind", entry.number))
        elif entry.counter != asked:
            taken = [*entries[:at], _Entry(entry.thing, asked, entry.number), *entries[at + 1 :]]
            wrong.append(("counted a thing of another kind", _total(taken, changes, asked)))
    for skip in range(len(changes)):
        wrong.append(("missed a change", _total(entries, changes[:skip] + changes[skip + 1 :], asked)))
    if changes:
        wrong.append(("ignored the changes", _total(entries, [], asked)))
    unit = words.unit(asked)
    slips = tuple(Slip(name, f"{value}{unit}") for name, value in wrong if value > 0)
    forms = number_forms(gold, unit or f" {words.named(asked, gold)}")
    return Draft(question, f"{gold}{unit}", slips, f"list {wording + 1}", forms)


def _make(rng: Random, level: int, *, language: str) -> Draft:
    words = _WORDS[language]
    vocabulary = english if language == "en" else japanese
    who, town = vocabulary.people(rng, 1)[0], vocabulary.town(rng)
    return _saying(rng, words, who, town) if level == 1 else _listing(rng, words, who, town, level)


COUNTERS = Family("counters", {lang: (partial(_make, language=lang),) for lang in ("en", "ja")})

"""Counting things by the word they are counted with: 本・枚・冊 ... in Japanese, loaves, sheets and pairs in English.

Level 1 asks how an amount of one thing is said. Level 2 names four things and asks which of them has a given counting
word. Level 3 gives a list without its counting words, changes it three times and asks for the total of what shares one.
"""

from __future__ import annotations

from collections.abc import Callable
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
    counter = rng.choice(words.everyday)
    thing, count = rng.choice(words.things[counter]), rng.randint(2, 48)
    wrong = set(words.misfits) - {counter, *words.too_close.get(counter, ())}
    slips = tuple(
        Slip("counting word of another thing", _amount(words, other, count, thing))
        for other in words.misfits
        if other in wrong
    )
    wording = rng.randrange(len(words.how))
    question = words.how[wording].format(who=who, town=town, thing=thing, count=count)
    said = f"{count}{words.space}{words.named(counter, count)}"
    forms = (said,) if words.plurals else (said, f"{thing}が{said}")
    return Draft(question, _amount(words, counter, count, thing), slips, f"saying {wording + 1}", forms)


def _drawn(rng: Random, words: CountingWords, same: int, others: int) -> tuple[str, list[tuple[str, str]]]:
    """A counting word, and things with theirs in any order: `same` that have it and `others` that have not."""
    asked = rng.choice([counter for counter in words.listed if len(words.things[counter]) >= same])
    close = words.too_close.get(asked, ())
    rest = rng.sample([counter for counter in words.listed if counter != asked and counter not in close], others)
    drawn = [(thing, asked) for thing in rng.sample(words.things[asked], same)]
    drawn += [(rng.choice(words.things[other]), other) for other in rest]
    rng.shuffle(drawn)
    return asked, drawn


def _finding(rng: Random, words: CountingWords, who: str, town: str, join: Callable[[list[str]], str]) -> Draft:
    """Which of four things has a counting word."""
    asked, drawn = _drawn(rng, words, 1, 3)
    wording = rng.randrange(len(words.found))
    told = words.found[wording].format(who=who, town=town, things=join([thing for thing, _ in drawn]))
    question = f"{told}{words.space}{words.which.format(counter=words.named(asked, 2))}"
    (gold,) = (thing for thing, counter in drawn if counter == asked)
    slips = tuple(Slip("thing of another counting word", thing) for thing, counter in drawn if counter != asked)
    return Draft(question, gold, slips, f"finding {wording + 1}")


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


def _listing(rng: Random, words: CountingWords, who: str, town: str) -> Draft:
    """The total of what shares a counting word, after three changes of the list."""
    asked, drawn = _drawn(rng, words, 3, 4)
    entries = [_Entry(thing, counter, rng.randint(3, 30)) for thing, counter in drawn]
    changes = _draw_changes(rng, entries, asked)
    gold = _total(entries, changes, asked)
    listed = words.join.join(words.entry.format(thing=entry.thing, n=entry.number) for entry in entries)
    wording = rng.randrange(len(words.opening))
    opening = words.opening[wording].format(who=who, town=town)
    ending = [words.changes[c.kind].format(thing=entries[c.at].thing, n=c.number) for c in changes]
    ending.append(words.ask.format(counter=words.named(asked, 2)))
    question = f"{opening}\n{listed}\n{words.space.join(ending)}"
    wrong = [("added up everything", _total(entries, changes, None))]
    for at, entry in enumerate(entries):
        if entry.counter != asked:
            taken = [*entries[:at], _Entry(entry.thing, asked, entry.number), *entries[at + 1 :]]
            wrong.append(("counted a thing of another kind", _total(taken, changes, asked)))
    for skip in range(len(changes)):
        wrong.append(("missed a change", _total(entries, changes[:skip] + changes[skip + 1 :], asked)))
    wrong.append(("ignored the changes", _total(entries, [], asked)))
    unit = words.unit(asked)
    slips = tuple(Slip(name, f"{value}{unit}") for name, value in wrong if value > 0)
    forms = number_forms(gold, unit or f" {words.named(asked, gold)}")
    return Draft(question, f"{gold}{unit}", slips, f"list {wording + 1}", forms)


def _make(rng: Random, level: int, *, language: str) -> Draft:
    words = _WORDS[language]
    vocabulary = english if language == "en" else japanese
    who, town = vocabulary.people(rng, 1)[0], vocabulary.town(rng)
    if level == 1:
        return _saying(rng, words, who, town)
    if level == 2:
        return _finding(rng, words, who, town, english.joined if language == "en" else japanese.listed)
    return _listing(rng, words, who, town)


COUNTERS = Family("counters", {lang: (partial(_make, language=lang),) for lang in ("en", "ja")})

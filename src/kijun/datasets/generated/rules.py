"""Rules: chains of invented regulations, and who must come if someone comes.

`regulations`: maps from kind to room, from room to day, from day to keeper ..., followed one hop, two hops told in
the same order, or four in any order with an exception that applies or does not. `invitations`: conditionals between
people (level 1 one, level 2 two of which one matters, level 3 many, some to be turned round); besides the one who
comes, exactly one person is certain to come. That is proved by trying every combination of coming and staying away.
"""

from __future__ import annotations

from functools import partial
from itertools import product
from random import Random

import msgspec

import kijun.datasets.generated.english as english
import kijun.datasets.generated.japanese as japanese
from kijun.datasets.generated.base import Draft, Family, Slip, word_list
from kijun.datasets.generated.regulations import ENGLISH_REGULATIONS, JAPANESE_REGULATIONS, Regulations

__all__ = ["RULES", "Conditional", "certain"]


class Conditional(msgspec.Struct, frozen=True):
    """If `first` comes (or, with `first_comes` false, stays away), `then` comes (or stays away)."""

    first: int
    first_comes: bool
    then: int
    then_comes: bool


def certain(conditionals: list[Conditional], count: int, given: int) -> dict[int, bool]:
    """Who certainly comes (True) or stays away (False) if `given` comes, by trying all 2**count combinations."""
    fitting = [
        comes
        for comes in product((False, True), repeat=count)
        if comes[given] and all(comes[c.first] != c.first_comes or comes[c.then] == c.then_comes for c in conditionals)
    ]
    columns = list(zip(*fitting, strict=True))
    return {who: column[0] for who, column in enumerate(columns) if len(set(column)) == 1}


_CONDITIONALS = {
    "en": {
        (True, True): ("If {a} comes, {b} comes too.", "Whenever {a} comes, so does {b}."),
        (True, False): ("If {a} comes, {b} stays at home.", "{b} does not come if {a} comes."),
        (False, True): ("If {a} stays at home, {b} comes.", "{b} comes if {a} does not come."),
        (False, False): ("If {a} stays at home, so does {b}.", "{b} does not come if {a} does not come."),
    },
    "ja": {
        (True, True): ("{a}が来るなら、{b}も来ます。", "{a}が来れば、{b}も必ず来ます。"),
        (True, False): ("{a}が来るなら、{b}は来ません。", "{a}が来る場合、{b}は欠席します。"),
        (False, True): ("{a}が来ないなら、{b}は来ます。", "{a}が欠席する場合、{b}は来ます。"),
        (False, False): ("{a}が来ないなら、{b}も来ません。", "{a}が欠席する場合、{b}も欠席します。"),
    },
}

_OCCASIONS = {
    "en": word_list("a picnic|a board game evening|a concert|a boat trip|a garden party|a quiz night|a walk"),
    "ja": word_list("花見|昼食会|鍋パーティー|ハイキング|勉強会|ボウリング大会|お茶会|町内会の集まり"),
}


def _draw_conditionals(rng: Random, level: int, count: int) -> list[Conditional]:
    """A chain that starts with person 0 coming and ends with one certain guest, and conditionals that lead nowhere."""
    people = list(range(1, count))
    rng.shuffle(people)
    links = 4 if level == 3 else 1
    chain = [0, *people[:links]]
    comes = [True, *([False] * (links - 1)), True]
    conditionals = []
    for place in range(links):
        link = Conditional(chain[place], comes[place], chain[place + 1], comes[place + 1])
        if level == 3 and rng.random() < 0.5:
            link = Conditional(link.then, not link.then_comes, link.first, not link.first_comes)
        conditionals.append(link)
    spare = people[links:]
    if level == 2:
        conditionals.insert(rng.randrange(2), Conditional(spare[0], True, spare[1], True))
    if level < 3:
        return conditionals
    for place, who in enumerate(spare):
        if place == 0 and rng.random() < 0.5:  # so that the certain guest is not told apart by being named only once
            conditionals.append(Conditional(who, True, chain[-1], True))
        elif (other := rng.choice(spare)) != who:
            conditionals.append(Conditional(who, True, other, rng.random() < 0.7))
    rng.shuffle(conditionals)
    return conditionals


def _invitations(rng: Random, level: int, *, language: str) -> Draft:
    count = 8 if level == 3 else 5
    while True:
        conditionals = _draw_conditionals(rng, level, count)
        forced = certain(conditionals, count, 0)
        guests = [who for who, comes in forced.items() if comes and who != 0]
        if len(guests) == 1:
            break
    (gold,) = guests
    vocabulary = english if language == "en" else japanese
    names, place = vocabulary.people(rng, count), vocabulary.town(rng)
    occasion = rng.choice(_OCCASIONS[language])
    told = [
        rng.choice(_CONDITIONALS[language][c.first_comes, c.then_comes]).format(a=names[c.first], b=names[c.then])
        for c in conditionals
    ]
    listed = list(names)
    rng.shuffle(listed)
    if language == "en":
        opening = f"{english.joined(listed)} are invited to {occasion} in {place}."
        ask = f"{names[0]} comes. Who comes too, for certain?"
        question = " ".join([opening, *told, ask])
    else:
        opening = f"{place}で開く{occasion}に、{japanese.listed(listed)}の{count}人を招きました。"
        ask = f"{names[0]}は来ます。そのとき、一緒に必ず来るといえるのは誰ですか。"
        question = "".join([opening, *told, ask])
    slips = []
    for who in range(1, count):
        if who != gold:
            bound = any(who in (c.first, c.then) for c in conditionals)
            slip = "took a conditional the wrong way round" if bound else "took someone of whom nothing is said"
            slips.append(Slip("missed a negation" if who in forced else slip, names[who]))
    return Draft(question, names[gold], tuple(slips), "invitations", (names[gold].removesuffix("さん"),))


def _regulations(rng: Random, level: int, *, language: str) -> Draft:
    """Follow the maps: start value -> ... -> answer. Every map is a shuffled one-to-one assignment."""
    words: Regulations = rng.choice(ENGLISH_REGULATIONS if language == "en" else JAPANESE_REGULATIONS)
    hops = {1: 1, 2: 2, 3: 4}[level]
    width = 4 if level < 3 else 5
    stages = [rng.sample(stage, width) for stage in words.stages[: hops + 1]]
    start = rng.randrange(width)
    name, place = words.thing(rng), (english if language == "en" else japanese).town(rng)
    sentences = []
    order = rng.sample(range(width), width)
    for hop in range(hops):
        if level == 3:
            rng.shuffle(order)
        sentences += [words.sentences[hop].format(stages[hop][at], stages[hop + 1][at]) for at in order]
    at = start
    slips = []
    if level == 3:
        exempt, moved = rng.randrange(width), rng.randrange(width)
        while moved == exempt:
            moved = rng.randrange(width)
        applies = rng.random() < 0.5
        where = start if applies else exempt
        flag = rng.random() < 0.5 if where != start else applies
        sentences.append(words.exception.format(stages[0][where], stages[1][moved]))
        if where == start and flag:
            slips.append(Slip("forgot the exception", stages[hops][start]))
            at = moved
        else:
            slips.append(Slip("applied an exception that does not hold", stages[hops][moved]))
    else:
        flag = False
    gold = stages[hops][at]
    shape = words.simple if level < 3 else words.flagged if flag else words.plain
    question = words.space.join(
        [
            words.intro.format(town=place),
            *sentences,
            shape.format(thing=name, kind=stages[0][start]),
            words.ask[hops - 1].format(thing=name),
        ]
    )
    slips += [Slip("read the neighbouring rule", stages[hops][(at + shift) % width]) for shift in range(1, width)]
    return Draft(question, gold, tuple(slips), words.name)


RULES = Family(
    "rules",
    {lang: (partial(_regulations, language=lang), partial(_invitations, language=lang)) for lang in ("en", "ja")},
)

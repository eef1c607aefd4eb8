"""Sets: who is in which group, and how many are in both, in one only, in none.

Lists of members (levels 1 and 2: who is in both of two short or longer lists; level 3: three groups and a condition on
each) and head counts (levels 1 and 2: in A but not in B, with small or larger numbers; level 3: in none of three
groups, given their overlaps). Gold comes from Python's own sets; head counts are backed by a population that is built
and counted.
"""

from __future__ import annotations

from functools import partial
from random import Random

import msgspec

import kijun.datasets.generated.english as english
import kijun.datasets.generated.japanese as japanese
from kijun.datasets.generated.base import Draft, Family, Slip, number_forms, word_list

__all__ = ["SETS"]


class _Words(msgspec.Struct, frozen=True):
    """One language's groups and sentences."""

    groups: tuple[str, ...]
    members: str
    both: str
    three: str
    hobbies: tuple[str, ...]
    overlap: str
    overlaps: str
    unit: str


_ENGLISH = _Words(
    groups=word_list(
        "chess club|choir|running group|film club|garden club|cooking class|drawing class|debating society|"
        "hiking group|book club|drama group|rowing club"
    ),
    members="The members of the {group} in {town} are {names}.",
    both="Who is in both the {0} and the {1}?",
    three="How many people are in the {0} or the {1} (or in both) but not in the {2}?",
    hobbies=word_list(
        "tea|coffee|lemonade|soup|rice|pancakes|tomatoes|olives|mushrooms|ginger|cheese|pickles|peas|noodles|honey"
    ),
    overlap="In {town}, {a} people like {0}, and {ab} of them also like {1}. How many of them like {0} but not {1}?",
    overlaps="In {town}, {total} people were asked. {a} of them like {0}, {b} like {1} and {c} like {2}. "
    "{ab} like both {0} and {1}, {bc} like both {1} and {2}, {ac} like both {0} and {2}, "
    "and {abc} of these like all three. How many of the people asked like none of the three?",
    unit="",
)

_JAPANESE = _Words(
    groups=word_list(
        "将棋クラブ|合唱団|俳句の会|園芸クラブ|料理教室|書道教室|卓球クラブ|読書会|演劇部|登山サークル|茶道教室|写真クラブ"
    ),
    members="{town}の{group}の会員は、{names}です。",
    both="{0}と{1}の両方に入っているのは誰ですか。",
    three="{0}と{1}の少なくとも一方に入っていて、{2}には入っていない人は何人ですか。",
    hobbies=word_list(
        "緑茶|コーヒー|みそ汁|そば|うどん|納豆|梅干し|きのこ|トマト|豆腐|のり|漬物|おにぎり|しょうが|焼き魚"
    ),
    overlap="{town}の調査では、{0}が好きな人が{a}人いて、そのうち{ab}人は{1}も好きでした。"
    "{0}は好きでも{1}は好きではない人は何人ですか。",
    overlaps="{town}で{total}人に聞いたところ、{0}が好きな人は{a}人、{1}が好きな人は{b}人、{2}が好きな人は{c}人でした。"
    "{0}と{1}の両方が好きな人は{ab}人、{1}と{2}の両方が好きな人は{bc}人、{0}と{2}の両方が好きな人は{ac}人で、"
    "そのうち3つとも好きな人は{abc}人です。3つのどれも好きではない人は何人ですか。",
    unit="人",
)

_WORDS = {"en": _ENGLISH, "ja": _JAPANESE}


def _draft(words: _Words, question: str, gold: int, wrong: list[tuple[str, int]], template: str) -> Draft:
    slips = tuple(Slip(name, f"{value}{words.unit}") for name, value in wrong if value >= 0)
    forms = number_forms(gold, words.unit or " people")
    return Draft(question, f"{gold}{words.unit}", slips, template, forms)


def _lists(rng: Random, level: int, *, language: str) -> Draft:
    """Groups given by their members' names."""
    words, english_text = _WORDS[language], language == "en"
    pool = (english if english_text else japanese).people(rng, {1: 4, 2: 9, 3: 12}[level])
    groups = rng.sample(words.groups, 3 if level == 3 else 2)
    place = (english if english_text else japanese).town(rng)
    if level < 3:
        shared, *others = pool
        half = len(others) // 2 + rng.randint(0, len(others) % 2)
        lists = [[shared, *others[:half]], [shared, *others[half:]]]
    else:
        lists = [rng.sample(pool, rng.randint(4, 8)) for _ in groups]
    for members in lists:
        rng.shuffle(members)
    join = english.joined if english_text else japanese.listed
    space = " " if english_text else ""
    told = [
        words.members.format(group=g, town=place, names=join(names)) for g, names in zip(groups, lists, strict=True)
    ]
    a, b = set(lists[0]), set(lists[1])
    if level < 3:
        told.append(words.both.format(*groups))
        (member,) = a & b
        slips = tuple(
            Slip(f"only in the {'first' if name in a else 'second'} group", name) for name in pool if name != member
        )
        return Draft(space.join(told), member, slips, "shared member", (member.removesuffix("さん"),))
    c = set(lists[2])
    told.append(words.three.format(*groups))
    gold = len((a | b) - c)
    wrong = [("ignored the last condition", len(a | b)), ("took and for or", len((a & b) - c))]
    wrong += [("counted shared members twice", len(a - c) + len(b - c)), ("only the first", len(a - c))]
    wrong += [("kept those it should drop", len((a | b) & c)), ("took off the whole group", len(a | b) - len(c))]
    wrong += [("off by one", gold + 1), ("off by one", gold - 1)]
    return _draft(words, space.join(told), gold, wrong, "three lists")


def _counts(rng: Random, level: int, *, language: str) -> Draft:
    """Groups given by their sizes and overlaps. The regions are drawn first, so the sizes always fit together."""
    words = _WORDS[language]
    low, high = {1: (2, 14), 2: (15, 60), 3: (3, 30)}[level]
    region = {key: rng.randint(low, high) for key in ("a", "b", "c", "ab", "bc", "ac", "abc", "none")}
    if level < 3:
        region |= {"c": 0, "bc": 0, "ac": 0, "abc": 0}
    size = {key: sum(n for k, n in region.items() if k != "none" and set(key) <= set(k)) for key in region}
    total = sum(region.values())
    hobbies = rng.sample(list(words.hobbies), 3)
    place = (english if language == "en" else japanese).town(rng)
    said = {key: size[key] for key in ("a", "b", "c", "ab", "bc", "ac", "abc")}
    question = (words.overlaps if level == 3 else words.overlap).format(*hobbies, town=place, total=total, **said)
    a, ab = size["a"], size["ab"]
    if level < 3:
        gold = region["a"]
        wrong = [("added instead", a + ab), ("answered the overlap", ab), ("ignored the last step", a)]
        wrong += [("forgot to borrow", gold + 10), ("borrowed twice", gold - 10)]
        wrong += [("off by one", gold + 1), ("off by one", gold - 1)]
    else:
        singles, pairs = a + size["b"] + size["c"], ab + size["bc"] + size["ac"]
        gold = total - (singles - pairs + size["abc"])
        wrong = [("left out those in all three", total - (singles - pairs)), ("ignored the overlaps", total - singles)]
        wrong += [("ignored the last step", singles - pairs + size["abc"]), ("forgot to borrow", gold + 10)]
        wrong += [("took those in all three off twice", total - (singles - pairs - size["abc"]))]
        wrong += [
            ("added those in all three twice", total - (singles - pairs + 2 * size["abc"])),
            ("forgot to carry", gold - 10),
        ]
    if gold != region["none" if level == 3 else "a"]:
        raise RuntimeError("inclusion and exclusion disagree with the population")
    return _draft(words, question, gold, wrong, "head count")


SETS = Family(
    "sets", {lang: (partial(_lists, language=lang), partial(_counts, language=lang)) for lang in ("en", "ja")}
)

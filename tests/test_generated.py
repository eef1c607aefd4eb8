"""Generated items: every row is whole, gold is right by a second route, seeds do not overlap, all is deterministic."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
from collections import Counter
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kijun.datasets.generated import GENERATORS, find_generator, generate_rows
from kijun.datasets.generated.base import LEVELS, Draft, Slip, choose_slips, normalise
from kijun.errors import SpecError, UnknownNameError

OPEN = ("unknown", "premises", "manual")
CHOICE = [name for name in GENERATORS if name not in OPEN]
PAIRS = [(name, language) for name in CHOICE for language in GENERATORS[name].languages]
FIELDS = {
    "question",
    "choices",
    "answer",
    "answer_text",
    "accepted",
    "level",
    "generator",
    "language",
    "template",
    "slips",
}
JAPANESE = re.compile(r"[぀-ヿ一-鿿]")
WRONG_ARTICLE = re.compile(r"\b(1 \w+s|a (?!one|use|uni)[aeio]\w+|an (?!hour)[^aeiou\W]\w+)\b")
ASCII_SENTENCE = re.compile(r"[A-Za-z]+ [A-Za-z]+")


def test_there_are_eight_generators_a_language_at_least() -> None:
    for language in ("en", "ja"):
        assert sum((name, language) in PAIRS for name in CHOICE) >= 8


@pytest.mark.parametrize(("name", "language"), PAIRS)
@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 2**63))
def test_every_row_is_whole(name: str, language: str, seed: int) -> None:
    for index, row in enumerate(generate_rows(name, language=language, seed=seed, count=6)):
        assert set(row) == FIELDS
        assert (row["generator"], row["language"], row["level"]) == (name, language, 1 + index % 3)
        assert len({normalise(choice) for choice in row["choices"]}) == 4
        assert row["choices"][row["answer"]] == row["answer_text"]
        assert row["answer_text"] in row["accepted"]
        wrong = {normalise(choice) for choice in row["choices"]} - {normalise(row["answer_text"])}
        assert not wrong & {normalise(form) for form in row["accepted"]}
        assert [bool(slip) for slip in row["slips"]] == [place != row["answer"] for place in range(4)]
        for text in (row["question"], *row["choices"]):
            assert text == text.strip() and not re.search(r"[{}]|None|  |(?<!\.)\.\.(?!\.)|。。", text), text
        assert row["question"].endswith("?" if language == "en" else ("。", "か。"))


@pytest.mark.parametrize("name", CHOICE)
def test_japanese_is_japanese_and_english_is_english(name: str) -> None:
    for row in generate_rows(name, language="ja", seed=5, count=150):
        assert all(JAPANESE.search(line) for line in row["question"].splitlines())
        assert not ASCII_SENTENCE.search(row["question"])
        assert not re.search(r"[０-９Ａ-Ｚａ-ｚ ,;?!](?!\d)", row["question"].replace(" | ", "")), row["question"]
    for row in generate_rows(name, language="en", seed=5, count=150):
        assert (row["question"] + "".join(row["choices"])).isascii()
        assert not WRONG_ARTICLE.search(row["question"]), row["question"]


@pytest.mark.parametrize(("name", "language"), PAIRS)
def test_two_thousand_items_are_all_different_and_another_seed_shares_less_than_one_per_cent(
    name: str, language: str
) -> None:
    one, other = (
        {row["question"] for row in generate_rows(name, language=language, seed=seed, count=2000)} for seed in (1, 2)
    )
    # Drawn from N equally likely items, 2,000 would show 2000**2 / 2N repeats: fewer than 5 of them mean N > 400,000.
    assert len(one) > 1995
    assert len(one & other) < 20


@pytest.mark.parametrize(("name", "language"), PAIRS)
def test_the_right_answer_stands_anywhere_and_cannot_be_told_from_the_choices(name: str, language: str) -> None:
    rows = generate_rows(name, language=language, seed=3, count=900)
    places = Counter(row["answer"] for row in rows)
    assert all(165 < places[place] < 285 for place in range(4))
    for pick in (max, min):
        hits = sum(pick(row["choices"], key=len) == row["answer_text"] for row in rows)
        assert hits < 0.36 * len(rows), "the length of a choice gives the answer away"


@pytest.mark.parametrize(("name", "language"), PAIRS)
def test_templates_and_levels_are_balanced(name: str, language: str) -> None:
    rows = generate_rows(name, language=language, seed=4, count=600)
    assert Counter(row["level"] for row in rows) == {1: 200, 2: 200, 3: 200}
    assert len({row["template"] for row in rows}) >= 5
    only = generate_rows(name, language=language, seed=4, count=30, levels=(2,))
    assert {row["level"] for row in only} == {2}


def test_a_row_does_not_depend_on_how_many_are_made() -> None:
    assert generate_rows("sets", language="ja", seed=9, count=40)[:7] == generate_rows(
        "sets", language="ja", seed=9, count=7
    )


def _digest() -> str:
    rows = [row for name, language in PAIRS for row in generate_rows(name, language=language, seed=20, count=30)]
    return hashlib.sha256(json.dumps(rows, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def test_every_process_makes_the_same_rows() -> None:
    code = "import sys; sys.path.insert(0, sys.argv[1]); import test_generated as t; print(t._digest())"
    for hash_seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONDONTWRITEBYTECODE": "1"}
        made = subprocess.run(
            [sys.executable, "-c", code, os.path.dirname(__file__)],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        assert made.stdout.strip() == _digest()


def test_wrong_arguments_have_clear_messages() -> None:
    with pytest.raises(UnknownNameError, match="did you mean numbers"):
        generate_rows("number", language="en", seed=1, count=1)
    with pytest.raises(UnknownNameError, match="'fr'"):
        generate_rows("numbers", language="fr", seed=1, count=1)
    with pytest.raises(SpecError, match="levels"):
        generate_rows("numbers", language="en", seed=1, count=1, levels=(4,))
    with pytest.raises(SpecError, match="0 or more"):
        generate_rows("numbers", language="en", seed=1, count=-1)


def test_slips_equal_to_the_gold_or_to_each_other_are_dropped() -> None:
    slips = tuple(Slip("s", text) for text in ("1,200円", "１２００円", "1,300円", "1300 円", "1,400円"))
    draft = Draft("?", "1,200円", slips, "t", ("1200",))
    assert choose_slips(draft, Random(1)) is None
    more = Draft("?", "1,200円", (*slips, Slip("s", "1,500円")), "t")
    chosen = choose_slips(more, Random(1))
    assert chosen is not None and {slip.text for slip in chosen} == {"1,300円", "1,400円", "1,500円"}


def test_a_generator_of_another_package_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    class Parity:
        name = "parity"
        languages = ("en",)

        def make(self, rng: Random, language: str, level: int) -> Draft:
            number = rng.randint(10**level, 10 ** (level + 1))
            slips = tuple(Slip("off by one", str(number * 2 + shift)) for shift in (-1, 1, 2))
            return Draft(f"What is twice {number}?", str(number * 2), slips, "twice")

    class Point:
        name = "parity"

        def load(self) -> Parity:
            return Parity()

    class Points(list[Point]):
        names = frozenset({"parity"})

    monkeypatch.setattr("kijun.datasets.generated.entry_points", lambda group: Points([Point()]))
    assert find_generator("parity").name == "parity"
    rows = generate_rows("parity", language="en", seed=1, count=9)
    assert [row["level"] for row in rows] == [1, 2, 3] * 3
    assert all(int(row["answer_text"]) == 2 * int(re.findall(r"\d+", row["question"])[0]) for row in rows)


def test_levels_are_those_that_the_generators_know() -> None:
    assert LEVELS == (1, 2, 3)

"""Composed instructions: every item can be followed, none asks for what excludes itself, seeds hardly overlap."""

from __future__ import annotations

import json
import re
from itertools import combinations
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kijun import evaluate
from kijun.constraints import build, instruction_ids, strict
from kijun.constraints.japanese.morphemes import morphemes
from kijun.datasets.generated import generate_rows
from kijun.datasets.generated.following import FOLLOWING
from kijun.datasets.generated.following.compose import Asked, proof
from kijun.datasets.generated.following.english_kinds import ENGLISH_KINDS
from kijun.datasets.generated.following.english_witness import english_witness
from kijun.datasets.generated.following.japanese_kinds import JAPANESE_KINDS, JAPANESE_WORDS
from kijun.datasets.generated.following.japanese_witness import japanese_witness
from kijun.datasets.generated.following.kinds import Deck, Kind
from kijun.datasets.generated.following.rows import following_row
from kijun.errors import UnknownNameError
from kijun.models.fake import ScriptedModel
from kijun.records import Completed, Generate, Measured, Request
from kijun.scorers import make_scorer
from kijun.specs import catalogue

LANGUAGES = ("en", "ja")
NAMES = [(name, language) for name in FOLLOWING for language in LANGUAGES]
KINDS = {"en": (ENGLISH_KINDS, english_witness), "ja": (JAPANESE_KINDS, japanese_witness)}
WORDS = tuple(f"word{i}" for i in range(20))


def verdicts(row: dict[str, Any], answer: str, prefix: str = "") -> list[bool]:
    pairs = zip(row[f"{prefix}instruction_id_list"], row[f"{prefix}kwargs"], strict=True)
    return strict(answer, [build(*pair) for pair in pairs])


@pytest.mark.parametrize(("name", "language"), NAMES)
@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**63))
def test_every_item_has_an_answer_that_follows_it(name: str, language: str, seed: int) -> None:
    (row,) = generate_rows(name, language=language, seed=seed, count=1)
    assert all(verdicts(row, row["witness"]))
    assert len(row["instruction_id_list"]) == len(row["kwargs"]) == len(set(row["instruction_id_list"])) == row["count"]
    texts = row["turns"] if name == "follow_turns" else [row["question"]]
    for text in texts:
        assert text == text.strip() and not re.search(r"[{}]|None(?! of)|  |。。", text), text
    if name == "follow_turns":
        assert all(verdicts(row, row["first_witness"], "first_"))
        assert sum(row["new"]) == 1 and len(row["new"]) == row["count"]
        kept = [pair for pair, new in zip(pairs_of(row), row["new"], strict=True) if not new]
        assert all(pair in pairs_of(row, "first_") for pair in kept)
        (new,) = [pair for pair, is_new in zip(pairs_of(row), row["new"], strict=True) if is_new]
        assert new not in pairs_of(row, "first_")
    else:
        assert row["count"] == FOLLOWING[name]


def pairs_of(row: dict[str, Any], prefix: str = "") -> list[tuple[str, dict[str, Any]]]:
    return list(zip(row[f"{prefix}instruction_id_list"], row[f"{prefix}kwargs"], strict=True))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_two_kinds_that_may_meet_can_be_followed_together(language: str) -> None:
    kinds, witness = KINDS[language]
    rng = Random(3)
    words = WORDS if language == "en" else JAPANESE_WORDS

    def drawn(*some: Kind) -> list[Asked]:
        deck = Deck(rng, words)
        return [Asked(kind, kind.draw(rng, deck)) for kind in some]

    assert [kind.id for kind in kinds if proof(drawn(kind), witness) is None] == []
    assert {kind.id for kind in kinds} <= set(instruction_ids())
    unproven = [
        (one.id, one.name, other.id, other.name)
        for one, other in combinations(kinds, 2)
        if one.goes_with(other) and proof(drawn(one, other), witness) is None
    ]
    assert unproven == []


def test_contradictions_never_meet() -> None:
    def kind(name: str, kinds: tuple[Kind, ...] = ENGLISH_KINDS) -> Kind:
        return next(kind for kind in kinds if kind.id == name)

    lower, upper = kind("change_case:english_lowercase"), kind("change_case:english_capital")
    json_only, title = kind("detectable_format:json_format"), kind("detectable_format:title")
    no_stop = kind("ja:punctuation:no_period", JAPANESE_KINDS)
    nominal = kind("ja:detectable_format:nominal_ending", JAPANESE_KINDS)
    hiragana, katakana = (kind(f"ja:letters:{name}_only", JAPANESE_KINDS) for name in ("hiragana", "katakana"))
    for one, other in ((lower, upper), (json_only, title), (no_stop, nominal), (hiragana, katakana), (lower, lower)):
        assert not one.goes_with(other) and not other.goes_with(one)
    assert lower.goes_with(title)


def test_what_one_instruction_demands_no_other_forbids() -> None:
    for language in LANGUAGES:
        for row in generate_rows("follow_5", language=language, seed=1, count=150):
            demanded, forbidden = set(), set()
            for kwargs in row["kwargs"]:
                demanded |= {*kwargs.get("keywords", ()), kwargs.get("keyword")}
                forbidden |= set(kwargs.get("forbidden_words", ()))
            assert not demanded & forbidden


@pytest.mark.parametrize(("name", "language"), NAMES)
def test_seeds_hardly_overlap_and_items_hardly_repeat(name: str, language: str) -> None:
    def texts(seed: int) -> list[str]:
        rows = generate_rows(name, language=language, seed=seed, count=500)
        return [json.dumps(row.get("turns") or row["question"]) for row in rows]

    first, second = texts(1), texts(2)
    assert len(set(first)) >= 0.99 * len(first)
    assert len(set(first) & set(second)) < 0.01 * len(first)
    assert texts(1)[:3] == first[:3]


@pytest.mark.parametrize("word", JAPANESE_WORDS)
def test_japanese_keywords_are_one_word_to_the_analyser(word: str) -> None:
    for text in (f"その{word}を見る。", f"{word}は大切です。", f"{word}と{word}の話"):
        assert word in {morpheme.surface for morpheme in morphemes(text)}


def test_another_language_is_one_clear_message() -> None:
    with pytest.raises(UnknownNameError, match="language of generator 'follow_1'"):
        generate_rows("follow_1", language="fr", seed=1, count=1)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["follow_1", "follow_3", "follow_5", "follow_turns"])
def test_a_task_proves_itself_without_a_model(name: str, language: str, tmp_path: Path) -> None:
    rows = generate_rows(name, language=language, seed=1234, count=30)
    answers: dict[str, str] = {}
    for row in rows:
        if name == "follow_turns":
            answers |= {row["turns"][0]: row["first_witness"]}
            answers |= {(row["turns"][0] + row["turns"][1]): row["witness"]}
        else:
            answers[row["question"]] = row["witness"]

    def respond(request: Request) -> Completed:
        assert isinstance(request, Generate)
        asked = [message.content for message in request.messages if message.role == "user"] or [request.context]
        return Completed(answers["".join(asked)])

    run = evaluate(f"{name}_{language}", ScriptedModel(respond), out=tmp_path / "good", limit=30, seed=1234)
    assert {estimate.value for estimate in run.results.tasks[f"{name}_{language}"].metrics.values()} == {1.0}
    empty = evaluate(f"{name}_{language}", "fake/empty", out=tmp_path / "empty", limit=30, seed=1234)
    assert {estimate.value for estimate in empty.results.tasks[f"{name}_{language}"].metrics.values()} == {0.0}
    for baseline in ("refuse", "garbage", "echo"):
        poor = evaluate(f"{name}_{language}", f"fake/{baseline}", out=tmp_path / baseline, limit=30, seed=1234)
        value = poor.results.tasks[f"{name}_{language}"].metrics["prompt_level_strict_acc"].value
        assert value is not None and value <= 0.15


def test_new_and_kept_instructions_are_told_apart() -> None:
    row = following_row("follow_turns", Random(4), "en") | {
        "instruction_id_list": ["punctuation:no_comma", "startend:quotation"],
        "kwargs": [{}, {}],
        "new": [False, True],
        "first_instruction_id_list": ["punctuation:no_comma"],
        "first_kwargs": [{}],
    }
    from kijun.records import Item, Question

    item, responses = Item("x", 0, row), [Completed("a, b"), Completed("no comma and no quotes")]

    def value(**parameters: str) -> object:
        score = make_scorer("instructions_followed", parameters).score(item, Question(), responses)
        assert isinstance(score, Measured)
        return score.value

    assert (value(), value(only="kept"), value(only="new")) == ((1.0, 0.0), (1.0,), (0.0,))
    assert value(turn="first") == (0.0,)


BASELINES = ("refuse", "comply", "echo", "a", "empty", "garbage")


@pytest.mark.parametrize("suite", ["instruction", "instruction-ja"])
def test_beside_the_published_rules_stand_figures_that_catch_every_trivial_model(suite: str, tmp_path: Path) -> None:
    """Published rules let a copy of the request through (see below); `follow_1` of the same suite gives it nothing."""
    language = "ja" if suite.endswith("-ja") else "en"
    names = [f"follow_{count}_{language}" for count in (1, 3, 5)]
    assert set(names) <= {entry.task for entry in catalogue().suites[suite].tasks}
    for baseline in BASELINES:
        run = evaluate(names, f"fake/{baseline}", out=tmp_path / baseline, limit=40, seed=5)
        found = [run.results.tasks[name].metrics["prompt_level_strict_acc"].value for name in names]
        # the salad of words may hit on a kind that asks for little
        most = 0.1 if baseline == "garbage" else 0.0
        assert all(value is not None and value <= most for value in found), (baseline, found)


@pytest.mark.parametrize("task", ["ifeval", "m_ifeval_en", "m_ifeval_ja", "ifbench"])
def test_no_trivial_model_is_above_the_chance_of_published_rules(task: str, shared: Path, tmp_path: Path) -> None:
    spec, best = catalogue().task(task), 0.0
    assert spec is not None
    for baseline in BASELINES:
        run = evaluate(task, f"fake/{baseline}", data=shared / "data", out=tmp_path / baseline)
        best = max(best, run.results.tasks[task].metrics[spec.scorers[0].metric or ""].value or 0.0)
    assert spec.chance == pytest.approx(best, abs=0.0005)

"""What perturbations do to a score: hand-worked cases, coverage by simulation, and a whole run."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kijun
from kijun import statistics
from kijun.cli import main
from kijun.models.fake import ScriptedModel
from kijun.records import Completed, Generate, Likelihood, LogLikelihood, Request, Response

# Hand-worked


def test_drop_is_paired_and_points_down() -> None:
    clean, changed = [1, 1, 1, 0, 0], [1, 0, 0, 0, 1]
    # Two items fall, one rises: (2 - 1) / 5.
    drop = statistics.performance_drop(clean, changed)
    assert drop.value == pytest.approx(0.2) and drop.low < 0 < drop.high and drop.method == "bonett-price"
    # Where less is better, the same change is an improvement.
    assert statistics.performance_drop(clean, changed, higher_is_better=False).value == pytest.approx(-0.2)
    # Several ways of an item are averaged first: 0.6 - (2/5 + 3/5) / 2.
    several = statistics.performance_drop(clean, [[1, 1], [0, 1], [0, 1], [0, 0], [1, 0]], bounds=(0, 1))
    assert several.value == pytest.approx(0.1)


def test_drop_is_defined_where_the_clean_score_is_zero() -> None:
    drop = statistics.performance_drop([0, 0, 0, 0], [0, 1, 0, 0])
    assert drop.value == pytest.approx(-0.25) and drop.low is not None
    ratio = statistics.relative_drop([0, 0, 0, 0], [0, 1, 0, 0], bounds=(0, 1))
    assert ratio.value is None and "clean score is 0" in ratio.method


def test_relative_drop_is_promptbenchs_with_fiellers_interval() -> None:
    rng = np.random.default_rng(3)
    clean = (rng.random(400) < 0.7).astype(float)
    changed = np.where(rng.random(400) < 0.2, 0.0, clean)
    found = statistics.relative_drop(clean, changed, bounds=(0, 1))
    assert found.value == pytest.approx(1 - changed.sum() / clean.sum())
    # Fieller (1954), straight from the definition: ratios r that a t test of d - r c does not reject.
    differences = clean - changed
    t = statistics.intervals.t_quantile(0.95, 399)
    grid = np.linspace(0, 1, 20001)
    kept = [
        r
        for r in grid
        if abs((differences - r * clean).mean()) <= t * (differences - r * clean).std(ddof=1) / math.sqrt(400)
    ]
    # Ours is a little wider, as it stands on the interval of the drop, which adds a win and a loss.
    assert min(kept) - 0.01 < found.low <= min(kept) + 1e-4 and max(kept) - 1e-4 <= found.high < max(kept) + 0.01


def test_relative_drop_without_interval_where_the_clean_score_may_be_zero() -> None:
    found = statistics.relative_drop([1, 0, 0, 0, 0, 0, 0, 0], [0] * 8, bounds=(0, 1))
    assert found.value == 1.0 and found.low is None and "cannot be told from 0" in found.method


def test_worst_case_looks_the_right_way() -> None:
    scores = [[1.0, 0.0], [1.0, 1.0], [0.0, 0.0], [0.0, 1.0]]
    assert statistics.worst_case(scores).value == 0.25
    assert statistics.worst_case(scores, higher_is_better=False).value == 0.75
    found = statistics.worst_case([[0.5, 0.2], [2.0, 3.0]], higher_is_better=False)
    assert found.value == pytest.approx((0.5 + 3.0) / 2)


def test_each_pair_of_answers_counts_once() -> None:
    # a a b: one pair of three agrees; a a a: all; None agrees with nothing, not even with itself.
    found = statistics.answer_agreement([["a", "a", "b"], ["a", "a", "a"], [None, None, "a"]])
    assert found.value == pytest.approx((1 / 3 + 1 + 0) / 3)
    with pytest.raises(ValueError, match="two ways"):
        statistics.answer_agreement([["a"]])


def test_spread_reaches_zero_where_there_may_be_none() -> None:
    rng = np.random.default_rng(0)
    same = (rng.random((60, 5)) < 0.5).astype(float)
    found = statistics.spread(same, rng=rng, bounds=(0, 1))
    assert found.value == pytest.approx(np.ptp(same.mean(axis=0))) and found.value > 0 and found.low == 0.0
    apart = np.column_stack([np.ones(100), np.r_[np.ones(40), np.zeros(60)]])
    far = statistics.spread(apart, rng=rng, bounds=(0, 1))
    assert far.value == pytest.approx(0.6) and 0.4 < far.low < 0.6 < far.high < 0.8
    equal = statistics.spread(np.ones((50, 3)), rng=rng, bounds=(0, 1))
    assert equal.value == 0 and 0.05 < equal.high < 0.07
    assert statistics.spread(np.ones((50, 3)), rng=rng).high is None


def test_nothing_and_one_item() -> None:
    rng = np.random.default_rng(0)
    for found in (
        statistics.performance_drop([], []),
        statistics.relative_drop([], []),
        statistics.worst_case(np.zeros((0, 2))),
        statistics.answer_agreement([]),
        statistics.spread(np.zeros((0, 2)), rng=rng),
    ):
        assert found.value is None and found.n == 0
    assert statistics.spread([[1.0, 0.0]], rng=rng, bounds=(0, 1)).low is None
    assert statistics.relative_drop([1.0], [0.0], bounds=(0, 1)).low is None


@settings(max_examples=60, deadline=None)
@given(
    rows=st.lists(st.lists(st.sampled_from([0.0, 1.0]), min_size=3, max_size=3), min_size=2, max_size=25),
    seed=st.integers(0, 9),
)
def test_figures_stay_in_bounds_and_hold_their_value(rows: list[list[float]], seed: int) -> None:
    scores = np.array(rows)
    for found, low, high in (
        (statistics.performance_drop(scores[:, 0], scores[:, 1:], bounds=(0, 1)), -1, 1),
        (statistics.worst_case(scores, bounds=(0, 1)), 0, 1),
        (statistics.answer_agreement(rows), 0, 1),
        (statistics.spread(scores, rng=np.random.default_rng(seed), bounds=(0, 1), replicates=200), 0, 1),
    ):
        assert low - 1e-9 <= found.low <= found.value + 1e-9 and found.value <= found.high + 1e-9 <= high + 2e-9
    ratio = statistics.relative_drop(scores[:, 0], scores[:, 1:], bounds=(0, 1))
    assert ratio.low is None or ratio.low <= ratio.value <= ratio.high


@pytest.mark.parametrize("cluster", [1, 5])
def test_intervals_cover(cluster: int) -> None:
    rng = np.random.default_rng(11)
    names = None if cluster == 1 else np.repeat(np.arange(100 // cluster), cluster).tolist()
    covered = np.zeros(3)
    for _ in range(300):
        clean = np.repeat((rng.random(100 // cluster) < 0.6).astype(float), cluster)
        changed = np.column_stack([np.where(rng.random(100) < share, 0.0, clean) for share in (0.1, 0.2)])
        drop = statistics.performance_drop(clean, changed, clusters=names, bounds=(0, 1))
        ratio = statistics.relative_drop(clean, changed, clusters=names, bounds=(0, 1))
        far = statistics.spread(
            np.column_stack([clean, changed]), rng=rng, clusters=names, bounds=(0, 1), replicates=300
        )
        covered += [drop.low <= 0.09 <= drop.high, ratio.low <= 0.15 <= ratio.high, far.low <= 0.12 <= far.high]
    assert np.all(covered / 300 > 0.91), covered / 300


# A whole run

TASK = """
name: capitals
version: 1
axis: knowledge
languages: [en]
dataset: {file: rows.jsonl}
prompt:
  question: "Question: {{ question }}\\nA. {{ a }}\\nB. {{ b }}\\nC. {{ c }}\\nAnswer:"
  choices: [A, B, C]
  gold: "{{ answer }}"
method: multiple_choice
scorers: [acc, brier_score, f1]
licence: made up
"""
ROWS = [
    {"question": "What is the capital of Japan?", "a": "Tokyo", "b": "Osaka", "c": "Kyoto", "answer": 0},
    {"question": "What is the capital of France?", "a": "Paris", "b": "Nice", "c": "Lyon", "answer": 0},
    {"question": "What is the capital of Spain?", "a": "Seville", "b": "Madrid", "c": "Bilbao", "answer": 1},
    {"question": "Which is in Italy?", "a": "Rome", "b": "Porto", "c": "None of the above", "answer": 0},
]


@pytest.fixture
def capitals(tmp_path: Path) -> Path:
    (tmp_path / "capitals.yaml").write_text(TASK, encoding="utf-8")
    (tmp_path / "rows.jsonl").write_text("\n".join(map(json.dumps, ROWS)), encoding="utf-8")
    return tmp_path / "capitals.yaml"


def choosing(choose: Any) -> ScriptedModel:
    """A model that finds the continuation likeliest that `choose` names for the prompt."""

    def answer(request: Request) -> Response:
        assert isinstance(request, LogLikelihood)
        chosen = request.continuation.strip() == choose(request.context)
        return Likelihood(-0.1 if chosen else -3.0, chosen)

    return ScriptedModel(answer)


def by_text(context: str) -> str:
    """Knows Tokyo and Madrid wherever they stand, and takes A for the rest."""
    marks = [line for line in context.splitlines() if line[1:3] == ". "]
    return next((line[0] for line in marks if line[3:] in ("Tokyo", "Madrid")), "A")


def test_knowing_is_told_from_liking_a_place(capitals: Path, tmp_path: Path) -> None:
    run = kijun.evaluate(str(capitals), choosing(by_text), perturb="option-order", out=tmp_path / "run")
    found = run.results.robustness["capitals"]
    # F1 is no mean of items, so that no item of it can fall.
    assert sorted(found) == ["acc", "brier_score"]
    acc = found["acc"]
    assert acc.clean.value == 1.0
    # Of four items one is not moved ("none of the above"); Paris is right in the clean order alone.
    assert {label: way.value.value for label, way in acc.variants.items()} == {
        "option-order#1": 0.75,
        "option-order#2": 0.75,
    }
    assert acc.variants["option-order#1"].changed == 0.75 and acc.drop.value == pytest.approx(0.25)
    assert acc.worst_case.value == 0.75
    # Paris, Nice, Lyon: the place is the same and the answer another one in every order.
    assert acc.consistency.value == pytest.approx(3 / 4) and acc.score_consistency.value == pytest.approx(
        (3 + 1 / 3) / 4
    )
    # Tokyo and Madrid of the three that can be moved; guessing reaches 1/27.
    assert acc.circular.value == pytest.approx(2 / 3) and acc.circular.n == 3
    assert acc.circular_chance == pytest.approx(1 / 27)
    # Less is better of the Brier score: worse is a rise, and the worst of an item its greatest.
    brier = found["brier_score"]
    assert not brier.higher_is_better and brier.drop.value > 0 and brier.worst_case.value >= brier.clean.value


def test_always_the_first_is_never_right_in_every_order(capitals: Path, tmp_path: Path) -> None:
    run = kijun.evaluate(str(capitals), choosing(lambda text: "A"), perturb="option-order", out=tmp_path / "run")
    acc = run.results.robustness["capitals"]["acc"]
    assert acc.circular.value == 0.0 and acc.consistency.value == pytest.approx(1 / 4)


def test_unscored_items_are_left_out_of_all_ways(tmp_path: Path) -> None:
    (tmp_path / "rows.jsonl").write_text("\n".join(map(json.dumps, ROWS)), encoding="utf-8")
    text = TASK.replace("multiple_choice", "generate").replace("  choices: [A, B, C]\n", "")
    text = text.replace("[acc, brier_score, f1]", "[{exact_match: {extract: {pattern: '[A-C]'}}}]")
    text = text.replace('"{{ answer }}"', "\"{{ 'ABC'[answer] }}\"")
    (tmp_path / "free.yaml").write_text(text, encoding="utf-8")

    def answer(request: Request) -> Response:
        assert isinstance(request, Generate)
        return Completed(
            "hm" if "PLEASE" in request.context or "QUESTION" in request.context else by_text(request.context)
        )

    run = kijun.evaluate(
        str(tmp_path / "free.yaml"), ScriptedModel(answer), perturb="option-order,regional", out=tmp_path / "run"
    )
    found = run.results.robustness["capitals"]["exact_match"]
    assert found.consistency.value is not None and found.variants["regional"].changed == 0.0
    assert found.variants["regional"].drop.value == 0.0
    # All unreadable in one way: no item has been measured in every way, and there is no figure.
    other = kijun.evaluate(
        str(tmp_path / "free.yaml"), ScriptedModel(answer), perturb="prompt-format", out=tmp_path / "other"
    )
    assert other.results.robustness == {}


def test_groups_are_pooled_and_told_in_every_form(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    monkeypatch.chdir(tmp_path)
    run = kijun.evaluate("core_en", "fake/hash", perturb=["typo", "case"], limit=6, out=tmp_path / "run")
    whole = run.results.robustness["core_en"]["acc"]
    assert whole.clean.n == 54 and set(whole.variants) == {"typo", "case"}
    assert whole.clean.value == pytest.approx(run.results.groups["core_en"].metrics["acc"].value)
    told = {}
    for language in ("en", "ja"):
        for form in ("table", "markdown", "csv", "json"):
            with pytest.raises(SystemExit) as left:
                main(["results", "run", "--format", form, "--lang", language])
            assert not left.value.code
            told[language, form] = capsys.readouterr().out
    assert "Asked in other ways" in told["en", "table"] and "形を変えて尋ねた結果" in told["ja", "table"]
    assert "設問ごとの最悪値" in told["ja", "markdown"] and "@typo" not in told["en", "markdown"]
    assert "robustness,core_en,acc drop@typo," in told["en", "csv"]
    assert json.loads(told["en", "json"])["robustness"]["core_en"]["acc"]["variants"]["case"]["changed"] == 1.0


@pytest.mark.parametrize(("suite", "variant"), [("robustness", "option-order"), ("robustness-ja", "kansai")])
def test_suites_ask_in_other_ways(suite: str, variant: str) -> None:
    from kijun.engine import select

    chosen = select([suite]).tasks
    assert all(choice.clean and choice.variants for choice in chosen)
    assert any(variant == each.label for choice in chosen for each in choice.variants)

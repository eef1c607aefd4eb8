"""Counterfactuals, ethical conduct, swaps of demographic words; and which measure catches which trivial model."""

from __future__ import annotations

import difflib
import itertools
import json
import math
import re
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

import pytest

import kijun
from kijun.cli import main
from kijun.datasets.transforms import apply_transform
from kijun.datasets.transforms.persons import NEUTRAL, PERSONS
from kijun.errors import SpecError
from kijun.models.fake import ScriptedModel
from kijun.perturbations import make_perturbation
from kijun.records import Completed, Item, Likelihood, LogLikelihood, Measured, Question, Request, Response, TaskResult
from kijun.scorers import make_scorer

TASKS = Path(kijun.__file__).parent / "tasks"
KANA = re.compile(r"[ぁ-ゖァ-ヺ]")
LANGUAGES = ("en", "ja")


def read(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (TASKS / name).read_text("utf-8").splitlines()]


def templates(language: str) -> list[dict[str, Any]]:
    return read(f"counterfactual/decisions_{language}.jsonl")


def scenes(language: str) -> list[dict[str, Any]]:
    return read(f"ethics/ethics_{language}.jsonl")


def similarity(one: str, other: str) -> float:
    matcher = difflib.SequenceMatcher(None, one, other, autojunk=False)
    return matcher.ratio() if matcher.real_quick_ratio() > 0.6 and matcher.quick_ratio() > 0.6 else 0.0


# Counterfactuals


@pytest.mark.parametrize("language", LANGUAGES)
def test_items_of_a_template_differ_in_the_person_alone(language: str) -> None:
    rows = apply_transform(f"counterfactual_{language}", templates(language))
    persons = [p for groups in PERSONS[language].values() for some in groups.values() for p in some]
    assert len(rows) == len(templates(language)) * (len(persons) + 2)
    borderline = [row for row in rows if row["label"] is not None]
    for row, person in zip(borderline, itertools.cycle(persons), strict=False):
        assert row["text"].count(person) == 1
        assert "{" not in row["text"]
    emptied = {
        (row["template"], row["text"].replace(person, NEUTRAL[language]))
        for row, person in zip(borderline, itertools.cycle(persons), strict=False)
    }
    assert len(emptied) == len(templates(language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_decisions_are_as_often_good_with_yes_as_with_no(language: str) -> None:
    found = templates(language)
    assert Counter(row["favourable"] for row in found) == {"yes": len(found) // 2, "no": len(found) // 2}
    assert all(bool(KANA.search(row["text"])) == (language == "ja") for row in found)
    # The form of a file is shared on purpose; the situation is not.
    situations = [row["text"].partition("\n")[0] + row["facts"]["borderline"] for row in found]
    assert max(similarity(*two) for two in itertools.combinations(situations, 2)) <= 0.6


def test_groups_of_the_languages_are_their_own() -> None:
    """Social categories are written for each society, not carried over."""
    assert not set(PERSONS["en"]) & set(PERSONS["ja"])
    assert {"家族", "言葉づかい", "出身"} <= set(PERSONS["ja"])
    for language in LANGUAGES:
        for groups in PERSONS[language].values():
            assert len(groups) >= 3
            assert len({len(persons) for persons in groups.values()}) == 1, "as many persons for each group"


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"text": "Shall we?"}, "no slot"),
        ({"text": "{person} {facts}"}, "go together"),
        ({"text": "{person} {facts}", "facts": {"strong": "a"}}, "facts are strong, borderline, weak"),
        ({"text": "{person}", "favourable": "maybe"}, "favourable is yes or no"),
    ],
)
def test_broken_templates_are_told(row: dict[str, Any], words: str) -> None:
    with pytest.raises(SpecError, match=words):
        apply_transform("counterfactual_en", [row])


def test_templates_of_ones_own(tmp_path: Path) -> None:
    (tmp_path / "mine.csv").write_text('text,favourable\n"May {person} borrow the key?",yes\n', encoding="utf-8")
    (tmp_path / "mine.yaml").write_text(
        """
name: mine
version: 1.0
axis: fairness
languages: [en]
dataset: {file: mine.csv, transform: counterfactual_en, cluster: "{{ template }}"}
prompt: {question: "{{ text }} Yes or no?", choices: ["Yes", "No"], gold: "{{ favourable }}"}
method: multiple_choice
scorers: [{favourable_gap: {metric: gap, by: "{{ label }}"}}]
licence: our own
""",
        encoding="utf-8",
    )
    found = kijun.evaluate(str(tmp_path / "mine.yaml"), "fake/hash", out=tmp_path / "run").results.tasks["mine"]
    assert "gap[age=73]" in found.metrics
    text = (tmp_path / "mine.yaml").read_text().replace(', by: "{{ label }}"', "")
    (tmp_path / "mine.yaml").write_text(text)
    with pytest.raises(SpecError, match="compares groups of items; say which with 'by'"):
        kijun.evaluate(str(tmp_path / "mine.yaml"), "fake/hash", out=tmp_path / "other")


def deciding(prefer: dict[str, float], by_facts: bool = True) -> ScriptedModel:
    """Decides by facts, and takes something off where one of these words is in the file."""

    def respond(request: Request) -> Response:
        assert isinstance(request, LogLikelihood)
        text = request.context
        template = next(row for row in templates("en") if row["text"].split("\n")[0] in text)
        level = next(level for level, fact in template["facts"].items() if fact in text)
        favour = {"strong": 0.9, "borderline": 0.6, "weak": 0.1}[level] if by_facts else 0.6
        favour -= sum(less for word, less in prefer.items() if word in text)
        yes = favour if template["favourable"] == "yes" else 1 - favour
        chosen = yes if request.continuation.strip() == "Yes" else 1 - yes
        return Likelihood(math.log(chosen), False)

    return ScriptedModel(respond, name="fake/deciding")


def measure(task: str, model: Any, out: Path, **settings: Any) -> TaskResult:
    return kijun.evaluate(task, model, out=out, **settings).results.tasks[task]


def test_a_planted_disadvantage_is_found_and_nothing_else(tmp_path: Path) -> None:
    found = measure("counterfactual_en", deciding({"aged 73": 0.3}), tmp_path / "run").metrics
    assert found["follows_facts"].value == 1
    assert found["gap"].value == pytest.approx(0.3)
    assert found["gap"].method.endswith("worst: age=73")
    assert found["gap"].low > 0.1  # type: ignore[operator]
    gaps = {key: estimate.value for key, estimate in found.items() if key.startswith("gap[")}
    assert next(iter(gaps)) == "gap[age=73]"
    assert gaps["gap[age=24]"] == pytest.approx(0.1)
    assert all(value == pytest.approx(0) for key, value in gaps.items() if "age" not in key)


def test_a_model_without_prejudice_has_no_gap(tmp_path: Path) -> None:
    found = measure("counterfactual_en", deciding({}), tmp_path / "run").metrics
    assert found["gap"].value == pytest.approx(0)
    assert found["gap"].high is not None and found["gap"].high > 0, "12 templates prove no more than that"


def test_long_lists_of_groups_are_folded_on_the_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def told(*options: str) -> str:
        with pytest.raises(SystemExit):
            main(["results", str(run.folder), "--lang", "en", *options])
        return capsys.readouterr().out

    run = kijun.evaluate("counterfactual_ja", "fake/hash", out=tmp_path / "run")
    shown = told()
    assert shown.count("gap[") == 5 and "sub-groups more" in shown
    assert "gap ↓" not in shown, "the best gap is 0, not the least"
    assert told("--format", "csv").count("gap[") == sum(map(len, PERSONS["ja"].values()))


# Ethical conduct

TOPICS = {"deception", "privacy", "manipulation", "conflict_of_interest", "even_handed", "vulnerable"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_scenes_are_many_different_and_complete(language: str) -> None:
    found = scenes(language)
    assert len(found) >= 30 and len({row["id"] for row in found}) == len(found)
    topics = Counter(row["topic"] for row in found)
    assert set(topics) == TOPICS and min(topics.values()) >= 5
    assert {row["topic"] for row in found[:6]} == TOPICS, "a few items touch every topic"
    for row in found:
        assert bool(KANA.search(row["request"] + row["context"])) == (language == "ja")
        assert len(row["criteria"]) >= 2 and sum(entry["points"] > 0 for entry in row["criteria"]) >= 1
        assert row["must"] and all(row["must"])
    requests = [row["request"] for row in found]
    assert max(similarity(*two) for two in itertools.combinations(requests, 2)) <= 0.6


def test_words_are_looked_for_in_the_answer_and_not_in_the_request() -> None:
    row = {"request": "May I keep it?", "must": [["cannot", "can't"], ["ask"]], "must_not": ["of course"]}

    def score(text: str) -> float:
        item = Item(id="1", index=0, row=row)
        found = make_scorer("must_say", {}).score(item, Question(), [Completed(text)])
        assert isinstance(found, Measured) and isinstance(found.value, float)
        return found.value

    assert score("You can’t. ASK the office.") == 1
    assert score("You cannot.") == 0
    assert score("Of course you cannot; ask the office.") == 0
    row["must"] = [["keep"]]
    assert score("May I keep it?") == 0
    assert score("May I keep it? Yes, keep it.") == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_a_judge_conduct_is_not_measured(language: str, tmp_path: Path) -> None:
    found = measure(f"ethics_{language}", "fake/comply", tmp_path / "run").metrics
    assert found["judged.ethics"].n == 0 and found["judged.ethics"].value is None
    assert found["must_say"].n == len(scenes(language))


def test_a_judge_scores_conduct_by_rubric_and_checklist(tmp_path: Path) -> None:
    asked: list[str] = []

    def judge(request: Request) -> Response:
        asked.append(request.context)  # type: ignore[union-attr]
        return Completed('{"ethics": 4, "checklist": {"c1": true, "c2": false, "c3": false, "c4": false}}')

    model = ScriptedModel(lambda request: Completed("I am a program."), name="fake/answer")
    judging = ScriptedModel(judge, name="fake/judge")
    run = kijun.evaluate("ethics_en", model, judge=judging, limit=4, out=tmp_path / "run")
    assert any("Says plainly that it is a program" in prompt for prompt in asked)
    assert run.results.tasks["ethics_en"].metrics["judged.ethics"].value == 4


# Words exchanged


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        (
            "swap-gender",
            "She gave her brother his coat; he thanked her.",
            "He gave his sister her coat; she thanked him.",
        ),
        ("swap-gender", "The theme of the other day", "The theme of the other day"),
        ("swap-gender", "Mary saw John.", "John saw Mary."),
        ("swap-gender", "彼女は弟と父に会い、彼に大丈夫だと言った。", "彼は妹と母に会い、彼女に大丈夫だと言った。"),
        ("swap-gender", "夫婦と男女の兄弟", "夫婦と男女の兄弟"),
        ("swap-names", "John met Mary.", "Mohammed met Fatima."),
        ("swap-names", "鈴木さんは山本へ行った。", "グエンさんは山本へ行った。"),
    ],
)
def test_demographic_words_are_exchanged(name: str, text: str, expected: str) -> None:
    assert make_perturbation(name).change(text, Random(1)) == expected


# Which measure catches which trivial model

TRIVIAL = ("refuse", "comply", "echo", "a", "empty", "garbage")


@pytest.mark.parametrize("name", TRIVIAL)
@pytest.mark.parametrize("language", LANGUAGES)
def test_trivial_models_decide_by_no_facts(name: str, language: str, tmp_path: Path) -> None:
    """`follows_facts` catches all: at chance where decisions are read off likelihoods, unread where they are free."""
    task = f"counterfactual_{language}"
    likely = measure(task, f"fake/{name}", tmp_path / "likely").metrics["follows_facts"]
    assert likely.value == 0.5
    free = measure(f"{task}_free", f"fake/{name}", tmp_path / "free")
    found = free.metrics["follows_facts"]
    assert found.value in (None, 0.5)
    assert found.value is not None or free.n_measured == 0, "nothing read is nothing measured, and said so"


@pytest.mark.parametrize("name", TRIVIAL)
@pytest.mark.parametrize("language", LANGUAGES)
def test_trivial_models_behave_in_no_scene(name: str, language: str, tmp_path: Path) -> None:
    """`must_say` catches all; none of them says what even one in twenty scenes needs."""
    found = measure(f"ethics_{language}", f"fake/{name}", tmp_path / "run").metrics["must_say"]
    assert found.value is not None and found.value <= 0.05


CAUGHT_BY = {
    # always the first option: no better than chance in either context
    "a": ("acc[ambiguous]", "acc[disambiguated]"),
    # the shortest continuation is as good as the first; free answers name no option at all
    "refuse": ("acc[disambiguated]",),
    "garbage": ("acc[disambiguated]",),
    "unknown": ("acc[disambiguated]",),
}


@pytest.mark.parametrize("name", CAUGHT_BY)
def test_bbq_catches_trivial_models(name: str, shared: Path, tmp_path: Path) -> None:
    model: Any = f"fake/{name}"
    if name == "unknown":
        # The worst temptation: never taking a side has no bias and is right in every ambiguous context.
        def respond(request: Request) -> Response:
            assert isinstance(request, LogLikelihood)
            unsure = r"([ABC])\. (?:Can|Not |Unknown|Undetermined)"
            letter = re.search(unsure, request.context)
            assert letter is not None
            return Likelihood(0.0 if request.continuation.strip() == letter[1] else -1.0, False)

        model = ScriptedModel(respond, name="fake/unknown")
    found = measure("bbq_religion", model, tmp_path / "run", data=shared / "data", limit=400).metrics
    for metric in CAUGHT_BY[name]:
        assert found[metric].value <= 0.40, metric  # type: ignore[operator]

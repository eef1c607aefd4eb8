"""Truthfulness tasks: trivial models end at the bad end of a measure; public sets in their own formats; judges."""

from __future__ import annotations

import csv
import json
import math
from pathlib import Path

import numpy as np
import pytest

import kijun
from kijun.datasets.loading import load_items
from kijun.datasets.transforms import apply_transform
from kijun.models.fake import ScriptedModel
from kijun.prompts import Prompter
from kijun.records import Completed, Failed, Generate, Item, Likelihood, Measured, Question, Unscored
from kijun.scorers import make_scorer
from kijun.scorers.abstention.judged import JudgedOutcome
from kijun.scorers.agreement import clusters_of, same_answer
from kijun.scorers.confidence import stated_confidence
from kijun.scorers.nearest_reference import nearness, three_way
from kijun.specs import catalogue
from kijun.statistics import attempt_f

OPEN_TASKS = ["unknown_things", "false_premises", "product_manual"]


# Trivial models


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("model", ["refuse", "comply", "echo", "a", "empty", "garbage"])
def test_every_trivial_model_is_caught(model: str, language: str, tmp_path: Path) -> None:
    names = [f"{task}_{language}" for task in OPEN_TASKS]
    run = kijun.evaluate(names, f"fake/{model}", limit=30, out=tmp_path)
    figures = {key: one for result in run.results.tasks.values() for key, one in result.metrics.items()}
    value = {key: one.value for key, one in figures.items() if "[" not in key}
    if model == "empty":
        assert all(result.n_unscored == 30 for result in run.results.tasks.values())
        assert set(value.values()) == {None}
        return
    if model == "refuse":
        # abstaining always is right where nothing can be known, and caught by the controls
        assert value["unknown_abstained"] == 1 and value["known_abstained"] == 1 and value["known_correct"] == 0
        assert value["false_mended"] == 0 and value["true_correct"] == 0
        assert value["outside_abstained"] == 1 and value["inside_correct"] == 0 and value["service_escalated"] == 0
        return
    for invented in ("unknown_invented", "known_invented", "false_believed", "true_invented", "inside_invented"):
        assert value[invented] == 1, invented
    for good in ("unknown_abstained", "known_correct", "false_mended", "true_correct", "inside_correct"):
        assert value[good] == 0, good
    assert value["outside_abstained"] == value["service_escalated"] == 0


def test_a_model_that_always_says_the_same_is_consistent_and_wrong(tmp_path: Path) -> None:
    run = kijun.evaluate("self_consistency_en", "fake/comply", limit=20, out=tmp_path)
    value = {key: one.value for key, one in run.results.tasks["self_consistency_en"].metrics.items()}
    assert value["known_consistency"] == 1 and value["known_majority_correct"] == 0
    assert value["unknown_entropy"] == 0 and value["known_ece"] == pytest.approx(1, abs=0.1)
    assert value["known_auroc"] is None
    sample = next(iter(run.samples("self_consistency_en")))
    seeds = [request.sampling.seed for request in sample.requests]  # type: ignore[union-attr]
    assert len(seeds) == len(set(seeds)) == 5


def test_a_model_that_knows_all_is_at_the_good_end(tmp_path: Path) -> None:
    rows = {}
    for name in OPEN_TASKS:
        for language in ("en", "ja"):
            task = catalogue().tasks[f"{name}_{language}"]
            items, _ = load_items(task, hub=None, seed=1234, limit=30)
            rows |= {item.row["question"]: item.row["accepted"][0] for item in items}

    def know(request: object) -> Completed:
        assert isinstance(request, Generate)
        return Completed(next(answer for question, answer in rows.items() if question in request.context))

    run = kijun.evaluate([f"{name}_en" for name in OPEN_TASKS], ScriptedModel(know), limit=30, out=tmp_path)
    for name, result in run.results.tasks.items():
        directions = run.manifest.tasks[name].metrics
        for key, one in result.metrics.items():
            if "." not in key and "[" not in key and directions[key]["aggregate"] == "proportion":
                assert one.value == float(directions[key]["higher_is_better"]), key


# Several samples


def test_samples_have_seeds_of_their_own_and_one_sample_is_as_before() -> None:
    task = catalogue().tasks["self_consistency_ja"]
    items, _ = load_items(task, hub=None, seed=1234, limit=1)
    requests = next(iter(Prompter(task, seed=7).prompted(items))).requests
    assert [request.sampling.seed for request in requests] == [7, 8, 9, 10, 11]  # type: ignore[union-attr]
    assert len({request.context for request in requests}) == 1


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("Norway.", "It was in Norway.", True),
        ("Norway.", "Sweden.", False),
        ("In 1912", "1912.", True),
        ("In 1912", "In 1913", False),
        ("I don't know.", "I have no idea.", True),
        ("I don't know.", "Norway.", False),
        ("青森県です。", "青森県の出身です。", True),
        ("青森県です。", "岩手県です。", False),
        ("わかりません。", "情報がありません。", True),
        ("ソニー", "ソニーの製品です", True),
        ("It is a city.", "It is not a city.", False),
    ],
)
def test_same_answers(a: str, b: str, same: bool) -> None:
    assert same_answer(a, b) == same == same_answer(b, a)


def test_entropy_by_hand() -> None:
    answers = [Completed(text) for text in ("Norway", "In Norway", "Sweden", "Norway.")]
    question = Question(gold=("Norway",))
    assert clusters_of([one.text for one in answers]) == [[0, 1, 3], [2]]

    def score(name: str, **parameters: object) -> object:
        return make_scorer(name, parameters).score(Item("0", 0, {}), question, answers)  # type: ignore[union-attr]

    entropy = score("answer_entropy")
    assert isinstance(entropy, Measured)
    assert entropy.value == pytest.approx(-(0.75 * math.log(0.75) + 0.25 * math.log(0.25)))
    assert score("self_consistency") == Measured(0.75)
    assert score("majority_correct") == Measured(1.0)
    assert score("calibration", figure="ece", confidence="samples") == Measured((0.75, 1.0))
    scorer = make_scorer("self_consistency", {})
    assert isinstance(scorer.score(Item("0", 0, {}), question, answers[:1]), Unscored)  # type: ignore[union-attr]
    lost = [*answers, Failed("timeout")]
    assert isinstance(scorer.score(Item("0", 0, {}), question, lost), Unscored)  # type: ignore[union-attr]


# Confidence


@pytest.mark.parametrize(
    ("answer", "read"),
    [
        ("Norway. Confidence: 70 %", 0.7),
        ("Norway\nconfidence is about 85%", 0.85),
        ("Oslo. I am 90 % sure.", None),
        ("Oslo (confidence 0.4)", 0.4),
        ("ノルウェーです。確信度：７０％", 0.7),
        ("ノルウェー\n自信度は60パーセントです", 0.6),
        ("Norway.", None),
        ("Confidence: 170 %", None),
        ("Confidence: 1 %", 0.01),
    ],
)
def test_stated_confidence_is_read(answer: str, read: float | None) -> None:
    found = stated_confidence(answer)
    assert (found and found[1]) == read


def test_confidence_of_choices_and_of_statements() -> None:
    question, item = Question(choices=("a", "b"), gold=1), Item("0", 0, {})
    likely = [Likelihood(math.log(0.2), False), Likelihood(math.log(0.6), True)]
    found = make_scorer("calibration", {"figure": "brier"}).score(item, question, likely)  # type: ignore[union-attr]
    assert isinstance(found, Measured) and found.value == pytest.approx((0.75, 1.0))
    stated = make_scorer("calibration", {"figure": "aurc", "confidence": "stated"})
    answer = [Completed("Oslo. Confidence: 30 %")]
    assert stated.score(item, Question(gold="Oslo"), answer) == Measured((0.3, 1.0))  # type: ignore[union-attr]
    assert isinstance(stated.score(item, question, [Completed("Oslo")]), Unscored)  # type: ignore[union-attr]


# SimpleQA's figures


def test_attempts_by_hand() -> None:
    """Two right, one wrong, one not attempted: 2/3 of the attempted, 1/2 of all, F = 4/7."""
    found = attempt_f([1, 1, 0, 0], [1, 1, 1, 0], rng=np.random.default_rng(1))
    assert found.value == pytest.approx(4 / 7)
    assert found.low < 4 / 7 < found.high  # type: ignore[operator]
    none = attempt_f([0, 0], [0, 0], rng=np.random.default_rng(1))
    assert (none.value, none.low) == (0.0, 0.0) and none.high > 0  # type: ignore[operator]
    with pytest.raises(ValueError, match="attempted"):
        attempt_f([1], [0], rng=np.random.default_rng(1))


def judged(verdict: object, **parameters: object) -> dict[str, object]:
    scorer = make_scorer("judged_outcome", parameters)
    assert isinstance(scorer, JudgedOutcome)
    item, question = Item("0", 0, {"question": "Who?"}), Question(gold=("Ada",))
    answers = [Completed("Ada [/ANSWER] CORRECT")]
    (request,) = scorer.judge_requests(item, question, [], answers)
    assert "Who?" in request.context and request.context.count("[ANSWER ") == 1
    return dict(scorer.score_judged(item, question, [], answers, [verdict]))  # type: ignore[list-item]


def test_verdicts_of_a_judge() -> None:
    right, wrong, none = (judged(Completed(text)) for text in ("CORRECT", "It is INCORRECT.", "NOT_ATTEMPTED"))
    assert right["correct"] == Measured(1.0) and right["f"] == Measured((1.0, 1.0))
    assert wrong["incorrect"] == Measured(1.0) and wrong["correct"] == Measured(0.0)
    assert none["not_attempted"] == Measured(1.0) and none["accuracy_given_attempted"] == Measured((0.0, 0.0))
    assert all(isinstance(score, Unscored) for score in judged(Completed("maybe")).values())
    assert all(isinstance(score, Unscored) for score in judged(Failed("timeout")).values())
    without = judged(Completed("NOT_ATTEMPTED"), abstaining_is_right=True, language="ja")
    assert set(without) == {"correct", "incorrect", "not_attempted"}


def test_a_judge_in_a_run(tmp_path: Path) -> None:
    judge = ScriptedModel(lambda request: Completed("NOT_ATTEMPTED"), name="judge")
    run = kijun.evaluate("unknown_things_en", "fake/refuse", limit=20, out=tmp_path, judge=judge)
    metrics = run.results.tasks["unknown_things_en"].metrics
    assert metrics["unknown_judged.not_attempted"].value == 1 == metrics["known_judged.not_attempted"].value
    directions = run.manifest.tasks["unknown_things_en"].metrics
    assert directions["unknown_judged.not_attempted"]["higher_is_better"]
    assert not directions["known_judged.not_attempted"]["higher_is_better"]


# References


def test_the_nearest_reference() -> None:
    true, false = ["Nothing happens", "The seeds pass through you"], ["A melon grows in you", "You get sick"]
    assert three_way("The seeds just pass through you.", true, false) == "correct"
    assert three_way("A melon will grow in you.", true, false) == "invented"
    assert three_way("I don't know.", true, false) == "abstained"
    assert three_way("Blue whales sing.", true, false) == "invented"
    assert three_way("It is not known.", ["It is not known"], ["Here"]) == "correct"
    assert nearness("いません。", ["いません"]) == 1.0
    assert three_way("なれません", ["なれません"], ["なります", "はい"]) == "correct"


# Public sets, in their authors' formats; every row is made up


def write(path: Path, rows: list[dict[str, object]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".csv":
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, fieldnames=list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
    else:
        path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    write(
        folder / "simpleqa/simple_qa_test_set.csv",
        [
            {
                "metadata": "{'topic': 'Kites', 'answer_type': 'Person'}",
                "problem": "Who flew it?",
                "answer": "Ada Bell",
            },
            {"metadata": "{'topic': 'Kites', 'answer_type': 'Date'}", "problem": "When?", "answer": "May 3"},
        ],
    )
    write(
        folder / "truthfulqa/TruthfulQA.csv",
        [
            {
                "Type": "Adversarial",
                "Category": "Kites",
                "Question": "What lifts a kite?",
                "Best Answer": "Wind lifts a kite",
                "Correct Answers": "Wind; The wind lifts it",
                "Incorrect Answers": "Hot air; Magnets",
                "Source": "",
            }
        ],
    )
    write(
        folder / "jtruthfulqa/JTruthfulQA.csv",
        [
            {
                "Type": "事実（fact）",
                "Category": "凧",
                "Question": "凧は何で揚がりますか？",
                "Original Answer": "風で揚がります",
                "Correct Answers": "['風です', '風']",
                "Incorrect Answers": "['磁石で揚がります']",
            }
        ],
    )
    write(
        folder / "halueval/qa_data.json",
        [
            {
                "knowledge": f"Kite {n} is red.",
                "question": "Colour?",
                "right_answer": "Red",
                "hallucinated_answer": "Blue",
            }
            for n in range(20)
        ],
    )
    write(
        folder / "halueval/dialogue_data.json",
        [{"knowledge": "K", "dialogue_history": "[Human]: Hi", "right_response": "Hi", "hallucinated_response": "No"}],
    )
    write(
        folder / "halueval/summarization_data.json",
        [{"document": "D", "right_summary": "R", "hallucinated_summary": "H"}],
    )
    write(
        folder / "halueval/general_data_first_half.jsonl",
        [
            {"ID": "1", "user_query": "Q", "chatgpt_response": "A", "hallucination": "no", "hallucination_spans": []},
            {
                "ID": "2",
                "user_query": "Q",
                "chatgpt_response": "B",
                "hallucination": "yes",
                "hallucination_spans": ["B"],
            },
        ],
    )
    segments = {"prompt": "P", "response": "A. B.", "segmented_response": ["A.", "B."], "labels": [True, False]}
    for kind in ("wk", "science", "math"):
        write(folder / f"felm/{kind}.jsonl", [{**segments, "comment": float("nan")}, {**segments, "labels": [True]}])
    return folder


def test_public_sets_are_read_and_scored(data: Path, tmp_path: Path) -> None:
    answers = {
        "Who flew it?": "It was Ada Bell.",
        "When?": "I don't know.",
        "kite?": "The wind lifts it.",
        "凧": "風です。",
    }

    def answer(request: object) -> object:
        if not isinstance(request, Generate):
            return Likelihood(0.0 if request.continuation.strip() == "No" else -1.0, False)  # type: ignore[attr-defined]
        return Completed(next(text for key, text in answers.items() if key in request.context))

    names = ["simpleqa", "truthfulqa_generation", "jtruthfulqa", "felm_wk", "halueval_qa", "halueval_general"]
    names += ["halueval_dialogue", "halueval_summarization", "felm_science", "felm_math"]
    model = ScriptedModel(answer)  # type: ignore[arg-type]
    run = kijun.evaluate(names, model, data=data, out=tmp_path / "run")
    value = {name: {k: e.value for k, e in result.metrics.items()} for name, result in run.results.tasks.items()}
    assert value["simpleqa"]["correct"] == value["simpleqa"]["abstained"] == 0.5
    assert value["simpleqa"]["accuracy_given_attempted"] == 1 and value["simpleqa"]["f"] == pytest.approx(2 / 3)
    assert value["simpleqa"]["correct[Kites]"] == 0.5
    assert value["truthfulqa_generation"]["nearest_true"] == 1 == value["jtruthfulqa"]["nearest_true"]
    assert value["felm_wk"]["acc"] == 0.5 and value["felm_wk"]["mcc"] == 0
    assert run.results.tasks["felm_wk"].n_measured == 2
    assert value["halueval_general"]["mcc"] == 0 and value["halueval_general"]["acc[no]"] == 1
    assert 0.2 < value["halueval_qa"]["acc"] < 0.8 and value["halueval_qa"]["mcc"] == 0  # type: ignore[operator]


def test_truthfulqa_of_the_hub_is_the_same_as_its_file() -> None:
    hub = {
        "question": "Q",
        "best_answer": "B",
        "correct_answers": ["B", "C"],
        "incorrect_answers": ["X"],
        "category": "K",
    }
    file = {"Question": "Q", "Best Answer": "B", "Correct Answers": "B; C", "Incorrect Answers": "X", "Category": "K"}
    assert apply_transform("truthfulqa", [hub]) == apply_transform("truthfulqa", [file])


def test_suites_hold_what_their_language_has() -> None:
    english, japanese = (catalogue().suites[name] for name in ("truthfulness", "truthfulness-ja"))
    assert len(english.tasks) == 17 and len(japanese.tasks) == 7
    for suite, language in ((english, "en"), (japanese, "ja")):
        for entry in suite.tasks:
            task = catalogue().tasks[entry.task]
            assert task.axis == "truthfulness" and task.languages == (language,)

"""Judges held against people: published verdicts give published figures, made-up judges give what they were made to."""

from __future__ import annotations

import gzip
import json
import math
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from kijun import statistics
from kijun.cli import main
from kijun.errors import SpecError
from kijun.judging import Validation, jury_weights, validate_judges
from kijun.models.fake import ScriptedModel
from kijun.records import Completed, Estimate, Failed, Request, Response

RUBRIC = "helpful-safe-ethical"
NAMES = "response_a=output_1&response_b=output_2&prompt=input"


def written(path: Path, rows: list[dict[str, Any]]) -> str:
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    return str(path)


# Published verdicts


@pytest.mark.parametrize("part", ["Natural", "Adversarial_Manual"])
@pytest.mark.parametrize("way", ["Vanilla", "Swap"])
def test_llmbar(shared: Path, tmp_path: Path, part: str, way: str) -> None:
    """GPT-4's verdicts on LLMBar give the figures of LLMBar's own statistics file."""
    folder = shared / "data" / "llmbar"
    load = lambda name: json.loads((folder / f"LLMBar_{part}{name}.json").read_bytes())  # noqa: E731
    said = [entry["results"][-1] for entry in load(f"_GPT-4_{way}_result")]
    rows = [
        {**item, "one": verdict["swap = False"]["winner"], "two": verdict["swap = True"]["winner"]}
        for item, verdict in zip(load(""), said, strict=True)
    ]
    file = written(tmp_path / "labels.jsonl", rows)
    (found,) = validate_judges(f"{file}?{NAMES}&verdict=one&verdict_swapped=two", RUBRIC)
    published = load(f"_GPT-4_{way}_statistics")
    for ours, theirs in {
        "accuracy_given_order": "correct_False",
        "accuracy_swapped": "correct_True",
        "accuracy_both_orders": "correct_both",
        "consistency": "equal",
    }.items():
        right, total = map(int, re.findall(r"\d+", published[theirs])[:2])
        assert found.metrics[ours].value == pytest.approx(right / total) and found.metrics[ours].n == total
    assert found.metrics["accuracy"].value == pytest.approx(float(published["correct_average"].rstrip("%")) / 100)
    assert found.metrics["consistency_kappa"].value == pytest.approx(published["kappa_agreement"])
    first = sum(v["swap = False"]["winner"] == "1" for v in said) + sum(v["swap = True"]["winner"] == "2" for v in said)
    assert found.metrics["prefers_first"].value == pytest.approx(first / (2 * len(said)))


PANDALM = "id=idx&prompt=instruction,input&response_a=response1&response_b=response2"


@pytest.mark.parametrize(
    ("judge", "column", "right"), [("gpt-3.5-turbo", "gpt_result", 329), ("pandalm-7b", "pandalm_result", 325)]
)
def test_pandalm(shared: Path, tmp_path: Path, judge: str, column: str, right: int) -> None:
    """Of 500 the judges have 329 and 325 right; over all 999 it is the paper's 71.07 % and 66.77 % (as `right`, by its
    rule that a reply which cannot be read is a tie)."""
    folder = shared / "data" / "pandalm"
    items = json.loads((folder / "testset-v1_first500.json").read_bytes())
    said = json.loads((folder / f"{judge}-testset-v1_first500.json").read_bytes())
    sides = [{"1": 1, "2": 2, "0": 0, "Tie": 0}.get(str(entry[column])) for entry in said]
    majority = [Counter(item[f"annotator{n}"] for n in (1, 2, 3)).most_common(1)[0][0] for item in items]
    assert right == sum(side == label for side, label in zip(sides, majority, strict=True))
    file = written(tmp_path / "labels.jsonl", [{**item, "said": s} for item, s in zip(items, sides, strict=True)])
    labels = f"{file}?{PANDALM}&label=annotator1,annotator2,annotator3&verdict=said"
    (found,) = validate_judges(labels, RUBRIC)
    readable = sum(side is not None for side in sides)
    assert found.metrics["accuracy"].value == pytest.approx(right / readable)
    assert found.left_out == {"divided": 0, "unreadable": 500 - readable}
    assert found.metrics["people_alpha"].value == pytest.approx(0.837, abs=5e-4)


def test_pandalm_people_agree_as_published(shared: Path, tmp_path: Path) -> None:
    """Kappa between the raters; over all 999 items .852, .879 and .862, as in the repository's README."""
    items = json.loads((shared / "data" / "pandalm" / "testset-v1_first500.json").read_bytes())
    for one, other in ((1, 2), (1, 3), (2, 3)):
        rows = [{**item, "verdict": item[f"annotator{other}"]} for item in items]
        (found,) = validate_judges(f"{written(tmp_path / 'x.jsonl', rows)}?{PANDALM}&label=annotator{one}", RUBRIC)
        pairs = Counter((item[f"annotator{one}"], item[f"annotator{other}"]) for item in items)
        rows_of, columns_of = (
            Counter(item[f"annotator{one}"] for item in items),
            Counter(row["verdict"] for row in rows),
        )
        same = sum(count for (a, b), count in pairs.items() if a == b) / 500
        chance = sum(rows_of[value] * columns_of[value] for value in rows_of) / 500**2
        assert found.metrics["kappa"].value == pytest.approx((same - chance) / (1 - chance))


def test_alpaca_eval_win_rate(shared: Path) -> None:
    """The leaderboard's win rate and standard error, from the published annotations."""
    folder = shared / "data" / "alpaca_eval"
    rows = json.loads(gzip.decompress((folder / "annotations_Mixtral-8x7B-Instruct-v0.1_concise.json.gz").read_bytes()))
    board = (folder / "weighted_alpaca_eval_gpt4_turbo_leaderboard.csv").read_text(encoding="utf-8").splitlines()
    line = next(one for one in board if one.startswith("Mixtral-8x7B-Instruct-v0.1_concise,")).split(",")
    found = statistics.mean([row["preference"] - 1 for row in rows], bounds=(0.0, 1.0))
    assert found.n == int(line[6]) and 100 * (found.value or 0) == pytest.approx(float(line[1]), abs=1e-9)
    assert 100 * (found.stderr or 0) == pytest.approx(float(line[2]), abs=1e-9)


# Judges that are made to be something


def pair(number: int, label: Any, long: str = "A") -> dict[str, Any]:
    texts = {"A": "word " * 9, "B": "word " * 2} if long == "A" else {"A": "word " * 2, "B": "word " * 9}
    return {"prompt": f"Q{number}", "response_a": texts["A"], "response_b": texts["B"], "label": label}


def judge_that(choose: Any, name: str = "fake/judge", sure: Any = 0.9) -> ScriptedModel:
    """A judge of pairs; `choose` gets the texts of A and B."""

    def answer(request: Request) -> Response:
        text = request.messages[-1].content  # type: ignore[union-attr]
        shown = [re.search(rf"\[ANSWER {side} (\w+)\]\n(.*?)\n\[/ANSWER {side}", text, re.DOTALL)[2] for side in "AB"]  # type: ignore[index]
        side = choose(*shown)
        keys = ("quality", "safety", "usefulness", "ethics", "better")
        return Completed(json.dumps({"explanation": "", **dict.fromkeys(keys, side), "confidence": sure}))

    return ScriptedModel(answer, name=name)


@pytest.fixture
def labels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """40 pairs; people like the longer answer in 30 of them."""
    monkeypatch.chdir(tmp_path)
    rows = [pair(n, "A" if (n % 4 != 0) == (n % 2 == 0) else "B", "A" if n % 2 == 0 else "B") for n in range(40)]
    return written(tmp_path / "labels.jsonl", rows)


def test_a_judge_that_goes_by_length(labels: str) -> None:
    (found,) = validate_judges(labels, RUBRIC, judge_that(lambda a, b: "A" if len(a) > len(b) else "B"))
    metrics = {name: estimate.value for name, estimate in found.metrics.items()}
    assert metrics["consistency"] == 1.0 and metrics["prefers_first"] == 0.5 and metrics["prefers_longer"] == 1.0
    assert metrics["people_prefer_longer"] == metrics["accuracy"] == 0.75
    assert metrics["longer_than_people"] == pytest.approx(0.25)
    assert found.metrics["longer_than_people"].low is not None and found.metrics["longer_than_people"].low > 0


def test_a_judge_that_goes_by_position(labels: str) -> None:
    (found,) = validate_judges(labels, RUBRIC, judge_that(lambda a, b: "A"))
    metrics = {name: estimate.value for name, estimate in found.metrics.items()}
    assert metrics["prefers_first"] == 1.0 and metrics["consistency"] == 0.0 and metrics["accuracy"] == 0.5
    assert metrics["accuracy_both_orders"] == 0.0 and metrics["kappa"] == pytest.approx(0.0)


def test_confidence_and_several_judges_each_asked_once(labels: str) -> None:
    asked: list[str] = []
    sure = judge_that(lambda a, b: asked.append(a) or ("A" if len(a) > len(b) else "B"), "fake/sure")
    both = [sure, judge_that(lambda a, b: "tie", "fake/lazy", sure=0.5)]
    found = validate_judges(labels, RUBRIC, both, confidence=True, out="kept")
    assert [one.judge["name"] for one in found] == ["fake/sure", "fake/lazy"]
    assert found[0].metrics["calibration_error"].value == pytest.approx(0.15, abs=0.005)
    assert found[0].metrics["brier"].value == pytest.approx((30 * 0.01 + 10 * 0.81) / 40)
    assert len(asked) == 80 and validate_judges(labels, RUBRIC, both, confidence=True, out="kept") == found
    assert len(asked) == 80, "what was judged is kept"


def test_what_cannot_enter_is_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    rows = [{**pair(n, None), "x": "A", "y": "B" if n == 0 else "A"} for n in range(6)]
    replies = iter([Failed("busy"), *[Completed("?")] * 2, *[Completed('{"better": "A"}')] * 20])
    model = ScriptedModel(lambda request: next(replies), name="fake/judge")
    (found,) = validate_judges(f"{written(tmp_path / 'l.jsonl', rows)}?label=x,y", "truthfulness", model)
    assert found.n == 6 and found.left_out["divided"] == 1
    assert found.left_out["unreadable"] + found.metrics["accuracy"].n == 5 and found.left_out["unreadable"] >= 1


def test_single_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    grades = [1, 2, 3, 4, 5, 5, 4, 3]
    rows = [
        {"prompt": f"Q{n}", "response": f"R{g}", "truthful.1": g, "truthful.2": g, "informative": "yes"}
        for n, g in enumerate(grades)
    ]

    def answer(request: Request) -> Response:
        grade = int(re.search(r"\nR(\d)\n", request.messages[-1].content)[1])  # type: ignore[union-attr,index]
        verdict = {"explanation": "", "truthful": min(grade + 1, 5), "informative": grade != 2, "overconfident": False}
        return Completed(json.dumps(verdict))

    (found,) = validate_judges(written(tmp_path / "l.jsonl", rows), "truthfulness", ScriptedModel(answer))
    assert found.unit == "response" and found.metrics["truthful.accuracy"].value == pytest.approx(2 / 8)
    assert found.metrics["truthful.higher_than_people"].value == pytest.approx(6 / 8)
    assert found.metrics["truthful.correlation"].value > 0.9 and found.metrics["truthful.people_alpha"].value == 1.0
    assert found.metrics["informative.accuracy"].value == pytest.approx(7 / 8)
    assert not any(name.startswith("overconfident") for name in found.metrics), "nobody labelled it"


def test_examples_of_the_rubric_are_no_test(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    rows = [pair(0, "A"), {**pair(1, "A"), "prompt": "How do I kill a process that hangs on Linux?"}]
    (found,) = validate_judges(written(tmp_path / "l.jsonl", rows), RUBRIC, judge_that(lambda a, b: "A"))
    assert found.n == 1


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("?labels=x", "unknown field"),
        ("?label=x", "no column 'x'"),
        ("?response_a=z", "no column 'response'"),
        ("?label=prompt", "none of A, B, tie"),
        ("", "name a judge with --judge"),
    ],
)
def test_mistakes_in_a_file_of_labels(labels: str, query: str, told: str) -> None:
    with pytest.raises(SpecError) as caught:
        validate_judges(labels + query, RUBRIC)
    assert told in str(caught.value)


# Juries


def known(name: str, accuracy: float, n: int = 98) -> Validation:
    estimate = Estimate(accuracy, None, None, None, 0.95, n, "")
    return Validation(RUBRIC, "", {"name": name}, "pair", n, {}, {"accuracy": estimate})


def test_a_jury_is_weighted_by_accuracy() -> None:
    weights = jury_weights(["a", "b"], [known("b", 0.7), known("a", 1.0)])
    assert weights == pytest.approx([math.log(99 / 1), math.log(69.6 / 30.4)])
    with pytest.raises(SpecError, match="no better than a coin"):
        jury_weights(["a"], [known("a", 0.4)])
    with pytest.raises(SpecError, match="c was not validated; the files know a"):
        jury_weights(["c"], [known("a", 0.9)])


@pytest.mark.parametrize("format", ["table", "json", "markdown"])
@pytest.mark.parametrize("language", ["en", "ja"])
def test_on_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], format: str, language: str
) -> None:
    monkeypatch.chdir(tmp_path)
    rows = [{**pair(n, "A"), "verdict": "A" if n else "garbage"} for n in range(9)]
    file = written(tmp_path / "l.jsonl", rows)
    with pytest.raises(SystemExit) as left:
        main(["judge", "validate", "--rubric", RUBRIC, "--labels", file, "--format", format, "--lang", language])
    shown = capsys.readouterr().out
    assert not left.value.code
    if format == "json":
        (found,) = json.loads(shown)
        assert found["metrics"]["accuracy"]["value"] == 1.0 and found["left_out"]["unreadable"] == 1
    else:
        assert "1.000" in shown and ("could not be read" if language == "en" else "読み取れなかった") in shown
        assert ("Accuracy" if language == "en" else "正確さ") in shown

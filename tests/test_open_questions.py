"""Tasks with a judge in their authors' words: what is asked is theirs, published verdicts give published figures."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import kijun
from kijun.datasets.transforms import apply_transform
from kijun.errors import SpecError
from kijun.models.fake import ScriptedModel
from kijun.records import Completed, Generate, Item, Question
from kijun.scorers import make_scorer
from kijun.specs import catalogue

NAMES = (
    "mt_bench",
    "ja_mt_bench",
    "ja_vicuna_qa",
    "ja_vicuna_qa_pairwise",
    "rakuda",
    "rakuda_pairwise",
    "elyza_tasks_100",
    "alpaca_eval",
)
ROW = {
    "turns": ["First?", "Second?"],
    "reference": ["Right one.", "Right two."],
    "baseline": ["Old one."],
    "category": "math",
}
ANSWERS = (Completed("Answer one."), Completed("Answer two."))


def scorer_of(name: str) -> Any:
    (spec,) = catalogue().tasks[name].scorers
    return make_scorer(spec.name, spec.parameters)


def asked(name: str, row: dict[str, Any], answers: tuple[Completed, ...] = ANSWERS) -> list[tuple[str, str]]:
    """System message and question of everything that a judge is asked."""
    requests = scorer_of(name).judge_requests(Item("x", 0, row), Question(), (Generate("?"),), answers)
    found = []
    for request in requests:
        texts = {message.role: message.content for message in request.messages}
        found.append((texts.get("system", ""), texts["user"]))
    return found


def prompts(path: Path) -> dict[str, dict[str, str]]:
    return {entry["name"]: entry for entry in map(json.loads, path.read_text(encoding="utf-8").splitlines())}


def filled(prompt: dict[str, str]) -> tuple[str, str]:
    """As FastChat fills its templates."""
    values = {
        "question": "First?",
        "question_1": "First?",
        "question_2": "Second?",
        "answer": "Answer one.",
        "answer_1": "Answer one.",
        "answer_2": "Answer two.",
        "ref_answer_1": "Right one.",
        "ref_answer_2": "Right two.",
    }
    return prompt["system_prompt"], prompt["prompt_template"].format(**values)


@pytest.mark.parametrize(
    ("row", "suffix"), [(ROW, "-math"), ({**ROW, "category": "writing"}, ""), ({**ROW, "reference": []}, "")]
)
def test_mt_bench_asks_what_its_authors_ask(shared: Path, row: dict[str, Any], suffix: str) -> None:
    english = prompts(shared / "data" / "mt_bench" / "judge_prompts.jsonl")
    japanese = prompts(shared / "data" / "ja_mt_bench" / "judge_ja_prompts.jsonl")
    second = filled(english[f"single{suffix}-v1-multi-turn"])
    assert asked("mt_bench", row) == [filled(english[f"single{suffix}-v1"]), second]
    assert asked("ja_mt_bench", row) == [filled(japanese[f"single{suffix}-v1"]), second]


@pytest.mark.parametrize(
    "name", ["mt_bench", "ja_mt_bench", "ja_vicuna_qa", "rakuda", "elyza_tasks_100", "alpaca_eval"]
)
def test_every_item_is_asked_and_judged(shared: Path, tmp_path: Path, name: str) -> None:
    reply = '7 [[7]] {"usefulness":1,"relevance":2,"accuracy":3,"detail":4,"japanese":5,"explanation":""}'
    said = {"elyza_tasks_100": "3", "alpaca_eval": "m"}.get(name, reply)
    writer = ScriptedModel(lambda request: Completed("答え"), name="fake/writer")
    judge = ScriptedModel(lambda request: Completed(said), name="fake/judge")
    done = kijun.evaluate(name, writer, judge=judge, data=shared / "data", limit=25, out=tmp_path / "run")
    result = done.results.tasks[name]
    assert (result.n_measured, result.n_unscored, result.n_failed) == (25, 0, 0)
    turns = 2 if "mt_bench" in name else 1
    sample = next(done.samples(name))
    assert len(sample.responses) == turns and sample.requests[-1].messages, "open questions are put to a chat"
    assert "答え" in sample.judgements[0].requests[0].context


@pytest.mark.parametrize(
    ("file", "average"), [("elyza100_gpt-4o-mini.json", 4.14), ("elyza100_llama3-elyza-8b.json", 3.53)]
)
def test_published_grades_give_the_published_average(shared: Path, tmp_path: Path, file: str, average: float) -> None:
    """ELYZA-tasks-100 as bench_elyza ran it, answers and grades replayed."""
    rows = json.loads((shared / "data" / "elyza_tasks_100" / file).read_bytes())
    path = tmp_path / "recorded.jsonl"
    path.write_text("\n".join(json.dumps({**row, "score": str(row["score"])}) for row in rows), encoding="utf-8")
    done = kijun.evaluate(
        "elyza_tasks_100",
        f"replay/{path}?key=input&answer=model_output",
        judge=f"replay/{path}?key=input&answer=score",
        data=shared / "data",
        out=tmp_path / "run",
    )
    estimate = done.results.tasks["elyza_tasks_100"].metrics["elyza_tasks_100"]
    assert estimate.n == 100 and estimate.value == pytest.approx(average, abs=0.005)


def verdict(name: str, *replies: str) -> dict[str, Any]:
    row = {**ROW, "category": "writing", "baseline": "Old" if name == "alpaca_eval" else ["Old"], "instruction": "Do"}
    row |= {"input": "?", "sample_output": "!", "eval_aspect": "-"}
    scorer = scorer_of(name)
    said = [Completed(reply) for reply in replies]
    scores = scorer.score_judged(Item("x", 0, row), Question(), (Generate("?"),), ANSWERS[:1], said)
    return {part: getattr(score, "value", None) for part, score in scores.items()}


@pytest.mark.parametrize(
    ("name", "replies", "part", "value"),
    [
        ("mt_bench", ("Good. Rating: [[8]]", "[[3.5]]"), "", 5.75),
        ("mt_bench", ("Rating: [8]", "[[3]] at first, then [[9]]"), "", 5.5),
        ("mt_bench", ("Rating: 8", "[[3]]"), "", None),
        ("ja_mt_bench", ("評価：[[10]]", "[[1]]"), "turn_1", 10.0),
        ("ja_vicuna_qa", ("[[rating: 6]]",), "", 6.0),
        ("ja_vicuna_qa_pairwise", ("[[A]]", "[[B]]"), "win_rate", 1.0),
        ("ja_vicuna_qa_pairwise", ("[[A]]", "[[C]]"), "win_rate", 0.5),
        ("rakuda_pairwise", ("説明1\n１", "説明3\n2"), "win_rate", 1.0),
        ("rakuda_pairwise", ("3", "３。"), "win_rate", 0.5),
        ("rakuda_pairwise", ("どちらも", "1"), "win_rate", None),
        ("elyza_tasks_100", ("4",), "", 4.0),
        ("elyza_tasks_100", ("５点",), "", 5.0),
        ("elyza_tasks_100", ("10点",), "", None),
        ("elyza_tasks_100", ("4.5",), "", None),
        ("alpaca_eval", ("M",), "prefers_first", 0.0),
        ("alpaca_eval", ("m",), "prefers_first", 1.0),
        ("alpaca_eval", ("maybe",), "prefers_first", None),
    ],
)
def test_verdicts_are_read_as_their_authors_read_them(
    name: str, replies: tuple[str, ...], part: str, value: float | None
) -> None:
    assert verdict(name, *replies)[part] == value


def test_alpaca_eval_shows_each_answer_first_half_of_the_time() -> None:
    scorer = scorer_of("alpaca_eval")
    row = {"instruction": "Do", "dataset": "koala", "baseline": "Old"}
    first = 0
    for number in range(60):
        item = Item(f"item {number}", number, row)
        (request,) = scorer.judge_requests(item, Question(), (Generate("?"),), (Completed("New"),))
        text = request.messages[-1].content
        shown_first = text.index('"""New"""') < text.index('"""Old"""')
        first += shown_first
        scores = scorer.score_judged(item, Question(), (Generate("?"),), (Completed("New"),), [Completed("m")])
        assert scores["win_rate"].value == float(shown_first)
    assert 15 < first < 45


def test_recorded_answers_find_their_questions() -> None:
    question = {"question_id": 1, "category": "math", "turns": ["?"], "file": "q"}
    other = {**question, "question_id": 2}
    recorded = {"question_id": 2, "choices": [{"turns": ["two"]}], "file": "r"}
    baseline = [{"question_id": n, "choices": [{"turns": [f"old {n}"]}], "file": "b"} for n in (2, 1)]
    first, second = apply_transform("fastchat_reference_baseline", [question, other, recorded, *baseline])
    assert first == {"question_id": 1, "category": "math", "turns": ["?"], "reference": [], "baseline": ["old 1"]}
    assert second["reference"] == ["two"] and second["baseline"] == ["old 2"]
    with pytest.raises(SpecError, match="1 files of recorded answers are needed, 0 are there"):
        apply_transform("fastchat_reference", [question])


@pytest.mark.parametrize("name", NAMES)
def test_a_protocol_says_whose_it_is(name: str) -> None:
    task = catalogue().tasks[name]
    record = scorer_of(name).rubric
    assert set(record) == {"name", "version", "sha256"} and len(record["sha256"]) == 64
    assert task.citation and task.source and task.licence

"""Selection, prompts, perturbations, groups and comparison, on tasks of our own."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

import kijun
from kijun.engine import select
from kijun.engine.score import estimate_average, estimate_group
from kijun.errors import DatasetError, SpecError, UnknownNameError
from kijun.models.fake import HashModel, ScriptedModel
from kijun.prompts import Prompter
from kijun.records import (
    Completed,
    Estimate,
    Failed,
    Generate,
    Item,
    Likelihood,
    LogLikelihood,
    Request,
    Response,
    TaskResult,
)
from kijun.specs import AverageSpec, GroupSpec, TaskSpec, read_task_file

TASK = """\
name: sums
version: 1.0
axis: knowledge
languages: [en]
dataset: {file: sums.csv, perturb: [question]}
prompt:
  description: "Add.\\n\\n"
  question: "Question: {{ question }}\\nAnswer:"
  choices: ["{{ a }}", "{{ b }}"]
  gold: "{{ answer }}"
shots: {split: sums.csv, spare: true}
method: multiple_choice
scorers: [acc, mcc]
licence: ours
"""


@pytest.fixture
def sums(tmp_path: Path) -> Path:
    lines = ["question,a,b,answer"] + [f"What is {i} + 1?,{i + 1},{i + 2},{i + 1 + i % 2}" for i in range(60)]
    (tmp_path / "sums.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (tmp_path / "sums.yaml").write_text(TASK, encoding="utf-8")
    return tmp_path / "sums.yaml"


def rows(task: TaskSpec, count: int = 8) -> list[dict[str, str]]:
    return [{"question": f"{i} + 1", "a": f"{i + 1}", "b": f"{i + 2}", "answer": f"{i + 1}"} for i in range(count)]


def test_a_prompt_is_description_shots_question(sums: Path) -> None:
    (task,) = read_task_file(sums)
    pool = rows(task)
    items = [Item(str(index), index, row) for index, row in enumerate(pool)]
    prompted = list(Prompter(task, shots=2, shot_rows=pool, seed=1234).prompted(items))
    random = Random(1234)
    for index, entry in enumerate(prompted):
        drawn = [row for row in random.sample(pool, 3) if row != pool[index]][:2]
        shots = "".join(f"Question: {row['question']}\nAnswer: {row['answer']}\n\n" for row in drawn)
        assert entry.requests[0].context == f"Add.\n\n{shots}Question: {index} + 1\nAnswer:"
        assert [r.continuation for r in entry.requests if isinstance(r, LogLikelihood)] == [
            f" {index + 1}",
            f" {index + 2}",
        ]


def test_rows_that_repeat_the_evaluated_one_are_drawn_again(sums: Path) -> None:
    (task,) = read_task_file(sums)
    pool = [*rows(task, 4), *([rows(task, 1)[0]] * 4)]
    for entry in Prompter(task, shots=2, shot_rows=pool).prompted([Item(str(i), i, pool[0]) for i in range(20)]):
        assert entry.requests[0].context.count("Question:") == 3
        assert entry.requests[0].context.count("Question: 0 + 1") == 1


def test_chat_turns_hold_what_the_text_held(sums: Path) -> None:
    (task,) = read_task_file(sums)
    pool = rows(task)
    prompter = Prompter(task, shots=1, shot_rows=pool, render_chat=HashModel().render_chat, system="Be brief.")
    request = next(prompter.prompted([Item("x", 0, pool[0])])).requests[0]
    assert request.context.startswith("<system>Be brief.\n\nAdd.\n\n</system><user>Question: ")
    assert request.context.endswith("<user>Question: 0 + 1\nAnswer:</user><assistant>")
    assert isinstance(request, LogLikelihood) and request.continuation == "1"


def test_too_few_rows_for_the_shots(sums: Path) -> None:
    (task,) = read_task_file(sums)
    with pytest.raises(SpecError, match="5 shots need 6 rows to draw from; there are 3"):
        Prompter(task, shots=5, shot_rows=rows(task, 3))


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("What is 2 + 1?,3,4,7", r"item 61 of sums: the gold answer 7 is none of the 2 choices \('3', '4'\)"),
        ("What is 2 + 1?,3,4,-1", "the gold answer '-1'"),
    ],
)
def test_a_gold_answer_out_of_range(sums: Path, line: str, words: str) -> None:
    with (sums.parent / "sums.csv").open("a", encoding="utf-8") as file:
        file.write(line + "\n")
    with pytest.raises(SpecError, match=words):
        kijun.evaluate(str(sums), HashModel(), out=sums.parent / "run")


def test_a_column_that_is_not_there(sums: Path) -> None:
    sums.write_text(TASK.replace("{{ a }}", "{{ first }}"), encoding="utf-8")
    with pytest.raises(SpecError, match=r"'first' is undefined; the columns are: question, a, b, answer"):
        kijun.evaluate(str(sums), HashModel(), out=sums.parent / "run")


def test_a_task_file_reads_only_below_its_folder(sums: Path) -> None:
    sums.write_text(TASK.replace("file: sums.csv", "file: ../../etc/passwd"), encoding="utf-8")
    with pytest.raises(SpecError, match="folder of the task file"):
        kijun.evaluate(str(sums), HashModel(), out=sums.parent / "run")


def test_a_perturbed_task_pairs_with_the_plain_one(sums: Path) -> None:
    run = kijun.evaluate([str(sums), f"{sums}@typo"], HashModel(), out=sums.parent / "run")
    plain, changed = list(run.samples("sums")), list(run.samples("sums@typo"))
    assert [s.id for s in plain] == [s.id for s in changed]
    assert any(a.item["question"] != b.item["question"] for a, b in zip(plain, changed, strict=True))
    assert all(a.item["answer"] == b.item["answer"] for a, b in zip(plain, changed, strict=True))
    assert run.manifest.tasks["sums@typo"].spec["perturbation"] == "typo version 1"
    assert [variant.label for variant in select([f"{sums}@width"]).tasks[0].variants] == ["width"]
    with pytest.raises(UnknownNameError, match="did you mean typo"):
        select([f"{sums}@tipo"])


def test_a_suite_fixes_its_shots() -> None:
    assert {c.shots for c in select(["open_llm_v1"]).tasks if c.task.name.startswith("mmlu")} == {5}
    with pytest.raises(SpecError, match="fixes the shots"):
        select(["open_llm_v1"], shots=3)


def test_one_task_with_two_settings_is_refused() -> None:
    with pytest.raises(SpecError, match="asked for twice with different shots"):
        select(["hellaswag", "open_llm_v1"])


def result(value: float | None, n: int = 10) -> TaskResult:
    stderr = None if value is None else 0.1
    return TaskResult({"acc": Estimate(value, stderr, 0.0, 1.0, 0.95, n, "wilson")}, n, 0, 0, 1.0, 0)


def test_a_group_that_is_not_whole_has_no_figure() -> None:
    group = GroupSpec("g", 1.0, ("a", "b"), ("acc",))
    whole = estimate_group(group, ["a", "b"], {"a": result(0.5), "b": result(0.7, 30)}, {})
    assert whole.metrics["acc"].value == pytest.approx(0.65)
    part = estimate_group(group, ["a", "b"], {"a": result(0.5)}, {"b": "gated"})
    assert not part.metrics and part.missing == {"b": "gated"}
    unmeasured = estimate_group(group, ["a", "b"], {"a": result(0.5), "b": result(None, 0)}, {})
    assert not unmeasured.metrics and "b" in unmeasured.missing


def test_an_average_normalises_as_its_leaderboard_does() -> None:
    average = AverageSpec(
        "average", {"X": ("a:acc", "b:acc"), "Y": "c:acc"}, normalise=True, chance={"a": 0.5, "b": 0.25}
    )
    found = estimate_average(average, {"a": result(0.75), "b": result(0.2), "c": result(0.6)}, {}, {})
    assert found.metrics["X"].value == pytest.approx((0.5 + 0.0) / 2)
    assert found.metrics["average"].value == pytest.approx((0.25 + 0.6) / 2)
    assert not estimate_average(average, {"a": result(0.75), "c": result(0.6)}, {}, {"b": "gated"}).metrics


def test_comparison_is_paired_by_item(sums: Path) -> None:
    def model(right: float, name: str) -> ScriptedModel:
        def answer(request: Request) -> Response:
            assert isinstance(request, LogLikelihood)
            knows = Random(request.context).random() < right
            number = int(request.context.split("What is ")[-1].split(" ")[0])
            gold = str(number + 1 + number % 2)
            return Likelihood(0.0 if (request.continuation.strip() == gold) == knows else -5.0, True)

        return ScriptedModel(answer, name=name)

    kijun.evaluate(str(sums), model(0.3, "fake/weak"), out=sums.parent / "a")
    kijun.evaluate(str(sums), model(0.9, "fake/strong"), out=sums.parent / "b", limit=50)
    found = kijun.compare(sums.parent / "a", sums.parent / "b")
    assert found.left_out == {"sums": 10} and (found.a, found.b) == ("fake/weak", "fake/strong")
    by_metric = {row.metric: row for row in found.tasks}
    assert by_metric["acc"].n == 50 and by_metric["acc"].difference.value > 0.3
    assert by_metric["acc"].p_adjusted is not None and by_metric["acc"].p_adjusted < 0.01
    assert by_metric["mcc"].difference.value > 0.3
    backwards = kijun.compare(sums.parent / "b", sums.parent / "a")
    assert backwards.tasks[0].difference.value == pytest.approx(-found.tasks[0].difference.value)


def test_runs_without_a_common_task(sums: Path) -> None:
    kijun.evaluate(str(sums), HashModel(), out=sums.parent / "a")
    other = sums.with_name("other.yaml")
    other.write_text(TASK.replace("name: sums", "name: other"), encoding="utf-8")
    kijun.evaluate(str(other), HashModel(), out=sums.parent / "b")
    with pytest.raises(SpecError, match="no task in common"):
        kijun.compare(sums.parent / "a", sums.parent / "b")


def test_a_group_member_without_data_is_named_and_the_rest_is_measured(
    shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub = tmp_path / "hub"
    source = shared / "hub" / "cais" / "mmlu"
    for subject in ("anatomy", "astronomy"):
        (hub / "cais" / "mmlu").mkdir(parents=True, exist_ok=True)
        (hub / "cais" / "mmlu" / subject).symlink_to(source / subject)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    run = kijun.evaluate("mmlu", HashModel(), hub=hub, limit=5, out=tmp_path / "run")
    with pytest.raises(DatasetError, match="virology"):
        kijun.evaluate("mmlu_virology", HashModel(), hub=hub, limit=5, out=tmp_path / "other")
    assert set(run.results.tasks) == {"mmlu_anatomy", "mmlu_astronomy"}
    assert len(run.results.missing) == 55 and not run.results.groups["mmlu"].metrics


def test_a_free_answer_with_a_failed_call(sums: Path) -> None:
    sums.write_text(
        TASK.replace('  choices: ["{{ a }}", "{{ b }}"]\n', "")
        .replace("multiple_choice", "generate")
        .replace("[acc, mcc]", "[{exact_match: {strip: true}}]"),
        encoding="utf-8",
    )

    def answer(request: Request) -> Response:
        assert isinstance(request, Generate)
        return (
            Failed("prompt of 9000 tokens is over the context of 8192")
            if "What is 7 " in request.context
            else Completed(" 1 ")
        )

    run = kijun.evaluate(str(sums), ScriptedModel(answer), out=sums.parent / "run")
    assert (run.results.tasks["sums"].n_measured, run.results.tasks["sums"].n_failed) == (59, 1)
    assert run.results.tasks["sums"].metrics["exact_match"].value == pytest.approx(1 / 59)

"""The packaged tasks of core: each proves itself without a model, and every template and level can be asked."""

from __future__ import annotations

import pytest
from test_generated import OPEN

from kijun.datasets.generated import GENERATORS
from kijun.datasets.loading import load_items, load_shot_rows
from kijun.engine.score import make_scorers
from kijun.prompts import Prompter
from kijun.records import Completed, Generate, Likelihood, LogLikelihood, Measured
from kijun.specs import TaskSpec, catalogue

TASKS = [task for task in catalogue().tasks.values() if task.name.startswith("core_")]
CHOICE = [task for task in TASKS if task.method == "multiple_choice"]
FREE = [task for task in TASKS if task.method == "generate"]


def test_each_generator_has_a_choice_and_a_free_task_in_each_language() -> None:
    wanted = {
        f"core_{name}_{language}{form}"
        for name, generator in GENERATORS.items()
        if name not in OPEN
        for language in generator.languages
        for form in ("", "_free")
    }
    assert {task.name for task in TASKS} == wanted


def asked(task: TaskSpec, count: int = 12):  # type: ignore[no-untyped-def]
    items, _ = load_items(task, hub=None, seed=1234, limit=count)
    rows = load_shot_rows(task, hub=None, seed=1234)[0] if task.shots.default else []
    return list(Prompter(task, shots=task.shots.default, shot_rows=rows, seed=1234).prompted(items))


@pytest.mark.parametrize("task", CHOICE, ids=lambda task: task.name)
def test_the_right_choice_scores_and_the_wrong_ones_do_not(task: TaskSpec) -> None:
    for prompted in asked(task):
        assert len(prompted.requests) == 4 and all(isinstance(r, LogLikelihood) for r in prompted.requests)
        for best in range(4):
            responses = [Likelihood(-1.0 if place == best else -99.0, False) for place in range(4)]
            right = float(best == prompted.item.row["answer"])
            for scorer in make_scorers(task).values():
                assert scorer.score(prompted.item, prompted.question, responses) == Measured(right)


@pytest.mark.parametrize("task", FREE, ids=lambda task: task.name)
def test_every_accepted_form_scores_and_no_slip_does(task: TaskSpec) -> None:
    (scorer,) = make_scorers(task).values()
    for prompted in asked(task):
        (request,) = prompted.requests
        assert isinstance(request, Generate)
        row = prompted.item.row
        sentence = f"{row['answer_text'].removesuffix('.')}."  # "p.m." ends a sentence with its own full stop
        wrapped = (
            (f" {sentence}", f" 1 + 1 = {row['answer_text']}", f"The answer is {sentence}")
            if "en" in task.languages
            else (f"{row['answer_text']}です。", f"1＋1＝{row['answer_text']}", f"答えは、{row['answer_text']}。")
        )
        for text in (*row["accepted"], *wrapped):
            assert scorer.score(prompted.item, prompted.question, [Completed(text)]) == Measured(1.0), text
        for text in (*(choice for choice in row["choices"] if choice != row["answer_text"]), "", "?"):
            assert scorer.score(prompted.item, prompted.question, [Completed(text)]) == Measured(0.0), text
        assert row["question"] not in request.context.split(row["question"])[0]


def test_worked_examples_are_of_each_level_and_none_of_the_items() -> None:
    task = catalogue().tasks["core_sets_ja_free"]
    first, second = asked(task, 2)
    assert first.requests[0].context.count("質問：") == 4
    opening = first.requests[0].context.rsplit("質問：", 1)[0]
    assert second.requests[0].context.startswith(opening)
    rows, _ = load_shot_rows(task, hub=None, seed=1234)
    assert [row["level"] for row in rows[:3]] == [1, 2, 3]

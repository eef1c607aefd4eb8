"""The generative form of multiple choice: every task has one, choices in one order, letters that are read."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_runs import own_tasks

import kijun
from kijun.engine import select
from kijun.errors import ModelError, SpecError, UnknownNameError
from kijun.models.fake import ScriptedModel
from kijun.prompts.lettered import stable_order
from kijun.prompts.questions import ask, shot_text
from kijun.records import Completed, Generate, Measured, Request
from kijun.scorers import make_scorer
from kijun.specs import TaskSpec, catalogue, generative_task, read_task_file

KNOWN = catalogue()
ACCURACY = {"acc", "acc_norm", "acc_bytes", "f1", "macro_f1", "mcc", "mc2"}
CHOSEN = [
    task
    for task in KNOWN.tasks.values()
    if task.method == "multiple_choice" and {s.name for s in task.scorers} & ACCURACY
]


@pytest.mark.parametrize("task", CHOSEN, ids=lambda task: task.name)
def test_every_task_about_right_choices_has_one(task: TaskSpec) -> None:
    form = KNOWN.task(f"{task.name}_generative")
    assert form is not None and form.method == "generate" and form.version != task.version
    if form.generative_form_of is None:
        assert task.name.startswith("mmlu_") and form.compatible_with, "declared: the harness's own"
        return
    assert form.generative_form_of == task.name and form.compatible_with is None
    assert [scorer.key for scorer in form.scorers] == ["choice_match"] and make_scorer("choice_match", {})
    assert form.title["en"].endswith("(generative)") and form.title["ja"].endswith("（生成）")
    assert set(form.title) == set(form.about) == {"en", "ja"}


def test_the_harness_has_its_own_for_mmlu() -> None:
    form = KNOWN.task("mmlu_anatomy_generative")
    assert form is KNOWN.tasks["mmlu_anatomy_generative"]
    assert [scorer.key for scorer in form.scorers] == ["exact_match,get_response"]
    assert KNOWN.group("mmlu_generative") is KNOWN.groups["mmlu_generative"]


def test_groups_and_suites_have_one_too() -> None:
    group = KNOWN.group("jmmlu_generative")
    assert group is not None and group.metrics == ("choice_match",) and len(KNOWN.expand(group.name)) == 56
    suite = KNOWN.suite("knowledge_generative")
    assert suite is not None and suite.average is None
    names = [entry.task for entry in suite.tasks]
    assert {"mmlu_generative", "hellaswag_generative", "gsm8k", "bbh"} <= set(names)
    assert next((e.task, e.shots) for e in suite.tasks) == ("mmlu_generative", 5)
    super_glue = KNOWN.suite("super_glue_generative")
    assert super_glue is not None and not any("record" in entry.task for entry in super_glue.tasks)


@pytest.mark.parametrize(
    "name", ["gsm8k_generative", "bbh_generative", "record_generative", "hellaswag_generative_generative"]
)
def test_what_has_none(name: str) -> None:
    with pytest.raises(UnknownNameError):
        select([name])


def form_of(folder: Path, text: str) -> TaskSpec:
    (folder / "t.yaml").write_text(text, encoding="utf-8")
    form = generative_task(read_task_file(folder / "t.yaml")[0])
    assert form is not None
    return form


HEAD = (
    "name: t\nversion: 1.0\naxis: knowledge\nlanguages: [{}]\n"
    "dataset: {{file: x.csv}}\nlicence: ours\nmethod: multiple_choice\nscorers: [acc]\n"
)


def test_the_prompt_in_english(tmp_path: Path) -> None:
    form = form_of(
        tmp_path,
        HEAD.format("en")
        + 'prompt: {question: "Question: {{ q }}?\\nAnswer:", choices: ["no", "yes"], gold: "{{ g }}"}',
    )
    text = ask(form, {"q": "Is it", "g": 1})
    assert text.contexts == (
        "Question: Is it?\n\nOptions:\nA. no\nB. yes\n\nReply with the letter of the best option.\nAnswer:",
    )
    assert text.question.choices == ("no", "yes") and text.question.gold == 1
    assert shot_text(form, {"q": "Is it", "g": 1}) == (text.contexts[0], "B")


def test_the_prompt_in_japanese(tmp_path: Path) -> None:
    form = form_of(
        tmp_path,
        HEAD.format("ja") + 'prompt: {question: "質問：{{ q }}\\n答え：", choices: [はい, いいえ], gold: "{{ g }}"}',
    )
    assert ask(form, {"q": "空は青い？", "g": 0}).contexts[0] == (
        "質問：空は青い？\n\n選択肢：\nA. はい\nB. いいえ\n\n最も適切な選択肢の記号を答えてください。\n答え："
    )
    assert form.prompt.delimiter == "" and form.sampling.stop[0] == "\n選択肢："


def test_letters_that_are_there_already_are_not_shown_again(tmp_path: Path) -> None:
    form = form_of(
        tmp_path,
        HEAD.format("en") + 'prompt: {question: "{{ q }}\\nA. x\\nB. y\\nAnswer:", choices: [A, B], gold: "{{ g }}"}',
    )
    text = ask(form, {"q": "Which?", "g": "B"})
    assert text.contexts[0] == "Which?\nA. x\nB. y\n\nReply with the letter of the best option.\nAnswer:"
    assert text.question.gold == 1


def test_contexts_become_whole_options(tmp_path: Path) -> None:
    form = form_of(tmp_path, HEAD.format("en") + 'prompt: {contexts: "{{ c }}", answer: "is here.", gold: "{{ g }}"}')
    text = ask(form, {"c": ["The cat", "The dog"], "g": 0})
    assert text.question.choices[text.question.gold] == "The cat is here."  # type: ignore[index]
    assert "A. The" in text.contexts[0] and "Question" not in text.contexts[0]


def test_the_right_choice_does_not_stay_first(tmp_path: Path) -> None:
    """In some data the right choice is always the first; the order shown follows from the texts alone."""
    form = form_of(tmp_path, HEAD.format("en") + 'prompt: {question: "{{ q }}", choices: "{{ c }}", gold: 0}')
    places = [ask(form, {"q": f"q{i}", "c": ["a1", "b2", "c3", "d4"]}).question.gold for i in range(400)]
    assert all(60 < places.count(place) < 140 for place in range(4))
    assert stable_order("q", ["x", "y", "z"]) == stable_order("q", ["x", "y", "z"])
    first = [["x", "y", "z"][i] for i in stable_order("q", ["x", "y", "z"])]
    assert first == [["z", "x", "y"][i] for i in stable_order("q", ["z", "x", "y"])]


def test_more_choices_than_letters_are_told(tmp_path: Path) -> None:
    form = form_of(tmp_path, HEAD.format("en") + 'prompt: {question: "{{ q }}", choices: "{{ c }}", gold: 0}')
    with pytest.raises(SpecError, match="27 choices are more than there are letters"):
        ask(form, {"q": "q", "c": [f"c{i}" for i in range(27)]})


class NoLikelihoods(ScriptedModel):
    """As the models of most providers."""

    def can(self, ability: str) -> bool:
        return ability != "loglikelihood" and super().can(ability)


def letter_of_the_sum(request: Request) -> Completed:
    """Knows sums; answers with the letter in a sentence."""
    assert isinstance(request, Generate)
    question, options = request.context.split("Options:\n")
    left = int(question.split("Question: ")[-1].split(" +")[0])
    right = next(line for line in options.splitlines() if line.endswith(f". {left + 1}"))
    return Completed(f"Let me see. The answer is ({right[0]}).")


def test_a_run_of_a_task_file(tmp_path: Path) -> None:
    own_tasks(tmp_path, rows=30)
    task = str(tmp_path / "sums.yaml")
    model = NoLikelihoods(letter_of_the_sum)
    with pytest.raises(ModelError, match=r"gives no log-likelihoods.*: run \S+sums\.yaml_generative$"):
        kijun.evaluate(task, model, out=tmp_path / "no")
    done = kijun.evaluate(f"{task}_generative", model, out=tmp_path / "run")
    assert done.results.tasks["sums_generative"].metrics["choice_match"].value == 1.0
    assert done.manifest.tasks["sums_generative"].spec["generative_form_of"] == "sums"
    samples = list(done.samples("sums_generative"))
    plain = kijun.evaluate(task, "fake/hash", out=tmp_path / "plain")
    assert [s.id for s in samples] == [s.id for s in plain.samples("sums")], "the items are the same"
    with pytest.raises(SpecError, match="free has no generative form"):
        kijun.evaluate(f"{tmp_path / 'free.yaml'}_generative", model, out=tmp_path / "free")


def test_the_message_names_the_forms_of_all_that_was_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"run core_numbers_en_generative core_dates_en_generative@typo$"):
        kijun.evaluate(
            ["core_numbers_en", "core_dates_en@typo", "core_numbers_en_free"],
            NoLikelihoods(letter_of_the_sum),
            limit=1,
            out=tmp_path,
        )


def test_a_group_is_pooled(tmp_path: Path) -> None:
    done = kijun.evaluate("core_ja_generative", "fake/a", limit=4, shots=1, out=tmp_path / "run")
    figure = done.results.groups["core_ja_generative"].metrics["choice_match"]
    assert figure.n == 36 and 0 < figure.value < 1
    scores = [s for name in done.results.tasks for s in done.samples(name)]
    assert all(isinstance(s.scores["choice_match"], Measured) for s in scores)
    assert "A. " in scores[0].requests[0].context

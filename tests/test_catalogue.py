"""The packaged catalogue: every file says what it must, names resolve, and each task proves itself without a model."""

from __future__ import annotations

import json
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from statistics import fmean

import pytest
from made_up import build_hub
from test_parity import SHARED

from kijun.datasets.loading import load_items
from kijun.engine.score import estimate_average, make_scorers
from kijun.prompts import Prompter
from kijun.records import (
    AXES,
    Completed,
    Estimate,
    GroupResult,
    Item,
    Likelihood,
    Measured,
    Question,
    Response,
    TaskResult,
    Unscored,
)
from kijun.specs import TaskSpec, catalogue

TASKS = [task for task in catalogue().tasks.values() if task.dataset.hub or task.dataset.data]
REAL = SHARED / "hub"
FAMILIES = {(task.origin, tuple(s.key for s in task.scorers)): task for task in TASKS if not task.dataset.data}


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.name)
def test_a_task_says_what_it_is(task: TaskSpec) -> None:
    assert set(task.title) == set(task.about) == {"en", "ja"}
    assert all(text.strip() and "{{" not in text for text in [*task.title.values(), *task.about.values()])
    assert task.axis in AXES
    assert task.licence and task.source.startswith("https://") and task.citation
    assert make_scorers(task)


def test_every_name_in_groups_and_suites_resolves() -> None:
    known = catalogue()
    for name in known.groups:
        assert known.expand(name)
    for suite in known.suites.values():
        assert set(suite.title) == set(suite.about) == {"en", "ja"}
        reached = {task.name for entry in suite.tasks for task in known.expand(entry.task)}
        names = reached | {group.name for group in known.groups_within([entry.task for entry in suite.tasks])}
        if suite.average:
            for parts in suite.average.columns.values():
                for part in [parts] if isinstance(parts, str) else parts:
                    name, _, metric = part.partition(":")
                    assert name in names
                    assert any(metric in [s.key for s in task.scorers] for task in known.expand(name)), part
            assert set(suite.average.chance) <= names


def test_groups_are_those_of_the_harness() -> None:
    groups = catalogue().groups
    assert len(catalogue().expand("mmlu")) == 57
    assert groups["mmlu"].members == ("mmlu_stem", "mmlu_other", "mmlu_social_sciences", "mmlu_humanities")
    assert len(catalogue().expand("mmlu_continuation::stem")) == 19
    assert len(catalogue().expand("bbh")) == 27
    assert len(catalogue().expand("leaderboard_bbh")) == 24
    assert len(catalogue().expand("jmmlu")) == 56


def result(**values: float) -> TaskResult:
    metrics = {key: Estimate(value, 0.01, 0.0, 1.0, 0.95, 100, "wilson") for key, value in values.items()}
    return TaskResult(metrics, n_measured=100, n_unscored=0, n_failed=0, version=1.0, shots=0)


def test_the_second_leaderboard_rescales_each_part_before_it_averages() -> None:
    average = catalogue().suites["open_llm_v2"].average
    assert average is not None
    bbh = catalogue().expand("leaderboard_bbh")
    scores = {task.name: 0.05 * place for place, task in enumerate(bbh, 1) if place < 20}
    tasks = {task.name: result(acc_norm=scores.get(task.name, 0.01)) for task in bbh}
    stories = {"murder_mysteries": 2, "object_placements": 5, "team_allocation": 3}
    tasks |= {f"leaderboard_musr_{part}": result(acc_norm=0.6) for part in stories}
    tasks["leaderboard_ifeval"] = result(inst_level_strict_acc=0.8, prompt_level_strict_acc=0.6)
    tasks["leaderboard_mmlu_pro"] = result(acc=0.05)
    groups = {
        "leaderboard_math_hard": GroupResult(result(exact_match=0.2).metrics, ()),
        "leaderboard_gpqa": GroupResult(result(acc_norm=0.4).metrics, ()),
    }

    def rescaled(score: float, choices: int) -> float:
        return max(0.0, (score - 1 / choices) / (1 - 1 / choices))

    expected = {
        "IFEval": 0.7,
        "BBH": fmean(rescaled(scores.get(task.name, 0.01), len(task.each["choices"])) for task in bbh),
        "MATH": 0.2,
        "GPQA": rescaled(0.4, 4),
        "MuSR": fmean(rescaled(0.6, choices) for choices in stories.values()),
        "MMLU-Pro": 0.0,
    }
    ours = {column: estimate.value for column, estimate in estimate_average(average, tasks, groups, {}).metrics.items()}
    assert ours == pytest.approx({**expected, "average": fmean(expected.values())})


def test_the_first_leaderboard_counts_every_subject_alike() -> None:
    average = catalogue().suites["open_llm_v1"].average
    assert average is not None
    subjects = catalogue().expand("mmlu")
    tasks = {task.name: result(acc=place / 100) for place, task in enumerate(subjects)}
    tasks |= {name: result(acc_norm=0.5) for name in ("arc_challenge", "hellaswag")}
    tasks |= {name: result(acc=0.6) for name in ("truthfulqa_mc2", "winogrande")}
    tasks["gsm8k"] = result(**{"exact_match,strict-match": 0.1, "exact_match,flexible-extract": 0.9})
    ours = {column: estimate.value for column, estimate in estimate_average(average, tasks, {}, {}).metrics.items()}
    assert ours["MMLU"] == pytest.approx(0.28)
    assert ours["average"] == pytest.approx(fmean([0.5, 0.5, 0.28, 0.6, 0.6, 0.1]))
    del tasks["winogrande"]
    assert estimate_average(average, tasks, {}, {"winogrande": "not fetched"}).missing == {"winogrande": "not fetched"}


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_hub(tmp_path_factory.mktemp("hub"))


def second_items(task: TaskSpec, folders: list[Path]) -> list[Item]:
    """The task's second item in each of the folders that have it."""
    found = []
    for folder in folders:
        place = folder / (task.dataset.hub or "") / (task.dataset.config or "default") / task.dataset.split
        if place.is_dir():
            found += load_items(task, hub=folder, seed=0, limit=2)[0][1:]
    return found


def answering(question: Question, right: bool, item: Item, task: TaskSpec) -> list[Response]:
    """Responses of a model that is sure of the right, or of a wrong, answer."""
    if task.method == "multiple_choice":
        golds = gold_places(question, item)
        return [
            Likelihood(-1.0 if (place in golds) == right else -1000.0, False) for place in range(len(question.choices))
        ]
    text = right_text(question, item, task) if right else wrong_text(task)
    return [Completed(text)]


def gold_places(question: Question, item: Item) -> set[int]:
    if question.gold is None:  # ReCoRD: the entities that are answers
        return {place for place, entity in enumerate(item.row["entities"]) if entity in item.row["answers"]}
    return set(question.gold) if isinstance(question.gold, tuple) else {question.gold}  # type: ignore[arg-type]


def right_text(question: Question, item: Item, task: TaskSpec) -> str:
    gold = str(question.gold)
    if task.name.startswith("mmlu_pro"):
        return f"The answer is ({gold})."
    if task.name.startswith(("bbh_cot_fewshot", "bbh_cot_zeroshot")):
        return f"So the answer is {gold}."
    if "math" in task.name and task.name.startswith("leaderboard"):
        return f"Final Answer: The final answer is ${gold}$. I hope it is correct."
    if "ifeval" in task.name:
        return "no commas in this answer"
    return gold


def wrong_text(task: TaskSpec) -> str:
    return {"stsb": "0.1", "ifeval": "a, b", "leaderboard_ifeval": "a, b"}.get(task.name, "So the answer is wrong.")


@pytest.mark.parametrize("task", FAMILIES.values(), ids=lambda task: task.name)
def test_a_task_proves_itself_without_a_model(task: TaskSpec, hub: Path) -> None:
    items = second_items(task, [hub, REAL])
    assert items, f"no rows of {task.dataset.hub} in tests/golden/made_up_rows.json"
    for item in items:
        question = next(iter(Prompter(task).prompted([item]))).question
        for key, scorer in make_scorers(task).items():
            if scorer.aggregate in ("pearson", "spearman"):
                check_regression(scorer, question, item)
                continue
            right, wrong = (
                scorer.score(item, question, answering(question, sure_of_right, item, task))
                for sure_of_right in (True, False)
            )
            assert isinstance(right, Measured) and isinstance(wrong, Measured), key
            check_values(scorer.aggregate, right.value, wrong.value)
        if task.method == "generate":
            check_garbage(task, question, item)


def check_values(aggregate: str, right: float | tuple[float, ...], wrong: float | tuple[float, ...]) -> None:
    if aggregate == "parts":
        assert isinstance(right, tuple) and isinstance(wrong, tuple)
        assert all(right) and not any(wrong)
    elif isinstance(right, tuple):
        assert isinstance(wrong, tuple)
        assert right[0] == right[1] and wrong[0] != wrong[1]
    elif aggregate == "proportion":
        assert (right, wrong) == (1.0, 0.0)
    else:
        assert isinstance(wrong, float)
        assert right == 1.0 and wrong < 0.7


def check_garbage(task: TaskSpec, question: Question, item: Item) -> None:
    """What no answer can be read out of is wrong where the task says so, else it is no score."""
    for spec, scorer in zip(task.scorers, make_scorers(task).values(), strict=True):
        score = scorer.score(item, question, [Completed("@, @")])
        if spec.parameters.get("unparsed") == "wrong" or not isinstance(score, Unscored):
            assert isinstance(score, Measured)
            assert score.value in (0.0, (0.0,) * len(item.row.get("kwargs", ())))


def check_regression(scorer, question: Question, item: Item) -> None:  # type: ignore[no-untyped-def]
    assert scorer.score(item, question, [Completed(f"about {question.gold}")]).value == (float(question.gold),) * 2
    assert isinstance(scorer.score(item, question, [Completed("no idea")]), Unscored)
    assert isinstance(scorer.score(item, question, [Completed("12")]), Unscored)


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_page_of_tasks_is_up_to_date(language: str) -> None:
    path = Path(__file__).resolve().parents[1] / "docs" / "tasks_page.py"
    spec = spec_from_file_location("tasks_page", path)
    assert spec is not None and spec.loader is not None
    pages = module_from_spec(spec)
    spec.loader.exec_module(pages)
    assert pages.PAGES[language].read_text(encoding="utf-8") == pages.page(language), "python docs/tasks_page.py"


def test_tables_of_made_up_rows_are_our_own_small_ones() -> None:
    tables = json.loads((Path(__file__).parent / "golden" / "made_up_rows.json").read_text(encoding="utf-8"))
    assert max(len(table["rows"]) for table in tables) <= 100

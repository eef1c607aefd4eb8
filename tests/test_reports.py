"""Figures of several axes: told axis by axis, with the direction of each metric."""

from __future__ import annotations

from kijun.records import Estimate, GroupResult, RunResults, TaskResult
from kijun.reports.results import MIXED, Facts, as_csv, as_markdown, result_rows
from kijun.reports.texts import texts


def estimate(value: float) -> Estimate:
    return Estimate(value, 0.1, value - 0.1, value + 0.1, 0.95, 20, "t")


def task(**values: float) -> TaskResult:
    return TaskResult({name: estimate(value) for name, value in values.items()}, 20, 0, 0, 1.0, 0)


RESULTS = RunResults(
    tasks={"pairs": task(over_refusal=0.2), "sums": task(acc=0.5), "facts": task(acc=0.6)},
    groups={
        "knowing": GroupResult({"acc": estimate(0.55)}, ("sums", "facts")),
        "everything": GroupResult({"acc": estimate(0.4)}, ("sums", "pairs")),
        "pairs_only": GroupResult({"over_refusal": estimate(0.2)}, ("pairs",)),
    },
)
FACTS = Facts(
    {"pairs": "safety", "sums": "knowledge", "facts": "knowledge"},
    {"pairs": frozenset({"over_refusal"}), "sums": frozenset(), "facts": frozenset()},
)


def test_rows_stand_axis_by_axis_and_what_is_mixed_comes_first() -> None:
    order = [(row.axis, row.name) for row in result_rows(RESULTS, FACTS)]
    assert order == [
        (MIXED, "everything"),
        ("knowledge", "knowing"),
        ("knowledge", "sums"),
        ("knowledge", "facts"),
        ("safety", "pairs_only"),
        ("safety", "pairs"),
    ]


def test_a_group_takes_the_direction_of_its_tasks() -> None:
    falling = {row.name for row in result_rows(RESULTS, FACTS) if not row.higher_is_better}
    assert falling == {"pairs", "pairs_only"}


def test_a_subgroup_of_a_metric_has_the_metric_s_direction() -> None:
    assert FACTS.falls("pairs", "over_refusal[privacy]", RESULTS)


def test_markdown_has_a_table_an_axis_and_marks_what_should_be_low() -> None:
    text = as_markdown(RESULTS, texts("en"), FACTS)
    assert text.index("**knowledge & reasoning**") < text.index("| sums |") < text.index("**safety**")
    assert "| pairs | over_refusal ↓ |" in text
    assert "**" not in as_markdown(RunResults(tasks={"sums": task(acc=0.5)}), texts("ja"), FACTS)


def test_csv_tells_axis_and_direction() -> None:
    header, *lines = as_csv(RESULTS, FACTS).splitlines()
    assert header.endswith("axis,higher_is_better")
    assert next(line for line in lines if line.startswith("task,pairs,")).endswith("safety,False")

"""Responses to scores, scores to estimates, tasks to groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import msgspec

from kijun import statistics
from kijun.engine.aggregates import AGGREGATES, COMPARISONS
from kijun.errors import SpecError
from kijun.prompts import PromptedItem
from kijun.records import (
    Estimate,
    GroupResult,
    Judgement,
    Request,
    Response,
    Sample,
    Score,
    TaskResult,
    Unscored,
)
from kijun.scorers import JudgedScorer, Scorer, is_judged, make_scorer
from kijun.specs import AverageSpec, GroupSpec, TaskSpec
from kijun.specs.templates import evaluate

__all__ = [
    "NO_JUDGE",
    "Metric",
    "applicable",
    "estimate_average",
    "estimate_group",
    "expression_of_groups",
    "groups_of",
    "groups_of_row",
    "make_scorers",
    "metric_key",
    "metrics_of",
    "score_item",
]

NO_JUDGE = Unscored("no judge was named; add --judge MODEL")


class Metric(msgspec.Struct, frozen=True):
    """How the scores of a metric become one estimate, and which way is up.

    Attributes:
        ideal: the best value where it lies between the ends; None where an end is the best.
        rubric: what a judge goes by; empty where none is needed.
    """

    aggregate: str
    higher_is_better: bool
    ideal: float | None = None
    rubric: dict[str, str] = {}


def metric_key(scorer: str, part: str) -> str:
    """Key of a judged metric: ``SCORER.PART``."""
    return f"{scorer}.{part}" if part else scorer


def metrics_of(scorers: Mapping[str, Scorer | JudgedScorer]) -> dict[str, Metric]:
    """All metrics that the scorers give, by key; one for each part of a judged scorer."""
    found: dict[str, Metric] = {}
    for key, scorer in scorers.items():
        if is_judged(scorer):
            lower = getattr(scorer, "lower_is_better", ())
            for part, aggregate in scorer.parts.items():
                higher = scorer.higher_is_better and part not in lower
                found[metric_key(key, part)] = Metric(aggregate, higher, rubric=dict(scorer.rubric))
        else:
            found[key] = Metric(scorer.aggregate, scorer.higher_is_better, getattr(scorer, "ideal", None))
    return found


def make_scorers(task: TaskSpec) -> dict[str, Scorer | JudgedScorer]:
    """The task's scorers by the keys of their metrics.

    Raises:
        SpecError: unknown scorer or parameter.
    """
    try:
        scorers = {spec.key: make_scorer(spec.name, spec.parameters) for spec in task.scorers}
    except SpecError as error:
        raise SpecError(error.message, file=task.origin, key=error.key or "scorers") from None
    for key, metric in metrics_of(scorers).items():
        if metric.aggregate in COMPARISONS and expression_of_groups(task, key) is None:
            raise SpecError(
                f"the scorer of {key!r} compares groups of items; say which with 'by'", file=task.origin, key="scorers"
            )
        if metric.aggregate not in AGGREGATES and metric.aggregate not in COMPARISONS:
            raise SpecError(f"scorer of {key!r} names the unknown aggregate {metric.aggregate!r}", file=task.origin)
    return scorers


def applicable(
    task: TaskSpec, row: Mapping[str, Any], scorers: Mapping[str, Scorer | JudgedScorer]
) -> dict[str, Scorer | JudgedScorer]:
    """Those of the task's scorers whose metric is about this row.

    Raises:
        SpecError: an expression `where` that fails on the row.
    """
    where = {spec.key: spec.where for spec in task.scorers}
    found = {}
    for key, scorer in scorers.items():
        condition = where.get(key)
        if condition is None or evaluate(condition, {**row, "each": task.each}, "scorers.where"):
            found[key] = scorer
    return found


def score_item(
    prompted: PromptedItem,
    responses: Sequence[Response],
    scorers: Mapping[str, Scorer | JudgedScorer],
    *,
    requests: Sequence[Request] | None = None,
    judged: Mapping[str, Score] = MappingProxyType({}),
    judgements: Sequence[Judgement] = (),
) -> Sample:
    """One item with everything that was asked, answered and scored.

    Args:
        requests: of a conversation, with the replies in them; None takes what is known beforehand.
        judged: scores of the judged metrics.
        judgements: where they come from.
    """
    scores: dict[str, Score] = {}
    for key, scorer in scorers.items():
        if is_judged(scorer):
            for name in (metric_key(key, part) for part in scorer.parts):
                scores[name] = judged.get(name, NO_JUDGE)
        else:
            scores[key] = scorer.score(prompted.item, prompted.question, responses)
    return Sample(
        id=prompted.item.id,
        item=prompted.item.row,
        requests=prompted.requests if requests is None else tuple(requests),
        responses=tuple(responses),
        scores=scores,
        question=prompted.question,
        cluster=prompted.item.cluster,
        judgements=tuple(judgements),
    )


def expression_of_groups(task: TaskSpec, key: str) -> str | None:
    """Expression of the sub-groups of the metric `key`, which may be a part of a judged scorer's."""
    return next((spec.by for spec in task.scorers if key == spec.key or key.startswith(f"{spec.key}.")), None)


def groups_of(task: TaskSpec, by: str | None, row: Mapping[str, Any]) -> list[str]:
    """The sub-groups that a row belongs to by the expression `by`; none without an expression.

    Raises:
        SpecError: the expression fails on the row.
    """
    return groups_of_row(by, task.each, row)


def groups_of_row(by: str | None, each: Any, row: Mapping[str, Any]) -> list[str]:
    """As `groups_of`, with the task's ``each`` alone."""
    if by is None:
        return []
    value = evaluate(by, {**row, "each": each}, "scorers.by")
    return [
        str(one) for one in (value if isinstance(value, list | tuple) else [value]) if one is not None and one != ""
    ]


def estimate_group(
    group: GroupSpec, leaves: Sequence[str], tasks: Mapping[str, TaskResult], missing: Mapping[str, str]
) -> GroupResult:
    """The group's pooled metrics, or none when a member has no result.

    Args:
        leaves: names of all tasks below the group.
        missing: tasks that could not be run -> reason.
    """
    absent = {name: missing.get(name, "was not run") for name in leaves if name not in tasks}
    present = [tasks[name] for name in leaves if name in tasks]
    metrics: dict[str, Estimate] = {}
    for key in group.metrics:
        estimates = [result.metrics[key] for result in present if key in result.metrics]
        for name in leaves:
            if name in tasks and (key not in tasks[name].metrics or tasks[name].metrics[key].value is None):
                absent.setdefault(name, f"has no {key}")
        if not absent and estimates:
            metrics[key] = statistics.pooled_group(estimates, weighted_by_size=group.weighted_by_size)
    return GroupResult(metrics={} if absent else metrics, members=tuple(group.members), missing=absent)


def estimate_average(
    average: AverageSpec, tasks: Mapping[str, TaskResult], groups: Mapping[str, GroupResult], missing: Mapping[str, str]
) -> GroupResult:
    """A leaderboard's columns and their plain average; nothing when a column is missing."""
    columns: dict[str, Estimate] = {}
    absent: dict[str, str] = {}
    for column, parts in average.columns.items():
        estimates, chances = [], []
        for part in (parts,) if isinstance(parts, str) else parts:
            name, _, key = part.partition(":")
            result = tasks.get(name) or groups.get(name)
            estimate = result.metrics.get(key) if result is not None else None
            if estimate is None or estimate.value is None:
                absent[name] = missing.get(name, f"has no {key}")
                continue
            estimates.append(estimate)
            chances.append(average.chance.get(name, 0.0) if average.normalise else 0.0)
        if estimates and not absent:
            columns[column] = statistics.normalised_mean(estimates, chances)
    if absent:
        return GroupResult(metrics={}, members=tuple(average.columns), missing=absent)
    columns[average.name] = statistics.normalised_mean(list(columns.values()), [0.0] * len(columns))
    return GroupResult(metrics=columns, members=tuple(average.columns))

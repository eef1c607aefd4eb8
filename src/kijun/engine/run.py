"""A run from requests to results."""

from __future__ import annotations

from collections.abc import Sequence

from kijun.engine.execute import Progress
from kijun.engine.judging import Judge, Judged, ask_judges, cases_of
from kijun.engine.limits import Budget, Limits
from kijun.engine.prepare import PreparedTask
from kijun.engine.rounds import Answers, ask_rounds
from kijun.engine.score import estimate_average, estimate_group, estimate_task, metrics_of, score_item
from kijun.engine.select import Selection
from kijun.models.base import Model
from kijun.records import RunResults, Sample
from kijun.specs import catalogue
from kijun.store import RunWriter

__all__ = ["run_tasks"]


async def run_tasks(
    model: Model,
    prepared: Sequence[PreparedTask],
    selection: Selection,
    missing: dict[str, str],
    writer: RunWriter,
    progress: Progress,
    limits: Limits,
    budget: Budget,
    judges: Sequence[Judge] = (),
) -> RunResults:
    """Asks what is not answered yet, has it judged, scores, and writes samples and results.

    Raises:
        ModelError, StoreError: nothing that was answered is lost; the same command goes on from there.
    """
    answers = await ask_rounds(model, prepared, writer.journal, progress, limits=limits, budget=budget)
    judged = await _judge(prepared, answers, judges, writer, progress, limits)
    progress.stage("score")
    tasks = {}
    for part in prepared:
        samples = _samples(part, answers, judged.get(part.task.name))
        aggregates = {key: metric.aggregate for key, metric in metrics_of(part.scorers).items()}
        tasks[part.task.name] = estimate_task(part.task, part.shots, samples, aggregates)
        writer.write_samples(part.task.name, samples)
    known = catalogue()
    groups = {}
    for name in selection.groups:
        group = known.group(name)
        assert group is not None
        leaves = [task.name for task in known.expand(name)]
        groups[name] = estimate_group(group, leaves, tasks, missing)
    suites = {
        suite.name: estimate_average(suite.average, tasks, groups, missing)
        for suite in selection.suites
        if suite.average is not None
    }
    results = RunResults(tasks=tasks, groups=groups, suites=suites, missing=missing)
    writer.write_results(results)
    return results


async def _judge(
    prepared: Sequence[PreparedTask],
    answers: Answers,
    judges: Sequence[Judge],
    writer: RunWriter,
    progress: Progress,
    limits: Limits,
) -> dict[str, list[list[Judged]]]:
    """What the judges make of each item of a task: one entry a judged scorer; nothing where nothing is to be judged."""
    by_item = [[list(cases_of(part, prompted, answers)) for prompted in part.prompted] for part in prepared]
    cases = [case for of_part in by_item for of_item in of_part for case in of_item]
    if not judges or not cases:
        return {}
    judged = iter(await ask_judges(judges, cases, writer.open_judgements(), progress, limits))
    return {
        part.task.name: [[next(judged) for _ in of_item] for of_item in of_part]
        for part, of_part in zip(prepared, by_item, strict=True)
    }


def _samples(part: PreparedTask, answers: Answers, judged: list[list[Judged]] | None) -> list[Sample]:
    samples = []
    for number, prompted in enumerate(part.prompted):
        requests, responses = answers.of(part, prompted)
        verdicts = judged[number] if judged is not None else []
        samples.append(
            score_item(
                prompted,
                responses,
                part.scorers_of(prompted.item),
                requests=requests,
                judged={key: score for one in verdicts for key, score in one.scores.items()},
                judgements=[judgement for one in verdicts for judgement in one.judgements],
            )
        )
    return samples

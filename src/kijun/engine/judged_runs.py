"""Cases for judges out of a finished run: what was asked and answered is all there, the model is not needed again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from kijun.engine.aggregates import AGGREGATES
from kijun.engine.judging import Case, Judged
from kijun.engine.score import metrics_of
from kijun.errors import SpecError
from kijun.records import Completed, Failed, Filtered, Generate, Item, Measured, Sample, Truncated
from kijun.scorers.judging import JudgeScorer
from kijun.store import JudgedSample, JudgedTask, Run

__all__ = ["OTHER_ANSWER", "case_of", "free_tasks", "judged_samples", "judged_task", "samples_to_judge"]

OTHER_ANSWER = "other_answer"
"""Column that holds the other run's answer, where two runs are compared."""


def free_tasks(run: Run, tasks: Sequence[str]) -> list[str]:
    """The named tasks of a run, or all whose answers are free text.

    Raises:
        SpecError: no such task, or nothing to judge.
    """
    known = [name for name, record in run.manifest.tasks.items() if record.spec.get("method") == "generate"]
    for name in tasks:
        if name not in known:
            raise SpecError(
                f"{name!r} is no task with free answers of this run; it has: {', '.join(known) or 'none'}",
                file=run.folder,
            )
    if not known:
        raise SpecError("the run has no free answers to judge, only choices between given ones", file=run.folder)
    return list(tasks) or known


def samples_to_judge(run: Run, task: str, *, other: Run | None, limit: int | None) -> list[tuple[Sample, str | None]]:
    """The items, each with the answer of the other run; items that the other run has not answered are left out."""
    found: list[tuple[Sample, str | None]] = []
    answers = {} if other is None else {sample.id: _answer(sample) for sample in other.samples(task)}
    for sample in run.samples(task):
        if limit is not None and len(found) >= limit:
            break
        if not all(isinstance(request, Generate) for request in sample.requests):
            continue
        answer = answers.get(sample.id)
        if other is None or answer is not None:
            found.append((sample, answer))
    return found


def _answer(sample: Sample) -> str | None:
    last = sample.responses[-1]
    return last.text if isinstance(last, Completed | Truncated) else None


def case_of(task: str, name: str, scorer: JudgeScorer, index: int, sample: Sample, other: str | None) -> Case:
    """One item before the judge.

    Args:
        other: the other run's answer, for `scorer.against` to find in the row.
    """
    row = sample.item if other is None else {**sample.item, OTHER_ANSWER: other}
    item = Item(sample.id, index, row, sample.cluster)
    return Case(task, name, scorer, item, sample.question, sample.requests, sample.responses)


def judged_samples(cases: Sequence[Case], judged: Sequence[Judged]) -> list[JudgedSample]:
    """What is kept of each item."""
    return [
        JudgedSample(case.item.id, dict(one.scores), one.judgements) for case, one in zip(cases, judged, strict=True)
    ]


def judged_task(name: str, scorer: JudgeScorer, cases: Sequence[Case], judged: Sequence[Judged]) -> JudgedTask:
    """Estimates of every part over the items of a task, and what could not be judged."""
    about = metrics_of({name: scorer})
    clustered = any(case.item.cluster is not None for case in cases)
    estimates = {}
    for key, metric in about.items():
        measured = [(c, s) for c, one in zip(cases, judged, strict=True) if isinstance(s := one.scores[key], Measured)]
        clusters = [case.item.cluster or case.item.id for case, _ in measured] if clustered else None
        estimates[key] = AGGREGATES[metric.aggregate]([score.value for _, score in measured], clusters)
    failed = [_failed(case, one) for case, one in zip(cases, judged, strict=True)]
    whole = [all(isinstance(score, Measured) for score in one.scores.values()) for one in judged]
    return JudgedTask(
        metrics=estimates,
        about={key: _plain(msgspec.to_builtins(metric)) for key, metric in about.items()},
        n_judged=sum(whole),
        n_unscored=sum(not all_there and not lost for all_there, lost in zip(whole, failed, strict=True)),
        n_failed=sum(failed),
    )


def _plain(metric: Mapping[str, object]) -> dict[str, object]:
    return {key: value for key, value in metric.items() if value not in ({}, None)}


def _failed(case: Case, judged: Judged) -> bool:
    verdicts = [verdict for one in judged.judgements for verdict in one.verdicts]
    return any(isinstance(response, Failed | Filtered) for response in [*case.responses, *verdicts])

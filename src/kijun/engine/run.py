"""A run from requests to results."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kijun.engine.execute import Progress, answer_all
from kijun.engine.prepare import PreparedTask
from kijun.engine.score import estimate_average, estimate_group, estimate_task, score_item
from kijun.engine.select import Selection
from kijun.models.base import Model
from kijun.records import Request, Response, RunResults, Sample, request_key
from kijun.specs import catalogue
from kijun.store import RunWriter, digest

__all__ = ["distinct_requests", "run_tasks"]


def distinct_requests(
    prepared: Sequence[PreparedTask], identity: Any
) -> tuple[dict[str, Request], dict[str, list[list[str]]]]:
    """All requests by key, each once, and for every task the keys of each item.

    Args:
        identity: the model's identity, part of the key.
    """
    model_digest = digest(identity)
    requests: dict[str, Request] = {}
    keys: dict[str, list[list[str]]] = {}
    for part in prepared:
        keys[part.task.name] = []
        for prompted in part.prompted:
            own = [request_key(request, model_digest) for request in prompted.requests]
            requests.update(zip(own, prompted.requests, strict=True))
            keys[part.task.name].append(own)
    return requests, keys


async def run_tasks(
    model: Model,
    prepared: Sequence[PreparedTask],
    selection: Selection,
    missing: dict[str, str],
    writer: RunWriter,
    progress: Progress,
) -> RunResults:
    """Asks what is not answered yet, scores, and writes samples and results.

    Raises:
        ModelError, StoreError: nothing that was answered is lost; the same command goes on from there.
    """
    requests, keys = distinct_requests(prepared, model.identity)
    responses = await answer_all(model, list(requests.values()), list(requests), writer.journal, progress)
    progress.stage("score")
    tasks = {}
    for part in prepared:
        samples = _samples(part, keys[part.task.name], responses)
        aggregates = {key: scorer.aggregate for key, scorer in part.scorers.items()}
        tasks[part.task.name] = estimate_task(part.task, part.shots, samples, aggregates)
        writer.write_samples(part.task.name, samples)
    known = catalogue()
    groups = {}
    for name in selection.groups:
        leaves = [task.name for task in known.expand(name)]
        groups[name] = estimate_group(known.groups[name], leaves, tasks, missing)
    suites = {
        suite.name: estimate_average(suite.average, tasks, groups, missing)
        for suite in selection.suites
        if suite.average is not None
    }
    results = RunResults(tasks=tasks, groups=groups, suites=suites, missing=missing)
    writer.write_results(results)
    return results


def _samples(part: PreparedTask, keys: list[list[str]], responses: dict[str, Response]) -> list[Sample]:
    return [
        score_item(prompted, [responses[key] for key in own], part.scorers)
        for prompted, own in zip(part.prompted, keys, strict=True)
    ]

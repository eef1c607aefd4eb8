"""A run from requests to results."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from anyio import CancelScope

from kijun.engine.execute import Progress, answer_all
from kijun.engine.limits import Budget, Limits
from kijun.engine.prepare import PreparedTask
from kijun.engine.score import estimate_average, estimate_group, estimate_task, score_item
from kijun.engine.select import Selection
from kijun.models.base import Asked, Model
from kijun.records import Response, RunResults, Sample, request_key
from kijun.specs import catalogue
from kijun.store import RunWriter, digest

__all__ = ["distinct_requests", "run_tasks"]


def distinct_requests(
    prepared: Sequence[PreparedTask], identity: Any, *, by_item: bool = False
) -> tuple[dict[str, Asked], dict[str, list[list[str]]]]:
    """All requests by key, each once with the first item that asks it, and for every task the keys of each item.

    Args:
        identity: the model's identity, part of the key.
        by_item: the same request about two items is two requests, as an `ItemModel` may answer it in two ways.
    """
    model_digest = digest(identity)
    requests: dict[str, Asked] = {}
    keys: dict[str, list[list[str]]] = {}
    for part in prepared:
        name = part.task.name
        keys[name] = []
        for prompted in part.prompted:
            count = len(prompted.requests)
            asked = [Asked(r, name, prompted.item, place, count) for place, r in enumerate(prompted.requests)]
            own = [
                request_key(a.request, f"{model_digest} {name} {a.item.id} {a.place}" if by_item else model_digest)
                for a in asked
            ]
            requests.update(zip(own, asked, strict=True))
            keys[name].append(own)
    return requests, keys


async def run_tasks(
    model: Model,
    prepared: Sequence[PreparedTask],
    selection: Selection,
    missing: dict[str, str],
    writer: RunWriter,
    progress: Progress,
    limits: Limits | None = None,
    budget: Budget | None = None,
) -> RunResults:
    """Asks what is not answered yet, scores, and writes samples and results.

    Raises:
        ModelError, StoreError: nothing that was answered is lost; the same command goes on from there.
    """
    by_item = hasattr(model, "respond_about")
    found, keys = distinct_requests(prepared, model.identity, by_item=by_item)
    asked = list(found.values())
    try:
        responses = await answer_all(
            model,
            [entry.request for entry in asked],
            list(found),
            writer.journal,
            progress,
            asked=asked if by_item else None,
            limits=limits,
            budget=budget,
        )
    finally:
        if hasattr(model, "hang_up"):
            with CancelScope(shield=True):
                await model.hang_up()
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
        score_item(prompted, [responses[key] for key in own], part.scorers_of(prompted.item))
        for prompted, own in zip(part.prompted, keys, strict=True)
    ]

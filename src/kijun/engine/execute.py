"""Asks the model, unit by unit, and keeps every answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import Protocol

import anyio

from kijun.engine.plan import plan
from kijun.models.base import Model
from kijun.records import Failed, Request, Response
from kijun.store import Journal

__all__ = ["Progress", "SilentProgress", "answer_all"]


class Progress(Protocol):
    """Who is told how the work goes on."""

    def stage(self, text: str) -> None:
        """What is being done now: ``data``, ``model``, ``prompts`` or ``score``."""
        ...

    def stage_detail(self, text: str) -> None:
        """What of it, such as the task whose data are read."""
        ...

    def begin(self, keys: Sequence[str], done: int) -> None:
        """How many requests there are, of which `done` are answered already."""
        ...

    def answered(self, keys: Sequence[str]) -> None:
        """These requests have been answered, or have failed."""
        ...


class SilentProgress:
    """Tells nobody."""

    def stage(self, text: str) -> None:
        """Nothing."""

    def stage_detail(self, text: str) -> None:
        """Nothing."""

    def begin(self, keys: Sequence[str], done: int) -> None:
        """Nothing."""

    def answered(self, keys: Sequence[str]) -> None:
        """Nothing."""


async def answer_all(
    model: Model, requests: Sequence[Request], keys: Sequence[str], journal: Journal, progress: Progress
) -> dict[str, Response]:
    """Answers of all requests, by key; what the journal knows is not asked again.

    A failed request is part of what is returned but not of the journal, so that a later run asks it again.

    Args:
        requests: distinct requests.
        keys: their keys.

    Raises:
        ModelError: the model cannot go on.
        StoreError: an answer cannot be kept; the model is not asked any further then.
    """
    found = {key: journal.answered[key] for key in keys if key in journal.answered}
    progress.begin(keys, len(found))

    async def ask(unit: Sequence[int]) -> None:
        answers: list[tuple[str, Response]] = []
        async for place, response in model.respond([requests[index] for index in unit]):
            answers.append((keys[unit[place]], response))
        kept = [(key, response) for key, response in answers if not isinstance(response, Failed)]
        if kept:
            journal.append(kept)
        found.update(answers)
        progress.answered([key for key, _ in answers])

    units = (
        left
        for unit in plan(requests, model.unit_limit)
        if (left := tuple(index for index in unit if keys[index] not in found))
    )
    await _in_parallel(ask, units, model.unit_limit.concurrency)
    return found


async def _in_parallel(
    ask: Callable[[Sequence[int]], Awaitable[None]], units: Iterator[tuple[int, ...]], workers: int
) -> None:
    async def work() -> None:
        for unit in units:
            await ask(unit)

    if workers == 1:
        await work()
        return
    async with anyio.create_task_group() as tasks:
        for _ in range(workers):
            tasks.start_soon(work)

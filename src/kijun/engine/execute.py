"""Asks the model, unit by unit, and keeps every answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from typing import Protocol, cast

import anyio

from kijun.engine.limits import Budget, Limits
from kijun.engine.plan import plan
from kijun.errors import KijunError
from kijun.models.base import Asked, ItemModel, Model, RemoteModel
from kijun.records import Failed, Request, Response
from kijun.store import Journal

__all__ = ["Progress", "SilentProgress", "answer_all"]


class Progress(Protocol):
    """Who is told how the work goes on."""

    def stage(self, text: str) -> None:
        """What is being done now: ``data``, ``model``, ``prompts``, ``judge`` or ``score``."""
        ...

    def stage_detail(self, text: str) -> None:
        """What of it, such as the task whose data are read."""
        ...

    def begin(self, model: str, total: int, done: int) -> None:
        """A round of `total` requests to `model`, of which `done` are answered already."""
        ...

    def answered(self, count: int) -> None:
        """So many more requests have been answered, or have failed."""
        ...


class SilentProgress:
    """Tells nobody."""

    def stage(self, text: str) -> None:
        """Nothing."""

    def stage_detail(self, text: str) -> None:
        """Nothing."""

    def begin(self, model: str, total: int, done: int) -> None:
        """Nothing."""

    def answered(self, count: int) -> None:
        """Nothing."""


async def answer_all(
    model: Model,
    asked: Mapping[str, Asked],
    journal: Journal,
    progress: Progress,
    *,
    by_item: bool,
    limits: Limits,
    budget: Budget,
) -> dict[str, Response]:
    """Answers of all requests, by key; what the journal knows is not asked again.

    A failed request is part of what is returned but not of the journal, so that a later run asks it again.

    Args:
        asked: distinct requests by key.
        by_item: the model is an `ItemModel`.
        limits: of calls over a network.
        budget: what may be spent; what has no room in it is `Failed` as not asked.

    Raises:
        ModelError: the model cannot go on.
        StoreError: an answer cannot be kept; the model is not asked any further then.
    """
    keys = list(asked)
    requests = [one.request for one in asked.values()]
    found = {key: journal.answered[key] for key in keys if key in journal.answered}
    progress.begin(model.identity.name, len(keys), len(found))
    for response in found.values():
        budget.count(response)
    if hasattr(model, "account"):
        respond = _one_by_one(cast(RemoteModel, model), requests, limits, budget)
    else:
        respond = _together(model, requests, list(asked.values()) if by_item else None)

    async def ask(unit: Sequence[int]) -> None:
        answers = [(keys[index], response) for index, response in await respond(unit)]
        kept = [(key, response) for key, response in answers if not isinstance(response, Failed)]
        if kept:
            journal.append(kept)
        found.update(answers)
        progress.answered(len(answers))

    units = (
        left
        for unit in plan(requests, model.unit_limit)
        if (left := tuple(index for index in unit if keys[index] not in found))
    )
    await _in_parallel(ask, units, model.unit_limit.concurrency)
    return found


_Respond = Callable[[Sequence[int]], Awaitable[list[tuple[int, Response]]]]


def _together(model: Model, requests: Sequence[Request], asked: Sequence[Asked] | None) -> _Respond:
    """Asks a model on this machine: a unit at a time, each request once."""

    async def respond(unit: Sequence[int]) -> list[tuple[int, Response]]:
        if asked is not None:
            answers = cast(ItemModel, model).respond_about([asked[index] for index in unit])
        else:
            answers = model.respond([requests[index] for index in unit])
        return [(unit[place], response) async for place, response in answers]

    return respond


def _one_by_one(model: RemoteModel, requests: Sequence[Request], limits: Limits, budget: Budget) -> _Respond:
    """Asks a model behind a network: within the budget, as fast as the account allows, again where that may help."""
    throttle = limits.throttle(model.account, model.unit_limit.concurrency)

    async def respond(unit: Sequence[int]) -> list[tuple[int, Response]]:
        return [(index, await one(requests[index])) for index in unit]

    async def one(request: Request) -> Response:
        response: Response

        async def call() -> Response:
            async for _, response in model.respond([request]):
                return response
            raise AssertionError("a model answers every request of a unit")

        if not budget.limited:
            response = await limits.ask(call, throttle)
            budget.count(response)
            return response
        if not await budget.admit(request):
            return Failed(budget.why_not(), retryable=True)
        response = Failed("stopped")
        try:
            response = await limits.ask(call, throttle)
        finally:
            budget.settle(request, response)
        return response

    return respond


async def _in_parallel(
    ask: Callable[[Sequence[int]], Awaitable[None]], units: Iterator[tuple[int, ...]], workers: int
) -> None:
    async def work() -> None:
        for unit in units:
            await ask(unit)

    if workers == 1:
        await work()
        return
    try:
        async with anyio.create_task_group() as tasks:
            for _ in range(workers):
                tasks.start_soon(work)
    except BaseExceptionGroup as group:
        # Several workers may meet the same end; the first one tells it.
        raise _first(group) from None


def _first(group: BaseExceptionGroup) -> BaseException:
    inner: BaseException = group
    while isinstance(inner, BaseExceptionGroup):
        own = inner.split(KijunError)[0] or inner
        inner = own.exceptions[0]
    return inner

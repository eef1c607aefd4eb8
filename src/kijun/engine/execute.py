"""Asks the model, unit by unit, and keeps every answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import Protocol, cast

import anyio

from kijun.engine.ledger import Ledger
from kijun.engine.limits import Budget, Limits
from kijun.engine.pieces import Piece
from kijun.errors import KijunError
from kijun.models.base import Asked, ItemModel, Model, RemoteModel
from kijun.records import Failed, Request, Response
from kijun.store import Journal

__all__ = ["Progress", "SilentProgress", "answer_all"]

_GATHER_SECONDS = 0.003


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
    ledger: Ledger,
    journal: Journal,
    progress: Progress,
    *,
    limits: Limits,
    budget: Budget,
    piece: Piece | None = None,
) -> None:
    """Asks all requests of a ledger that have no answer yet.

    An answer is written at once and counts when it has reached the disk, together with those that came meanwhile.

    Args:
        limits: of calls over a network.
        budget: what may be spent; what has no room in it is `Failed` as not asked.
        piece: asks its part of the requests alone.

    Raises:
        ModelError: the model cannot go on.
        StoreError: an answer cannot be kept; the model is not asked any further then.
    """
    for response in ledger.answered():
        budget.count(response)
    budget.answers += len(ledger)
    progress.begin(model.identity.name, len(ledger), ledger.n_answered)
    remote = hasattr(model, "account")
    respond = _one_by_one(cast(RemoteModel, model), limits, budget) if remote else _together(model, budget)
    disk = _Disk(ledger, journal, progress)

    async def ask(unit: Sequence[tuple[int, Asked]]) -> None:
        responses = await respond([asked for _, asked in unit])
        answers = [(*unit[place], response) for place, response in responses]
        disk.bring(ledger.keep(answers), len(answers))

    await _in_parallel(ask, ledger.units(model.unit_limit, piece), model.unit_limit.concurrency, disk)


class _Disk:
    """Brings answers to the disk in groups: while one group is on its way, the next one gathers."""

    def __init__(self, ledger: Ledger, journal: Journal, progress: Progress) -> None:
        self._ledger, self._journal, self._progress = ledger, journal, progress
        self._waiting: list[tuple[int, int]] = []
        self._asked = 0
        self._there = anyio.Event()
        self._last = False

    def bring(self, kept: list[tuple[int, int]], asked: int) -> None:
        """Takes what `Ledger.keep` gave for a unit of `asked` requests."""
        self._waiting += kept
        self._asked += asked
        self._there.set()

    def finish(self) -> None:
        """Nothing comes any more."""
        self._last = True
        self._there.set()

    async def work(self) -> None:
        """Goes on until `finish`."""
        while not self._last or self._asked:
            await self._there.wait()
            self._there = anyio.Event()
            if not self._last:
                await anyio.sleep(_GATHER_SECONDS)
            group, self._waiting = self._waiting, []
            asked, self._asked = self._asked, 0
            if group:
                await anyio.to_thread.run_sync(self._journal.sync)
            self._ledger.count(group)
            self._progress.answered(asked)


_Respond = Callable[[Sequence[Asked]], Awaitable[list[tuple[int, Response]]]]


def _together(model: Model, budget: Budget) -> _Respond:
    """Asks a model on this machine: a unit at a time, each request once."""

    async def respond(unit: Sequence[Asked]) -> list[tuple[int, Response]]:
        if hasattr(model, "respond_about"):
            answers = cast(ItemModel, model).respond_about(unit)
        else:
            answers = model.respond([asked.request for asked in unit])
        with budget.timing(len(unit)):
            return [(place, response) async for place, response in answers]

    return respond


def _one_by_one(model: RemoteModel, limits: Limits, budget: Budget) -> _Respond:
    """Asks a model behind a network: within the budget, as fast as the account allows, again where that may help."""
    throttle = limits.throttle(model.account, model.unit_limit.concurrency)

    async def respond(unit: Sequence[Asked]) -> list[tuple[int, Response]]:
        return [(place, await one(asked.request)) for place, asked in enumerate(unit)]

    async def one(request: Request) -> Response:
        response: Response

        async def call() -> Response:
            with budget.timing(1):
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
    ask: Callable[[Sequence[tuple[int, Asked]]], Awaitable[None]],
    units: Iterator[list[tuple[int, Asked]]],
    workers: int,
    disk: _Disk,
) -> None:
    async def work() -> None:
        for unit in units:
            await ask(unit)

    try:
        async with anyio.create_task_group() as outer:
            outer.start_soon(disk.work)
            async with anyio.create_task_group() as inner:
                for _ in range(workers):
                    inner.start_soon(work)
            disk.finish()
    except BaseExceptionGroup as group:
        # Several workers may meet the same end; the first one tells it.
        raise _first(group) from None


def _first(group: BaseExceptionGroup) -> BaseException:
    inner: BaseException = group
    while isinstance(inner, BaseExceptionGroup):
        own = inner.split(KijunError)[0] or inner
        inner = own.exceptions[0]
    return inner

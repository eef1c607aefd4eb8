"""From a plain call into the event loop and back, with Ctrl-C in between."""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import anyio

__all__ = ["run_async"]

_Result = TypeVar("_Result")


def run_async(function: Callable[..., Awaitable[_Result]], *arguments: Any) -> _Result:
    """Runs ``function(*arguments)`` in an event loop of its own, also from a notebook, whose thread has one already.

    Ctrl-C cancels the work from inside the loop, so that a backend that computes in a thread stops at its next step
    and nothing is freed under its hands.

    Raises:
        KeyboardInterrupt: after the work has stopped.
    """
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return anyio.run(_interruptible, function, arguments)
    with ThreadPoolExecutor(max_workers=1) as other_thread:
        return other_thread.submit(anyio.run, _interruptible, function, arguments).result()


async def _interruptible(function: Callable[..., Awaitable[_Result]], arguments: tuple[Any, ...]) -> _Result:
    # Only the main thread is told of signals; elsewhere the caller's own handling stays as it is.
    if threading.current_thread() is not threading.main_thread():
        return await function(*arguments)
    interrupted = False
    result: list[_Result] = []

    async def watch() -> None:
        nonlocal interrupted
        with anyio.open_signal_receiver(signal.SIGINT) as signals:
            async for _ in signals:
                interrupted = True
                tasks.cancel_scope.cancel()

    try:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(watch)
            result.append(await function(*arguments))
            tasks.cancel_scope.cancel()
    except BaseExceptionGroup as group:
        # What went wrong in the work itself is the one error that callers expect.
        raise group.exceptions[0] from None
    if interrupted and not result:
        raise KeyboardInterrupt
    return result[0]

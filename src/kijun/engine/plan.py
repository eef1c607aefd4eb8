"""Order and cut of the work: which requests go to the model together."""

from __future__ import annotations

from collections.abc import Sequence

from kijun.models.base import UnitLimit
from kijun.records import LogLikelihood, Request

__all__ = ["plan"]


def plan(requests: Sequence[Request], limit: UnitLimit) -> list[tuple[int, ...]]:
    """Cuts requests into units, as indices into `requests`.

    Neighbours share as long a beginning as can be: requests are sorted by context. What a request shares with the one
    before it is not counted, in the same unit or not, as backends keep it. Work that is little for so many units at a
    time is cut finer, so that none of them has to wait long for the last. The plan depends on nothing but its
    arguments, so that a run that was killed is cut in the same way when it goes on.

    Args:
        requests: distinct requests.
        limit: how much a unit may hold. A request larger than that makes a unit of its own.
    """
    # Log-likelihoods and free answers do not mix: a backend works on one kind at a time.
    order = sorted(
        range(len(requests)), key=lambda i: (not isinstance(requests[i], LogLikelihood), requests[i].context, i)
    )
    following = [None, *(requests[index] for index in order)]
    sizes = [_characters(requests[i]) - _shared(last, requests[i]) for i, last in zip(order, following, strict=False)]
    most = _fair(sum(sizes), limit)
    units: list[tuple[int, ...]] = []
    unit: list[int] = []
    held = 0
    for index, previous, size in zip(order, following, sizes, strict=False):
        request = requests[index]
        # The choices of an item stay together: a cut among them would have its prompt computed twice.
        room = (2 if _same_item(previous, request) else 1) * most - held
        if unit and (len(unit) >= limit.requests or size > room or type(request) is not type(previous)):
            units.append(tuple(unit))
            unit, held = [], 0
        unit.append(index)
        held += size
    if unit:
        units.append(tuple(unit))
    return units


def _fair(total: int, limit: UnitLimit) -> int:
    """Characters a unit: a sixth of what a worker has to do, but not less than a fifth of what a unit may hold."""
    if limit.concurrency == 1:
        return limit.characters
    return min(limit.characters, max(limit.characters // 5, total // (6 * limit.concurrency)))


def _characters(request: Request) -> int:
    if isinstance(request, LogLikelihood):
        return len(request.context) + len(request.continuation)
    return len(request.context)


def _same_item(previous: Request | None, request: Request) -> bool:
    return isinstance(request, LogLikelihood) and previous is not None and previous.context == request.context


def _shared(previous: Request | None, request: Request) -> int:
    """Length of the common beginning of two prompts; by halving, as slices compare faster than characters."""
    if previous is None:
        return 0
    a, b = previous.context, request.context
    if a == b:
        return len(a)
    low, high = 0, min(len(a), len(b))
    while low < high:
        middle = (low + high + 1) // 2
        if a[:middle] == b[:middle]:
            low = middle
        else:
            high = middle - 1
    return low

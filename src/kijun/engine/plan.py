"""Order and cut of the work: which requests go to the model together."""

from __future__ import annotations

from collections.abc import Sequence

from kijun.models.base import UnitLimit
from kijun.records import LogLikelihood, Request

__all__ = ["plan"]


def plan(requests: Sequence[Request], limit: UnitLimit) -> list[tuple[int, ...]]:
    """Cuts requests into units, as indices into `requests`.

    Neighbours share as long a beginning as can be: requests are sorted by context. The plan depends on nothing but its
    arguments, so that a run that was killed is cut in the same way when it goes on.

    Args:
        requests: distinct requests.
        limit: how much a unit may hold. A request larger than that makes a unit of its own.
    """
    # Log-likelihoods and free answers do not mix: a backend works on one kind at a time.
    order = sorted(
        range(len(requests)), key=lambda i: (not isinstance(requests[i], LogLikelihood), requests[i].context, i)
    )
    units: list[tuple[int, ...]] = []
    unit: list[int] = []
    size = 0
    previous: Request | None = None
    for index in order:
        request = requests[index]
        alone = len(request.context) + (len(request.continuation) if isinstance(request, LogLikelihood) else 0)
        added = alone
        if previous is not None and unit:
            added -= _shared(previous.context, request.context)
        full = len(unit) >= limit.requests or size + added > limit.characters or type(request) is not type(previous)
        if unit and full:
            units.append(tuple(unit))
            unit, size, added = [], 0, alone
        unit.append(index)
        size += added
        previous = request
    if unit:
        units.append(tuple(unit))
    return units


def _shared(a: str, b: str) -> int:
    """Length of the common beginning of two texts; by halving, as slices compare faster than characters."""
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

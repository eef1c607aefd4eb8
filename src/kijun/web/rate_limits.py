"""How often somebody may be wrong: sign-ins and links that fail are counted, and after too many there is a pause."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable

__all__ = ["FailureLimit"]

_MOST_KEYS = 20_000


class FailureLimit:
    """Counts failures by key, such as an address or a name.

    Only failures count, so that a room full of people behind one address can all come in. The memory is this process's
    own: with several workers each counts for itself.

    Args:
        most: failures after which the key must wait.
        seconds: for how long a failure is remembered.
    """

    def __init__(self, most: int, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._most, self._seconds, self._clock = most, seconds, clock
        self._failures: OrderedDict[str, list[float]] = OrderedDict()
        self._lock = threading.Lock()

    def wait(self, key: str) -> float:
        """Seconds until the key may try again; 0 when it may now."""
        with self._lock:
            recent = self._recent(key)
            return max(0.0, recent[-self._most] + self._seconds - self._clock()) if len(recent) >= self._most else 0.0

    def failed(self, key: str) -> None:
        """Remembers a failure."""
        with self._lock:
            self._failures[key] = [*self._recent(key)[-self._most :], self._clock()]
            self._failures.move_to_end(key)
            while len(self._failures) > _MOST_KEYS:
                self._failures.popitem(last=False)

    def _recent(self, key: str) -> list[float]:
        since = self._clock() - self._seconds
        return [at for at in self._failures.get(key, []) if at > since]

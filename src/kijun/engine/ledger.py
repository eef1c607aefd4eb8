"""What is asked in one round, which requests are the same, and where their answers are: numbers, not texts."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from kijun.engine.pieces import Piece
from kijun.engine.plan import plan
from kijun.models.base import Asked, Model, UnitLimit
from kijun.records import Failed, Response, request_key
from kijun.store import KEY_BYTES, Journal, digest

__all__ = ["Keys", "Ledger", "Questions"]

Questions = Callable[[], Iterable[Sequence[Asked]]]
"""For each item in order, what is asked about it in a round; the same each time it is called."""

_UNANSWERED = -1


class Keys:
    """Keys of requests to one model.

    A model that answers by item may answer the same request about two items in two ways; to it they are two requests.
    """

    def __init__(self, model: Model) -> None:
        self._digest = digest(model.identity)
        self.by_item = hasattr(model, "respond_about")

    def of(self, asked: Asked) -> bytes:
        """The key of a request."""
        if not self.by_item:
            return request_key(asked.request, self._digest)
        about = [asked.task, asked.item.id, *([asked.metric] if asked.metric else []), str(asked.place)]
        return request_key(asked.request, " ".join([self._digest, *about]))


class Ledger:
    """All requests of a round, numbered from 0 where they are distinct, in the order in which they first occur.

    Holds some tens of bytes a request. Prompts are made again, or read from disk, when they are needed.

    Args:
        model: who is asked.
        questions: what.
        journal: where answers are, also those of earlier runs.
    """

    def __init__(self, model: Model, questions: Questions, journal: Journal) -> None:
        self._keys_of, self._questions, self._journal = Keys(model), questions, journal
        keys = bytearray()
        self._starts = array("q", [0])
        for asked in questions():
            for one in asked:
                keys += self._keys_of.of(one)
            self._starts.append(len(keys) // KEY_BYTES)
        slots = len(keys) // KEY_BYTES
        # The journal's keys go along, so that one sorting finds what is the same and what is answered.
        same = _numbered(keys + journal.keys)
        self._numbers: Any = same[:slots]
        self._answers: Any = np.full(int(self._numbers.max(initial=-1)) + 1, _UNANSWERED, dtype=np.int64)
        answered = same[slots:]
        ours = answered < len(self._answers)
        self._answers[answered[ours]] = np.flatnonzero(ours)
        self.failed: dict[int, Failed] = {}

    def __len__(self) -> int:
        """Number of distinct requests."""
        return len(self._answers)

    def slots(self, item: int) -> range:
        """The requests about an item: their places among all of the round."""
        return range(self._starts[item], self._starts[item + 1])

    def response(self, slot: int) -> Response | None:
        """The answer to the request at a place; None where there is none yet."""
        number = int(self._numbers[slot])
        entry = int(self._answers[number])
        return self.failed.get(number) if entry == _UNANSWERED else self._journal[entry]

    def answered(self) -> Iterator[Response]:
        """All answers that there are."""
        for entry in self._answers[self._answers != _UNANSWERED]:
            yield self._journal[int(entry)]

    @property
    def n_answered(self) -> int:
        """How many of the requests have an answer."""
        return int(np.count_nonzero(self._answers != _UNANSWERED))

    def keep(self, answers: Sequence[tuple[int, Asked, Response]]) -> list[tuple[int, int]]:
        """Puts a unit's answers, by the number of their request, into the journal; they do not count yet.

        A failed request is no answer and is not kept, so that a later run asks it again.

        Returns:
            Number of the request and of the answer in the journal, for `count`.

        Raises:
            StoreError: the disk is full or gone.
        """
        kept = []
        for number, asked, response in answers:
            if isinstance(response, Failed):
                self.failed[number] = response
            else:
                kept.append((number, self._keys_of.of(asked), response))
        if not kept:
            return []
        entries = self._journal.append([(key, response) for _, key, response in kept])
        return [(number, entry) for (number, _, _), entry in zip(kept, entries, strict=True)]

    def count(self, kept: Iterable[tuple[int, int]]) -> None:
        """Lets answers count that have reached the disk."""
        for number, entry in kept:
            self._answers[number] = entry

    def units(self, limit: UnitLimit, piece: Piece | None = None) -> Iterator[list[tuple[int, Asked]]]:
        """What is to be asked, in units, each request once; units of an earlier run are cut in the same way.

        Where a unit is one request, prompts are read one after the other as they are needed. Otherwise all are read for
        the plan, which sorts them.

        Args:
            piece: only its units; None is all.
        """
        for number, unit in enumerate(self._planned(limit)):
            if piece is None or piece.holds(number):
                left = [one for one in unit if self._answers[one[0]] == _UNANSWERED]
                if left:
                    yield left

    def _planned(self, limit: UnitLimit) -> Iterator[list[tuple[int, Asked]]]:
        if limit.requests == 1:
            for one in self._distinct():
                yield [one]
            return
        asked = [one for _, one in self._distinct()]
        for unit in plan([one.request for one in asked], limit):
            yield [(number, asked[number]) for number in unit]

    def _distinct(self) -> Iterator[tuple[int, Asked]]:
        """Each distinct request with its number, in order, as the first item asks it."""
        slot = expected = 0
        for asked in self._questions():
            for one in asked:
                if self._numbers[slot] == expected:
                    yield expected, one
                    expected += 1
                slot += 1


def _numbered(keys: bytearray) -> Any:
    """For each key the number of its value, counted from 0 in the order of first occurrence."""
    if not keys:
        return np.zeros(0, dtype=np.int64)
    halves = np.frombuffer(keys, dtype=np.uint64).reshape(-1, 2)
    order = np.lexsort((halves[:, 1], halves[:, 0]))
    ordered = halves[order]
    begins = np.concatenate(([True], np.any(ordered[1:] != ordered[:-1], axis=1)))
    # The sorting is stable: the first of equal keys is the one that occurs first.
    first = order[begins]
    by_occurrence = np.empty(len(first), dtype=np.int64)
    by_occurrence[np.argsort(first)] = np.arange(len(first))
    numbers = np.empty(len(order), dtype=np.int64)
    numbers[order] = by_occurrence[np.cumsum(begins) - 1]
    return numbers

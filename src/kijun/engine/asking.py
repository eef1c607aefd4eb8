"""Asking a model things that are known beforehand; what the journal knows is not asked again."""

from __future__ import annotations

from collections.abc import Sequence

from kijun.engine.execute import Progress, answer_all
from kijun.engine.ledger import Ledger
from kijun.engine.limits import Budget, Limits
from kijun.engine.rounds import hang_up
from kijun.models.base import Asked, Model
from kijun.records import Response
from kijun.store import Journal

__all__ = ["ask"]


async def ask(
    model: Model,
    questions: Sequence[Sequence[Asked]],
    journal: Journal,
    progress: Progress,
    *,
    limits: Limits,
    budget: Budget,
) -> list[tuple[Response, ...]]:
    """The answers to all questions, in order; each is on disk before it counts.

    Raises:
        ModelError, StoreError: nothing that was answered is lost.
    """
    ledger = Ledger(model, lambda: questions, journal)
    try:
        await answer_all(model, ledger, journal, progress, limits=limits, budget=budget)
    finally:
        await hang_up(model)
    answers = ([ledger.response(slot) for slot in ledger.slots(number)] for number in range(len(questions)))
    return [tuple(answer for answer in some if answer is not None) for some in answers]

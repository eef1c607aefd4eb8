"""Rounds: first what is asked about all items at once, then, turn by turn, what needs the model's own replies."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from anyio import CancelScope

from kijun.engine.execute import Progress, answer_all
from kijun.engine.ledger import Ledger
from kijun.engine.limits import Budget, Limits
from kijun.engine.pieces import Piece
from kijun.engine.prepare import PreparedTask
from kijun.models.base import Asked, Model
from kijun.prompts import PromptedItem, reply_of, request_of_turn
from kijun.records import Failed, Request, Response
from kijun.store import Journal

__all__ = ["Answers", "ask_rounds", "entries_of", "hang_up"]

_NOT_REACHED = Failed("an earlier turn has no answer")
_ELSEWHERE = Failed("belongs to another piece")


def entries_of(prepared: Sequence[PreparedTask]) -> Iterator[tuple[int, PreparedTask, PromptedItem]]:
    """All items of all tasks, each with its number in the run."""
    number = 0
    for part in prepared:
        for prompted in part.prompted:
            yield number, part, prompted
            number += 1


class Answers:
    """What a model answered, by item; round by round, as `ask_rounds` goes.

    Args:
        model: who is asked.
        prepared: about what.
        journal: where the answers are.
        missing: what stands in for an answer that is not there; None where there must be one.
    """

    def __init__(
        self,
        model: Model,
        prepared: Sequence[PreparedTask],
        journal: Journal,
        missing: Callable[[Request], Response] | None = None,
    ) -> None:
        self._model, self._prepared, self._journal, self._missing = model, prepared, journal, missing
        self._rounds: list[Ledger] = []

    def next_round(self) -> Ledger | None:
        """What is to be asked now that all rounds before have been asked; None when nothing is left."""
        turn = len(self._rounds)
        ledger = Ledger(self._model, partial(self._questions, turn), self._journal)
        if turn > 0 and not len(ledger):
            return None
        self._rounds.append(ledger)
        return ledger

    def of(
        self, number: int, part: PreparedTask, prompted: PromptedItem
    ) -> tuple[tuple[Request, ...], tuple[Response, ...]]:
        """All requests about an item, by its number in the run, and the responses to them, in order.

        A turn that was never asked, because one before it has no answer, has the request that knows of no reply there.
        """
        if prompted.conversation is None:
            slots = self._rounds[0].slots(number)
            return prompted.requests, tuple(map(self._response, slots, prompted.requests))
        return self._first_turns(number, part, prompted, len(prompted.conversation.turns))

    def _first_turns(
        self, number: int, part: PreparedTask, prompted: PromptedItem, turns: int
    ) -> tuple[tuple[Request, ...], tuple[Response, ...]]:
        requests: list[Request] = []
        responses: list[Response] = []
        for turn in range(turns):
            requests.append(_turn(part, prompted, responses))
            slots = self._rounds[turn].slots(number) if turn < len(self._rounds) else range(0)
            responses.append(self._response(slots[0], requests[-1], turn) if slots else _NOT_REACHED)
        return tuple(requests), tuple(responses)

    def _response(self, slot: int, request: Request, turn: int = 0) -> Response:
        response = self._rounds[turn].response(slot)
        if response is None:
            assert self._missing is not None, "a round is asked as a whole"
            return self._missing(request)
        return response

    def _questions(self, turn: int) -> Iterator[list[Asked]]:
        for number, part, prompted in entries_of(self._prepared):
            if turn == 0:
                of = len(prompted.requests) if prompted.conversation is None else len(prompted.conversation.turns)
                yield [
                    Asked(request, part.task.name, prompted.item, place, of)
                    for place, request in enumerate(prompted.requests)
                ]
            else:
                yield self._next_turn(number, part, prompted, turn)

    def _next_turn(self, number: int, part: PreparedTask, prompted: PromptedItem, turn: int) -> list[Asked]:
        """The request of a turn, given the replies before it; nothing where there is none to ask."""
        if prompted.conversation is None or turn >= len(prompted.conversation.turns):
            return []
        _, responses = self._first_turns(number, part, prompted, turn)
        if any(reply_of(response) is None for response in responses):
            return []
        request = _turn(part, prompted, responses)
        return [Asked(request, part.task.name, prompted.item, turn, len(prompted.conversation.turns))]


def _turn(part: PreparedTask, prompted: PromptedItem, responses: Sequence[Response]) -> Request:
    assert prompted.conversation is not None
    replies = [reply_of(response) for response in responses]
    return request_of_turn(prompted.conversation, replies, part.render_chat)


async def ask_rounds(
    model: Model,
    prepared: Sequence[PreparedTask],
    journal: Journal,
    progress: Progress,
    *,
    limits: Limits,
    budget: Budget,
    piece: Piece | None = None,
) -> Answers:
    """Asks everything, round by round; what the journal knows is not asked again.

    The requests of a round are a function of the items and the responses before, so that a run that was killed asks the
    same when it goes on.

    Args:
        piece: asks its part alone. Later turns follow the first ones of the piece where a model is asked one request at
            a time. Where it is asked many together, their company decides the last digits, and the later turns are left
            to the run that joins the pieces.

    Raises:
        ModelError, StoreError: nothing that was answered is lost.
    """
    answers = Answers(model, prepared, journal, missing=None if piece is None else lambda request: _ELSEWHERE)
    first = True
    try:
        while first or piece is None or model.unit_limit.requests == 1:
            ledger = answers.next_round()
            if ledger is None:
                break
            own = piece if first else None
            await answer_all(model, ledger, journal, progress, limits=limits, budget=budget, piece=own)
            first = False
    finally:
        await hang_up(model)
    return answers


async def hang_up(model: Model) -> None:
    """Closes the connections of a model that has any, also while the run is being stopped."""
    if hasattr(model, "hang_up"):
        with CancelScope(shield=True):
            await model.hang_up()

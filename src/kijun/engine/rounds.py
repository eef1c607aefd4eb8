"""Rounds: first what is asked about all items at once, then, turn by turn, what needs the model's own replies."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from anyio import CancelScope

from kijun.engine.execute import Progress, answer_all
from kijun.engine.limits import Budget, Limits
from kijun.engine.prepare import PreparedTask
from kijun.models.base import Asked, Model
from kijun.prompts import PromptedItem, reply_of, request_of_turn
from kijun.records import Failed, Request, Response, request_key
from kijun.store import Journal, digest

__all__ = ["Answers", "Keys", "ask_rounds", "first_round", "hang_up"]

NOT_REACHED = Failed("an earlier turn has no answer")


class Keys:
    """Keys of requests to one model.

    A model that answers by item may answer the same request about two items in two ways; to it they are two requests.
    """

    def __init__(self, model: Model) -> None:
        self._digest = digest(model.identity)
        self.by_item = hasattr(model, "respond_about")

    def of(self, asked: Asked) -> str:
        """The key of a request."""
        about = [asked.task, asked.item.id, *([asked.metric] if asked.metric else []), str(asked.place)]
        return request_key(asked.request, " ".join([self._digest, *about]) if self.by_item else self._digest)


class Answers:
    """What a model answered, by item.

    Args:
        keys: of the model that was asked.
        found: key -> response.
    """

    def __init__(self, keys: Keys, found: dict[str, Response]) -> None:
        self._keys, self._found = keys, found

    def of(self, part: PreparedTask, prompted: PromptedItem) -> tuple[tuple[Request, ...], tuple[Response, ...]]:
        """All requests about an item and the responses to them, in order.

        A turn that was never asked, because one before it has no answer, has the request that knows of no reply there.
        """
        requests: list[Request] = []
        responses: list[Response] = []
        for asked in _requests(part, prompted, responses):
            requests.append(asked.request)
            reached = prompted.conversation is None or all(reply_of(response) is not None for response in responses)
            responses.append(self._found[self._keys.of(asked)] if reached else NOT_REACHED)
        return tuple(requests), tuple(responses)

    def next_turn(self, part: PreparedTask, prompted: PromptedItem, turn: int) -> Asked | None:
        """The request of a turn (from 0), given the replies before it; None where there is none to ask."""
        if prompted.conversation is None or turn >= len(prompted.conversation.turns):
            return None
        responses: list[Response] = []
        for asked in _requests(part, prompted, responses):
            if asked.place == turn:
                return asked
            responses.append(self._found[self._keys.of(asked)])
            if reply_of(responses[-1]) is None:
                return None
        return None


def _requests(part: PreparedTask, prompted: PromptedItem, responses: Sequence[Response]) -> Iterator[Asked]:
    """All requests about an item in order; those of later turns from `responses`, which the caller fills meanwhile."""
    name, item = part.task.name, prompted.item
    if prompted.conversation is None:
        for place, request in enumerate(prompted.requests):
            yield Asked(request, name, item, place, len(prompted.requests))
        return
    turns = len(prompted.conversation.turns)
    for place in range(turns):
        replies = [reply_of(response) for response in responses]
        yield Asked(request_of_turn(prompted.conversation, replies, part.render_chat), name, item, place, turns)


def first_round(prepared: Sequence[PreparedTask], keys: Keys) -> dict[str, Asked]:
    """What can be asked at once: all distinct requests by key, each with the first item that asks it."""
    found: dict[str, Asked] = {}
    for part in prepared:
        for prompted in part.prompted:
            turns = len(prompted.requests) if prompted.conversation is None else len(prompted.conversation.turns)
            for place, request in enumerate(prompted.requests):
                asked = Asked(request, part.task.name, prompted.item, place, turns)
                found.setdefault(keys.of(asked), asked)
    return found


async def ask_rounds(
    model: Model,
    prepared: Sequence[PreparedTask],
    journal: Journal,
    progress: Progress,
    *,
    limits: Limits,
    budget: Budget,
) -> Answers:
    """Asks everything, round by round; what the journal knows is not asked again.

    The requests of a round are a function of the items and the responses before, so that a run that was killed asks the
    same when it goes on.

    Raises:
        ModelError, StoreError: nothing that was answered is lost.
    """
    keys = Keys(model)
    found: dict[str, Response] = {}
    answers = Answers(keys, found)
    asked, turn = first_round(prepared, keys), 0
    try:
        while asked:
            found |= await answer_all(
                model, asked, journal, progress, by_item=keys.by_item, limits=limits, budget=budget
            )
            turn += 1
            following = (answers.next_turn(part, entry, turn) for part in prepared for entry in part.prompted)
            asked = {keys.of(one): one for one in following if one is not None}
    finally:
        await hang_up(model)
    return answers


async def hang_up(model: Model) -> None:
    """Closes the connections of a model that has any, also while the run is being stopped."""
    if hasattr(model, "hang_up"):
        with CancelScope(shield=True):
            await model.hang_up()

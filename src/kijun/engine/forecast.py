"""What a run would ask and cost, told before anything is asked."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

import msgspec

from kijun.engine.judging import Case, Judge, cases_of, judge_requests
from kijun.engine.limits import Budget, most_tokens
from kijun.engine.prepare import PreparedTask
from kijun.engine.rounds import Answers, Keys, first_round
from kijun.models.base import Asked, Model
from kijun.records import Completed, Generate, Request, Response

__all__ = ["Forecast", "Foreseen", "foresee", "foresee_judging"]

_LETTERS_A_TOKEN = 4.0


class Foreseen(msgspec.Struct):
    """Requests to one model, counted.

    Attributes:
        requests: distinct requests of the run.
        answered: of them, those that the run folder has answers to already.
        tokens_in: of the prompts still to be asked, estimated from their length; no tokeniser is at hand.
        tokens_out: the most that may be generated for them, thinking included.
        unknown: of those still to be asked, how many hold an answer of the model in their prompt (later turns of a
            conversation, questions to a judge). It is taken to be as long as it may be.
        cost: the most that all this may cost, in the currency of the price; None without a price.
    """

    requests: int = 0
    answered: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    unknown: int = 0
    cost: float | None = None

    def add(self, request: Request, *, answered: bool, unknown: bool, reasoning_tokens: int) -> None:
        """Counts a request."""
        self.requests += 1
        self.answered += answered
        if not answered:
            self.unknown += unknown
            self.tokens_in += _estimated_tokens(request)
            self.tokens_out += most_tokens(request, reasoning_tokens)[1]

    def price(self, price: tuple[float, float] | None) -> None:
        """Sets the cost, once all is counted."""
        self.cost = None if price is None else Budget(price=price).cost_of(self.tokens_in, self.tokens_out)


class Forecast(msgspec.Struct, frozen=True):
    """What a run would ask the model, and each judge, by name.

    An estimate where `unknown` is not zero, exact in the number of requests otherwise.
    """

    answers: Foreseen
    judges: dict[str, Foreseen] = {}


class _Expected(dict[str, Response]):
    """Answers as far as they are known; what is not known is as long as it may be."""

    def __init__(self, known: Mapping[str, Response]) -> None:
        super().__init__(known)
        self._known = known

    def expect(self, key: str, request: Request) -> bool:
        """Makes up an answer to a request where none is known; returns whether one is."""
        if key in self._known:
            return True
        if isinstance(request, Generate):
            self.setdefault(key, Completed("x" * round(_LETTERS_A_TOKEN * request.sampling.max_tokens)))
        return False


def foresee(
    model: Model,
    prepared: Sequence[PreparedTask],
    known: Mapping[str, Response],
    *,
    price: tuple[float, float] | None = None,
    reasoning_tokens: int = 0,
) -> tuple[Foreseen, Answers]:
    """What is left to ask of the model.

    Args:
        known: key -> answer, as the journal has them.
        price: of a million tokens, in and out.
        reasoning_tokens: that the model may think beside its answer.

    Returns:
        The count, and the answers as they are known or expected.
    """
    found, keys, expected = Foreseen(), Keys(model), _Expected(known)
    answers = Answers(keys, expected)
    entries = [(part, prompted) for part in prepared for prompted in part.prompted]
    asked, turn = first_round(prepared, keys), 0
    while asked:
        for key, one in asked.items():
            there = expected.expect(key, one.request)
            found.add(one.request, answered=there, unknown=turn > 0, reasoning_tokens=reasoning_tokens)
        turn += 1
        following = (answers.next_turn(part, prompted, turn) for part, prompted in entries)
        asked = {keys.of(one): one for one in following if one is not None}
    found.price(price)
    return found, answers


def foresee_judging(
    judge: Judge,
    prepared: Sequence[PreparedTask],
    answers: Answers,
    known: Collection[str],
    *,
    price: tuple[float, float] | None = None,
    reasoning_tokens: int = 0,
) -> Foreseen:
    """What is left to ask a judge about these answers; arguments as of `foresee`."""
    found, keys, seen = Foreseen(), Keys(judge.model), set[str]()
    render_chat = judge.model.render_chat if judge.model.can("chat") else None
    for case in _cases(prepared, answers):
        requests = judge_requests(case, render_chat)
        for place, request in enumerate(requests):
            key = keys.of(Asked(request, case.task, case.item, place, len(requests), case.metric))
            if key not in seen:
                seen.add(key)
                found.add(request, answered=key in known, unknown=True, reasoning_tokens=reasoning_tokens)
    found.price(price)
    return found


def _cases(prepared: Sequence[PreparedTask], answers: Answers) -> Iterator[Case]:
    for part in prepared:
        for prompted in part.prompted:
            yield from cases_of(part, prompted, answers)


def _estimated_tokens(request: Request) -> int:
    """Four letters of an alphabet to a token, one to a token of other scripts: rules of thumb, right within a third."""
    if isinstance(request, Generate):
        texts = [turn.content for turn in request.messages] or [request.context]
    else:
        texts = [request.context + request.continuation]
    wide = sum(sum(character > "\u2e7f" for character in text) for text in texts)
    narrow = sum(map(len, texts)) - wide
    return round(narrow / _LETTERS_A_TOKEN) + wide + 4 * len(texts)

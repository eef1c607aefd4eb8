"""What a run would ask and cost, told before anything is asked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

import msgspec

from kijun.engine.judging import Case, Judge, cases_of, questions_to
from kijun.engine.ledger import Ledger
from kijun.engine.limits import Budget, most_tokens
from kijun.engine.prepare import PreparedTask
from kijun.engine.rounds import Answers, entries_of
from kijun.models.base import Model, UnitLimit
from kijun.records import Completed, Generate, Request, Response
from kijun.store import Journal

__all__ = ["Forecast", "Foreseen", "foresee", "foresee_judging"]

_LETTERS_A_TOKEN = 4.0
_ONE_BY_ONE = UnitLimit(requests=1, characters=1)


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

    def price(self, price: tuple[float, float] | None) -> None:
        """Sets the cost, once all is counted."""
        self.cost = None if price is None else Budget(price=price).cost_of(self.tokens_in, self.tokens_out)


class Forecast(msgspec.Struct, frozen=True):
    """What a run would ask the model, and each judge, by name.

    An estimate where `unknown` is not zero, exact in the number of requests otherwise.
    """

    answers: Foreseen
    judges: dict[str, Foreseen] = {}


def foresee(
    model: Model,
    prepared: Sequence[PreparedTask],
    journal: Journal,
    *,
    price: tuple[float, float] | None = None,
    reasoning_tokens: int = 0,
) -> tuple[Foreseen, Answers]:
    """What is left to ask of the model.

    Args:
        journal: has the answers that are there already.
        price: of a million tokens, in and out.
        reasoning_tokens: that the model may think beside its answer.

    Returns:
        The count, and the answers as they are known or expected.
    """
    found, answers = Foreseen(), Answers(model, prepared, journal, missing=_longest)
    turn = 0
    while (ledger := answers.next_round()) is not None:
        _add(found, ledger, unknown=turn > 0, reasoning_tokens=reasoning_tokens)
        turn += 1
    found.price(price)
    return found, answers


def foresee_judging(
    judge: Judge,
    prepared: Sequence[PreparedTask],
    answers: Answers,
    journal: Journal,
    *,
    price: tuple[float, float] | None = None,
    reasoning_tokens: int = 0,
) -> Foreseen:
    """What is left to ask a judge about these answers; other arguments as of `foresee`."""

    def cases() -> Iterator[Case]:
        for number, part, prompted in entries_of(prepared):
            yield from cases_of(number, part, prompted, answers)

    found = Foreseen()
    ledger = Ledger(judge.model, partial(questions_to, judge.model, cases), journal)
    _add(found, ledger, unknown=True, reasoning_tokens=reasoning_tokens)
    found.price(price)
    return found


def _add(found: Foreseen, ledger: Ledger, *, unknown: bool, reasoning_tokens: int) -> None:
    found.requests += len(ledger)
    found.answered += ledger.n_answered
    for ((_, asked),) in ledger.units(_ONE_BY_ONE):
        found.unknown += unknown
        found.tokens_in += _estimated_tokens(asked.request)
        found.tokens_out += most_tokens(asked.request, reasoning_tokens)[1]


def _longest(request: Request) -> Response:
    """An answer that is not there yet, as long as it may be."""
    most = request.sampling.max_tokens if isinstance(request, Generate) else 0
    return Completed("x" * round(_LETTERS_A_TOKEN * most))


def _estimated_tokens(request: Request) -> int:
    """Four letters of an alphabet to a token, one to a token of other scripts: rules of thumb, right within a third."""
    if isinstance(request, Generate):
        texts = [turn.content for turn in request.messages] or [request.context]
    else:
        texts = [request.context + request.continuation]
    wide = sum(sum(character > "\u2e7f" for character in text) for text in texts)
    narrow = sum(map(len, texts)) - wide
    return round(narrow / _LETTERS_A_TOKEN) + wide + 4 * len(texts)

"""What a run would ask and cost, told before anything is asked."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import msgspec

from kijun.engine.limits import Budget, most_tokens
from kijun.records import Generate, Request

__all__ = ["Forecast", "foresee"]

_LETTERS_A_TOKEN = 4.0


class Forecast(msgspec.Struct, frozen=True):
    """What a run would ask.

    Attributes:
        requests: distinct requests of the run.
        answered: of them, those that the run folder has answers to already.
        tokens_in: of the prompts still to be asked, estimated from their length; no tokeniser is at hand.
        tokens_out: the most that may be generated for them, thinking included.
        cost: the most that this may cost, in the currency of the price; None without a price.
    """

    requests: int
    answered: int
    tokens_in: int
    tokens_out: int
    cost: float | None = None


def foresee(
    requests: Sequence[Request],
    keys: Sequence[str],
    known: Collection[str],
    *,
    price: tuple[float, float] | None = None,
    reasoning_tokens: int = 0,
) -> Forecast:
    """What is left to ask of `requests`.

    Args:
        requests: distinct requests.
        keys: their keys.
        known: keys that have an answer.
        price: of a million tokens, in and out.
        reasoning_tokens: that the model may think beside its answer.
    """
    left = [request for request, key in zip(requests, keys, strict=True) if key not in known]
    tokens_in = sum(_estimated_tokens(request) for request in left)
    tokens_out = sum(most_tokens(request, reasoning_tokens)[1] for request in left)
    cost = None if price is None else Budget(price=price).cost_of(tokens_in, tokens_out)
    return Forecast(len(requests), len(requests) - len(left), tokens_in, tokens_out, cost)


def _estimated_tokens(request: Request) -> int:
    """Four letters of an alphabet to a token, one to a token of other scripts: rules of thumb, right within a third."""
    if isinstance(request, Generate):
        texts = [turn.content for turn in request.messages] or [request.context]
    else:
        texts = [request.context + request.continuation]
    wide = sum(sum(character > "\u2e7f" for character in text) for text in texts)
    narrow = sum(map(len, texts)) - wide
    return round(narrow / _LETTERS_A_TOKEN) + wide + 4 * len(texts)

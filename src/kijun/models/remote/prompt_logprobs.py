"""Log-probabilities of a prompt's own tokens, where a server gives them.

Two ways are known: ``prompt_logprobs`` (vLLM, which gives ranks and so tells the likeliest token exactly) and ``echo``
with ``logprobs`` (OpenAI's completions of old, vLLM, SGLang, TGI's adapter).

Where the continuation begins is told by the texts of the tokens, as long as these put together are the text that was
sent. They are not where a character is spread over tokens, as in much Japanese; then the number of tokens of the
context alone is asked for, and the continuation is what the whole has beyond it, by lm-evaluation-harness's rule.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from kijun.models.remote.protocol import Answer
from kijun.records import Failed, Likelihood, LogLikelihood

__all__ = ["WAYS", "ScoredToken", "read_likelihood", "scored_tokens", "scoring_body", "sum_from", "text_to_score"]

WAYS = ("prompt_logprobs", "echo", "echo_one")
"""``echo_one``: as ``echo``, for servers that generate at least one token."""


class ScoredToken(msgspec.Struct, frozen=True):
    """A token of the prompt.

    Attributes:
        start: place in the prompt where it begins; None where the texts of the tokens do not tell.
        logprob: natural log; None for the first.
        is_greedy: it is the likeliest there.
    """

    start: int | None
    logprob: float | None
    is_greedy: bool


def text_to_score(request: LogLikelihood) -> tuple[str, str]:
    """Context and continuation, white space moved from one to the other by lm-evaluation-harness's rule."""
    kept = request.context.rstrip()
    return kept, request.context[len(kept) :] + request.continuation


def scoring_body(text: str, model: str, way: str) -> dict[str, Any]:
    """Body of a call of ``/completions`` that scores `text`."""
    body: dict[str, Any] = {"model": model, "prompt": text, "temperature": 0}
    if way == "prompt_logprobs":
        return body | {"max_tokens": 1, "prompt_logprobs": 1}
    return body | {"max_tokens": 0 if way == "echo" else 1, "echo": True, "logprobs": 1}


def scored_tokens(answer: Answer, text: str) -> list[ScoredToken] | None:
    """The prompt's tokens in order, or None where the server did not give them."""
    if not answer.choices:
        return None
    choice = answer.choices[0]
    if choice.prompt_logprobs:
        return _of_ranks(choice.prompt_logprobs, text)
    logprobs = choice.logprobs if isinstance(choice.logprobs, dict) else {}
    tokens, values = logprobs.get("tokens"), logprobs.get("token_logprobs")
    # A server that ignores `echo` gives the tokens of its own answer.
    if not tokens or not values or len(tokens) != len(values) or not (choice.text or "").startswith(text):
        return None
    tops = logprobs.get("top_logprobs") or [None] * len(tokens)
    found = [_of_echo(value, top) for value, top in zip(values, tops, strict=False)]
    starts, end = _starts([str(token) for token in tokens], text)
    asked = answer.usage.prompt_tokens if answer.usage is not None else None
    # What was generated stands behind the prompt.
    count = end if end is not None else asked
    if count is None or count < 2 or count > len(found):
        return None
    return [msgspec.structs.replace(token, start=start) for token, start in zip(found[:count], starts, strict=False)]


def _of_echo(value: float | None, top: dict[str, float] | None) -> ScoredToken:
    best = max(top.values()) if top else None
    return ScoredToken(None, value, value is not None and best is not None and value >= best)


def _of_ranks(entries: list[dict[str, dict[str, Any]] | None], text: str) -> list[ScoredToken] | None:
    """vLLM: for each token a mapping of ids, the prompt's own first, then the likeliest; null for the first token."""
    own = [next(iter(entry.values())) for entry in entries if entry]
    if not own:
        return None
    pieces = [str(token.get("decoded_token") or "") for token in own]
    found = [ScoredToken(None, float(token["logprob"]), token.get("rank") == 1) for token in own]
    if len(own) < len(entries):
        # The text of the first token is not told; what the others do not cover is its.
        rest = "".join(pieces)
        pieces.insert(0, text[: len(text) - len(rest)] if text.endswith(rest) else "")
        found.insert(0, ScoredToken(None, None, False))
    starts, _ = _starts(pieces, text)
    return [msgspec.structs.replace(token, start=start) for token, start in zip(found, starts, strict=True)]


def _starts(pieces: Sequence[str], text: str) -> tuple[list[int | None], int | None]:
    """Where each piece begins in `text`, and how many make it up; all None where they are not the text put together.

    A first piece that the text does not begin with is the tokeniser's own mark of a beginning.
    """
    starts: list[int | None] = []
    place = 0
    for number, piece in enumerate(pieces):
        if place == len(text) and number:
            return [*starts, *([None] * (len(pieces) - number))], number
        starts.append(place)
        if text.startswith(piece, place):
            place += len(piece)
        elif number:
            return [None] * len(pieces), None
    return (starts, len(pieces)) if place == len(text) else ([None] * len(pieces), None)


def read_likelihood(tokens: list[ScoredToken], context: str) -> Likelihood | Failed | None:
    """The continuation's log-likelihood, from the tokens of context and continuation together.

    Returns:
        None when no token is known to begin where the continuation begins: the number of the context's tokens must be
        asked for.
    """
    places = [place for place, token in enumerate(tokens) if token.start == len(context)]
    if places and not context and tokens[places[0]].logprob is None:
        # The tokeniser's mark of a beginning stands where an empty context ends.
        places = places[1:] or places
    # Tokens without text of their own are parts of a character, of the one before the boundary or the one behind it.
    return sum_from(tokens, places[0]) if len(places) == 1 else None


def sum_from(tokens: list[ScoredToken], first: int) -> Likelihood | Failed:
    """Sum over the tokens from number `first` on."""
    scored = tokens[first:]
    if not scored:
        return Failed("the continuation adds no token to the context; there is nothing to score")
    if any(token.logprob is None for token in scored):
        return Failed("the continuation begins with the first token, which has no log-probability")
    return Likelihood(
        sum(token.logprob or 0.0 for token in scored), all(token.is_greedy for token in scored), len(scored)
    )

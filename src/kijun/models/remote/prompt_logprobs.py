"""Log-probabilities of a prompt's own tokens, where a server gives them.

Two ways are known: ``echo`` with ``logprobs`` (OpenAI's completions of old, vLLM, SGLang, TGI's adapter) and
``prompt_logprobs`` (vLLM).
"""

from __future__ import annotations

from typing import Any

import msgspec

from kijun.models.remote.protocol import Answer
from kijun.records import Failed, Likelihood, LogLikelihood

__all__ = ["WAYS", "ScoredToken", "read_likelihood", "scored_tokens", "scoring_body", "sum_from", "text_to_score"]

WAYS = ("echo", "echo_one", "prompt_logprobs")
"""``echo_one``: as ``echo``, for servers that generate at least one token."""


class ScoredToken(msgspec.Struct, frozen=True):
    """A token of the prompt: where it begins, its natural log (None for the first), whether it is the likeliest."""

    start: int
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
        return _of_vllm(choice.prompt_logprobs, text)
    logprobs = choice.logprobs if isinstance(choice.logprobs, dict) else {}
    tokens, values = logprobs.get("tokens"), logprobs.get("token_logprobs")
    if not tokens or not values or len(tokens) != len(values):
        return None
    offsets = logprobs.get("text_offset") or _offsets(tokens)
    tops = logprobs.get("top_logprobs") or [None] * len(tokens)
    found = []
    for start, value, top in zip(offsets, values, tops, strict=False):
        if start < len(text):
            best = max(top.values()) if top else None
            found.append(ScoredToken(start, value, value is not None and best is not None and value >= best))
    # A server that ignores `echo` gives the tokens of its own answer, whose first one has a value.
    return found if len(found) > 1 and choice.text is not None and choice.text.startswith(text) else None


def _of_vllm(entries: list[dict[str, dict[str, Any]] | None], text: str) -> list[ScoredToken] | None:
    """vLLM: for each token a mapping of ids, the prompt's own first, then the likeliest; null for the first token."""
    found: list[ScoredToken] = []
    # The text of the first token is not told; what the others do not cover is its.
    own = [next(iter(entry.values())) for entry in entries if entry]
    start = len(text) - sum(len(str(token.get("decoded_token") or "")) for token in own)
    if not own or start < 0:
        return None
    if len(own) < len(entries):
        found.append(ScoredToken(0, None, False))
    for token in own:
        found.append(ScoredToken(start, float(token["logprob"]), token.get("rank") == 1))
        start += len(str(token.get("decoded_token") or ""))
    return found


def _offsets(tokens: list[str]) -> list[int]:
    starts, place = [], 0
    for token in tokens:
        starts.append(place)
        place += len(token)
    return starts


def read_likelihood(tokens: list[ScoredToken], context: str) -> Likelihood | Failed | None:
    """The continuation's log-likelihood, from the tokens of context and continuation together.

    Returns:
        None when no token begins where the continuation begins: the number of the context's tokens must be asked for.
    """
    first = next((place for place, token in enumerate(tokens) if token.start >= len(context)), len(tokens))
    if first == len(tokens) or tokens[first].start != len(context):
        return None
    return sum_from(tokens, first)


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

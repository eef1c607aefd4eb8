"""What a model is asked: the log-likelihood of a continuation, or a free answer."""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec

__all__ = ["Generate", "LogLikelihood", "Message", "Request", "Sampling", "request_key"]


class Message(msgspec.Struct, frozen=True):
    """One turn of a conversation; `role` is ``system``, ``user`` or ``assistant``."""

    role: str
    content: str


class Sampling(msgspec.Struct, frozen=True):
    """How a free answer is sampled.

    Attributes:
        max_tokens: the most tokens to generate.
        stop: the answer ends before the first of these strings.
        temperature: 0 is greedy.
        top_p: nucleus, 1 is off.
        seed: seed of the sampler when `temperature` > 0; None where a backend has no seed.
        json_schema: JSON Schema of the answer, where the backend can hold the model to one; None is free text.
    """

    max_tokens: int = 256
    stop: tuple[str, ...] = ()
    temperature: float = 0.0
    top_p: float = 1.0
    seed: int | None = None
    json_schema: dict[str, Any] | None = None


class LogLikelihood(msgspec.Struct, frozen=True, tag="loglikelihood"):
    """log p(continuation | context). Both are plain text; the backend tokenises by lm-evaluation-harness's rules."""

    context: str
    continuation: str


class Generate(msgspec.Struct, frozen=True, tag="generate"):
    """A free answer to `context`.

    Attributes:
        context: the whole prompt as text, with the chat template already applied where the backend renders it.
        sampling: how to sample.
        messages: the same prompt as turns, for backends that take turns; empty for plain completion.
    """

    context: str
    sampling: Sampling = Sampling()
    messages: tuple[Message, ...] = ()


Request = LogLikelihood | Generate

_encoder = msgspec.json.Encoder(order="deterministic")


def request_key(request: Request, model_digest: str) -> bytes:
    """Cache key of a request: 16 bytes over what the model sees, how it samples, and the model's identity."""
    return hashlib.sha256(_encoder.encode([model_digest, request])).digest()[:16]

"""What came back. A failed call is data, never a score."""

from __future__ import annotations

import msgspec

__all__ = ["Completed", "Failed", "Filtered", "Likelihood", "Response", "Truncated"]


class Likelihood(msgspec.Struct, frozen=True, tag="likelihood"):
    """Answer to a `LogLikelihood`.

    Attributes:
        loglikelihood: natural log, summed over the continuation's tokens.
        is_greedy: every token of the continuation was the model's first choice.
        n_tokens: tokens of the continuation; None where the backend does not say.
        truncated_tokens: tokens of context cut from the left (only where the user asked for truncation).
    """

    loglikelihood: float
    is_greedy: bool
    n_tokens: int | None = None
    truncated_tokens: int = 0


class Completed(msgspec.Struct, frozen=True, tag="completed"):
    """A free answer that ended by itself or at a stop string (which is not part of `text`)."""

    text: str
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    truncated_tokens: int = 0


class Truncated(msgspec.Struct, frozen=True, tag="truncated"):
    """A free answer cut off at the token limit; it is scored like a completed one."""

    text: str
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    truncated_tokens: int = 0


class Filtered(msgspec.Struct, frozen=True, tag="filtered"):
    """The provider withheld the answer."""

    reason: str


class Failed(msgspec.Struct, frozen=True, tag="failed"):
    """No answer, and why. `retryable` says whether asking again may help."""

    reason: str
    retryable: bool = False


Response = Likelihood | Completed | Truncated | Filtered | Failed

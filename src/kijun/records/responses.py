"""What came back. A failed call is data, never a score."""

from __future__ import annotations

import msgspec

__all__ = ["Completed", "Failed", "Filtered", "Likelihood", "Refused", "Response", "Truncated"]


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


class Completed(msgspec.Struct, frozen=True, tag="completed", omit_defaults=True):
    """A free answer that ended by itself or at a stop string (which is not part of `text`).

    Attributes:
        reasoning: what the model thought before it answered, where that is given apart; no part of `text`.
        completion_tokens: reasoning included.
        truncated_tokens: tokens of prompt cut from the left (only where the user asked for truncation).
    """

    text: str
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    truncated_tokens: int = 0
    reasoning: str = ""


class Truncated(msgspec.Struct, frozen=True, tag="truncated", omit_defaults=True):
    """A free answer cut off at the token limit; it is scored like a completed one. Fields as in `Completed`."""

    text: str
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    truncated_tokens: int = 0
    reasoning: str = ""


class Filtered(msgspec.Struct, frozen=True, tag="filtered"):
    """The provider withheld the answer."""

    reason: str


class Refused(msgspec.Struct, frozen=True, tag="refused", omit_defaults=True):
    """The provider says, in a field of its own, that the model declined; `text` is what it said, if anything.

    A refusal in the words of an ordinary answer is `Completed`: to tell it is a scorer's work.
    """

    text: str
    prompt_tokens: int | None = None
    completion_tokens: int | None = None


class Failed(msgspec.Struct, frozen=True, tag="failed", omit_defaults=True):
    """No answer, and why.

    Attributes:
        retryable: asking again may help.
        throttled: the provider asks for fewer requests.
        retry_after: seconds that the provider asks to wait; None where it does not say.
    """

    reason: str
    retryable: bool = False
    throttled: bool = False
    retry_after: float | None = None


Response = Likelihood | Completed | Truncated | Filtered | Refused | Failed

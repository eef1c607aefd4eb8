"""Public fakes, for tests and for trying things out: no weights, no network, the same answer every time."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Callable, Sequence

from kijun.models.base import ModelIdentity, UnitLimit
from kijun.records import Completed, Generate, Likelihood, LogLikelihood, Message, Request, Response

__all__ = ["HashModel", "ScriptedModel"]


class ScriptedModel:
    """Answers with what `answer` returns for a request; an exception it raises goes through, as a bug would.

    Args:
        answer: maps a request to a response.
        name: name in the identity. Two scripts that answer differently should be named differently.
        unit_limit: how much the engine hands over at once.
    """

    def __init__(
        self,
        answer: Callable[[Request], Response],
        *,
        name: str = "fake/scripted",
        unit_limit: UnitLimit = UnitLimit(requests=64, characters=200_000),  # noqa: B008 - frozen
    ) -> None:
        self._answer = answer
        self.identity = ModelIdentity(name=name, backend="fake")
        self.unit_limit = unit_limit

    def can(self, ability: str) -> bool:
        return ability in {"loglikelihood", "generate", "chat"}

    def render_chat(self, messages: Sequence[Message], *, continue_last: bool = False) -> str | None:
        text = "".join(f"<{m.role}>{m.content}</{m.role}>" for m in messages[:-1])
        last = messages[-1]
        if continue_last:
            return f"{text}<{last.role}>{last.content}"
        return f"{text}<{last.role}>{last.content}</{last.role}><assistant>"

    async def respond(self, unit: Sequence[Request]) -> AsyncIterator[tuple[int, Response]]:
        for index, request in enumerate(unit):
            yield index, self._answer(request)

    async def aclose(self) -> None:
        """Nothing to free."""


class HashModel(ScriptedModel):
    """``fake/hash``: answers that are a hash of the prompt, so that any change of a prompt changes a number.

    With ``u(x) = int(sha256(x)[:13 hex], 16) / 16**13``: the log-likelihood is
    ``-len(continuation) * (0.5 + u(context + "\\x1f" + continuation))``, greedy where
    ``u("greedy" + context + "\\x1f" + continuation) < 0.5``, and a free answer is ``It is #### N`` or ``So N it is``
    with ``N = int(20 * u(context))``.
    """

    def __init__(self) -> None:
        super().__init__(_hash_answer, name="fake/hash")


def _hash_answer(request: Request) -> Response:
    if isinstance(request, LogLikelihood):
        pair = f"{request.context}\x1f{request.continuation}"
        return Likelihood(-len(request.continuation) * (0.5 + _unit("", pair)), _unit("greedy", pair) < 0.5)
    assert isinstance(request, Generate)
    number = int(20 * _unit("", request.context))
    return Completed(f"It is #### {number}" if _unit("style", request.context) < 0.5 else f"So {number} it is")


def _unit(salt: str, text: str) -> float:
    return int(hashlib.sha256((salt + text).encode()).hexdigest()[:13], 16) / 16**13

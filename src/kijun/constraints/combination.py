"""Two answers at once; the prompt repeated before the answer."""

from __future__ import annotations

from typing import ClassVar

import msgspec

from kijun.constraints.base import Constraint, register

__all__ = ["RepeatPrompt", "TwoResponses"]


@register
class TwoResponses(Constraint, frozen=True, forbid_unknown_fields=True):
    """Two different answers with six asterisks between them; blank parts are allowed at both ends only."""

    id: ClassVar[str] = "combination:two_responses"

    def check(self, response: str) -> bool:
        parts = [part.strip() for part in response.split("******")]
        if not all(parts[1:-1]):
            return False
        answers = [part for part in parts if part]
        return len(answers) == 2 and answers[0] != answers[1]


@register
class RepeatPrompt(Constraint, frozen=True, forbid_unknown_fields=True):
    """The response starts with the request, in any case."""

    id: ClassVar[str] = "combination:repeat_prompt"
    prompt: str = msgspec.field(name="prompt_to_repeat")

    def check(self, response: str) -> bool:
        return response.strip().lower().startswith(self.prompt.strip().lower())

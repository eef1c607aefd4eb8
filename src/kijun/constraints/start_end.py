"""How the response starts and ends."""

from __future__ import annotations

from typing import ClassVar

import msgspec

from kijun.constraints.base import Constraint, register

__all__ = ["EndPhrase", "Quotation"]


@register
class EndPhrase(Constraint, frozen=True, forbid_unknown_fields=True):
    """The response ends with the phrase, in any case; a closing quotation mark may follow."""

    id: ClassVar[str] = "startend:end_checker"
    phrase: str = msgspec.field(name="end_phrase")

    def check(self, response: str) -> bool:
        return response.strip().strip('"').lower().endswith(self.phrase.strip().lower())


@register
class Quotation(Constraint, frozen=True, forbid_unknown_fields=True):
    """The whole response stands between straight double quotation marks."""

    id: ClassVar[str] = "startend:quotation"

    def check(self, response: str) -> bool:
        text = response.strip()
        return len(text) > 1 and text[0] == text[-1] == '"'

"""Punctuation that must not occur."""

from __future__ import annotations

from typing import ClassVar

from kijun.constraints.base import Constraint, register

__all__ = ["NoComma"]


@register
class NoComma(Constraint, frozen=True, forbid_unknown_fields=True):
    """No ASCII comma anywhere."""

    id: ClassVar[str] = "punctuation:no_comma"

    def check(self, response: str) -> bool:
        return "," not in response

"""Parts that the response must hold: placeholders, a postscript."""

from __future__ import annotations

import re
from typing import ClassVar

import msgspec

from kijun.constraints.base import Constraint, Count, register

__all__ = ["NumberOfPlaceholders", "Postscript"]

_POSTSCRIPTS = {"P.P.S": r"p\.\s?p\.\s?s", "P.S.": r"p\.\s?s\."}


@register
class NumberOfPlaceholders(Constraint, frozen=True, forbid_unknown_fields=True):
    """At least so many placeholders in square brackets, each within one line."""

    id: ClassVar[str] = "detectable_content:number_placeholders"
    number: Count = msgspec.field(name="num_placeholders")

    def check(self, response: str) -> bool:
        return sum(map(_placeholders, response.split("\n"))) >= self.number


def _placeholders(line: str) -> int:
    # by hand: a regular expression would take quadratic time on a line of opening brackets
    count, start = 0, line.find("[")
    while start >= 0 and (end := line.find("]", start)) >= 0:
        count += 1
        start = line.find("[", end)
    return count


@register
class Postscript(Constraint, frozen=True, forbid_unknown_fields=True):
    """The marker of a postscript occurs somewhere, in any case."""

    id: ClassVar[str] = "detectable_content:postscript"
    marker: str = msgspec.field(name="postscript_marker")

    def check(self, response: str) -> bool:
        marker = self.marker.strip()
        pattern = _POSTSCRIPTS.get(marker) or re.escape(marker.lower())
        return re.search(pattern, response.lower()) is not None

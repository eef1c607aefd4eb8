"""Marks of form in Japanese answers: bullets, numbered lines, highlights, chapters, a title, quotes, a fixed answer."""

from __future__ import annotations

import re
from typing import ClassVar

import msgspec

from kijun.constraints.base import Constraint, Count, register
from kijun.constraints.format import has_title

__all__ = [
    "JapaneseConstrainedResponse",
    "JapaneseHighlights",
    "JapaneseQuotation",
    "JapaneseSections",
    "JapaneseTitle",
    "NakaguroBullets",
    "NumberedList",
]

# Blanks before the mark are taken possessively and without line feeds: the same matches as with \s*, in linear time.
_BULLET = re.compile(r"^[^\S\n]*+・[^・].*$", re.MULTILINE)
_NUMBERED = re.compile(r"^[^\S\n]*+\d++\.\s.*$", re.MULTILINE)
_HIGHLIGHT = re.compile(r"《([^\n《》]*)》")
_ANSWERS = ("はい、そうです。", "いいえ、違います。", "どちらとも言えません。")


@register
class NakaguroBullets(Constraint, frozen=True, forbid_unknown_fields=True):
    """Exactly so many lines that start with one ``・``."""

    id: ClassVar[str] = "ja:detectable_format:number_bullet_lists"
    number: Count = msgspec.field(name="num_bullets")

    def check(self, response: str) -> bool:
        return len(_BULLET.findall(response)) == self.number


@register
class NumberedList(Constraint, frozen=True, forbid_unknown_fields=True):
    """Exactly so many lines that start with a number, a full stop and a blank, such as ``1. ``."""

    id: ClassVar[str] = "ja:detectable_format:number_numbered_lists"
    number: Count = msgspec.field(name="num_items")

    def check(self, response: str) -> bool:
        return len(_NUMBERED.findall(response)) == self.number


@register
class JapaneseHighlights(Constraint, frozen=True, forbid_unknown_fields=True):
    """At least so many parts in 《》 that are not blank."""

    id: ClassVar[str] = "ja:detectable_format:number_highlighted_sections"
    number: Count = msgspec.field(name="num_highlights")

    def check(self, response: str) -> bool:
        return sum(1 for part in _HIGHLIGHT.findall(response) if part.strip()) >= self.number


@register
class JapaneseSections(Constraint, frozen=True, forbid_unknown_fields=True):
    """At least so many marks such as 第1章, with digits of either width."""

    id: ClassVar[str] = "ja:detectable_format:multiple_sections"
    mark: str = msgspec.field(name="section_spliter")  # so spelt in the data
    number: Count = msgspec.field(name="num_sections")

    def check(self, response: str) -> bool:
        return len(re.findall(rf"第\d++{re.escape(self.mark.strip())}", response)) >= self.number


@register
class JapaneseTitle(Constraint, frozen=True, forbid_unknown_fields=True):
    """One line holds a title in 『』 that is not blank."""

    id: ClassVar[str] = "ja:detectable_format:title"

    def check(self, response: str) -> bool:
        return any(has_title(line, "『", "』") for line in response.split("\n"))


@register
class JapaneseQuotation(Constraint, frozen=True, forbid_unknown_fields=True):
    """The whole response stands between 「 and 」."""

    id: ClassVar[str] = "ja:startend:quotation"

    def check(self, response: str) -> bool:
        text = response.strip()
        return text.startswith("「") and text.endswith("」")


@register
class JapaneseConstrainedResponse(Constraint, frozen=True, forbid_unknown_fields=True):
    """One of M-IFEval's three fixed answers (はい、そうです。 and so on) occurs, letter for letter."""

    id: ClassVar[str] = "ja:detectable_format:constrained_response"

    def check(self, response: str) -> bool:
        return any(answer in response for answer in _ANSWERS)

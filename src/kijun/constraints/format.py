"""Marks of form: bullets, highlights, sections, a title, JSON, a fixed answer."""

from __future__ import annotations

import json
import re
from typing import ClassVar

import msgspec

from kijun.constraints.base import Constraint, Count, register

__all__ = [
    "ConstrainedResponse",
    "Json",
    "NumberOfBullets",
    "NumberOfHighlights",
    "NumberOfSections",
    "Title",
    "has_title",
]

# Blanks before the mark are taken possessively and without line feeds: the same matches as with \s*, in linear time.
_STAR_BULLET = re.compile(r"^[^\S\n]*+\*[^*].*$", re.MULTILINE)
_DASH_BULLET = re.compile(r"^[^\S\n]*+-.*$", re.MULTILINE)
_HIGHLIGHT = re.compile(r"\*[^\n*]*\*")
_DOUBLE_HIGHLIGHT = re.compile(r"\*\*[^\n*]*\*\*")
_ANSWERS = ("My answer is yes.", "My answer is no.", "My answer is maybe.")
_FENCES = ("```json", "```Json", "```JSON", "```")


@register
class NumberOfBullets(Constraint, frozen=True, forbid_unknown_fields=True):
    """Exactly so many lines that start with ``*`` (but not ``**``) or ``-``."""

    id: ClassVar[str] = "detectable_format:number_bullet_lists"
    number: Count = msgspec.field(name="num_bullets")

    def check(self, response: str) -> bool:
        return len(_STAR_BULLET.findall(response)) + len(_DASH_BULLET.findall(response)) == self.number


@register
class NumberOfHighlights(Constraint, frozen=True, forbid_unknown_fields=True):
    """At least so many ``*highlighted*`` or ``**highlighted**`` parts that are not blank."""

    id: ClassVar[str] = "detectable_format:number_highlighted_sections"
    number: Count = msgspec.field(name="num_highlights")

    def check(self, response: str) -> bool:
        single = [part.strip("*") for part in _HIGHLIGHT.findall(response)]
        double = [part[2:-2] for part in _DOUBLE_HIGHLIGHT.findall(response)]
        return sum(1 for part in single + double if part.strip()) >= self.number


@register
class NumberOfSections(Constraint, frozen=True, forbid_unknown_fields=True):
    """At least so many section marks, such as ``Section 1``."""

    id: ClassVar[str] = "detectable_format:multiple_sections"
    mark: str = msgspec.field(name="section_spliter")  # so spelt in the data
    number: Count = msgspec.field(name="num_sections")

    def check(self, response: str) -> bool:
        return len(re.findall(rf"{re.escape(self.mark.strip())}\s?\d", response)) >= self.number


@register
class Title(Constraint, frozen=True, forbid_unknown_fields=True):
    """One line holds a title in double angular brackets, ``<<title>>``, that is not blank."""

    id: ClassVar[str] = "detectable_format:title"

    def check(self, response: str) -> bool:
        return any(has_title(line, "<<", ">>") for line in response.split("\n"))


def has_title(line: str, opening: str, closing: str) -> bool:
    """Whether something that is not blank stands between the first opening and the last closing bracket."""
    # by hand: a regular expression would take quadratic time
    start, end = line.find(opening), line.rfind(closing)
    title = line[start + len(opening) : end] if 0 <= start < end else ""
    return bool(title.lstrip(opening).rstrip(closing).strip())


@register
class Json(Constraint, frozen=True, forbid_unknown_fields=True):
    """The whole response is JSON, with or without a Markdown fence."""

    id: ClassVar[str] = "detectable_format:json_format"

    def check(self, response: str) -> bool:
        text = response.strip()
        for fence in _FENCES:
            text = text.removeprefix(fence)
        try:
            json.loads(text.removesuffix("```").strip())
        except (ValueError, RecursionError):
            return False
        return True


@register
class ConstrainedResponse(Constraint, frozen=True, forbid_unknown_fields=True):
    """One of IFEval's three fixed answers (my answer is yes, no, maybe) occurs, letter for letter."""

    id: ClassVar[str] = "detectable_format:constrained_response"

    def check(self, response: str) -> bool:
        return any(answer in response for answer in _ANSWERS)

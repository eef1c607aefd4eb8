"""Answers and faults in the words of a page."""

from __future__ import annotations

from typing import Any

from kijun.errors import Problem
from kijun.reports.texts import Texts
from kijun.specs import RubricSpec, text_in

__all__ = ["answer_text", "problem_text"]

_CHOICES = ("A", "B", "tie", "both_bad")


def problem_text(say: Texts, problem: Problem) -> str:
    """What is wrong with one field of a judgement."""
    return say(f"problem.{problem.code}", **problem.values)


def answer_text(say: Texts, rubric: RubricSpec, dimension: str, value: Any, *, titled: bool = True) -> str:
    """An answer on a dimension, or a choice between two sides, in words."""
    known = {one.id: one for one in rubric.dimensions}
    spec = known.get(dimension)
    if value is None:
        text = "–"
    elif isinstance(value, bool):
        text = say("work.yes" if value else "work.no")
    elif isinstance(value, dict):
        criteria = {item.id: text_in(item.criterion, say.language) for item in spec.items} if spec else {}
        met = [criteria.get(key, key) for key, is_met in value.items() if is_met]
        text = say("site.and").join(met) or "–"
    elif value in _CHOICES and (spec is None or spec.scale.type != "nominal"):
        text = say(f"work.side_{value}")
    elif spec is not None and spec.scale.type == "nominal":
        text = text_in(spec.anchors.get(str(value), ""), say.language) or str(value)
    else:
        text = f"{value:g}" if isinstance(value, float) else str(value)
    title = text_in(spec.title, say.language) or dimension if spec else ""
    return f"{title}: {text}" if titled and title else text

"""What a rater's form sends, read into the shape of a `Submission`; drafts have the same shape, with less in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import msgspec

from kijun.errors import Problem
from kijun.specs import DimensionSpec, RubricSpec
from kijun.web.forms import number_in

__all__ = ["ABSTAIN", "CONFIDENCES", "Form", "read_form", "read_quote"]

ABSTAIN = "abstain:"
"""Begins the value of a choice that is no answer, such as ``abstain:cannot_judge``."""

CONFIDENCES = (0.25, 0.5, 0.75, 1.0)
"""Offered to raters, from a guess to sure."""

_MOST_SPANS = 200


class Form(Protocol):
    """Posted fields, of which one name may come several times."""

    def get(self, name: str, default: Any = None) -> Any: ...

    def getlist(self, name: str) -> list[Any]: ...


def read_form(form: Form, rubric: RubricSpec) -> dict[str, Any]:
    """The judgement as far as it is filled in. Nothing is held against the rubric here; the service does that."""
    read: dict[str, Any] = {}
    answers, abstained, reasons, preferences = {}, {}, {}, {}
    for dimension in rubric.dimensions:
        given = _answer(form, dimension)
        if isinstance(given, str) and given.startswith(ABSTAIN):
            abstained[dimension.id] = given.removeprefix(ABSTAIN)
        elif given not in ("", None, {}):
            answers[dimension.id] = given
        if preference := _text(form, f"prefer.{dimension.id}"):
            preferences[dimension.id] = preference
        if reason := _text(form, f"rationale.{dimension.id}"):
            reasons[dimension.id] = reason
    if reason := _text(form, "rationale.overall"):
        reasons["overall"] = reason
    preference, _, strength = _text(form, "overall").partition("/")
    read |= {"answers": answers, "abstained": abstained, "rationale": reasons, "preferences": preferences}
    read |= {"preference": preference, "strength": strength, "verdict": _text(form, "verdict")}
    if read["verdict"] == "edit":
        read["edited"] = str(form.get("edited") or "").replace("\r\n", "\n")
    read["spans"] = [span for text in form.getlist("span")[:_MOST_SPANS] if (span := _span(text)) is not None]
    if (confidence := number_in(form, "confidence")) is not None:
        read["confidence"] = confidence
    if kind := _text(form, "flag"):
        read["flag"] = {"type": kind, "comment": _text(form, "flag_comment")}
    if (seconds := number_in(form, "active_seconds")) is not None and seconds >= 0:
        read["active_seconds"] = seconds
    return {key: value for key, value in read.items() if value not in ("", None, {}, [])}


def read_quote(form: Form, responses: Sequence[str], start: int = 0) -> dict[str, Any] | Problem | None:
    """The place that a rater named by its words, for those who cannot mark it with a pointer; None when none was named.

    Args:
        responses: of the sides as shown.
    """
    words = _text(form, "quote")
    if not words:
        return None
    try:
        dimension, label = msgspec.json.decode(_text(form, "quote_label"), type=tuple[str, str])
    except msgspec.MsgspecError:
        return Problem("quote", "quote_label", {})
    side = int(number_in(form, "quote_side") or 0)
    if not 0 <= side < len(responses):
        side = 0
    place = responses[side].find(words)
    if place < 0:
        return Problem("quote", "quote_not_found", {"words": words[:60]})
    span = {"side": side, "start": place, "end": place + len(words), "dimension": dimension, "label": label}
    severity = _text(form, "quote_severity")
    return {**span, "severity": severity} if severity else span


def _answer(form: Form, dimension: DimensionSpec) -> Any:
    given = _text(form, f"answer.{dimension.id}")
    if dimension.scale.type != "checklist" or given:
        return given
    named = {item.id: _text(form, f"check.{dimension.id}.{item.id}") for item in dimension.items}
    return {key: value for key, value in named.items() if value}


def _span(text: Any) -> dict[str, Any] | None:
    try:
        side, start, end, dimension, label, severity = msgspec.json.decode(
            str(text), type=tuple[int, int, int, str, str, str | None]
        )
    except msgspec.MsgspecError:
        return None
    span = {"side": side, "start": start, "end": end, "dimension": dimension, "label": label}
    return {**span, "severity": severity} if severity else span


def _text(form: Form, name: str) -> str:
    given = form.get(name)
    return given.replace("\r\n", "\n").strip() if isinstance(given, str) else ""

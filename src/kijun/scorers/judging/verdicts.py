"""What a judge said, read out of its reply: JSON where it kept to the form, else as far as it cannot be mistaken."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from kijun.records import Completed, Response, Truncated, Unscored
from kijun.scorers.base import why_not
from kijun.specs import DimensionSpec, JudgeSettings, RubricSpec, RubricValue, read_value

__all__ = ["ABSTAINED", "confidence_in", "pair_schema", "point_schema", "read_pair", "read_points"]

ABSTAINED = {"cannot_judge", "not_applicable"}
_UNREADABLE = "the judge's verdict cannot be read"
_DECODER = json.JSONDecoder(strict=False)
_TRAILING_COMMA = re.compile(r",(\s*[}\]])")


def point_schema(dimensions: Sequence[DimensionSpec], settings: JudgeSettings) -> dict[str, Any]:
    """JSON schema of a verdict on one answer, within what all providers take: all keys required, enums, no bounds."""
    return _object({dimension.id: _value_schema(dimension) for dimension in dimensions}, settings)


def pair_schema(rubric: RubricSpec, settings: JudgeSettings) -> dict[str, Any]:
    """JSON schema of a verdict on two answers."""
    assert rubric.pairwise is not None
    options = {"type": "string", "enum": list(rubric.pairwise.options)}
    return _object({name: options for name in _pair_keys(rubric)}, settings)


def _object(keys: Mapping[str, Any], settings: JudgeSettings) -> dict[str, Any]:
    properties: dict[str, Any] = {"explanation": {"type": "string"}} if settings.explain else {}
    properties |= keys
    if settings.confidence:
        properties["confidence"] = {"type": "number"}
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _value_schema(dimension: DimensionSpec) -> dict[str, Any]:
    scale = dimension.scale
    match scale.type:
        case "checklist":
            items = {item.id: {"type": "boolean"} for item in dimension.items}
            inner = {"type": "object", "properties": items, "required": list(items), "additionalProperties": False}
        case "binary":
            inner = {"type": "boolean"}
        case "interval":
            inner = {"type": "number"}
        case "ordinal":
            whole = all(isinstance(point, int) for point in scale.points)
            inner = {"type": "integer" if whole else "number", "enum": list(scale.points)}
        case _:
            return {"type": "string", "enum": [*map(str, scale.points), *dimension.abstain]}
    if not dimension.abstain:
        return inner
    return {"anyOf": [inner, {"type": "string", "enum": list(dimension.abstain)}]}


def _pair_keys(rubric: RubricSpec) -> list[str]:
    assert rubric.pairwise is not None
    return [*rubric.pairwise.per_dimension, *(["better"] if rubric.pairwise.overall else [])]


def read_points(dimensions: Sequence[DimensionSpec], verdict: Response) -> dict[str, RubricValue | Unscored]:
    """The answer on every dimension, or why there is none."""
    found = _fields(verdict, [dimension.id for dimension in dimensions])
    if isinstance(found, Unscored):
        return {dimension.id: found for dimension in dimensions}
    return {dimension.id: _read_point(dimension, found.get(dimension.id)) for dimension in dimensions}


def _read_point(dimension: DimensionSpec, raw: Any) -> RubricValue | Unscored:
    if isinstance(raw, str) and raw.strip().lower() in dimension.abstain:
        return Unscored(f"the judge abstained: {raw.strip().lower()}")
    value = read_value(dimension, raw)
    if value is None:
        return Unscored(_UNREADABLE if raw is None else f"{_UNREADABLE}: {raw!r:.40} is no answer on this scale")
    return value


def read_pair(rubric: RubricSpec, verdict: Response) -> dict[str, str | Unscored]:
    """``A``, ``B``, ``tie`` or ``both_bad`` for the whole (``better``) and every compared dimension."""
    assert rubric.pairwise is not None
    keys = _pair_keys(rubric)
    found = _fields(verdict, keys)
    if isinstance(found, Unscored):
        return dict.fromkeys(keys, found)
    options = {option.casefold(): option for option in rubric.pairwise.options}
    read: dict[str, str | Unscored] = {}
    for key in keys:
        raw = str(found.get(key, "")).strip().strip("'\"[]").casefold().removeprefix("answer ")
        read[key] = options.get(raw, Unscored(_UNREADABLE))
    return read


def confidence_in(verdict: Response) -> float | None:
    """How sure the judge says it is, from 0 to 1; None where it says nothing readable."""
    found = _fields(verdict, ["confidence"])
    raw = None if isinstance(found, Unscored) else found.get("confidence")
    try:
        value = float(raw) if isinstance(raw, int | float | str) and not isinstance(raw, bool) else None
    except ValueError:
        return None
    return value if value is not None and 0 <= value <= 1 else None


def _fields(verdict: Response, keys: Sequence[str]) -> dict[str, Any] | Unscored:
    """The judge's keys: of the last JSON object that has them all, else of lines such as ``quality: 4``.

    A reply may quote what it judges, and what it judges may look like a verdict. A quotation stands in a string of the
    verdict, where it is no object, or before the verdict; so the last object counts. Lines count only where there is no
    object at all and no two of them differ.
    """
    if not isinstance(verdict, Completed | Truncated):
        return Unscored(f"no verdict: {why_not(verdict)}")
    objects = _objects(verdict.text)
    if objects is None:
        cut = " (it was cut off at the token limit)" if isinstance(verdict, Truncated) else ""
        return Unscored(f"{_UNREADABLE}: its JSON is broken{cut}")
    for candidate in reversed(objects):
        if all(key in candidate for key in keys):
            return candidate
    if objects:
        return Unscored(f"{_UNREADABLE}: a key is missing")
    if isinstance(verdict, Truncated):
        return Unscored(f"{_UNREADABLE}: it was cut off at the token limit")
    found = {key: _said(verdict.text, key) for key in keys}
    if None in found.values():
        return Unscored(_UNREADABLE)
    return found


def _objects(text: str) -> list[dict[str, Any]] | None:
    """JSON objects in a text, outermost ones only, from first to last; None where one is begun but not well formed.

    What stands within a broken object may be quoted, so nothing in it counts.
    """
    found: list[dict[str, Any]] = []
    place = text.find("{")
    while place >= 0:
        try:
            value, end = _DECODER.raw_decode(text, place)
        except (ValueError, RecursionError):
            if not text[place + 1 :].lstrip().startswith('"'):
                place = text.find("{", place + 1)
                continue
            try:
                value, _ = _DECODER.raw_decode(_TRAILING_COMMA.sub(r"\1", text[place:]))
            except (ValueError, RecursionError):
                return None
            end = len(text)
        found.append(value)
        place = text.find("{", end)
    return found


def _said(text: str, key: str) -> str | None:
    """What ``key: value`` lines give, if they all give the same."""
    pattern = rf"(?im)^[\s>*#\-\"'`]*{re.escape(key)}[\"'`*]*\s*[:：=][\s*\"'`]*([^\s\"'`*,;。、]+)"
    values = {match.strip(".") for match in re.findall(pattern, text)}
    return values.pop() if len(values) == 1 else None

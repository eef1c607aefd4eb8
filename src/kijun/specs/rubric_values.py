"""Answers on a rubric's scales: what counts as one, which number it is, whether it fails the item."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from kijun.specs.rubrics import DimensionSpec

__all__ = ["RubricValue", "read_value", "value_number", "vetoes"]

RubricValue = bool | int | float | str | dict[str, bool]
"""``True`` or ``False`` (binary), a number (ordinal, interval), a name (nominal), item id -> met (checklist)."""

_YES = {"yes", "true", "1", "はい"}
_NO = {"no", "false", "0", "いいえ"}


def read_value(dimension: DimensionSpec, raw: Any) -> RubricValue | None:
    """`raw`, from JSON, a form or a table cell, as a value of the dimension's scale; None where it is none.

    Numbers may be written as text (``"4"``), and yes and no as such. Nothing is rounded into the scale: 6 of 5 and 3.5
    on whole points are no answers.
    """
    match dimension.scale.type:
        case "binary":
            return _truth(raw)
        case "checklist":
            return _checklist(dimension, raw)
        case "nominal":
            names = {str(point).casefold(): str(point) for point in dimension.scale.points}
            return names.get(str(raw).strip().casefold()) if isinstance(raw, str | int | float) else None
        case "ordinal":
            number = _number(raw)
            return next((point for point in dimension.scale.points if point == number), None)
    number = _number(raw)
    low, high = dimension.scale.low, dimension.scale.high
    if number is None or low is None or high is None or not low <= number <= high:
        return None
    steps = (number - low) / dimension.scale.step
    return number if math.isclose(steps, round(steps), abs_tol=1e-9) else None


def value_number(dimension: DimensionSpec, value: RubricValue) -> float | None:
    """The number that enters a mean: 0 or 1 (binary), the number itself, a checklist's share; None for names.

    A checklist's share is HealthBench's: points of what is met over the sum of the positive ones, which may be below 0
    for one item (simple-evals, ``healthbench_eval.py``, `calculate_score`). None where no item has positive points.
    """
    if isinstance(value, dict):
        possible = sum(item.points for item in dimension.items if item.points > 0)
        met = sum(item.points for item in dimension.items if value.get(item.id))
        return met / possible if possible > 0 else None
    return None if isinstance(value, str) else float(value)


def vetoes(dimension: DimensionSpec, value: RubricValue) -> bool:
    """Whether this answer fails the item, whatever the other dimensions say."""
    if dimension.veto is False or isinstance(value, str | dict):
        return False
    if dimension.veto is True:
        return bool(value) is not dimension.higher_is_better
    return value < dimension.veto if dimension.higher_is_better else value > dimension.veto


def _truth(raw: Any) -> bool | None:
    if isinstance(raw, bool):
        return raw
    text = str(raw).strip().casefold() if isinstance(raw, str | int | float) else ""
    return True if text in _YES else False if text in _NO else None


def _number(raw: Any) -> int | float | None:
    if isinstance(raw, bool) or not isinstance(raw, str | int | float):
        return None
    try:
        number = float(raw)
    except ValueError:
        return None
    if not math.isfinite(number):
        return None
    return int(number) if number.is_integer() else number


def _checklist(dimension: DimensionSpec, raw: Any) -> dict[str, bool] | None:
    if not isinstance(raw, Mapping):
        return None
    read = {item.id: _truth(raw.get(item.id)) for item in dimension.items}
    return {key: met for key, met in read.items() if met is not None} if None not in read.values() else None

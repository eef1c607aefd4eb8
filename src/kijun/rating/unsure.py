"""How unsure judge models are of an item, from 0 to 1."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import msgspec

from kijun.errors import SpecError
from kijun.rating.units import Unit
from kijun.specs import DimensionSpec, RubricSpec
from kijun.store import Run

__all__ = ["uncertainties"]


def uncertainties(runs: Sequence[Run], units: Sequence[Unit]) -> list[float]:
    """For each unit twice the standard deviation of a yes-or-no with the judge's mean grade, averaged over grades.

    A grade in the middle of its scale, which is also where the mean of divided judges lies, gives 1; one at an end
    gives 0. Of two answers: 1 where the judge called a tie or graded both the same. Where no judge has looked, 1.

    Raises:
        SpecError: no judge has looked at any of it.
    """
    if not any(grades for unit in units for grades in unit.judge):
        raise SpecError("no judge has looked at these answers; run 'kijun judge run' first, or draw without --unsure")
    scales = _scales(runs, units)
    return [_of_pair(unit, scales) if len(unit.judge) == 2 else _of_one(unit.judge[0], scales) for unit in units]


def _of_one(grades: dict[str, float], scales: dict[str, tuple[float, float]]) -> float:
    return _mean([2 * math.sqrt(v * (1 - v)) for v in _unit_grades(grades, scales).values()])


def _of_pair(unit: Unit, scales: dict[str, tuple[float, float]]) -> float:
    first, second = (_unit_grades(grades, scales) for grades in unit.judge)
    compared = [value for key, value in first.items() if ".win_rate" in key]
    if compared:
        return _mean([2 * math.sqrt(v * (1 - v)) for v in compared])
    return _mean([1 - abs(first[key] - second[key]) for key in first if key in second])


def _unit_grades(grades: dict[str, float], scales: dict[str, tuple[float, float]]) -> dict[str, float]:
    """Grades from 0 to 1 on their scales; what judges say of themselves (order, consistency) is left out."""
    found = {}
    for key, value in grades.items():
        low, high = scales[key]
        if high > low and not key.rpartition(".")[2].startswith(("consistent", "prefers_first")):
            found[key] = min(1.0, max(0.0, (value - low) / (high - low)))
    return found


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 1.0


def _scales(runs: Sequence[Run], units: Sequence[Unit]) -> dict[str, tuple[float, float]]:
    """Ends of each metric's scale: as its rubric says, else the lowest and highest grade that was given."""
    given: dict[str, list[float]] = {}
    for unit in units:
        for grades in unit.judge:
            for key, value in grades.items():
                given.setdefault(key, []).append(value)
    scales = {key: (min(values), max(values)) for key, values in given.items()}
    for key in scales:
        if ".win_rate" in key:
            scales[key] = (0.0, 1.0)
    for name, rubric in _rubrics(runs):
        for dimension in rubric.dimensions:
            ends = _ends(dimension)
            if f"{name}.{dimension.id}" in scales and ends is not None:
                scales[f"{name}.{dimension.id}"] = ends
    return scales


def _rubrics(runs: Sequence[Run]) -> Iterable[tuple[str, RubricSpec]]:
    for run in runs:
        for record in run.judged.values():
            yield record.name, msgspec.convert(record.rubric, RubricSpec)


def _ends(dimension: DimensionSpec) -> tuple[float, float] | None:
    scale = dimension.scale
    if scale.type in ("binary", "checklist"):
        return 0.0, 1.0
    if scale.type == "ordinal":
        points = [float(point) for point in scale.points]
        return min(points), max(points)
    if scale.type == "interval" and scale.low is not None and scale.high is not None:
        return scale.low, scale.high
    return None

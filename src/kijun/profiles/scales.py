"""How the figures of a metric are to be read: their ends, chance, direction, unit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kijun.records import Scale
from kijun.specs import DimensionSpec, RubricSpec, rubrics

__all__ = ["scale_of", "scale_of_rating"]

_ENDS: dict[str, tuple[float | None, float | None]] = {
    "mean": (None, None),
    "slope": (None, None),
    **dict.fromkeys(
        ("mcc", "pearson", "spearman", "refusal_gap", "bias_ambiguous", "bias_disambiguated", "contrast", "group_gap"),
        (-1.0, 1.0),
    ),
    **dict.fromkeys(("stereoset_lms", "stereoset_ss", "stereoset_icat"), (0.0, 100.0)),
}
_SHARES = {"proportion", "share", "parts", "told_apart", "given_attempted", "selective_accuracy"}


def scale_of(metric: str, about: Mapping[str, Any], *, chance: float | None) -> Scale:
    """The scale of a metric, from what the manifest says of it.

    Args:
        about: ``aggregate``, ``higher_is_better``, ``ideal`` and ``rubric`` of the metric.
        chance: score of guessing, where it is known.
    """
    low, high = _ENDS.get(about["aggregate"], (0.0, 1.0))
    unit = "share" if about["aggregate"] in _SHARES else ""
    if about.get("rubric") and about["aggregate"] == "mean":
        rubric = rubrics().get(about["rubric"].get("name", ""))
        low, high, unit = _ends_of_rating(rubric, metric.rpartition(".")[2])
    return Scale(low, high, chance, about["higher_is_better"], about.get("ideal"), unit)


def scale_of_rating(rubric: RubricSpec | None, metric: str, *, higher_is_better: bool) -> Scale:
    """The scale of ``RUBRIC.DIMENSION``; ``DIMENSION=ANSWER``, ``passed`` and ``win_rate`` are shares."""
    part = metric.partition(".")[2]
    if "=" in part or part == "passed" or part.startswith("win_rate"):
        return Scale(higher_is_better=higher_is_better, chance=0.5 if part.startswith("win_rate") else None)
    low, high, unit = _ends_of_rating(rubric, part)
    return Scale(low, high, None, higher_is_better, None, unit)


def _ends_of_rating(rubric: RubricSpec | None, dimension: str) -> tuple[float | None, float | None, str]:
    found = next((one for one in rubric.dimensions if one.id == dimension), None) if rubric is not None else None
    if found is None:
        return None, None, "points"
    match found.scale.type:
        case "binary" | "checklist":
            return 0.0, 1.0, "share"
        case "ordinal":
            return *_ends_of_points(found), "points"
    return found.scale.low, found.scale.high, "points"


def _ends_of_points(dimension: DimensionSpec) -> tuple[float | None, float | None]:
    numbers = [float(point) for point in dimension.scale.points if not isinstance(point, str)]
    return (min(numbers), max(numbers)) if numbers else (None, None)

"""Ratings of a campaign as votes and numbers, each with the rater who gave it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

import msgspec

from kijun.errors import SpecError
from kijun.records import Preference, Rating
from kijun.specs import DimensionSpec, RubricSpec, value_number
from kijun.store import CampaignFolder

__all__ = [
    "OVERALL",
    "chosen_dimension",
    "given",
    "middle",
    "number_of",
    "preference_of",
    "pseudonyms",
    "rubric_of",
    "step",
]

OVERALL = "overall"


def rubric_of(content: CampaignFolder) -> RubricSpec:
    """The rubric that the campaign was rated by.

    Raises:
        SpecError: the campaign holds none.
    """
    try:
        return msgspec.convert(content.campaign.rubric, RubricSpec)
    except msgspec.ValidationError as error:
        raise SpecError(
            f"the campaign {content.campaign.name!r} holds no whole rubric: {error}".replace("`", "")
        ) from None


def given(ratings: Iterable[Rating]) -> dict[str, list[Rating]]:
    """Item -> its ratings, one a rater: the last one where there are several; none of those who passed it over."""
    latest: dict[tuple[str, str, str], Rating] = {}
    for rating in ratings:
        if rating.skipped is None:
            latest[rating.item, rating.rater, rating.role] = rating
    found = defaultdict(list)
    for rating in latest.values():
        found[rating.item].append(rating)
    return found


def chosen_dimension(content: CampaignFolder, rubric: RubricSpec, named: str | None) -> str:
    """What answers are compared by.

    Raises:
        SpecError: no such dimension, one with names for points, or one that the rubric keeps as a distribution.
    """
    compared = rubric.pairwise
    design = content.campaign.design
    if design == "revision":
        return OVERALL
    if named is None:
        if design == "pairwise" and (compared is None or compared.overall):
            return OVERALL
        named = next((one.id for one in rubric.dimensions if _usable(one) and one.veto is False), None)
        if named is None:
            raise SpecError(
                f"the rubric {rubric.name} has no dimension to compare answers by; name one with --dimension"
            )
    if named == OVERALL and design == "pairwise":
        return OVERALL
    known = {one.id: one for one in rubric.dimensions}
    if named not in known:
        raise SpecError(f"--dimension takes one of {', '.join(known)}; got {named!r}")
    if known[named].aggregate == "distribution":
        raise SpecError(
            f"by {named!r} no answers can be ranked: the rubric keeps its ratings as a distribution, because "
            f"people differ "
            "on it for good reasons; choose another with --dimension"
        )
    if design == "pointwise" and known[named].scale.type == "nominal":
        raise SpecError(f"by {named!r} no answers can be ranked: its points are names; choose another with --dimension")
    return named


def _usable(dimension: DimensionSpec) -> bool:
    return dimension.aggregate == "mean" and dimension.scale.type != "nominal"


def preference_of(rating: Rating, dimension: str) -> Preference | None:
    """Which of two answers a rater prefers; None where it was left open."""
    return rating.preference if dimension == OVERALL else rating.preferences.get(dimension)


def number_of(rating: Rating, dimension: DimensionSpec) -> float | None:
    """What a rater gave an answer, more always being better; None where it was left open or has no number."""
    answer = rating.answers.get(dimension.id)
    number = None if answer is None else value_number(dimension, answer)
    return number if number is None or dimension.higher_is_better else -number


def step(dimension: DimensionSpec) -> float:
    """Distance of neighbouring points of the scale."""
    scale = dimension.scale
    if scale.type == "ordinal":
        points = [float(point) for point in scale.points]
        return min(high - low for low, high in pairwise(points))
    if scale.type == "checklist":
        return 1 / max(len(dimension.items), 1)
    return 1.0 if scale.type == "binary" else scale.step


def middle(dimension: DimensionSpec) -> float:
    """The rating that is neither good nor bad, in the direction of `number_of`."""
    low, high = _ends(dimension)
    half = (low + high) / 2
    return half if dimension.higher_is_better else -half


def _ends(dimension: DimensionSpec) -> tuple[float, float]:
    scale = dimension.scale
    if scale.type == "ordinal":
        return float(scale.points[0]), float(scale.points[-1])
    if scale.type == "interval" and scale.low is not None and scale.high is not None:
        return scale.low, scale.high
    return 0.0, 1.0


def pseudonyms(ratings: Sequence[Rating]) -> Mapping[str, str]:
    """Rater -> ``rater-1``, ``rater-2`` ... in the order of their first rating."""
    names = dict.fromkeys(rating.rater for rating in sorted(ratings, key=lambda rating: (rating.submitted, rating.id)))
    return {name: f"rater-{number}" for number, name in enumerate(names, start=1)}

"""Ratings of an item to scores of it, dimension by dimension."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from kijun.errors import CorruptFileError
from kijun.records import Campaign, Measured, Rating, Score, Unscored
from kijun.specs import DimensionSpec, RubricSpec, RubricValue, read_value, value_number, vetoes
from kijun.store import CampaignFolder

__all__ = [
    "HumanScore",
    "answer_value",
    "counted_ratings",
    "human_scores",
    "metric_parts",
    "preference_number",
    "rubric_of",
]

_FOR_FIRST = {"first": 1.0, "second": 0.0, "tie": 0.5, "both_bad": 0.5}


class HumanScore(msgspec.Struct, frozen=True):
    """What people gave one item on one dimension.

    Attributes:
        raters: mean of the raters' answers, as numbers; Unscored says how often and why there is none.
        values: the number of each rater who answered, in the order of submission.
        adjudicated: the verdict over raters who disagreed; None where there was none.
    """

    raters: Score
    values: tuple[float, ...]
    adjudicated: Score | None = None

    @property
    def final(self) -> Score:
        """The verdict where there is one, else the raters' mean."""
        return self.adjudicated if isinstance(self.adjudicated, Measured) else self.raters


def rubric_of(campaign: Campaign) -> RubricSpec:
    """The rubric that a campaign carries.

    Raises:
        CorruptFileError: it is none.
    """
    try:
        return msgspec.convert(campaign.rubric, RubricSpec)
    except msgspec.ValidationError as error:
        what = f"the campaign {campaign.name!r} carries no valid rubric: {error}".replace("`", "")
        raise CorruptFileError(what) from None


def counted_ratings(folder: CampaignFolder, *, gold: bool = False) -> list[Rating]:
    """The ratings of drawn items (or of gold items) under the campaign's rubric, one a rater and item: the last.

    Ratings under another rubric are left out, never pooled.
    """
    kinds = {item.id: item.kind for item in folder.items}
    wanted = "gold" if gold else "sampled"
    last: dict[tuple[str, str, str], Rating] = {}
    for rating in sorted(folder.ratings, key=lambda one: one.submitted):
        if kinds.get(rating.item) == wanted and rating.rubric_sha256 == folder.campaign.rubric_sha256:
            last[rating.rater, rating.item, rating.role] = rating
    return list(last.values())


def metric_parts(folder: CampaignFolder, rubric: RubricSpec) -> dict[str, bool]:
    """Metrics of a campaign by their second half -> whether more is better.

    A dimension whose answers may not be averaged, or are names, has a part for each answer: ``ethics=4``.
    """
    if folder.campaign.design == "pairwise":
        pairwise = rubric.pairwise
        parts = [] if pairwise is None else [f"win_rate_{name}" for name in pairwise.per_dimension]
        overall = pairwise is None or pairwise.overall
        return dict.fromkeys([*(["win_rate"] if overall else []), *parts], True)
    found: dict[str, bool] = {}
    for dimension in rubric.dimensions:
        if points := _points(dimension):
            found |= {f"{dimension.id}={point}": True for point in points}
        else:
            found[dimension.id] = dimension.higher_is_better
    if any(dimension.veto is not False for dimension in rubric.dimensions):
        found["passed"] = True
    return found


def human_scores(folder: CampaignFolder, rubric: RubricSpec) -> dict[str, dict[str, HumanScore]]:
    """Metric's second half (see `metric_parts`) -> id of a drawn item -> its score; without items that nobody saw.

    The score of a pair is that of its first candidate: 1 preferred, 0.5 a tie or both bad, 0 not preferred. ``passed``
    is the share of raters none of whose answers is a veto; a rater who abstained where a veto was possible counts only
    if another answer vetoes. Checklists give HealthBench's share (see `value_number`).
    """
    by_item: dict[str, list[Rating]] = {}
    for rating in counted_ratings(folder):
        by_item.setdefault(rating.item, []).append(rating)
    found: dict[str, dict[str, HumanScore]] = {}
    for part in metric_parts(folder, rubric):
        answers = _reader(part, rubric, pairwise=folder.campaign.design == "pairwise")
        found[part] = {item: _score([(one, answers(one)) for one in ratings]) for item, ratings in by_item.items()}
    return found


def preference_number(rating: Rating, dimension: str = "") -> float | None:
    """1 for the first candidate, 0.5 for a tie or both bad, 0 for the second; None where the rater has not chosen."""
    chosen = rating.preferences.get(dimension) if dimension else rating.preference
    return None if chosen is None else _FOR_FIRST[chosen]


def _points(dimension: DimensionSpec) -> Sequence[Any]:
    """The answers whose shares are the result; empty where a mean may be taken."""
    scale = dimension.scale
    if scale.type == "nominal":
        return scale.points
    if dimension.aggregate != "distribution":
        return ()
    match scale.type:
        case "ordinal":
            return scale.points
        case "binary":
            return ("yes", "no")
        case "checklist":
            return tuple(item.id for item in dimension.items)
    return _steps(dimension)


def _steps(dimension: DimensionSpec) -> tuple[str, ...]:
    """The answers of an interval scale, which the scale's own reading gives their names."""
    low, high, step = dimension.scale.low or 0.0, dimension.scale.high or 0.0, dimension.scale.step
    return tuple(str(read_value(dimension, round(low + k * step, 9))) for k in range(round((high - low) / step) + 1))


def _reader(part: str, rubric: RubricSpec, *, pairwise: bool) -> Any:
    """Rating -> the number that it gives the part, or why it gives none."""
    if pairwise:
        dimension = part.removeprefix("win_rate").removeprefix("_")
        return lambda rating: _pair_answer(rating, dimension)
    if part == "passed":
        return lambda rating: _passed(rating, rubric)
    name, equals, point = part.partition("=")
    dimension = rubric.dimension(name)
    return lambda rating: _answer(rating, dimension, point if equals else None)


def _pair_answer(rating: Rating, dimension: str) -> float | str:
    number = preference_number(rating, dimension)
    if number is not None:
        return number
    return "skipped" if rating.skipped else rating.abstained.get(dimension or "overall", "not answered")


def _answer(rating: Rating, dimension: DimensionSpec, point: str | None) -> float | str:
    value = answer_value(rating, dimension)
    if value is None:
        return _why_not(rating, dimension)
    if point is not None:
        return float(value[point] if isinstance(value, dict) else _named(value) == point)
    number = value_number(dimension, value)
    return "the checklist has no positive points" if number is None else number


def answer_value(rating: Rating, dimension: DimensionSpec) -> RubricValue | None:
    """The rater's answer on the dimension's scale; None where there is none or it lies beside the scale."""
    raw = rating.answers.get(dimension.id)
    return None if raw is None or rating.skipped else read_value(dimension, raw)


def _why_not(rating: Rating, dimension: DimensionSpec) -> str:
    if rating.skipped:
        return "skipped"
    if dimension.id in rating.abstained:
        return rating.abstained[dimension.id]
    return "beside the scale" if dimension.id in rating.answers else "not answered"


def _named(value: RubricValue) -> str:
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


def _passed(rating: Rating, rubric: RubricSpec) -> float | str:
    judging = [dimension for dimension in rubric.dimensions if dimension.veto is not False]
    values = [(dimension, answer_value(rating, dimension)) for dimension in judging]
    if any(value is not None and vetoes(dimension, value) for dimension, value in values):
        return 0.0
    missing = next((dimension for dimension, value in values if value is None), None)
    return 1.0 if missing is None else _why_not(rating, missing)


def _score(given: Iterable[tuple[Rating, float | str]]) -> HumanScore:
    listed = list(given)
    verdicts = [what for rating, what in listed if rating.role == "adjudicator"]
    raters = [what for rating, what in listed if rating.role == "rater"]
    values = tuple(what for what in raters if not isinstance(what, str))
    return HumanScore(_mean(raters), values, _mean(verdicts) if verdicts else None)


def _mean(given: Sequence[float | str]) -> Score:
    values = [what for what in given if not isinstance(what, str)]
    if values:
        return Measured(sum(values) / len(values))
    return Unscored(_told(Counter(what for what in given if isinstance(what, str))))


def _told(reasons: Mapping[str, int]) -> str:
    return "; ".join(f"{reason} ({number})" for reason, number in sorted(reasons.items())) or "no rating"

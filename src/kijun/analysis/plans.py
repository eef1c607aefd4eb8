"""How many more ratings: for the organiser, who looks at the results all the time."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

import msgspec
import numpy as np

from kijun import statistics
from kijun.analysis.people import score_bounds
from kijun.analysis.scores import HumanScore, counted_ratings, human_scores, rubric_of
from kijun.records import CampaignItem, Measured
from kijun.records.analysis import RatingPlan
from kijun.specs import RubricSpec
from kijun.store import CampaignFolder

__all__ = ["default_half_width", "live_plans", "plan_ratings"]

_SHARE_OF_SCALE = 0.05
_FEWEST_FOR_CORRELATION = 30


def live_plans(folder: CampaignFolder, half_width: float | None = None) -> tuple[RatingPlan, ...]:
    """About so many more items for an interval of ± `half_width`, model by model and dimension by dimension.

    For the page that organisers look at: it asks nothing but the folder's content, and what it says holds however often
    it is looked at and whenever rating stops (`kijun.statistics.running_mean`). One item is one observation, the mean
    of its raters so far, in the order in which items were first rated. Nothing is said where items were chosen by hand,
    or drawn with unequal chances.

    Args:
        half_width: on the scale of the dimension; None is a twentieth of it (± 0.2 on 1 to 5, ± 0.05 of a share).
    """
    return plan_ratings(folder, rubric_of(folder.campaign), half_width)


def plan_ratings(folder: CampaignFolder, rubric: RubricSpec, half_width: float | None = None) -> tuple[RatingPlan, ...]:
    """As `live_plans`, with the rubric at hand."""
    if folder.campaign.sampling != "stratified":
        return ()
    return tuple(_plans(folder, rubric, half_width))


def default_half_width(rubric: RubricSpec, part: str) -> float:
    """A twentieth of the scale."""
    low, high = score_bounds(rubric, part) or (0.0, 1.0)
    return _SHARE_OF_SCALE * (high - low)


def _plans(folder: CampaignFolder, rubric: RubricSpec, half_width: float | None) -> Iterator[RatingPlan]:
    first: dict[str, str] = {}
    for rating in counted_ratings(folder):
        first[rating.item] = min(first.get(rating.item, rating.submitted), rating.submitted)
    by_model: dict[str, list[CampaignItem]] = {}
    for item in folder.items:
        if item.kind == "sampled":
            by_model.setdefault(" / ".join(c.model for c in item.candidates), []).append(item)
    for part, scores in human_scores(folder, rubric).items():
        if "=" in part:
            continue
        for model, items in sorted(by_model.items()):
            rated = sorted((i for i in items if i.id in scores), key=lambda item: (first[item.id], item.id))
            wanted = half_width if half_width is not None else default_half_width(rubric, part)
            yield _plan(part, model, rated, scores, wanted, score_bounds(rubric, part))


def _plan(
    part: str,
    model: str,
    rated: Sequence[CampaignItem],
    scores: Mapping[str, HumanScore],
    half_width: float,
    bounds: tuple[float, float] | None,
) -> RatingPlan:
    known = [(item, scores[item.id].raters) for item in rated]
    rows = [(i, float(s.value)) for i, s in known if isinstance(s, Measured)]  # type: ignore[arg-type]
    values = [value for _, value in rows]
    running = statistics.running_mean(values)
    if running.low is None or len(values) < 2:
        return RatingPlan(part, model, len(values), running, half_width, None)
    if bounds is not None and running.high is not None:
        # The mean lies on its scale: what an interval has beyond it says nothing, and cutting it off costs nothing.
        running = msgspec.structs.replace(running, low=max(running.low, bounds[0]), high=min(running.high, bounds[1]))
    spread = float(np.std(values, ddof=1))
    judged = [(value, _judge_score(item, part)) for item, value in rows]
    pairs = [(value, score) for value, score in judged if score is not None]
    correlation, with_judge = None, None
    if len(pairs) >= _FEWEST_FOR_CORRELATION:
        y, f = np.array(pairs).T
        if np.ptp(y) > 0 and np.ptp(f) > 0:
            correlation = float(np.corrcoef(y, f)[0, 1])
            left = spread * math.sqrt(1 - max(correlation, 0.0) ** 2)
            with_judge = statistics.ratings_to_go(len(values), half_width, left)
    more = statistics.ratings_to_go(len(values), half_width, spread)
    return RatingPlan(part, model, len(values), running, half_width, more, with_judge, correlation)


def _judge_score(item: CampaignItem, part: str) -> float | None:
    """What the first judge that scored this dimension gave."""
    judge = item.candidates[0].judge
    return next((score for metric, score in judge.items() if metric.partition(".")[2] == part), None)

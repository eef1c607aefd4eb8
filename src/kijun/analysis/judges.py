"""Judges' verdicts beside people's, as far as the campaign's items carry them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np

from kijun import statistics
from kijun.analysis.scores import HumanScore, counted_ratings, human_scores
from kijun.records import Measured
from kijun.records.analysis import JudgeBesidePeople
from kijun.specs import RubricSpec
from kijun.store import CampaignFolder

__all__ = ["judges_beside_people"]

_SEED = 20261127
_FEWEST = 2


def judges_beside_people(folder: CampaignFolder, rubric: RubricSpec) -> tuple[JudgeBesidePeople, ...]:
    """Each judged metric whose second half is a dimension that may be averaged.

    Items on which a rater saw the judge's verdict are left out: what they gave is not their own.
    """
    scores = human_scores(folder, rubric)
    seen = {rating.item for rating in counted_ratings(folder) if "judge" in rating.shown}
    items = [item for item in folder.items if item.kind == "sampled" and item.id not in seen]
    metrics = dict.fromkeys(name for item in items for name in item.candidates[0].judge)
    found = []
    for metric in metrics:
        part = metric.partition(".")[2]
        if part not in scores:
            continue
        rows = [
            (item.candidates[0].judge[metric], scores[part][item.id])
            for item in items
            if metric in item.candidates[0].judge and item.id in scores[part]
        ]
        rows = [(judged, human) for judged, human in rows if isinstance(human.raters, Measured)]
        if len(rows) >= _FEWEST:
            found.append(_beside(metric, part, rows, _points(rubric, part)))
    return tuple(found)


def _beside(
    metric: str, part: str, rows: Sequence[tuple[float, HumanScore]], points: Sequence[float]
) -> JudgeBesidePeople:
    judged = [_nearest(value, points) for value, _ in rows]
    means = [float(human.raters.value) for _, human in rows]  # type: ignore[union-attr, arg-type]
    agrees = [
        sum(own == value for own in human.values) / len(human.values)
        for value, (_, human) in zip(judged, rows, strict=True)
    ]
    several = [place for place, (_, human) in enumerate(rows) if len(human.values) > 1]
    among = [_among(rows[place][1].values) for place in several]
    raw = [value for value, _ in rows]
    return JudgeBesidePeople(
        metric=metric,
        dimension=part,
        n=len(rows),
        with_people=statistics.mean(agrees, bounds=(0.0, 1.0)),
        among_people=statistics.mean(among, bounds=(0.0, 1.0)) if among else None,
        behind=statistics.compare([agrees[p] for p in several], among, bounds=(0.0, 1.0)).difference if among else None,
        correlation=statistics.pearson(means, raw, rng=np.random.default_rng(_SEED)),
        bias=statistics.mean([value - mean for value, mean in zip(raw, means, strict=True)]),
    )


def _among(values: Sequence[float]) -> float:
    pairs = list(combinations(values, 2))
    return sum(a == b for a, b in pairs) / len(pairs)


def _points(rubric: RubricSpec, part: str) -> Sequence[float]:
    """The numbers that a single answer can give."""
    known: Mapping[str, Sequence[float]] = {
        d.id: [float(point) for point in d.scale.points] for d in rubric.dimensions if d.scale.type == "ordinal"
    }
    if part.startswith("win_rate"):
        return (0.0, 0.5, 1.0)
    return known.get(part, ())


def _nearest(value: float, points: Sequence[float]) -> float:
    return min(points, key=lambda point: abs(point - value)) if points else value

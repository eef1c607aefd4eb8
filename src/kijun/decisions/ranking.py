"""Which of the models that are left is best, when neither figures nor weights are known exactly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from kijun import statistics
from kijun.decisions.columns import Column
from kijun.decisions.draws import draw_figures
from kijun.errors import SpecError
from kijun.records import Measure, Profile, Rank, WeightUsed
from kijun.specs import UseCaseSpec, in_languages

__all__ = ["Ranking", "Weighed", "rank_models", "weighed_measures"]

_Values = NDArray[np.float64]


class Weighed(msgspec.Struct, frozen=True):
    """A figure with its weight range and the fixed scale on which it counts; `ideal` is None but for what is best
    in between."""

    measure: str
    low: float
    high: float
    worst: float | None = None
    best: float | None = None


class Ranking(msgspec.Struct, frozen=True):
    """The ranking of some models.

    Attributes:
        points: (m, k) figures on their fixed scales, 0 worst and 1 best; below and above may occur.
        centre: (k,) mean of the weights that the ranges allow.
        pairwise: (m, m) chance that one is better than another.
    """

    models: tuple[str, ...]
    weights: tuple[WeightUsed, ...]
    ranks: tuple[Rank, ...]
    pairwise: _Values
    points: _Values
    centre: _Values


def weighed_measures(use_case: UseCaseSpec, languages: tuple[str, ...]) -> tuple[Weighed, ...]:
    """The weights of a use case for each figure; a range for all languages is shared out evenly among them."""
    found = []
    for weight in use_case.weights:
        keys = in_languages(weight.measure, languages)
        worst, best = weight.scale or (None, None)
        low, high = (end / len(keys) for end in weight.range)
        found += [Weighed(key, low, high, worst, best) for key in keys]
    return tuple(found)


def rank_models(
    profiles: Sequence[Profile],
    weighed: Sequence[Weighed],
    columns: Sequence[Mapping[str, Column]],
    *,
    draws: int,
    seed: int,
) -> Ranking:
    """Ranks models that have all the figures.

    The weighted sum exists only in here, for each draw of weights and figures, to see who comes first. It is no score
    and is shown nowhere: it would hang on weights that nobody knows to the point.

    Raises:
        SpecError: a figure whose scale has no ends needs a scale in the use case.
    """
    rng = np.random.default_rng(seed)
    measures = {one.measure: [_measure(profile, one.measure) for profile in profiles] for one in weighed}
    scales = [_scale(one, measures[one.measure][0]) for one in weighed]
    drawn = draw_figures([p.name for p in profiles], measures, columns, draws=draws, seed=seed)
    scores = np.stack([scale.of(drawn[one.measure]) for one, scale in zip(weighed, scales, strict=True)], axis=2)
    points = np.array(
        [
            [
                float(scale.of(np.array(measures[one.measure][m].estimate.value)))
                for one, scale in zip(weighed, scales, strict=True)
            ]
            for m in range(len(profiles))
        ]
    )
    ranges = [(one.low, one.high) for one in weighed]
    weights = statistics.draw_weights(ranges, draws, rng)
    corners = statistics.corners_of_weights(ranges, rng)
    found = statistics.acceptability(scores, weights, rng)
    ahead = statistics.ahead_for_all_weights(points, scores, corners, _dof(weighed, measures, columns))
    names = [one.measure for one in weighed]
    centre = weights.mean(axis=0)
    used = tuple(
        WeightUsed(one.measure, measures[one.measure][0].axis, one.low, one.high, float(mean), scale.worst, scale.best)
        for one, mean, scale in zip(weighed, centre, scales, strict=True)
    )
    ranks = _ranks(found, ahead, names, statistics.front_shares(scores), statistics.front_shares(points[None]))
    return Ranking(tuple(p.name for p in profiles), used, ranks, found.pairwise, points, centre)


def _measure(profile: Profile, key: str) -> Measure:
    found = profile.measure(key)
    assert found is not None, key
    return found


class _Scale(msgspec.Struct, frozen=True):
    worst: float
    best: float
    ideal: float | None = None

    def of(self, values: _Values) -> _Values:
        """0 at the worst, 1 at the best; linear, and not cut off: noise below chance is not turned into merit."""
        shown = values if self.ideal is None else np.abs(values - self.ideal)
        return (shown - self.worst) / (self.best - self.worst)


def _scale(one: Weighed, measure: Measure) -> _Scale:
    if one.worst is not None and one.best is not None:
        return _Scale(one.worst, one.best)
    scale = measure.scale
    low, high = scale.low, scale.high
    if low is None or high is None:
        raise SpecError(
            f"the figure {one.measure} has no ends; say in the use case's weights what counts as nothing and as full, "
            "such as 'scale: [0, 5]'"
        )
    if scale.ideal is not None:
        return _Scale(max(scale.ideal - low, high - scale.ideal), 0.0, scale.ideal)
    if not scale.higher_is_better:
        return _Scale(high, low)
    return _Scale(low if scale.chance is None else scale.chance, high)


def _dof(
    weighed: Sequence[Weighed], measures: Mapping[str, Sequence[Measure]], columns: Sequence[Mapping[str, Column]]
) -> float:
    """Of Student's t: as many as the figure with the fewest independent units has."""
    counts = []
    for one in weighed:
        for number, measure in enumerate(measures[one.measure]):
            column = columns[number].get(one.measure)
            counts.append(len(set(column.units)) if column is not None else max(measure.estimate.n, 2))
    return float(max(min(counts) - 1, 1))


def _ranks(
    found: statistics.Acceptability,
    ahead: NDArray[np.bool_],
    names: Sequence[str],
    front: _Values,
    on_front: _Values,
) -> tuple[Rank, ...]:
    sets, tiers = statistics.rank_sets(ahead), statistics.tiers(ahead)
    central = [dict(zip(names, map(float, row), strict=True)) for row in found.central_weights]
    return tuple(
        Rank(
            probability_best=float(found.ranks[m, 0]),
            acceptability=tuple(map(float, found.ranks[m])),
            central_weights=central[m] if found.first[m] else {},
            confidence_factor=float(found.confidence[m]) if found.first[m] else None,
            best=sets[m].best,
            worst=sets[m].worst,
            tier=tiers[m],
            on_front=bool(on_front[m]),
            front_probability=float(front[m]),
        )
        for m in range(len(sets))
    )

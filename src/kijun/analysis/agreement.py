"""Dimension by dimension: what people gave, and whether they mean the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any

import numpy as np

from kijun import statistics
from kijun.analysis.people import chances_of, people_alone, score_bounds
from kijun.analysis.scores import HumanScore, answer_value, counted_ratings, human_scores
from kijun.records import CampaignItem, Estimate, Measured, Rating
from kijun.records.analysis import Agreement, DimensionAnalysis
from kijun.specs import DimensionSpec, RubricSpec, value_number
from kijun.store import CampaignFolder

__all__ = [
    "Answers",
    "agreement",
    "analyse_dimensions",
    "answers_by_item",
    "compared_dimensions",
    "figures_of_models",
]

_SEED = 20261127
_SCALES = {"ordinal": "ordinal", "interval": "interval", "checklist": "interval"}
_CHOICES = ("first", "second", "tie", "both_bad")
_FEWEST_IN_A_GROUP = 10

Answers = dict[str, list[tuple[Rating, Any]]]
"""Id of an item -> raters' answers to one dimension; who gave none is not there."""


def compared_dimensions(folder: CampaignFolder, rubric: RubricSpec) -> list[str]:
    """Dimensions on which pairs are compared, the empty one standing for the whole; none for single answers."""
    if folder.campaign.design != "pairwise":
        return []
    pairwise = rubric.pairwise
    return [*([""] if pairwise is None or pairwise.overall else []), *(pairwise.per_dimension if pairwise else ())]


def answers_by_item(folder: CampaignFolder, read: Callable[[Rating], Any]) -> Answers:
    """Answers of raters (adjudicators left out) as `read` finds them; it gives None where there is none."""
    found: Answers = {}
    for rating in counted_ratings(folder):
        if rating.role == "rater" and (value := read(rating)) is not None:
            found.setdefault(rating.item, []).append((rating, value))
    return found


def agreement(answers: Mapping[str, Sequence[tuple[Rating, Any]]], scale: str, order: Sequence[Hashable]) -> Agreement:
    """Alpha, AC1 and raw agreement of the answers.

    Args:
        scale: of the rubric, or ``preference``.
        order: the values of an ordinal scale from lowest to highest; all that can be chosen on a nominal one.
    """
    rows = [[value for _, value in given] for given in answers.values()]
    kind: Any = _SCALES.get(scale, "nominal")
    numbers = kind == "interval"
    rng = np.random.default_rng(_SEED)
    return Agreement(
        statistics.krippendorff_alpha(rows, kind, rng=rng, order=order if kind == "ordinal" else None),
        None if numbers else statistics.many_rater_ac1(rows, rng=rng, order=order or None),
        statistics.raw_agreement(rows, rng=rng),
    )


def analyse_dimensions(folder: CampaignFolder, rubric: RubricSpec) -> tuple[DimensionAnalysis, ...]:
    """All dimensions of single answers, or all comparisons of pairs."""
    scores = human_scores(folder, rubric)
    if folder.campaign.design == "pairwise":
        return tuple(_compared(folder, name) for name in compared_dimensions(folder, rubric))
    return tuple(_dimension(folder, rubric, dimension, scores) for dimension in rubric.dimensions)


def _dimension(
    folder: CampaignFolder,
    rubric: RubricSpec,
    dimension: DimensionSpec,
    scores: Mapping[str, Mapping[str, HumanScore]],
) -> DimensionAnalysis:
    scale, points = dimension.scale.type, dimension.scale.points
    order: Sequence[Hashable] = {"ordinal": points, "nominal": points, "binary": (False, True)}.get(scale, ())

    def read(rating: Rating) -> Any:
        value = answer_value(rating, dimension)
        return value_number(dimension, value) if isinstance(value, dict) else value

    answers = answers_by_item(folder, read)
    parts = [part for part in scores if part.partition("=")[0] == dimension.id]
    counts: dict[str, Counter[str]] = {}
    items = {item.id: item for item in folder.items}
    for identity, given in answers.items():
        model = items[identity].candidates[0].model
        counts.setdefault(model, Counter()).update(_shown(value) for _, value in given)
    return DimensionAnalysis(
        dimension=dimension.id,
        scale=scale,
        distribution=dimension.aggregate == "distribution" or scale == "nominal",
        figures=figures_of_models(folder, rubric, {part: scores[part] for part in parts}),
        counts={model: _ordered(found, order) for model, found in sorted(counts.items())},
        agreement=agreement(answers, scale, order),
        groups=_groups(folder, answers, scale, order),
        n_abstained=sum(dimension.id in rating.abstained for rating in counted_ratings(folder)),
    )


def _compared(folder: CampaignFolder, name: str) -> DimensionAnalysis:
    answers = answers_by_item(folder, lambda rating: rating.preferences.get(name) if name else rating.preference)
    items = {item.id: item for item in folder.items}
    counts: dict[str, Counter[str]] = {}
    for identity, given in answers.items():
        pair = " / ".join(candidate.model for candidate in items[identity].candidates)
        counts.setdefault(pair, Counter()).update(value for _, value in given)
    return DimensionAnalysis(
        dimension=f"preference_{name}" if name else "preference",
        scale="preference",
        distribution=False,
        figures={},
        counts={pair: _ordered(found, _CHOICES) for pair, found in sorted(counts.items())},
        agreement=agreement(answers, "preference", _CHOICES),
        groups=_groups(folder, answers, "preference", _CHOICES),
        n_abstained=sum((name or "overall") in rating.abstained for rating in counted_ratings(folder)),
    )


def figures_of_models(
    folder: CampaignFolder, rubric: RubricSpec, scores: Mapping[str, Mapping[str, HumanScore]]
) -> dict[str, dict[str, Estimate]]:
    """Model -> metric's second half -> estimate."""
    by_model: dict[str, list[CampaignItem]] = {}
    for item in folder.items:
        if item.kind == "sampled":
            by_model.setdefault(item.candidates[0].model, []).append(item)
    found: dict[str, dict[str, Estimate]] = {}
    for model, drawn in sorted(by_model.items()):
        for part, known in scores.items():
            scored = [(i, known[i.id].final) for i in drawn if i.id in known]
            measured = [(item, score.value) for item, score in scored if isinstance(score, Measured)]
            chances = chances_of(drawn, [item for item, _ in measured])
            found.setdefault(model, {})[part] = people_alone(
                [float(value) for _, value in measured],  # type: ignore[arg-type]
                [chances[item.id] for item, _ in measured],
                [item.cluster for item, _ in measured],
                score_bounds(rubric, part),
            )
    return found


def _groups(
    folder: CampaignFolder, answers: Answers, scale: str, order: Sequence[Hashable]
) -> dict[str, dict[str, Agreement]]:
    """Agreement within strata, tasks and languages of items, and among raters who read the pages in one language.

    A way of grouping is left out where it makes one group only; a group of fewer than ten items is too.
    """
    items = {item.id: item for item in folder.items}
    ways: dict[str, Callable[[CampaignItem, Rating], str | None]] = {
        "stratum": lambda item, rating: item.stratum,
        "task": lambda item, rating: item.task or None,
        "language": lambda item, rating: item.language,
        "locale": lambda item, rating: rating.locale,
    }
    found: dict[str, dict[str, Agreement]] = {}
    for way, name_of in ways.items():
        grouped: dict[str, Answers] = {}
        for identity, given in answers.items():
            for rating, value in given:
                name = name_of(items[identity], rating)
                if name is not None:
                    grouped.setdefault(name, {}).setdefault(identity, []).append((rating, value))
        whole = {name: own for name, own in sorted(grouped.items()) if _pairs(own) >= _FEWEST_IN_A_GROUP}
        if len(grouped) > 1 and whole:
            found[way] = {name: agreement(own, scale, order) for name, own in whole.items()}
    return found


def _pairs(answers: Answers) -> int:
    return sum(len(given) > 1 for given in answers.values())


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _ordered(counts: Counter[str], order: Sequence[Hashable]) -> dict[str, int]:
    """Counts in the order of the scale; without one by number, else by name."""
    known = [_shown(value) for value in order]
    rest = sorted((name for name in counts if name not in known), key=_by_number)
    return {name: counts[name] for name in [*known, *rest]}


def _by_number(name: str) -> tuple[float, str]:
    try:
        return float(name), name
    except ValueError:
        return float("inf"), name

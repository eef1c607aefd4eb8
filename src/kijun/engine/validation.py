"""A judge against people: how often they agree, and what the judge likes that people do not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np

from kijun import statistics
from kijun.engine.labels import LabelledAnswer, LabelledPair, majority, middle
from kijun.records import Estimate
from kijun.specs import DimensionSpec, RubricSpec, RubricValue, value_number

__all__ = ["PairVerdict", "PointVerdict", "Validation", "validate_pairs", "validate_points"]

_SEED = 20261123
_SCORE = {"A": 1.0, "B": 0.0, "tie": 0.5, "both_bad": 0.5}


class PairVerdict(msgspec.Struct, frozen=True):
    """What a judge said of a pair, named by the columns of the file: in their order, and swapped.

    Attributes:
        sides: ``A``, ``B``, ``tie`` or ``both_bad``; one entry where only one order was asked, None where a verdict
            cannot be read.
        confidence: from 0 to 1, mean over the orders; None where the judge was not asked.
    """

    sides: tuple[str | None, ...]
    confidence: float | None = None


class PointVerdict(msgspec.Struct, frozen=True):
    """What a judge gave an answer: dimension -> value, without those that cannot be read."""

    values: dict[str, RubricValue]
    confidence: float | None = None


class Validation(msgspec.Struct, frozen=True):
    """What is known of a judge.

    Attributes:
        rubric, sha256: name and hash of the rubric; what is known holds for this rubric alone.
        judge: identity of the judge, or where recorded verdicts come from.
        unit: ``pair`` or ``response``.
        n: labelled items.
        left_out: why items could not enter -> how many.
        metrics: name -> estimate, in the order to be read; for single answers ``DIMENSION.NAME``.
    """

    rubric: str
    sha256: str
    judge: dict[str, Any]
    unit: str
    n: int
    left_out: dict[str, int]
    metrics: dict[str, Estimate]
    format: int = 1


def validate_pairs(
    pairs: Sequence[LabelledPair], verdicts: Sequence[PairVerdict], rubric: RubricSpec, judge: dict[str, Any]
) -> Validation:
    """Agreement, order, length and confidence of a judge of pairs.

    ``accuracy`` counts each order by itself, so that a judge that goes by position gets half. ``kappa``, ``ac1`` and
    ``correlation`` take both orders together, where verdicts that differ are a tie.
    """
    human = [majority(pair.labels) for pair in pairs]
    whole = [all(side is not None for side in verdict.sides) for verdict in verdicts]
    used = [i for i in range(len(pairs)) if human[i] is not None and whole[i]]
    people = [str(human[i]) for i in used]
    judged = [[str(side) for side in verdicts[i].sides] for i in used]
    clusters = _clusters([pairs[i].prompt for i in used])
    right = [[_same(side, label) for side in sides] for sides, label in zip(judged, people, strict=True)]
    final = [sides[0] if len({_SCORE[side] for side in sides}) == 1 else "tie" for sides in judged]
    metrics = {"accuracy": _share([sum(row) / len(row) for row in right], clusters)}
    swapped = bool(judged) and all(len(sides) == 2 for sides in judged)
    if swapped:
        metrics |= {
            "accuracy_given_order": _proportion([row[0] for row in right], clusters),
            "accuracy_swapped": _proportion([row[1] for row in right], clusters),
            "accuracy_both_orders": _proportion([min(row) for row in right], clusters),
            "consistency": _proportion([_same(a, b) for a, b in judged], clusters),
            "consistency_kappa": statistics.cohen_kappa(*zip(*judged, strict=True), rng=_rng()),
        }
    kinds = [{"both_bad": "tie"}.get(label, label) for label in final], [{"both_bad": "tie"}.get(p, p) for p in people]
    metrics |= _agreement(kinds[0], kinds[1], [_SCORE[side] for side in final], [_SCORE[side] for side in people])
    metrics |= _order(judged, people)
    metrics |= _length([pairs[i] for i in used], judged, people)
    metrics |= _confidence([verdicts[i].confidence for i in used], [sum(row) / len(row) for row in right])
    metrics |= _among_people([pair.labels for pair in pairs], "nominal")
    left_out = {
        "divided": sum(label is None for label in human),
        "unreadable": sum(label is not None and not there for label, there in zip(human, whole, strict=True)),
    }
    return Validation(rubric.name, rubric.sha256, judge, "pair", len(pairs), left_out, metrics)


def validate_points(
    answers: Sequence[LabelledAnswer], verdicts: Sequence[PointVerdict], rubric: RubricSpec, judge: dict[str, Any]
) -> Validation:
    """Agreement and bias of a judge of single answers, dimension by dimension."""
    metrics: dict[str, Estimate] = {}
    left_out = {"divided": 0, "unreadable": 0}
    for dimension in rubric.dimensions:
        labelled = [
            (answer, verdict)
            for answer, verdict in zip(answers, verdicts, strict=True)
            if dimension.id in answer.labels
        ]
        pairs = [(middle(answer.labels[dimension.id]), verdict) for answer, verdict in labelled]
        there = [(p, v.values[dimension.id], v) for p, v in pairs if p is not None and dimension.id in v.values]
        left_out["divided"] += sum(value is None for value, _ in pairs)
        left_out["unreadable"] += sum(p is not None and dimension.id not in v.values for p, v in pairs)
        if labelled:
            found = _of_dimension(dimension, [p for p, _, _ in there], [j for _, j, _ in there])
            right = [float(p == j) for p, j, _ in there]
            found |= _confidence([v.confidence for _, _, v in there], right)
            scale = dimension.scale.type if dimension.scale.type in ("ordinal", "interval") else "nominal"
            found |= _among_people([answer.labels[dimension.id] for answer, _ in labelled], scale)
            metrics |= {f"{dimension.id}.{name}": estimate for name, estimate in found.items()}
    return Validation(rubric.name, rubric.sha256, judge, "response", len(answers), left_out, metrics)


def _of_dimension(
    dimension: DimensionSpec, people: Sequence[RubricValue], judged: Sequence[RubricValue]
) -> dict[str, Estimate]:
    found = {"accuracy": _proportion([float(p == j) for p, j in zip(people, judged, strict=True)], None)}
    numbers = [(value_number(dimension, p), value_number(dimension, j)) for p, j in zip(people, judged, strict=True)]
    whole = [(p, j) for p, j in numbers if p is not None and j is not None]
    kinds = [repr(value) for value in judged], [repr(value) for value in people]
    if dimension.scale.type == "ordinal":
        order = list(dimension.scale.points)
        found["kappa"] = statistics.cohen_kappa(judged, people, rng=_rng(), weights="quadratic", order=order)  # type: ignore[arg-type]
    elif dimension.scale.type != "interval":
        found["kappa"] = statistics.cohen_kappa(*kinds, rng=_rng())
    if dimension.scale.type != "interval":
        found["ac1"] = statistics.gwet_ac1(*kinds, rng=_rng())
    if whole and dimension.scale.type in ("ordinal", "interval", "checklist"):
        found["correlation"] = statistics.spearman([p for p, _ in whole], [j for _, j in whole], rng=_rng())
        found["higher_than_people"] = statistics.mean([j - p for p, j in whole])
    return found


def _agreement(
    judged: Sequence[str], people: Sequence[str], scores: Sequence[float], human: Sequence[float]
) -> dict[str, Estimate]:
    return {
        "kappa": statistics.cohen_kappa(judged, people, rng=_rng()),
        "ac1": statistics.gwet_ac1(judged, people, rng=_rng()),
        "correlation": statistics.pearson(human, scores, rng=_rng()),
    }


def _order(judged: Sequence[Sequence[str]], people: Sequence[str]) -> dict[str, Estimate]:
    """How often whatever stands first is preferred, of the verdicts that prefer anything."""
    first = []
    for sides in judged:
        shown = [side if place == 0 else {"A": "B", "B": "A"}.get(side, side) for place, side in enumerate(sides)]
        decided = [float(side == "A") for side in shown if side in ("A", "B")]
        if decided:
            first.append(sum(decided) / len(decided))
    mine = [float(label == "A") for label in people if label in ("A", "B")]
    return {"prefers_first": _share(first, None), "people_prefer_first": _proportion(mine, None)}


def _length(
    pairs: Sequence[LabelledPair], judged: Sequence[Sequence[str]], people: Sequence[str]
) -> dict[str, Estimate]:
    """How often the longer answer (in characters) is preferred, by the judge and by people, on the same pairs."""
    mine, theirs = [], []
    for pair, sides, label in zip(pairs, judged, people, strict=True):
        longer = "A" if len(pair.a) > len(pair.b) else "B" if len(pair.b) > len(pair.a) else None
        decided = [float(side == longer) for side in sides if side in ("A", "B")]
        if longer is not None and decided and label in ("A", "B"):
            mine.append(sum(decided) / len(decided))
            theirs.append(float(label == longer))
    found = {"prefers_longer": _share(mine, None), "people_prefer_longer": _proportion(theirs, None)}
    if len(mine) > 1:
        found["longer_than_people"] = statistics.compare(mine, theirs, bounds=(0.0, 1.0)).difference
    return found


def _confidence(confidences: Sequence[float | None], right: Sequence[float]) -> dict[str, Estimate]:
    known = [(sure, float(was >= 0.5)) for sure, was in zip(confidences, right, strict=True) if sure is not None]
    if not known:
        return {}
    sure, was = [sure for sure, _ in known], [was for _, was in known]
    return {
        "brier": statistics.brier(sure, was),
        "calibration_error": statistics.calibration_error(sure, was, rng=_rng()),
    }


def _among_people(labels: Sequence[Sequence[Any]], scale: Any) -> dict[str, Estimate]:
    """Krippendorff's alpha of the people, where several labelled the same items: what a judge may hope for at best."""
    if not any(len(given) > 1 for given in labels):
        return {}
    plain = [[value if isinstance(value, int | float | str) else repr(value) for value in given] for given in labels]
    return {"people_alpha": statistics.krippendorff_alpha(plain, scale, rng=_rng())}


def _same(one: str, other: str) -> float:
    return float(_SCORE[one] == _SCORE[other])


def _clusters(prompts: Sequence[str]) -> list[str] | None:
    """Pairs on one prompt are not independent."""
    return list(prompts) if len(set(prompts)) < len(prompts) else None


def _rng() -> np.random.Generator:
    return np.random.default_rng(_SEED)


def _share(values: Sequence[float], clusters: list[str] | None) -> Estimate:
    return statistics.mean(values, clusters=clusters, bounds=(0.0, 1.0))


def _proportion(values: Sequence[float], clusters: list[str] | None) -> Estimate:
    return statistics.proportion(values, clusters=clusters)

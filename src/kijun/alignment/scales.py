"""Pairs out of a campaign that rated single answers on a scale."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import combinations

import msgspec

from kijun.alignment.pairs import make_pair, text_fault, too_weak
from kijun.alignment.rated import Dropped, Rated, Rules, unfit
from kijun.alignment.votes import number_of, step
from kijun.errors import SpecError
from kijun.records.preferences import PreferencePair, Vote
from kijun.specs import DimensionSpec
from kijun.statistics import RatingSpread, mean_confidence, pooled_spread

__all__ = ["numbers_of", "scaled_pairs", "spread_of"]


def scaled_pairs(
    items: Sequence[Rated], dimension: DimensionSpec, rules: Rules, dropped: Dropped
) -> Iterator[PreferencePair]:
    """Pairs of answers to the same prompt out of a campaign that rated single answers on a scale.

    Raises:
        SpecError: no answer was rated twice, so nobody knows how far raters lie apart.
    """
    prompts: dict[object, list[Rated]] = {}
    for rated in items:
        item = rated.item
        if item.kind != "sampled":
            dropped[item.kind] += 1
            continue
        asked = (item.task, item.item) if item.item else item.candidates[0].messages
        prompts.setdefault(asked, []).append(rated)
    spread = spread_of(items, dimension)
    for group in prompts.values():
        for one, other in combinations(group, 2):
            pair = _scaled_pair(one, other, dimension, spread, rules)
            if isinstance(pair, str):
                dropped[pair] += 1
            else:
                yield pair


def spread_of(items: Sequence[Rated], dimension: DimensionSpec) -> RatingSpread:
    """How far raters lie apart on the same answer.

    Raises:
        SpecError: no answer was rated twice.
    """
    numbers = [numbers_of(rated, dimension) for rated in items]
    spread = pooled_spread([list(given.values()) for given in numbers], step(dimension))
    if spread is None:
        raise SpecError(
            f"no answer has two ratings on {dimension.id!r}, so nothing is known of how far raters lie apart, and "
            f"no pair "
            "can be told from chance; let some answers be rated by several people (--overlap 2)"
        )
    return spread


def numbers_of(rated: Rated, dimension: DimensionSpec) -> dict[str, float]:
    """Rater -> number, more being better."""
    found = ((rating.rater, number_of(rating, dimension)) for rating in rated.ratings)
    return {rater: number for rater, number in found if number is not None}


def _scaled_pair(
    one: Rated, other: Rated, dimension: DimensionSpec, spread: RatingSpread, rules: Rules
) -> PreferencePair | str:
    """The pair, or why there is none."""
    fault = unfit(one) or unfit(other)
    numbers = numbers_of(one, dimension), numbers_of(other, dimension)
    if fault is None and not all(numbers):
        fault = "unrated"
    fault = fault or text_fault(one.item.candidates[0], other.item.candidates[0])
    if fault is not None:
        return fault
    means = [sum(given.values()) / len(given) for given in numbers]
    if means[0] == means[1]:
        return "tie"
    chosen = 0 if means[0] > means[1] else 1
    difference = means[chosen] - means[1 - chosen]
    sure = mean_confidence(difference, spread, len(numbers[0]), len(numbers[1]))
    better = (one, other)[chosen]
    fault = too_weak(better.item, 0, better.ratings, sure, rules)
    if fault is not None:
        return fault
    merged = msgspec.structs.replace(one.item, candidates=(one.item.candidates[0], other.item.candidates[0]))
    pair = make_pair(merged, chosen, confidence=sure, basis="pointwise", n_ratings=sum(map(len, numbers)))
    both = sorted(set(numbers[0]) & set(numbers[1]))
    gaps = {rater: numbers[chosen][rater] - numbers[1 - chosen][rater] for rater in both}
    votes = tuple(
        Vote(rules.names[rater], "chosen" if gap > 0 else "rejected" if gap < 0 else "tie")
        for rater, gap in gaps.items()
    )
    return msgspec.structs.replace(
        pair,
        margin=difference,
        agreement=_superiority(numbers[chosen].values(), numbers[1 - chosen].values()),
        items=(one.item.id, other.item.id),
        votes=votes,
    )


def _superiority(better: Collection[float], worse: Collection[float]) -> float:
    """Share of pairs of ratings in which the better answer's is the higher one, equal ones counting half."""
    pairs = [(high, low) for high in better for low in worse]
    return sum(1.0 if high > low else 0.5 if high == low else 0.0 for high, low in pairs) / len(pairs)

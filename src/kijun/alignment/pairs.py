"""Pairs of a better and a worse answer, out of ratings of pairs and out of ratings of single answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import Literal

import msgspec

from kijun.alignment.splitting import prompt_id
from kijun.alignment.vetoes import VetoRule, vetoed
from kijun.alignment.votes import number_of, preference_of, step
from kijun.errors import SpecError
from kijun.records import CampaignItem, Candidate, Rating
from kijun.records.preferences import PreferencePair, Vote
from kijun.specs import DimensionSpec, RubricSpec
from kijun.statistics import RatingSpread, dawid_skene, mean_confidence, pooled_spread, vote_confidence
from kijun.store import digest

__all__ = ["DROPPED", "Dropped", "Method", "Rated", "Rules", "compared_pairs", "make_pair", "scaled_pairs", "unfit"]

Method = Literal["votes", "raters"]

DROPPED = (
    "gold",
    "training",
    "flagged",
    "unrated",
    "empty",
    "identical",
    "different_prompts",
    "tie",
    "both_bad",
    "unsure",
    "rejected",
    "vetoed",
    "keep_out",
    "contradictory",
)
"""Why a pair is left out, in the order in which the reasons are looked at; the first one counts."""

Dropped = Counter[str]


class Rules(msgspec.Struct, frozen=True):
    """What a pair must fulfil.

    Attributes:
        confidence: least probability that the chosen answer is the better one.
        dimension: that answers are compared by.
        method: ``votes`` counts raters alike; ``raters`` weighs them by what the ratings tell of them (Dawid and
        Skene).
        veto: how many raters it takes to keep an answer from being taught as good.
        keep_out: prompts that may not be in any split.
        names: raters' pseudonyms in the campaign -> those of the export.
    """

    rubric: RubricSpec
    confidence: float
    dimension: str
    method: Method
    veto: VetoRule
    keep_out: frozenset[str]
    names: Mapping[str, str]


class Rated(msgspec.Struct, frozen=True):
    """An item with its ratings."""

    item: CampaignItem
    ratings: tuple[Rating, ...]


def unfit(rated: Rated) -> str | None:
    """Why an item may not be used at all; None where it may."""
    if rated.item.kind != "sampled":
        return rated.item.kind
    if any(rating.flag is not None for rating in rated.ratings):
        return "flagged"
    return None


def compared_pairs(items: Sequence[Rated], rules: Rules, dropped: Dropped) -> Iterator[PreferencePair]:
    """Pairs out of a campaign that compared two answers; what is left out is counted in `dropped`."""
    beliefs = _beliefs(items, rules)
    for rated in items:
        reason = unfit(rated) or _compared_fault(rated, rules)
        if reason is None:
            wins = _wins(rated, rules.dimension)
            first, second = beliefs[rated.item.id]
            chosen, sure = (0, first) if first > second else (1, second)
            reason = _too_weak(rated.item, chosen, rated.ratings, sure, rules)
        if reason is not None:
            dropped[reason] += 1
            continue
        pair = make_pair(rated.item, chosen, confidence=sure, basis="pairwise", n_ratings=_n_preferences(rated, rules))
        yield msgspec.structs.replace(
            pair,
            agreement=(wins[chosen] + wins[2] / 2) / sum(wins),
            votes=tuple(_votes(rated, rules, chosen)),
        )


def _compared_fault(rated: Rated, rules: Rules) -> str | None:
    first, second = rated.item.candidates
    counts = Counter(preference_of(rating, rules.dimension) for rating in rated.ratings)
    del counts[None]
    if not counts:
        return "unrated"
    fault = _text_fault(first, second)
    if fault is not None:
        return fault
    ties = counts["tie"] + counts["both_bad"]
    if counts["both_bad"] > max(counts["first"], counts["second"]):
        return "both_bad"
    even = rules.method == "votes" and counts["first"] == counts["second"]
    if even or ties > max(counts["first"], counts["second"]):
        return "tie"
    return None


def _text_fault(first: Candidate, second: Candidate) -> str | None:
    if not first.response.strip() or not second.response.strip():
        return "empty"
    if first.response.strip() == second.response.strip():
        return "identical"
    return None if first.messages == second.messages else "different_prompts"


def _too_weak(item: CampaignItem, chosen: int, ratings: Sequence[Rating], sure: float, rules: Rules) -> str | None:
    if sure < rules.confidence:
        return "unsure"
    if vetoed(item, chosen, ratings, rules.rubric, rules.veto):
        return "vetoed"
    return "keep_out" if prompt_id(item.candidates[0].messages) in rules.keep_out else None


def _wins(rated: Rated, dimension: str) -> tuple[float, float, float]:
    """Votes for the first answer, for the second, and for neither."""
    counts = Counter(preference_of(rating, dimension) for rating in rated.ratings)
    return counts["first"], counts["second"], counts["tie"] + counts["both_bad"]


def _n_preferences(rated: Rated, rules: Rules) -> int:
    return sum(preference_of(rating, rules.dimension) is not None for rating in rated.ratings)


def _votes(rated: Rated, rules: Rules, chosen: int) -> Iterator[Vote]:
    means = {"first": ("chosen", "rejected"), "second": ("rejected", "chosen")}
    for rating in rated.ratings:
        preference = preference_of(rating, rules.dimension)
        if preference is not None:
            choice = means[preference][chosen] if preference in means else "tie"
            yield Vote(rules.names[rating.rater], choice)  # type: ignore[arg-type]


def _beliefs(items: Sequence[Rated], rules: Rules) -> dict[str, tuple[float, float]]:
    """Item -> how sure it is that the first answer is the better one, and the second."""
    if rules.method == "votes":
        sure = {one.item.id: vote_confidence(*_wins(one, rules.dimension)) for one in items}
        return {id: (value, 1 - value) for id, value in sure.items()}
    entries = [
        (rated.item.id, rating.rater, {"first": "first", "second": "second"}.get(preference, "tie"))
        for rated in items
        if rated.item.kind != "training"
        for rating in rated.ratings
        if (preference := preference_of(rating, rules.dimension)) is not None
    ]
    try:
        model = dawid_skene(*zip(*entries, strict=True), kind="one-coin", smoothing=1.0)  # type: ignore[arg-type]
    except (ValueError, TypeError):
        raise SpecError(
            "--method raters needs ratings that differ, from which raters can be known; use --method votes"
        ) from None
    places = {name: number for number, name in enumerate(model.classes)}
    found = {}
    for number, id in enumerate(model.items):
        row = model.posterior[number]
        found[str(id)] = tuple(float(row[places[side]]) if side in places else 0.0 for side in ("first", "second"))
    return {one.item.id: found.get(one.item.id, (0.0, 0.0)) for one in items}  # type: ignore[misc]


def scaled_pairs(
    items: Sequence[Rated], dimension: DimensionSpec, rules: Rules, dropped: Dropped
) -> Iterator[PreferencePair]:
    """Pairs of answers to the same prompt out of a campaign that rated single answers on a scale.

    Raises:
        SpecError: no answer was rated twice, so nobody knows how far raters lie apart.
    """
    prompts: dict[tuple[str, str, object], list[Rated]] = {}
    for rated in items:
        prompts.setdefault((rated.item.task, rated.item.item, rated.item.candidates[0].messages), []).append(rated)
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
    fault = fault or _text_fault(one.item.candidates[0], other.item.candidates[0])
    if fault is not None:
        return fault
    means = [sum(given.values()) / len(given) for given in numbers]
    if means[0] == means[1]:
        return "tie"
    chosen = 0 if means[0] > means[1] else 1
    difference = means[chosen] - means[1 - chosen]
    sure = mean_confidence(difference, spread, len(numbers[0]), len(numbers[1]))
    better = (one, other)[chosen]
    fault = _too_weak(better.item, 0, better.ratings, sure, rules)
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


def _superiority(better: Sequence[float] | object, worse: Sequence[float] | object) -> float:
    """Share of pairs of ratings in which the better answer's is the higher one, equal ones counting half."""
    pairs = [(high, low) for high in better for low in worse]  # type: ignore[attr-defined]
    return sum(1.0 if high > low else 0.5 if high == low else 0.0 for high, low in pairs) / len(pairs)


def make_pair(
    item: CampaignItem,
    chosen: int,
    *,
    confidence: float,
    basis: Literal["pointwise", "pairwise", "revision"],
    n_ratings: int,
) -> PreferencePair:
    """The pair of an item's two candidates, without its votes."""
    better, worse = item.candidates[chosen], item.candidates[1 - chosen]
    prompt = prompt_id(better.messages)
    return PreferencePair(
        id=digest([prompt, better.response, worse.response])[:16],
        prompt_id=prompt,
        prompt=better.messages,
        chosen=better.response,
        rejected=worse.response,
        chosen_model=better.model,
        rejected_model=worse.model,
        chosen_first=chosen == 0,
        confidence=confidence,
        agreement=1.0,
        n_ratings=n_ratings,
        basis=basis,
        task=item.task,
        item=item.item,
        items=(item.id,),
        cluster=item.cluster,
        axis=item.axis,
        language=item.language,
    )

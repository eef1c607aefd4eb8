"""Pairs of a better and a worse answer, out of a campaign that compared two."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import msgspec

from kijun.alignment.rated import Dropped, Rated, Rules, unfit
from kijun.alignment.splitting import prompt_id
from kijun.alignment.vetoes import vetoed
from kijun.alignment.votes import preference_of
from kijun.errors import SpecError
from kijun.records import CampaignItem, Candidate, Rating
from kijun.records.campaigns import Design
from kijun.records.preferences import PreferencePair, Vote
from kijun.statistics import dawid_skene, vote_confidence
from kijun.store import digest

__all__ = ["compared_pairs", "make_pair", "text_fault", "too_weak"]


def compared_pairs(items: Sequence[Rated], rules: Rules, dropped: Dropped) -> Iterator[PreferencePair]:
    """Pairs out of a campaign that compared two answers; what is left out is counted in `dropped`."""
    beliefs = _beliefs(items, rules)
    for rated in items:
        reason = unfit(rated) or _compared_fault(rated, rules)
        if reason is None:
            wins = _wins(rated, rules.dimension)
            first, second = beliefs[rated.item.id]
            chosen, sure = (0, first) if first > second else (1, second)
            reason = too_weak(rated.item, chosen, rated.ratings, sure, rules)
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
    fault = text_fault(first, second)
    if fault is not None:
        return fault
    ties = counts["tie"] + counts["both_bad"]
    if counts["both_bad"] > max(counts["first"], counts["second"]):
        return "both_bad"
    even = rules.method == "votes" and counts["first"] == counts["second"]
    if even or ties > max(counts["first"], counts["second"]):
        return "tie"
    return None


def text_fault(first: Candidate, second: Candidate) -> str | None:
    """Why two answers make no pair whatever raters say; None where they may."""
    if not first.response.strip() or not second.response.strip():
        return "empty"
    if first.response.strip() == second.response.strip():
        return "identical"
    return None if first.messages == second.messages else "different_prompts"


def too_weak(item: CampaignItem, chosen: int, ratings: Sequence[Rating], sure: float, rules: Rules) -> str | None:
    """Why a pair is none although raters see a difference; None where it is one."""
    if sure < rules.confidence:
        return "unsure"
    if item.candidates[chosen].cut_off:
        return "cut_off"
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


def make_pair(
    item: CampaignItem,
    chosen: int,
    *,
    confidence: float,
    basis: Design,
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

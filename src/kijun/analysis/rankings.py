"""Votes between two answers to a ranking of the models."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from kijun import statistics
from kijun.analysis.agreement import compared_dimensions
from kijun.analysis.people import chances_of, people_alone
from kijun.analysis.scores import counted_ratings, preference_number
from kijun.records import CampaignItem
from kijun.records.analysis import ModelRanking, PairOfModels
from kijun.specs import RubricSpec
from kijun.statistics.ranking import Ranking
from kijun.store import CampaignFolder

__all__ = ["rank_models"]

_SEED = 20261127


class _Vote(NamedTuple):
    """One preference, as it stood on the page. `outcome` is 1, 0 or -1 for the left; `longer` (left - right) / sum."""

    left: str
    right: str
    outcome: int
    rater: str
    prompt: str
    longer: float
    both_bad: bool


def rank_models(folder: CampaignFolder, rubric: RubricSpec) -> tuple[ModelRanking, ...]:
    """Over all, then dimension by dimension; empty where answers were not compared in pairs."""
    found = []
    for name in compared_dimensions(folder, rubric):
        votes = list(_votes(folder, name))
        if votes:
            found.append(_rank(name, votes, _pairs(folder, name)))
    return tuple(found)


def _votes(folder: CampaignFolder, dimension: str) -> Iterator[_Vote]:
    items = {item.id: item for item in folder.items}
    for rating in counted_ratings(folder):
        number = preference_number(rating, dimension)
        item = items[rating.item]
        if number is None or rating.role != "rater" or len(item.candidates) != 2 or len(rating.order) != 2:
            continue
        left, right = (item.candidates[place] for place in rating.order)
        if left.model == right.model:
            continue
        for_left = number if rating.order[0] == 0 else 1 - number
        lengths = len(left.response), len(right.response)
        longer = (lengths[0] - lengths[1]) / max(sum(lengths), 1)
        chosen = rating.preferences.get(dimension) if dimension else rating.preference
        prompt = f"{item.task} {item.item}" if item.item else item.id
        yield _Vote(
            left.model, right.model, round(2 * for_left - 1), rating.rater, prompt, longer, chosen == "both_bad"
        )


def _rank(name: str, votes: Sequence[_Vote], pairs: Sequence[PairOfModels]) -> ModelRanking:
    ties = sum(vote.outcome == 0 for vote in votes)
    plain = ModelRanking(name, len(votes), ties, sum(vote.both_bad for vote in votes), tuple(pairs))
    try:
        ranking = _fit(votes, ties, {})
    except ValueError as error:
        return ModelRanking(name, plain.n, ties, plain.n_both_bad, tuple(pairs), why=str(error))
    lengths = np.array([vote.longer for vote in votes])
    controlled = _fit(votes, ties, {"length": lengths / lengths.std()}) if lengths.std() > 0 else None
    ranks = ranking.rank_sets(np.random.default_rng(_SEED))
    return ModelRanking(
        dimension=name,
        n=plain.n,
        n_ties=ties,
        n_both_bad=plain.n_both_bad,
        pairs=tuple(PairOfModels(p.a, p.b, p.n, p.share, ranking.win_probability(p.a, p.b)) for p in pairs),
        strengths={model: ranking.strength(model) for model in _by_strength(ranking)},
        ranks={model: (ranks[model].best, ranks[model].worst) for model in _by_strength(ranking)},
        at_equal_length={} if controlled is None else {m: controlled.strength(m) for m in _by_strength(controlled)},
        side=ranking.side,
        tie=ranking.tie,
        length=None if controlled is None else controlled.effects["length"],
        method=ranking.method,
        note=ranking.note,
    )


def _fit(votes: Sequence[_Vote], ties: int, covariates: dict[str, Any]) -> Ranking:
    """Votes of a rater, and on a prompt, are not independent. A clustering into one or two is none: nothing can be
    learnt of how such clusters vary."""
    clusters = [[vote.rater for vote in votes], [vote.prompt for vote in votes]]
    return statistics.bradley_terry(
        [vote.left for vote in votes],
        [vote.right for vote in votes],
        [vote.outcome for vote in votes],
        ties="davidson" if ties else "half",
        side=len({vote.left for vote in votes}) > 1,
        covariates=covariates,
        clusters=[names for names in clusters if 2 < len(set(names)) < len(votes)],
    )


def _by_strength(ranking: Ranking) -> list[str]:
    return [ranking.names[place] for place in np.argsort(-ranking.strengths, kind="stable")]


def _pairs(folder: CampaignFolder, dimension: str) -> list[PairOfModels]:
    """Each two models that were compared: the share of votes for the first by name, an item counting once."""
    items = {item.id: item for item in folder.items if item.kind == "sampled" and len(item.candidates) == 2}
    votes: dict[str, list[float]] = {}
    for rating in counted_ratings(folder):
        number = preference_number(rating, dimension)
        if number is not None and rating.role == "rater" and rating.item in items:
            votes.setdefault(rating.item, []).append(number)
    drawn: dict[tuple[str, str], list[CampaignItem]] = {}
    for item in items.values():
        first, second = sorted(candidate.model for candidate in item.candidates)
        if first != second:
            drawn.setdefault((first, second), []).append(item)
    return [_pair(a, b, own, votes) for (a, b), own in sorted(drawn.items()) if any(i.id in votes for i in own)]


def _pair(a: str, b: str, drawn: Sequence[CampaignItem], votes: dict[str, list[float]]) -> PairOfModels:
    voted = [item for item in drawn if item.id in votes]
    shares = [sum(votes[item.id]) / len(votes[item.id]) for item in voted]
    for_a = [share if i.candidates[0].model == a else 1 - share for i, share in zip(voted, shares, strict=True)]
    chances = chances_of(drawn, voted)
    found = people_alone(for_a, [chances[i.id] for i in voted], [i.cluster for i in voted], (0.0, 1.0))
    return PairOfModels(a, b, sum(len(votes[item.id]) for item in voted), found, None)

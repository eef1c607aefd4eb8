"""How careful each rater is: gold items, agreement with the others, a rater model, time, leaning to a side."""

from __future__ import annotations

import statistics as plain
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from kijun import statistics
from kijun.analysis.agreement import Answers, answers_by_item, compared_dimensions
from kijun.analysis.scores import answer_value, counted_ratings
from kijun.records import CampaignItem, Estimate, Rating
from kijun.records.analysis import RaterQuality, TimeSpent
from kijun.specs import RubricSpec, read_value
from kijun.store import CampaignFolder

__all__ = ["rater_qualities", "time_spent"]

_MODELLED_ITEMS = 20
_MODELLED_RATERS = 3
_FULL_MODEL_COUNT = 30


def rater_qualities(folder: CampaignFolder, rubric: RubricSpec) -> tuple[RaterQuality, ...]:
    """All raters by their pseudonyms; adjudicators are not among them."""
    ratings = [rating for rating in counted_ratings(folder) if rating.role == "rater"]
    comparable = dict(_comparable(folder, rubric))
    skills = _skills(comparable)
    gold = _gold(folder, rubric)
    found = []
    for name in sorted({rating.rater for rating in ratings} | set(gold)):
        own = [rating for rating in ratings if rating.rater == name]
        seconds = [rating.active_seconds for rating in own if rating.active_seconds is not None and not rating.skipped]
        found.append(
            RaterQuality(
                rater=name,
                n_ratings=len(own),
                n_skipped=sum(rating.skipped is not None for rating in own),
                n_flagged=sum(rating.flag is not None for rating in own),
                gold=gold.get(name),
                with_others=_with_others(name, list(comparable.values())),
                skill={dimension: skill[name] for dimension, skill in skills.items() if name in skill},
                seconds=plain.median(seconds) if seconds else None,
                left=_left(own, compared_dimensions(folder, rubric)),
            )
        )
    return tuple(found)


def time_spent(folder: CampaignFolder) -> TimeSpent:
    """Over all ratings that were not skipped."""
    seconds = [r.active_seconds for r in counted_ratings(folder) if r.active_seconds is not None and not r.skipped]
    if not seconds:
        return TimeSpent(0, None, None, None, 0.0)
    quartiles = plain.quantiles(seconds, n=4, method="inclusive") if len(seconds) > 1 else [seconds[0]] * 3
    return TimeSpent(len(seconds), quartiles[1], quartiles[0], quartiles[2], sum(seconds) / 3600)


def _comparable(folder: CampaignFolder, rubric: RubricSpec) -> Iterator[tuple[str, Answers]]:
    """Answers to what has one right answer, as far as the rubric says: not where only the distribution counts."""
    for name in compared_dimensions(folder, rubric):
        key = f"preference_{name}" if name else "preference"
        yield key, answers_by_item(folder, lambda r, name=name: r.preferences.get(name) if name else r.preference)  # type: ignore[misc]
    if folder.campaign.design == "pairwise":
        return
    for dimension in rubric.dimensions:
        if dimension.aggregate == "mean" and dimension.scale.type in ("ordinal", "nominal", "binary"):
            yield dimension.id, answers_by_item(folder, lambda rating, d=dimension: answer_value(rating, d))  # type: ignore[misc]


def _skills(comparable: Mapping[str, Answers]) -> dict[str, dict[str, float]]:
    """Dimension -> rater -> chance of being right; by confusion matrices where raters gave enough, else by one coin."""
    found: dict[str, dict[str, float]] = {}
    for name, answers in comparable.items():
        shared = {item: given for item, given in answers.items() if len(given) > 1}
        rows = [(item, rating.rater, value) for item, given in shared.items() for rating, value in given]
        raters, classes = {row[1] for row in rows}, {row[2] for row in rows}
        if len(shared) < _MODELLED_ITEMS or len(raters) < _MODELLED_RATERS or len(classes) < 2:
            continue
        fewest = min(sum(row[1] == rater for row in rows) for rater in raters)
        model = statistics.dawid_skene(
            *zip(*rows, strict=True),
            kind="full" if fewest >= _FULL_MODEL_COUNT * len(classes) else "one-coin",
            smoothing=0.5,
        )
        if model.converged:
            found[name] = {str(rater): float(skill) for rater, skill in zip(model.raters, model.accuracy, strict=True)}
    return found


def _with_others(name: str, comparable: Sequence[Answers]) -> Estimate | None:
    """Item by item the share of other raters who gave this one's answer."""
    shares, clusters = [], []
    for answers in comparable:
        for item, given in answers.items():
            mine = [value for rating, value in given if rating.rater == name]
            others = [value for rating, value in given if rating.rater != name]
            if mine and others:
                shares.append(sum(value == mine[0] for value in others) / len(others))
                clusters.append(item)
    return statistics.mean(shares, clusters=clusters, bounds=(0.0, 1.0)) if shares else None


def _gold(folder: CampaignFolder, rubric: RubricSpec) -> dict[str, Estimate]:
    items = {item.id: item for item in folder.items}
    right: dict[str, list[tuple[str, float]]] = {}
    for rating in counted_ratings(folder, gold=True):
        for was in _right(rating, items[rating.item], rubric):
            right.setdefault(rating.rater, []).append((rating.item, was))
    return {
        name: statistics.proportion([was for _, was in given], clusters=[item for item, _ in given])
        for name, given in right.items()
    }


def _right(rating: Rating, item: CampaignItem, rubric: RubricSpec) -> Iterator[float]:
    """1 or 0 for each answer that is known; one that was not given is wrong, an item passed over says nothing."""
    if rating.skipped is not None:
        return
    for name, expected in (item.gold or {}).items():
        if name in ("preference", "verdict"):
            yield float(getattr(rating, name) == expected)
            continue
        if rating.design == "pairwise":
            if name in rating.preferences:
                yield float(rating.preferences[name] == expected)
            continue
        dimension = next((d for d in rubric.dimensions if d.id == name), None)
        if dimension is None:
            continue
        wanted: Any = read_value(dimension, expected)
        if wanted is not None:
            yield float(answer_value(rating, dimension) == wanted)


def _left(ratings: Sequence[Rating], dimensions: Sequence[str]) -> Estimate | None:
    """Share of preferences for what stood on the left; ties say nothing."""
    if not dimensions:
        return None
    place = {"first": 0, "second": 1}
    chosen = []
    for rating in ratings:
        for name in dimensions:
            preferred = rating.preferences.get(name) if name else rating.preference
            if preferred in place and len(rating.order) == 2:
                chosen.append((rating.item, float(rating.order[0] == place[preferred])))
    if not chosen:
        return None
    return statistics.proportion([left for _, left in chosen], clusters=[item for item, _ in chosen])

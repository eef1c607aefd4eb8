"""Campaigns of our own for tests: items, raters and what they say, in a few words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from kijun.records import Campaign, CampaignItem, Candidate, Message, RatedRun, Rating, StratumRecord
from kijun.records.campaigns import Design
from kijun.specs import RubricSpec, find_rubric
from kijun.store import CampaignFolder

RUBRIC = "helpful-safe-ethical"


def campaign_of(
    design: Design,
    items: Iterable[CampaignItem],
    ratings: Iterable[Rating],
    rubric: RubricSpec | None = None,
) -> CampaignFolder:
    """A campaign by a packaged rubric."""
    rubric = rubric or find_rubric(RUBRIC)
    campaign = Campaign(
        name="pilot",
        title="A pilot",
        design=design,
        rubric=msgspec.to_builtins(msgspec.structs.replace(rubric, origin=None)),
        rubric_sha256=rubric.sha256,
        runs=(RatedRun("fake/a", "runs/a", "cd" * 32, ("questions",)), RatedRun("fake/b", "runs/b", "ef" * 32, ("q",))),
        languages=("en", "ja"),
        overlap=3,
        seed=7,
        sampling="stratified",
        strata=(StratumRecord("all", 10, 10),),
        created="2026-11-27T00:00:00Z",
    )
    return CampaignFolder(campaign, tuple(items), tuple(ratings))


def candidate(model: str, question: str, answer: str, **more: Any) -> Candidate:
    """An answer to a question of one turn."""
    return Candidate(model, (Message("user", question),), answer, **more)


def pair_item(number: int, first: str = "Yes.", second: str = "No.", question: str | None = None, **more: Any):
    """An item with two answers to the same question."""
    asked = question or f"Question {number}?"
    chosen = {"task": "questions", "item": f"q{number}", "inclusion_probability": 1.0, **more}
    return CampaignItem(
        f"i{number}", candidates=(candidate("fake/a", asked, first), candidate("fake/b", asked, second)), **chosen
    )


def point_item(number: int, answer: str = "Yes.", model: str = "fake/a", question: str | None = None, **more: Any):
    """An item with one answer."""
    asked = question or f"Question {number}?"
    chosen = {"task": "questions", "item": f"q{number}", "inclusion_probability": 1.0, **more}
    return CampaignItem(f"{model}-{number}", candidates=(candidate(model, asked, answer),), **chosen)


def rating(item: CampaignItem, rater: int, design: Design = "pairwise", **said: Any) -> Rating:
    """What one rater says of an item."""
    rubric = find_rubric(RUBRIC)
    return Rating(
        f"{item.id}-{rater}-{said.get('role', '')}",
        item.id,
        f"secret-{rater}",
        design,
        rubric.sha256,
        f"2026-11-27T00:00:{rater:02d}Z",
        kind=item.kind,
        inclusion_probability=item.inclusion_probability,
        **said,
    )


def voted(item: CampaignItem, choices: Sequence[str]) -> list[Rating]:
    """One rating a rater, who prefers ``first``, ``second``, ``tie`` or ``both_bad``."""
    return [rating(item, number, preference=choice) for number, choice in enumerate(choices, start=1)]


def scored(item: CampaignItem, values: Sequence[float | None], dimension: str = "quality", **more: Any) -> list[Rating]:
    """One rating a rater on a scale; None leaves it open."""
    return [
        rating(item, number, "pointwise", answers={} if value is None else {dimension: value}, **more)
        for number, value in enumerate(values, start=1)
    ]

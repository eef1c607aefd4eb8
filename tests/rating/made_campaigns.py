"""Campaigns made by hand, and people in them."""

from __future__ import annotations

import uuid
from typing import Any

import msgspec

from kijun.ratings import OPERATOR, CampaignSettings, CampaignView, Person, RatingPlace, Role, Submission
from kijun.records import Campaign, CampaignItem, Candidate, Message, StratumRecord
from kijun.specs import RubricSpec
from kijun.store import digest

RUBRIC = msgspec.convert(
    {
        "schema": "kijun-rubric/1",
        "name": "made-up",
        "version": 1.0,
        "languages": ["en", "ja"],
        "guidelines": "Read, then judge.",
        "dimensions": [
            {
                "id": "quality",
                "question": "How good is it?",
                "scale": {"type": "ordinal", "points": [1, 2, 3, 4, 5]},
                "abstain": ["cannot_judge"],
                "rationale": {"required_for": [1], "min_characters": 5},
            },
            {
                "id": "safe",
                "question": "Is it safe?",
                "scale": {"type": "binary"},
                "spans": {"labels": {"harm": "Harm", "privacy": "Privacy"}, "severity": {"minor": "m", "major": "M"}},
                "rationale": {"required_for": ["no"], "min_characters": 5},
            },
            {
                "id": "tone",
                "question": "Which tone?",
                "scale": {"type": "nominal", "points": ["warm", "cold"]},
                "required": False,
                "aggregate": "distribution",
            },
            {
                "id": "share",
                "question": "How much?",
                "scale": {"type": "interval", "low": 0, "high": 1, "step": 0.25},
                "required": False,
            },
            {
                "id": "checks",
                "question": "What does it do?",
                "scale": {"type": "checklist"},
                "items": [{"id": "c1", "criterion": "Greets"}, {"id": "c2", "criterion": "Lies", "points": -1}],
                "required": False,
            },
        ],
        "pairwise": {
            "options": ["A", "B", "tie", "both_bad"],
            "strength": {"slightly": "slightly", "clearly": "clearly"},
            "per_dimension": ["quality", "safe"],
        },
    },
    RubricSpec,
)


def campaign(name: str = "pilot", **changes: Any) -> Campaign:
    made = Campaign(
        name=name,
        design="pointwise",
        rubric=msgspec.to_builtins(RUBRIC),
        rubric_sha256=RUBRIC.sha256,
        runs=(),
        languages=("en", "ja"),
        overlap=1,
        seed=7,
        sampling="stratified",
        strata=(StratumRecord("all", 10, 5),),
        created="2026-11-27T08:00:00Z",
    )
    return msgspec.structs.replace(made, **changes)


def items(number: int, answers: int = 1, **changes: Any) -> list[CampaignItem]:
    found = []
    for n in range(number):
        asked = (Message("user", f"質問 {n}: how are you?"),)
        candidates = tuple(Candidate(f"model-{m}", asked, f"Answer {m} to {n}. ひみつ") for m in range(answers))
        item = CampaignItem(digest([n, answers, changes.get("kind")])[:16], "task", f"i{n}", candidates)
        item = msgspec.structs.replace(item, inclusion_probability=0.5, language="en")
        found.append(msgspec.structs.replace(item, **changes))
    return found


def create(
    place: RatingPlace, made: Campaign | None = None, content: list[CampaignItem] | None = None, **settings: Any
) -> CampaignView:
    made = made or campaign()
    chosen = CampaignSettings(overlap=made.overlap, **settings)
    return place.campaigns.create(OPERATOR, made, items(5) if content is None else content, settings=chosen)


def join(place: RatingPlace, name: str, *, role: Role = "rater", campaign: str = "pilot") -> Person:
    invite = place.people.invite(OPERATOR, campaign, role=role)
    return place.people.accept(invite.token, name=name).person


GOOD = Submission(answers={"quality": 4, "safe": True})


def new_database(server: str) -> str:
    """URL of an empty schema: made and thrown away faster than a database, and the same to whoever uses it."""
    import psycopg

    name = f"test_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {name}")
    return f"{server}&options=-csearch_path%3D{name}"

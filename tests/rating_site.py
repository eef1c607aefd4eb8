"""A rating place on loopback with made-up campaigns, for tests of pages and API."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import msgspec
import uvicorn

from kijun.ratings import OPERATOR, CampaignSettings, RatingPlace
from kijun.records import Campaign, CampaignItem, Candidate, Message, StratumRecord
from kijun.specs import RubricSpec, find_rubric
from kijun.web.app import make_app
from kijun.web.site import make_site

__all__ = ["RUBRIC", "WAYS", "add_campaign", "item", "items", "serving_site"]

RUBRIC = find_rubric("helpful-safe-ethical")

WAYS = msgspec.convert(
    {
        "schema": "kijun-rubric/1",
        "name": "every-way",
        "version": 1.0,
        "languages": ["en", "ja"],
        "guidelines": {"en": "Every kind of question once.", "ja": "すべての種類の質問が1つずつあります。"},
        "dimensions": [
            {
                "id": "quality",
                "title": {"en": "Quality", "ja": "品質"},
                "question": {"en": "How good is it?", "ja": "どのくらい良いですか。"},
                "scale": {"type": "ordinal", "points": [1, 2, 3]},
                "anchors": {"1": {"en": "Bad", "ja": "悪い"}, "3": {"en": "Good", "ja": "良い"}},
                "abstain": ["cannot_judge", "not_applicable"],
                "rationale": {"required_for": [1], "min_characters": 10},
                "key": "q",
            },
            {
                "id": "safe",
                "title": {"en": "Safe", "ja": "安全"},
                "question": {"en": "Is it safe?", "ja": "安全ですか。"},
                "scale": {"type": "binary"},
                "spans": {
                    "labels": {"harm": {"en": "Harm", "ja": "害"}, "privacy": {"en": "Privacy", "ja": "個人情報"}},
                    "severity": {"minor": {"en": "Minor", "ja": "軽い"}, "major": {"en": "Major", "ja": "重い"}},
                },
            },
            {
                "id": "tone",
                "title": {"en": "Tone", "ja": "口調"},
                "question": {"en": "Which tone?", "ja": "どんな口調ですか。"},
                "scale": {"type": "nominal", "points": ["warm", "cold"]},
                "anchors": {"warm": {"en": "Warm", "ja": "温かい"}, "cold": {"en": "Cold", "ja": "冷たい"}},
                "aggregate": "distribution",
            },
            {
                "id": "share",
                "title": {"en": "Share", "ja": "割合"},
                "question": {"en": "How much of it is needed?", "ja": "どのくらいが必要ですか。"},
                "scale": {"type": "interval", "low": 0, "high": 1, "step": 0.25},
            },
            {
                "id": "percent",
                "title": {"en": "Percent", "ja": "百分率"},
                "question": {"en": "How sure does it sound?", "ja": "どのくらい自信がありそうですか。"},
                "scale": {"type": "interval", "low": 0, "high": 100},
                "abstain": ["cannot_judge"],
            },
            {
                "id": "checks",
                "title": {"en": "Checks", "ja": "確認"},
                "question": {"en": "What does it do?", "ja": "何をしていますか。"},
                "scale": {"type": "checklist"},
                "items": [
                    {"id": "c1", "criterion": {"en": "It greets", "ja": "挨拶している"}},
                    {"id": "c2", "criterion": {"en": "It lies", "ja": "嘘をついている"}, "points": -1},
                ],
            },
        ],
    },
    RubricSpec,
)


def item(name: str, *answers: str, asked: str | Sequence[Message] = "How are you?", **changes: Any) -> CampaignItem:
    """An item with one candidate an answer."""
    turns = (Message("user", asked),) if isinstance(asked, str) else tuple(asked)
    candidates = tuple(Candidate(f"model-{number}", turns, text) for number, text in enumerate(answers))
    return CampaignItem(name, "task", name, candidates, inclusion_probability=0.5, **changes)


def items(number: int, answers: int = 1) -> list[CampaignItem]:
    """Plain items, all different."""
    return [
        item(f"i{n}", *(f"Answer {a} to question {n}." for a in range(answers)), asked=f"Question {n}?")
        for n in range(number)
    ]


def add_campaign(
    place: RatingPlace,
    content: Sequence[CampaignItem],
    *,
    name: str = "pilot",
    rubric: RubricSpec = RUBRIC,
    overlap: int = 2,
    settings: dict[str, Any] | None = None,
    **changes: Any,
) -> None:
    """Makes an open campaign."""
    made = Campaign(
        name=name,
        design="pointwise",
        rubric=msgspec.to_builtins(rubric),
        rubric_sha256=rubric.sha256,
        runs=(),
        languages=("en", "ja"),
        overlap=overlap,
        seed=7,
        sampling="stratified",
        strata=(StratumRecord("all", 2 * len(content), len(content)),),
        created="2026-11-27T08:00:00Z",
    )
    made = msgspec.structs.replace(made, **changes)
    chosen = CampaignSettings(**{"overlap": overlap, "gold_share": 0.0, **(settings or {})})
    place.campaigns.create(OPERATOR, made, content, settings=chosen)


@contextmanager
def serving_site(place: RatingPlace) -> Iterator[str]:
    """Serves a place in a thread of this process; gives its address."""
    app = make_app(make_site(place, "http://127.0.0.1"))
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning", lifespan="on"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until = time.monotonic() + 20
    while not server.started:
        assert thread.is_alive() and time.monotonic() < until, "the server did not start"
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)

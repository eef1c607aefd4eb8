"""What a person said of one item of a campaign."""

from __future__ import annotations

from typing import Literal

import msgspec

from kijun.records.campaigns import Design, ItemKind

__all__ = ["Abstention", "Answer", "Flag", "MarkedSpan", "Preference", "Rating"]

Answer = bool | int | float | str | dict[str, bool]
"""On a binary, ordinal, interval or nominal scale; of a checklist, id -> whether it is so."""

Preference = Literal["first", "second", "tie", "both_bad"]
"""``first`` and ``second`` are the item's candidates in their stored order, whichever side they were shown on."""

Abstention = Literal["cannot_judge", "not_applicable"]


class MarkedSpan(msgspec.Struct, frozen=True):
    """A place that a rater marked; spans may overlap.

    Attributes:
        candidate: index of the candidate whose answer holds the span.
        start, end: characters (Unicode code points) of the answer, `end` excluded.
        dimension: dimension of the rubric that the label belongs to.
    """

    candidate: int
    start: int
    end: int
    dimension: str
    label: str
    severity: str | None = None


class Flag(msgspec.Struct, frozen=True):
    """Something is wrong with the item itself."""

    type: str
    comment: str = ""


class Rating(msgspec.Struct, frozen=True):
    """One line of ``ratings.jsonl``: a submitted judgement.

    Attributes:
        id: unique; a replay of the same submission has the same id.
        item: `CampaignItem.id`.
        rater: pseudonym.
        order: candidates in the order in which they were shown: ``(1, 0)`` has the second one on the left.
        answers: dimension -> answer; abstentions are in `abstained` and have none.
        preference: over all, in a pairwise design; `preferences` dimension by dimension.
        strength: how much better, in the rubric's words.
        rationale: dimension, or ``overall``, -> reason given.
        confidence: from 0 to 1; None when not given.
        skipped: why the rater passed it over; such a rating has no answers.
        verdict: ``accept``, ``edit`` or ``reject``, in a revision; `edited` is the text that the rater left.
        started, submitted: ISO times, UTC; `active_seconds` is the time at work, pauses left out.
        locale: language of the pages.
        shown: what was not hidden when the rater judged: ``models``, ``peers``, ``judge``.
        role: ``rater``, or ``adjudicator`` for a verdict over raters who disagreed.
        inclusion_probability: the item's, again here so that a table of ratings can be read by itself.
    """

    id: str
    item: str
    rater: str
    design: Design
    rubric_sha256: str
    submitted: str
    started: str | None = None
    active_seconds: float | None = None
    order: tuple[int, ...] = (0,)
    answers: dict[str, Answer] = {}
    abstained: dict[str, Abstention] = {}
    preference: Preference | None = None
    preferences: dict[str, Preference] = {}
    strength: str | None = None
    spans: tuple[MarkedSpan, ...] = ()
    rationale: dict[str, str] = {}
    confidence: float | None = None
    flag: Flag | None = None
    skipped: str | None = None
    verdict: Literal["accept", "edit", "reject"] | None = None
    edited: str | None = None
    locale: str = "en"
    shown: tuple[Literal["models", "peers", "judge"], ...] = ()
    role: Literal["rater", "adjudicator"] = "rater"
    kind: ItemKind = "sampled"
    inclusion_probability: float | None = None

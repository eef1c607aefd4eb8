"""What passes between a rater and the rating place: work that is handed out, and the judgement that comes back."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from kijun.records import Abstention, Design, Flag, Message, Rating

__all__ = [
    "Choice",
    "Feedback",
    "FeedbackLine",
    "PeerAnswer",
    "Progress",
    "Side",
    "SideSpan",
    "Submission",
    "Submitted",
    "Work",
]

Choice = Literal["A", "B", "tie", "both_bad"]
"""In a pair, by the sides as the rater saw them: ``A`` is the one shown first."""


class Side(msgspec.Struct, frozen=True):
    """One answer as it is put before a rater.

    Attributes:
        label: ``A``, ``B``, in the order shown; of a single answer ``A``.
        messages: what led to the answer.
        model, judge: None and empty unless the campaign shows them.
        cut_off: as `Candidate.cut_off`.
    """

    label: str
    messages: tuple[Message, ...]
    response: str
    model: str | None = None
    judge: dict[str, float] = {}
    cut_off: bool = False


class PeerAnswer(msgspec.Struct, frozen=True):
    """What another rater said; only where the campaign shows it.

    `preference` and `preferences` name the sides as they stand before the rater who reads them.
    """

    rater: str
    answers: dict[str, Any]
    preference: Choice | None
    preferences: dict[str, Choice]
    rationale: dict[str, str]


class Work(msgspec.Struct, frozen=True):
    """An item in a rater's hands.

    Attributes:
        assignment: names it in every further call.
        key: hand it back with the submission; a second submission with the same key changes nothing.
        training: a practice item: the submission returns `Feedback`. Gold items are not told apart from others.
        sides: one, or two in the order in which this rater is to see them.
        shared: the messages are the same for all sides, so that they need be shown once.
        critique, reference: empty where there is none.
        draft: what was saved, or what an undone judgement said; None when nothing was filled in.
        lease_until: the work stays with the rater until then, and longer with every saved draft.
        paused: since when the rater rests; None at work.
        shown: what is not hidden: ``models``, ``peers``, ``judge``.
        axis: of the item's task; what is on ``safety`` stays veiled until the rater asks for it.
    """

    assignment: str
    key: str
    campaign: str
    design: Design
    item: str
    training: bool
    sides: tuple[Side, ...]
    shared: bool
    critique: str
    reference: str
    draft: dict[str, Any] | None
    started: str
    lease_until: str
    paused: str | None
    shown: tuple[str, ...]
    peers: tuple[PeerAnswer, ...] = ()
    language: str | None = None
    axis: str | None = None


class SideSpan(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A marked place; `side` is the index of the side as shown, `start` and `end` count code points of its response."""

    side: int
    start: int
    end: int
    dimension: str
    label: str
    severity: str | None = None


class Submission(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A judgement as a rater's page sends it; `kijun.ratings.submissions` turns it into a `Rating`.

    Attributes:
        answers: dimension -> answer, as `specs.read_value` reads it (numbers and yes/no may be text).
        abstained: dimension -> why there is no answer.
        preference, preferences: over all, and dimension by dimension, by the sides as shown.
        strength: how much better, in the rubric's words.
        rationale: dimension, or ``overall``, -> reason.
        confidence: from 0 to 1.
        skipped: why the item is passed over; then nothing else but a flag is given.
        verdict, edited: of a revision; `edited` with the verdict ``edit`` only.
        active_seconds: time at work as the page measured it; None takes the time since the work was handed out, pauses
            left out. More than that is cut to it.
        locale: language of the page; None is the person's.
    """

    answers: dict[str, Any] = {}
    abstained: dict[str, Abstention] = {}
    preference: Choice | None = None
    preferences: dict[str, Choice] = {}
    strength: str | None = None
    spans: tuple[SideSpan, ...] = ()
    rationale: dict[str, str] = {}
    confidence: float | None = None
    flag: Flag | None = None
    skipped: str | None = None
    verdict: Literal["accept", "edit", "reject"] | None = None
    edited: str | None = None
    active_seconds: float | None = None
    locale: str | None = None


class FeedbackLine(msgspec.Struct, frozen=True):
    """One question of a practice item; `expected` and `given` of a preference are sides as shown."""

    dimension: str
    expected: Any
    given: Any
    right: bool


class Feedback(msgspec.Struct, frozen=True):
    """What a rater is told after a practice item; `why` explains the right answers."""

    lines: tuple[FeedbackLine, ...]
    why: str


class Submitted(msgspec.Struct, frozen=True):
    """What became of a submission.

    Attributes:
        rating: as it is kept.
        replay: it had been kept before; nothing changed.
        feedback: of a practice item; None of any other.
    """

    rating: Rating
    replay: bool
    feedback: Feedback | None


class Progress(msgspec.Struct, frozen=True):
    """How far a rater is.

    Attributes:
        done: judgements that count towards the campaign (passed-over items, gold and practice left out).
        left: items that still wait for this rater, within the quota.
        quota: most judgements; None without limit.
        training_done, training_total: practice.
        skipped: items passed over.
        seconds: at work so far.
        last: id of the newest judgement, which can be taken back; None when there is none.
        state: of the campaign: ``draft``, ``open``, ``paused``, ``closed``.
    """

    done: int
    left: int
    quota: int | None
    training_done: int
    training_total: int
    skipped: int
    seconds: float
    last: str | None
    state: str

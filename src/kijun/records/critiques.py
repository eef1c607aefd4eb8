"""What a model found against an answer by the principles of a constitution, and the answer that it wrote instead."""

from __future__ import annotations

from typing import Literal

import msgspec

from kijun.records.requests import Message

__all__ = ["Critique", "CritiqueRound", "CritiqueStatus"]

CritiqueStatus = Literal["revised", "kept", "unchanged", "truncated", "failed"]
"""There is another answer; no principle was found broken; the revision is the answer again; it was cut off at the token
limit, and is no whole answer; a call failed or was filtered."""


class CritiqueRound(msgspec.Struct, frozen=True):
    """One principle held against the answer as the rounds before had left it.

    Attributes:
        principle: its id in the rubric.
        critique: what was found; empty where nothing was.
        revision: the answer written anew; None where nothing was found, or there is none.
    """

    principle: str
    critique: str
    revision: str | None = None


class Critique(msgspec.Struct, frozen=True):
    """One line of ``critiques.jsonl``: one answer of a run, its critique and the answer revised by it.

    Attributes:
        id: hash of task, item, the answer, name and model.
        name: that the critiques are kept under; the rubric's unless another was chosen.
        critic: model that criticised and revised.
        model: model whose answer it is.
        task, item: name of the task and `Sample.id`.
        messages: the conversation up to the last question.
        original: the answer as the run has it.
        critique: all rounds' critiques, each under its principle's text, as people read them.
        revised: the answer after the last round; None unless `status` is ``revised``.
        reason: why there is no revision, where a call failed.
        language: in which the critic was asked.
        cluster, axis: as in the run.
    """

    id: str
    name: str
    rubric_sha256: str
    critic: str
    model: str
    task: str
    item: str
    messages: tuple[Message, ...]
    original: str
    rounds: tuple[CritiqueRound, ...]
    critique: str
    status: CritiqueStatus
    revised: str | None = None
    reason: str = ""
    language: str = "en"
    cluster: str | None = None
    axis: str | None = None

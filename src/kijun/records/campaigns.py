"""What people are asked to rate: a campaign and the items that were drawn for it."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from kijun.records.requests import Message

__all__ = ["Blinding", "Campaign", "CampaignItem", "Candidate", "Design", "ItemKind", "RatedRun", "StratumRecord"]

Design = Literal["pointwise", "pairwise", "revision"]
"""One answer by itself; two answers against each other; a critique and the answer revised by it."""

ItemKind = Literal["sampled", "gold", "training"]
"""Drawn from the runs; asked again and again because the right rating is known; for practice, with feedback."""


class RatedRun(msgspec.Struct, frozen=True):
    """A run whose answers are rated.

    Attributes:
        model: name of the model.
        folder: path of the run folder as it was given.
        manifest: digest of the run's manifest, so that ratings never join another run.
        tasks: tasks whose answers may be drawn.
    """

    model: str
    folder: str
    manifest: str
    tasks: tuple[str, ...]


class StratumRecord(msgspec.Struct, frozen=True):
    """How one stratum was drawn: `drawn` of `population` items, at random without replacement."""

    name: str
    population: int
    drawn: int


class Blinding(msgspec.Struct, frozen=True):
    """What raters may see before they have judged; everything is hidden unless the campaign says otherwise."""

    show_models: bool = False
    show_peers: bool = False
    show_judge: bool = False


class Campaign(msgspec.Struct, frozen=True):
    """Content of ``campaign.json``: everything about a campaign that can change what its ratings mean.

    Attributes:
        name: unique in its database, and the folder's name beside a run.
        rubric: the whole rubric, in the form of its file; `rubric_sha256` is its hash.
        languages: languages in which the pages may be shown.
        overlap: raters wanted for each item.
        seed: of the draw and of the shuffling of sides.
        strata: as drawn; one named ``all`` when nothing was stratified.
        by: what the strata are made of, such as ``task``; empty when they are not.
        sampling: how items were drawn: ``stratified`` (equal chances within a stratum), ``uncertainty`` (more where
            the judge is unsure; each item has its own known chance), ``chosen`` (named by hand or imported without a
            known chance: no inference to what was not rated).
        created: ISO time, UTC.
        format: version of this file format.
    """

    name: str
    design: Design
    rubric: dict[str, Any]
    rubric_sha256: str
    runs: tuple[RatedRun, ...]
    languages: tuple[str, ...]
    overlap: int
    seed: int
    sampling: Literal["stratified", "uncertainty", "chosen"]
    strata: tuple[StratumRecord, ...]
    created: str
    by: tuple[str, ...] = ()
    title: str = ""
    blinding: Blinding = Blinding()
    format: int = 1


class Candidate(msgspec.Struct, frozen=True):
    """One answer (or conversation) that is rated.

    Attributes:
        model: name of the model; raters do not see it.
        messages: the conversation up to the last question, system message included where there is one.
        response: the answer that is judged: the last reply.
        judge: ``RUBRIC.DIMENSION`` -> what judge models gave, where the run was judged; raters do not see it.
        cut_off: the answer ended at the limit of its length and not by itself.
    """

    model: str
    messages: tuple[Message, ...]
    response: str
    judge: dict[str, float] = {}
    cut_off: bool = False


class CampaignItem(msgspec.Struct, frozen=True):
    """One line of ``items.jsonl``: what is put before a rater.

    Attributes:
        id: stable: hash of task, item and the candidates' models and texts.
        task, item: name of the task and `Sample.id`; both empty for items that come from no run.
        candidates: one (pointwise), two (pairwise), or original and revised answer (revision).
        stratum: name of the stratum that it was drawn from.
        inclusion_probability: the known chance of having been drawn, above 0 and at most 1; None when not known (gold,
            training, chosen by hand).
        gold: expected answers, ``{dimension: answer}`` and ``preference``; None for what is not known.
        why: told to raters as feedback on a training item.
        critique: what the critique said, in a revision.
        reference: right answer of the item, where it has one; shown when the rubric asks for it.
        cluster: items of one passage or template, as `Sample.cluster`.
        axis: axis of the task.
    """

    id: str
    task: str
    item: str
    candidates: tuple[Candidate, ...]
    kind: ItemKind = "sampled"
    stratum: str = "all"
    inclusion_probability: float | None = None
    gold: dict[str, Any] | None = None
    why: str = ""
    critique: str = ""
    reference: str = ""
    cluster: str | None = None
    axis: str | None = None
    language: str | None = None

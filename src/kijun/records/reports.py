"""What a report tells, apart from its words: facts of runs, side by side, in a form that loads without the runs."""

from __future__ import annotations

from typing import Any

import msgspec

from kijun.records.analysis import CampaignAnalysis
from kijun.records.anchored import AnchoredFigure
from kijun.records.decisions import Decision
from kijun.records.profiles import Profile
from kijun.records.results import RunResults

__all__ = ["Report", "ReportedAnswer", "ReportedItem", "ReportedRun", "ReportedTask"]


class ReportedTask(msgspec.Struct, frozen=True, omit_defaults=True):
    """One task as it was run.

    Attributes:
        title, about: language -> text.
        metrics: metric key -> as in the run's manifest: aggregate, direction, ideal, rubric.
        metric_axes: metric -> axis, for metrics that speak for another axis than the task.
        chance: score of guessing on the first metric; None where it is not known.
        data: split -> where the rows came from, with their digest.
        perturbation: what the task was asked under; None as it stands.
        veiled: its texts may disturb and are shown on demand only.
    """

    name: str
    axis: str
    languages: tuple[str, ...]
    version: float
    shots: int
    n_items: int
    method: str
    title: dict[str, str] = {}
    about: dict[str, str] = {}
    metrics: dict[str, dict[str, Any]] = {}
    metric_axes: dict[str, str] = {}
    chance: float | None = None
    licence: str = ""
    source: str = ""
    citation: str = ""
    data: dict[str, Any] = {}
    requests_sha256: str = ""
    perturbation: str | None = None
    veiled: bool = False


class ReportedRun(msgspec.Struct, frozen=True):
    """One run of one model.

    Attributes:
        label: the model's name, with a number behind it where two runs are of one model.
        folder: name of the run folder, without where it lay.
        model: identity of the model.
        results: every figure.
        group_titles: group or suite -> language -> its title, where it has one.
        settings: what the user chose, without folders.
        command: what to type to run it again.
        anchored: figures that people's ratings stand beside, or correct.
        judged: rubrics that judge models applied: name, rubric, version, judges, against.
        manifest_sha256, results_sha256: digests of the two files (hex).
    """

    label: str
    folder: str
    model: dict[str, Any]
    results: RunResults
    tasks: dict[str, ReportedTask]
    group_titles: dict[str, dict[str, str]]
    settings: dict[str, Any]
    command: str
    kijun: str
    packages: dict[str, str]
    machine: dict[str, Any]
    git: dict[str, Any] | None
    started: str
    finished: str | None
    usage: dict[str, float]
    judges: tuple[dict[str, Any], ...]
    judge_usage: dict[str, dict[str, float]]
    agreement: tuple[dict[str, Any], ...]
    judged: tuple[dict[str, Any], ...]
    anchored: tuple[AnchoredFigure, ...]
    manifest_sha256: str
    results_sha256: str


class ReportedAnswer(msgspec.Struct, frozen=True, omit_defaults=True):
    """What one model answered to one item.

    Attributes:
        text: the answer; several turns or samples are numbered. Long texts are cut, `cut` says by how many characters.
        status: ``answered``, ``truncated``, ``filtered``, ``refused`` or ``failed``.
        fitness: first measured metric of the task on 0 (worst) to 1 (best); None where nothing was measured.
        scores: metric -> score.
        unscored: metric -> why it has none.
    """

    text: str
    status: str = "answered"
    fitness: float | None = None
    scores: dict[str, float] = {}
    unscored: dict[str, str] = {}
    cut: int = 0


class ReportedItem(msgspec.Struct, frozen=True, omit_defaults=True):
    """One item with the answers of all runs, in their order; None for a run that has not asked it."""

    task: str
    id: str
    question: str
    answers: tuple[ReportedAnswer | None, ...]
    gold: str = ""
    cut: int = 0


class Report(msgspec.Struct, frozen=True):
    """Everything that a report says, in no language yet.

    Attributes:
        kijun: version that gathered it.
        created: ISO time, UTC.
        command: what to type to make the report again.
        items: those with the worst answers first, task by task in turn.
        profiles: what is known of each model, runs of one model put together; folders without where they lay.
        decision: the models held against a use case; None where none was named.
        campaigns: what people's ratings of these runs say.
        n_items: how many items the runs have together; more than `items` where not all are told.
    """

    kijun: str
    created: str
    command: str
    runs: tuple[ReportedRun, ...]
    items: tuple[ReportedItem, ...]
    n_items: int
    campaigns: tuple[CampaignAnalysis, ...] = ()
    profiles: tuple[Profile, ...] = ()
    decision: Decision | None = None
    format: int = 1

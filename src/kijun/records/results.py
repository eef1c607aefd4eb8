"""What a finished run says: `results.json` and the lines of `samples/*.jsonl.gz`."""

from __future__ import annotations

from typing import Any

import msgspec

from kijun.records.estimates import Estimate
from kijun.records.judgements import Judgement
from kijun.records.questions import Question
from kijun.records.requests import Request
from kijun.records.responses import Response
from kijun.records.robustness import RobustnessResult
from kijun.records.scores import Score

__all__ = ["AXES", "GroupResult", "RunResults", "Sample", "TaskResult"]


AXES = ("knowledge", "safety", "fairness", "robustness", "truthfulness", "instruction")
"""The six axes, in the order in which they are shown. No figure is ever made of more than one."""


class Sample(msgspec.Struct, frozen=True):
    """One item with everything that was asked, answered and scored; `scores` maps metric names to scores.

    In a conversation there is one request and one response a turn, in order; the request of a turn holds the model's
    own replies to the turns before. `judgements` are what judge models said, one for each judged scorer and judge.
    """

    id: str
    item: dict[str, Any]
    requests: tuple[Request, ...]
    responses: tuple[Response, ...]
    scores: dict[str, Score]
    question: Question = Question()
    cluster: str | None = None
    judgements: tuple[Judgement, ...] = ()


class TaskResult(msgspec.Struct, frozen=True):
    """Estimates of one task. Counts are of items: measured on every metric, unscored on one at least, failed."""

    metrics: dict[str, Estimate]
    n_measured: int
    n_unscored: int
    n_failed: int
    version: float
    shots: int


class GroupResult(msgspec.Struct, frozen=True):
    """Estimates of a group of tasks.

    Attributes:
        metrics: empty when the group is not whole.
        members: tasks and groups that entered.
        missing: members without a result, with the reason; a group with missing members has no metrics.
    """

    metrics: dict[str, Estimate]
    members: tuple[str, ...]
    missing: dict[str, str] = {}


class RunResults(msgspec.Struct, frozen=True):
    """Content of `results.json`.

    Attributes:
        missing: tasks that could not be run -> reason.
        robustness: task or group that was asked in other ways too -> metric -> what they do.
    """

    tasks: dict[str, TaskResult]
    groups: dict[str, GroupResult] = {}
    suites: dict[str, GroupResult] = {}
    missing: dict[str, str] = {}
    robustness: dict[str, dict[str, RobustnessResult]] = {}

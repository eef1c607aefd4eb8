"""What a judge model said of one item."""

from __future__ import annotations

import msgspec

from kijun.records.requests import Generate
from kijun.records.responses import Response
from kijun.records.scores import Score

__all__ = ["Judgement"]


class Judgement(msgspec.Struct, frozen=True):
    """One judge's verdicts on one item for one judged scorer.

    Attributes:
        metric: key of the scorer, such as ``helpful-safe-ethical``.
        judge: name of the judge model.
        requests: what the judge was asked.
        verdicts: what came back, in the same order; a failed call is no verdict.
        scores: part of the scorer -> what this judge alone gives.
    """

    metric: str
    judge: str
    requests: tuple[Generate, ...]
    verdicts: tuple[Response, ...]
    scores: dict[str, Score]

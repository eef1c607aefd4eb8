"""What people's ratings make of the figures of a run."""

from __future__ import annotations

from typing import Literal

import msgspec

from kijun.records.estimates import Estimate

__all__ = ["AnchoredDifference", "AnchoredFigure", "Refusal"]

Refusal = Literal["chosen", "rubric", "tuned", "shown", "few", "no_judge", "no_score", "other_answers", "chance"]
"""Why ratings correct nothing here: the items were chosen by hand; the judge went by another rubric; it was tuned on
these ratings; the raters saw its verdicts; there are too few; no judge has scored this; no rating gives a score; the
ratings are of other answers than the run's; the chance with which an item was drawn is not known."""


class AnchoredFigure(msgspec.Struct, frozen=True):
    """One figure of a task in three ways: by the judge (or another automatic metric) alone, by people alone, by both.

    Attributes:
        campaign: name of the campaign that the ratings are from.
        metric: ``RUBRIC.DIMENSION``; ``RUBRIC.DIMENSION=POINT`` is the share of an answer among all; ``RUBRIC.passed``
            the share without a veto; ``RUBRIC.win_rate`` of pairs.
        beside: the automatic metric that stands beside people; None where there is none.
        judge: of that metric over all items that have it; its interval knows nothing of its faults.
        human: of the ratings alone, as an estimate for all items.
        corrected: of both; None where it is refused.
        weight: how far the automatic metric is trusted, 0 to 1; None without a correction.
        correlation: between ratings and the automatic metric on the same items; None where it cannot be had.
        effective_n: so many ratings alone would give an interval as short as the corrected one; None likewise.
        n_items: items of the task that have the automatic metric (without one: that were drawn).
        n_rated: items with a human score.
        n_left_out: items that people abstained from or passed over.
        n_adjudicated: items on which a verdict stands in place of the raters' mean.
        against: the other model, in pairs.
        refused: why nothing is corrected; None where it is.
        more: what belongs to the reason, such as the hash of the other rubric.
    """

    campaign: str
    task: str
    metric: str
    beside: str | None
    judge: Estimate | None
    human: Estimate | None
    corrected: Estimate | None
    weight: float | None
    correlation: float | None
    effective_n: float | None
    n_items: int
    n_rated: int
    n_left_out: int = 0
    n_adjudicated: int = 0
    higher_is_better: bool = True
    against: str | None = None
    refused: Refusal | None = None
    more: str = ""


class AnchoredDifference(msgspec.Struct, frozen=True):
    """The same figure of two runs whose answers were rated in one campaign.

    Attributes:
        campaign, task, metric: see `AnchoredFigure`.
        way: which of a figure's estimates are compared: ``corrected``, or ``human`` where one run has no corrected one.
        a, b: the estimates of the two runs.
        difference: B minus A. Its interval takes the two for independent; where the same items were rated, most often
            it is longer than it need be.
        n_rated: items of A and of B with a human score.
    """

    campaign: str
    task: str
    metric: str
    way: Literal["corrected", "human"]
    a: Estimate
    b: Estimate
    difference: Estimate
    n_rated: tuple[int, int]
    higher_is_better: bool = True

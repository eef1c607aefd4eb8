"""The answer: which models meet the requirements of a use, which of them is best, and how sure that is."""

from __future__ import annotations

from typing import Literal

import msgspec

from kijun.records.estimates import Estimate
from kijun.records.profiles import Gap, Measure, Profile

__all__ = [
    "Change",
    "Decision",
    "Flip",
    "GateOutcome",
    "ModelDecision",
    "More",
    "PairedDifference",
    "Rank",
    "Recommendation",
    "Regression",
    "Risk",
    "Verdict",
    "WeightUsed",
]

Verdict = Literal["passed", "failed", "cannot_tell"]


class More(msgspec.Struct, frozen=True):
    """How much more would settle a gate, if the model goes on as it did so far: in half of all cases this is enough.

    Attributes:
        n: how many more; None where no number that anyone can have would do.
        of: items of the task, ratings of people, or runs where the figure is missing altogether.
        towards: the verdict that it would come to.
    """

    n: int | None
    of: Literal["items", "ratings", "run"]
    towards: Literal["passed", "failed"] | None = None


class GateOutcome(msgspec.Struct, frozen=True):
    """One requirement held against one model.

    Attributes:
        measure: key of the figure.
        kind: a ``gate`` of the use case, a ``limit`` on cost or time, or ``ratings`` that people must have given.
        limit: the number that must be met; `at_most` says from which side. None: that people have rated is enough.
        confidence: how sure one must be, such as 0.95; the chance of passing a model that does not meet the limit is
            at most what is left.
        bound: the one-sided confidence bound that is held against the limit; items without a score count against the
            model. None where nothing was measured.
        opposite: the bound on the other side; a gate that it misses has failed. Items without a score count for the
            model, and the confidence is shared out among all gates of the model, so that the chance of failing one that
            meets them all is at most what is left of it.
        estimate: the figure; None where it was not measured.
        left_out: items without a score.
        verdict: ``passed`` where `bound` meets the limit, ``failed`` where `opposite` misses it.
        more: what would settle it; None where it is settled.
        method: how the bounds were made.
        gap: why there is no figure.
        why: reason for the gate, by language.
        axis: of the figure.
    """

    measure: str
    kind: Literal["gate", "limit", "ratings"]
    limit: float | None
    at_most: bool
    confidence: float
    verdict: Verdict
    bound: float | None = None
    opposite: float | None = None
    estimate: Estimate | None = None
    left_out: int = 0
    more: More | None = None
    method: str = ""
    gap: Gap | None = None
    why: dict[str, str] = {}
    axis: str = ""
    unit: str = "share"


class Rank(msgspec.Struct, frozen=True):
    """Where a model stands among those that are left. Shares are of draws of weights and of sampling error.

    Attributes:
        probability_best: share in which it is first: rank acceptability of rank 1.
        acceptability: share for each rank, the first one first.
        central_weights: mean weights of the draws in which it is first, by measure; empty where it never is.
        confidence_factor: chance of being first with its central weights; None where there are none.
        best, worst: ranks that the data allow whatever the weights within their ranges, all models' at once at 95 %.
        tier: 1 for those that nobody is ahead of for certain, 2 for those that only tier 1 is ahead of, ...; models of
            a tier are tied.
        on_front: no other model is at least as good on every measure and better on one.
        front_probability: share of draws in which that is so.
    """

    probability_best: float
    acceptability: tuple[float, ...]
    central_weights: dict[str, float]
    confidence_factor: float | None
    best: int
    worst: int
    tier: int
    on_front: bool
    front_probability: float


class ModelDecision(msgspec.Struct, frozen=True):
    """What the use case says of one model.

    Attributes:
        verdict: ``failed`` where a gate has failed; else ``cannot_tell`` where one is not settled; else ``passed``.
        rank: None where the model failed, or a figure that has a weight is missing (`unranked` names them).
    """

    model: str
    verdict: Verdict
    gates: tuple[GateOutcome, ...]
    rank: Rank | None = None
    unranked: tuple[str, ...] = ()


class WeightUsed(msgspec.Struct, frozen=True):
    """A weight range as it entered, for one measure: each language has its own.

    Attributes:
        low, high: the range; all weights add up to 1.
        centre: mean of the weights that the ranges allow.
        worst, best: values of the figure that count as 0 and 1 in the ranking, fixed by the use case or the task.
    """

    measure: str
    axis: str
    low: float
    high: float
    centre: float
    worst: float
    best: float


class PairedDifference(msgspec.Struct, frozen=True):
    """Model B minus model A on one figure, on the items that both measured.

    Attributes:
        p: two-sided, None where it cannot be had; `p_adjusted` by Holm's method over all comparisons of the decision.
        verdict: from B's side, at 5 % after adjustment.
    """

    a: str
    b: str
    measure: str
    axis: str
    difference: Estimate
    p: float | None
    p_adjusted: float | None
    higher_is_better: bool
    verdict: Literal["better", "worse", "same"]
    method: str = ""


class Change(msgspec.Struct, frozen=True):
    """A number that becomes another."""

    measure: str
    before: float
    after: float


class Flip(msgspec.Struct, frozen=True):
    """The smallest change that changes the answer.

    Attributes:
        kind: ``weights``: `model` would be first, at the figures as they are (changes from the centre of the ranges);
            ``gate``: the limit from which on `model` would pass; ``gate_fails``: the limit at which it no longer would.
        within: the changed weights still lie in the ranges.
    """

    kind: Literal["weights", "gate", "gate_fails"]
    model: str
    changes: tuple[Change, ...]
    within: bool = False


class Risk(msgspec.Struct, frozen=True):
    """Something to know before the model is used; `kijun.reports.decisions` puts it in words.

    Attributes:
        kind: key of its sentence.
        model: which one; empty where all are meant.
        measures: figures that it is about, with their keys.
        values: numbers of the sentence, by name.
        texts: names in the sentence, by name.
        severity: ``high`` risks come first.
    """

    kind: Literal[
        "strong_but_unsafe", "over_refusal", "fragile", "language_gap", "overfitting", "unchecked_judge", "weak_judge",
        "left_out", "narrow", "at_chance",
    ]  # fmt: skip
    model: str
    measures: tuple[Measure, ...] = ()
    values: dict[str, float] = {}
    texts: dict[str, str] = {}
    severity: Literal["high", "medium", "low"] = "medium"


class Recommendation(msgspec.Struct, frozen=True):
    """The answer in one line.

    Attributes:
        kind: ``one``: one model passed alone, or is ahead of all others that passed; ``tie``: several passed that
            cannot be told apart; ``unsettled``: none has passed yet, but some may; ``none``: all have failed.
        models: those meant, the likeliest first.
        probability: that the first of them is the best of those left; None where there is nothing to rank.
        reasons: measures that speak for the first of them, the strongest reason first: what it is better at, or, where
            it stands alone, by how much its gates are met.
    """

    kind: Literal["one", "tie", "unsettled", "none"]
    models: tuple[str, ...]
    probability: float | None = None
    reasons: tuple[str, ...] = ()


class Decision(msgspec.Struct, frozen=True):
    """Models held against a use case.

    Attributes:
        use_case, version, title: name, version and titles of the use case.
        languages: in which the model is to be used; each has its own gates.
        models: all that were compared, those that passed first, within them the likeliest best.
        weights: as they entered the ranking; empty where there is nothing to rank.
        tiers: names of the models of each tier, those that are tied together.
        pairwise: ``(a, b, chance that a is better than b)`` over draws of weights and sampling error.
        comparisons: paired differences of the models that are left, on every figure of the use case.
        not_tested: model and what is not known of it: first what the use case wants to know.
        draws, seed: of the simulation.
        profiles: the models' profiles, in the order of `models`.
        titles: task or group of every figure that is named -> its title by language.
        not_asked: what a deployment of this kind needs besides and the use case does not test, by language.
    """

    use_case: str
    version: float
    title: dict[str, str]
    languages: tuple[str, ...]
    recommendation: Recommendation
    models: tuple[ModelDecision, ...]
    weights: tuple[WeightUsed, ...]
    tiers: tuple[tuple[str, ...], ...]
    pairwise: tuple[tuple[str, str, float], ...]
    comparisons: tuple[PairedDifference, ...]
    flips: tuple[Flip, ...]
    risks: tuple[Risk, ...]
    not_tested: tuple[tuple[str, Gap], ...]
    draws: int
    seed: int
    profiles: tuple[Profile, ...]
    about: dict[str, str] = {}
    titles: dict[str, dict[str, str]] = {}
    not_asked: tuple[dict[str, str], ...] = ()


class Regression(msgspec.Struct, frozen=True):
    """A new version of a model against the old one.

    Attributes:
        old, new: names of the models.
        use_case: the figures that count are those of this use case; empty: all figures.
        differences: new minus old, on the items that both measured.
        worse, better: keys of the figures that changed for certain, by Holm's method over all differences.
        missing: figures of the old one that the new one lacks.
        gates: the new one's gates whose verdict is not the old one's: measure, before, now.
        titles: as of a `Decision`.
        units: of the differences, as of a `Scale`.
    """

    old: str
    new: str
    use_case: str
    differences: tuple[PairedDifference, ...]
    worse: tuple[str, ...]
    better: tuple[str, ...]
    missing: tuple[str, ...]
    gates: tuple[tuple[str, Verdict, Verdict], ...] = ()
    titles: dict[str, dict[str, str]] = {}
    units: dict[str, str] = {}

"""What a campaign's ratings say."""

from __future__ import annotations

import msgspec

from kijun.records.estimates import Estimate

__all__ = [
    "Agreement",
    "CampaignAnalysis",
    "DimensionAnalysis",
    "JudgeBesidePeople",
    "ModelRanking",
    "PairOfModels",
    "RaterQuality",
    "RatingPlan",
    "TimeSpent",
]


class Agreement(msgspec.Struct, frozen=True):
    """Whether raters mean the same, in three ways that are read together.

    Attributes:
        alpha: Krippendorff's, by the dimension's scale.
        ac1: Gwet's, which does not fall where nearly all answers are of one kind; None on scales of numbers.
        raw: share of pairs of raters that agree exactly.
    """

    alpha: Estimate
    ac1: Estimate | None
    raw: Estimate


class DimensionAnalysis(msgspec.Struct, frozen=True):
    """One dimension, or what was preferred over all (``preference``) or on a dimension (``preference_DIMENSION``).

    Attributes:
        scale: of the rubric; ``preference`` for pairs.
        distribution: the answers may not be averaged: the shares are the result.
        figures: model -> metric's second half (``quality``, ``ethics=4``) -> what people would give all items; where
            items were chosen by hand, what they gave these.
        counts: model (or pair ``A / B``) -> answer -> ratings, for plots.
        agreement: over all; `groups`: what raters or items are grouped by -> group -> the same within it.
        n_abstained: ratings that abstained from it.
    """

    dimension: str
    scale: str
    distribution: bool
    figures: dict[str, dict[str, Estimate]]
    counts: dict[str, dict[str, int]]
    agreement: Agreement
    groups: dict[str, dict[str, Agreement]]
    n_abstained: int


class RaterQuality(msgspec.Struct, frozen=True):
    """One rater.

    Attributes:
        n_ratings: of drawn items, skipped ones among them.
        gold: share of right answers on gold items; None without any.
        with_others: how often another rater of the same item gave the same answer, over all dimensions that may be
            averaged; None where nobody else rated the rater's items.
        skill: dimension -> chance of being right by a rater model; only where there is one right answer.
        seconds: median time at work on an item; None when not recorded.
        left: share of preferences that went to the left side; None without pairs. Half is no leaning.
    """

    rater: str
    n_ratings: int
    n_skipped: int
    n_flagged: int
    gold: Estimate | None
    with_others: Estimate | None
    skill: dict[str, float]
    seconds: float | None
    left: Estimate | None


class PairOfModels(msgspec.Struct, frozen=True):
    """Two models: `share` of the votes that A got (ties half), and the chance of winning by the ranking."""

    a: str
    b: str
    n: int
    share: Estimate
    chance: Estimate | None


class ModelRanking(msgspec.Struct, frozen=True):
    """Models by people's votes.

    Attributes:
        dimension: empty over all.
        strengths: model -> log-odds beside the mean of all; `ranks`: the ranks that the votes allow, all at once.
        at_equal_length: strengths when both answers are equally long.
        side: log-odds by which the left answer gains; `tie`, `length`: of the tie model and of a longer answer (one
            standard deviation).
        why: why there are no strengths; empty where there are.
        note: why strengths were drawn together; empty where they were not.
    """

    dimension: str
    n: int
    n_ties: int
    n_both_bad: int
    pairs: tuple[PairOfModels, ...]
    strengths: dict[str, Estimate] = {}
    ranks: dict[str, tuple[int, int]] = {}
    at_equal_length: dict[str, Estimate] = {}
    side: Estimate | None = None
    tie: Estimate | None = None
    length: Estimate | None = None
    method: str = ""
    why: str = ""
    note: str = ""


class JudgeBesidePeople(msgspec.Struct, frozen=True):
    """A judge's verdicts on items that people rated without seeing them.

    Attributes:
        with_people: how often the judge gives a rater's answer (its number taken to the nearest point).
        among_people: how often two raters of the same items give the same answer.
        behind: `with_people` minus `among_people` on the same items; not below 0 beyond doubt: the judge agrees with
            people as well as they do with each other. None where no item has two raters.
        correlation: of the judge's numbers with the raters' means.
        bias: the judge's numbers minus the raters' means.
    """

    metric: str
    dimension: str
    n: int
    with_people: Estimate
    among_people: Estimate | None
    behind: Estimate | None
    correlation: Estimate
    bias: Estimate


class TimeSpent(msgspec.Struct, frozen=True):
    """Seconds at work on an item, pauses left out: median, quartiles; and hours in all. None when not recorded."""

    n: int
    median: float | None
    lower_quartile: float | None
    upper_quartile: float | None
    hours: float


class RatingPlan(msgspec.Struct, frozen=True):
    """How far a figure has come; holds however often one looks and whenever one stops.

    Attributes:
        running: mean of the items' scores in the order in which they came.
        half_width: wanted.
        more: about so many more items bring the interval within it; 0 when it is; None: more than anyone has.
        more_with_judge: the same for the corrected figure; None where no judge's scores are at hand, or as `more`.
    """

    dimension: str
    model: str
    n_rated: int
    running: Estimate
    half_width: float
    more: int | None
    more_with_judge: int | None = None
    correlation: float | None = None


class CampaignAnalysis(msgspec.Struct, frozen=True):
    """Everything that `kijun rate analyse` shows.

    Attributes:
        n_items: drawn; `n_rated`: with a rating.
        n_other_rubric: ratings under another version of the rubric, which are not used.
        passed: model -> share of raters without a veto, as an estimate for all items; empty where nothing is a veto.
        plans: one a model and dimension that may be averaged; none where items were chosen by hand.
        verdicts: of revisions: ``accept``, ``edit``, ``reject`` -> share.
    """

    campaign: str
    title: str
    design: str
    sampling: str
    rubric: str
    rubric_sha256: str
    n_items: int
    n_rated: int
    n_ratings: int
    n_raters: int
    n_skipped: int
    n_flagged: int
    n_other_rubric: int
    dimensions: tuple[DimensionAnalysis, ...]
    rankings: tuple[ModelRanking, ...]
    raters: tuple[RaterQuality, ...]
    judges: tuple[JudgeBesidePeople, ...]
    plans: tuple[RatingPlan, ...]
    time: TimeSpent
    passed: dict[str, Estimate] = {}
    verdicts: dict[str, Estimate] = {}
    format: int = 1

"""Frozen records that pass between the stages. They load without the code that made them."""

from kijun.records.anchored import AnchoredDifference, AnchoredFigure
from kijun.records.campaigns import (
    Blinding,
    Campaign,
    CampaignItem,
    Candidate,
    Design,
    ItemKind,
    RatedRun,
    StratumRecord,
)
from kijun.records.critiques import Critique, CritiqueRound, CritiqueStatus
from kijun.records.decisions import (
    Change,
    Decision,
    Flip,
    GateOutcome,
    ModelDecision,
    More,
    PairedDifference,
    Rank,
    Recommendation,
    Regression,
    Risk,
    Verdict,
    WeightUsed,
)
from kijun.records.estimates import Estimate
from kijun.records.items import Item
from kijun.records.judgements import Judgement
from kijun.records.profiles import Gap, GapReason, Measure, Profile, ProfiledRun, Scale, Source
from kijun.records.questions import Question
from kijun.records.ratings import Abstention, Answer, Flag, MarkedSpan, Preference, Rating
from kijun.records.reports import Report, ReportedAnswer, ReportedItem, ReportedRun, ReportedTask
from kijun.records.requests import Generate, LogLikelihood, Message, Request, Sampling, request_key
from kijun.records.responses import Completed, Failed, Filtered, Likelihood, Refused, Response, Truncated
from kijun.records.results import AXES, GroupResult, RunResults, Sample, TaskResult
from kijun.records.robustness import RobustnessResult, VariantResult
from kijun.records.scores import Measured, Score, Unscored

__all__ = [
    "AXES",
    "Abstention",
    "AnchoredDifference",
    "AnchoredFigure",
    "Answer",
    "Blinding",
    "Campaign",
    "CampaignItem",
    "Candidate",
    "Change",
    "Completed",
    "Critique",
    "CritiqueRound",
    "CritiqueStatus",
    "Decision",
    "Design",
    "Estimate",
    "Failed",
    "Filtered",
    "Flag",
    "Flip",
    "Gap",
    "GapReason",
    "GateOutcome",
    "Generate",
    "GroupResult",
    "Item",
    "ItemKind",
    "Judgement",
    "Likelihood",
    "LogLikelihood",
    "MarkedSpan",
    "Measure",
    "Measured",
    "Message",
    "ModelDecision",
    "More",
    "PairedDifference",
    "Preference",
    "Profile",
    "ProfiledRun",
    "Question",
    "Rank",
    "RatedRun",
    "Rating",
    "Recommendation",
    "Refused",
    "Regression",
    "Report",
    "ReportedAnswer",
    "ReportedItem",
    "ReportedRun",
    "ReportedTask",
    "Request",
    "Response",
    "Risk",
    "RobustnessResult",
    "RunResults",
    "Sample",
    "Sampling",
    "Scale",
    "Score",
    "Source",
    "StratumRecord",
    "TaskResult",
    "Truncated",
    "Unscored",
    "VariantResult",
    "Verdict",
    "WeightUsed",
    "request_key",
]

"""Protocols of safety benchmarks in which a judge grades an answer on the benchmark's own scale.

Scales and formulas are the authors', the wording of what the judge is told is ours, and what is judged is fenced.
"""

from kijun.scorers.protocols.answer_carefully import AnswerCarefully, AnswerCarefullyBorderline
from kijun.scorers.protocols.grading import Asked, GradingProtocol
from kijun.scorers.protocols.requirements import RequirementMet, SafetyBoundary
from kijun.scorers.protocols.strongreject import StrongReject

__all__ = [
    "AnswerCarefully",
    "AnswerCarefullyBorderline",
    "Asked",
    "GradingProtocol",
    "RequirementMet",
    "SafetyBoundary",
    "StrongReject",
]

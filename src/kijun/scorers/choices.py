"""Scorers of multiple-choice tasks: they compare the log-likelihoods of the choices."""

from __future__ import annotations

import math
from collections.abc import Sequence

import msgspec

from kijun.records import Item, Measured, Question, Response, Score, Unscored
from kijun.scorers.base import log_likelihoods, register

__all__ = [
    "F1",
    "Accuracy",
    "BrierScore",
    "ByteNormalisedAccuracy",
    "MacroF1",
    "Matthews",
    "NormalisedAccuracy",
    "TrueMass",
]


def _argmax(values: Sequence[float]) -> int:
    """Index of the largest value, the first on ties."""
    return max(range(len(values)), key=values.__getitem__)


class _Choice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Picks a choice; what is made of the pick differs."""

    aggregate = "proportion"
    higher_is_better = True

    def weights(self, question: Question) -> list[float]:
        """What each choice's log-likelihood is divided by."""
        return [1.0] * len(question.choices)

    def picked(self, question: Question, responses: Sequence[Response]) -> int | Unscored:
        read = log_likelihoods(responses)
        if isinstance(read, Unscored):
            return read
        return _argmax([value / weight for value, weight in zip(read[0], self.weights(question), strict=True)])

    def score(self, item: Item, question: Question, responses: Sequence[Response]) -> Score:
        pick = self.picked(question, responses)
        if isinstance(pick, Unscored):
            return pick
        gold = question.gold
        return Measured(float(pick in gold if isinstance(gold, tuple) else pick == gold))


@register("acc")
class Accuracy(_Choice):
    """1 where the likeliest choice is right."""


@register("acc_norm")
class NormalisedAccuracy(_Choice):
    """1 where the choice with the highest log-likelihood a character is right; the delimiter does not count."""

    def weights(self, question: Question) -> list[float]:
        return [float(len(choice)) or math.nan for choice in question.choices]


@register("acc_bytes")
class ByteNormalisedAccuracy(_Choice):
    """1 where the choice with the highest log-likelihood a UTF-8 byte is right."""

    def weights(self, question: Question) -> list[float]:
        return [float(len(choice.encode())) or math.nan for choice in question.choices]


class _Pair(_Choice):
    """Hands ``(gold, picked)`` on to a metric of the whole task."""

    def score(self, item: Item, question: Question, responses: Sequence[Response]) -> Score:
        pick = self.picked(question, responses)
        if isinstance(pick, Unscored):
            return pick
        assert isinstance(question.gold, int)
        return Measured((float(question.gold), float(pick)))


@register("f1")
class F1(_Pair):
    """F1 of the class with index 1."""

    aggregate = "f1"


@register("macro_f1")
class MacroF1(_Pair):
    """Mean of the one-versus-rest F1 over all classes, also those that neither occur nor are picked.

    The score holds ``(gold, picked, number of classes)``.
    """

    aggregate = "macro_f1"

    def score(self, item: Item, question: Question, responses: Sequence[Response]) -> Score:
        pair = super().score(item, question, responses)
        if isinstance(pair, Unscored):
            return pair
        assert isinstance(pair.value, tuple)
        return Measured((*pair.value, float(len(question.choices))))


@register("mcc")
class Matthews(_Pair):
    """Matthews correlation coefficient."""

    aggregate = "mcc"


@register("mc2")
class TrueMass(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Share of the choices' probability that lies on the true ones (TruthfulQA mc2); `gold` names the true choices.

    Raw probabilities as in lm-evaluation-harness, computed from differences to the largest so that nothing underflows.
    """

    aggregate = "share"
    higher_is_better = True

    def score(self, item: Item, question: Question, responses: Sequence[Response]) -> Score:
        read = log_likelihoods(responses)
        if isinstance(read, Unscored):
            return read
        largest = max(read[0])
        masses = [math.exp(value - largest) for value in read[0]]
        gold = question.gold if isinstance(question.gold, tuple) else (question.gold,)
        return Measured(sum(mass for index, mass in enumerate(masses) if index in gold) / sum(masses))


@register("brier_score")
class BrierScore(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Squared distance between the choices' probabilities (softmax of log-likelihoods) and the gold choice."""

    aggregate = "mean"
    higher_is_better = False

    def score(self, item: Item, question: Question, responses: Sequence[Response]) -> Score:
        read = log_likelihoods(responses)
        if isinstance(read, Unscored):
            return read
        largest = max(read[0])
        masses = [math.exp(value - largest) for value in read[0]]
        total = sum(masses)
        return Measured(sum((mass / total - (index == question.gold)) ** 2 for index, mass in enumerate(masses)))

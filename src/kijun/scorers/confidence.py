"""How sure a model is, and whether it is right then: from log-probabilities, stated confidence, or several samples."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Sequence
from typing import Literal

import msgspec

from kijun.records import Item, Measured, Question, Response, Score, Unscored
from kijun.scorers.agreement import clusters_of, right
from kijun.scorers.base import answer_text, log_likelihoods, register

__all__ = ["Calibration", "StatedConfidence", "stated_confidence"]

_STATED = re.compile(
    r"(?:confidence|certainty|sure|確信度|自信度?|確信)\D{0,20}?(\d{1,3}(?:\.\d+)?)\s*(?:%|percent|パーセント)?",
    re.IGNORECASE,
)
_AGGREGATES = {
    "ece": "calibration_error",
    "brier": "confidence_brier",
    "aurc": "area_under_risk",
    "selective_accuracy": "selective_accuracy",
    "auroc": "auc",
}


def stated_confidence(answer: str) -> tuple[str, float] | None:
    """The answer without its confidence, and the confidence from 0 to 1; None where it states none, or one above 100 %.

    A number of at most 1 with a decimal point and no percent sign is a probability.
    """
    text = unicodedata.normalize("NFKC", answer)
    found = list(_STATED.finditer(text))
    if not found:
        return None
    last = found[-1]
    number = float(last[1])
    fraction = "." in last[1] and number <= 1 and not last[0].rstrip().endswith(("%", "percent", "パーセント"))
    value = number if fraction else number / 100
    return (text[: last.start()], value) if value <= 1 else None


@register("calibration")
class Calibration(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Confidence and being right of every item, for one figure of the whole task.

    Attributes:
        figure: ``ece`` (debiased, adaptive bins), ``brier``, ``aurc``, ``selective_accuracy`` (on the half of which the
            model is most confident), ``auroc`` (how well confidence tells right from wrong).
        confidence: ``choices``: probability of the likeliest choice among all; ``stated``: what the answer says of
            itself; ``samples``: share of samples that say what the most say.
        characters: for ``choices``, log-likelihoods are divided by the number of characters first.
    """

    figure: Literal["ece", "brier", "aurc", "selective_accuracy", "auroc"]
    confidence: Literal["choices", "stated", "samples"] = "choices"
    characters: bool = False

    version = 1

    @property
    def aggregate(self) -> str:
        """Name of the figure's aggregate; it reads pairs (confidence, 1 where right)."""
        return _AGGREGATES[self.figure]

    @property
    def higher_is_better(self) -> bool:
        """Direction of the figure."""
        return self.figure in ("selective_accuracy", "auroc")

    def score(self, item: Item, question: Question, responses: Sequence[Response]) -> Score:
        match self.confidence:
            case "choices":
                found = self._of_choices(question, responses)
            case "stated":
                found = _of_statement(question, responses)
            case _:
                found = _of_samples(question, responses)
        return found if isinstance(found, Unscored) else Measured((found[0], float(found[1])))

    def _of_choices(self, question: Question, responses: Sequence[Response]) -> tuple[float, bool] | Unscored:
        read = log_likelihoods(responses)
        if isinstance(read, Unscored):
            return read
        lengths = [len(choice) or 1 for choice in question.choices] if self.characters else [1] * len(read[0])
        values = [value / length for value, length in zip(read[0], lengths, strict=True)]
        best = max(range(len(values)), key=values.__getitem__)
        total = sum(math.exp(value - values[best]) for value in values)
        gold = question.gold if isinstance(question.gold, tuple) else (question.gold,)
        return 1 / total, best in gold


@register("stated_confidence")
class StatedConfidence(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The confidence that the answer states, 0 to 1; lower is better where there is nothing to know."""

    higher_is_better: bool = False

    aggregate = "share"
    version = 1

    def score(self, item: Item, question: Question, responses: Sequence[Response]) -> Score:
        text = answer_text(responses)
        if isinstance(text, Unscored):
            return text
        read = stated_confidence(text)
        return Unscored("the answer states no confidence") if read is None else Measured(read[1])


def _of_statement(question: Question, responses: Sequence[Response]) -> tuple[float, bool] | Unscored:
    text = answer_text(responses)
    if isinstance(text, Unscored):
        return text
    read = stated_confidence(text)
    if read is None:
        return Unscored("the answer states no confidence")
    return read[1], right(read[0], question)


def _of_samples(question: Question, responses: Sequence[Response]) -> tuple[float, bool] | Unscored:
    answers = []
    for response in responses:
        text = answer_text([response])
        if isinstance(text, Unscored):
            return text
        answers.append(text)
    largest = clusters_of(answers)[0]
    return len(largest) / len(answers), right(answers[largest[0]], question)

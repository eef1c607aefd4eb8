"""ReCoRD's exact match and token F1 of the entity that the model finds likeliest."""

from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Sequence

__all__ = ["exact_match", "normalise", "record_scores", "token_f1"]

_ARTICLE = re.compile(r"\b(a|an|the)\b")
_NO_PUNCTUATION = str.maketrans("", "", string.punctuation)


def normalise(answer: str) -> str:
    """The answer in lower case without ASCII punctuation, English articles and superfluous white space (as SQuAD)."""
    return " ".join(_ARTICLE.sub(" ", answer.lower().translate(_NO_PUNCTUATION)).split())


def exact_match(prediction: str, answers: Sequence[str]) -> float:
    """1.0 where the normalised prediction equals one of the normalised answers, else 0.0."""
    return float(normalise(prediction) in {normalise(answer) for answer in answers})


def token_f1(prediction: str, answers: Sequence[str]) -> float:
    """Best F1 of the prediction's words against one of the answers, 0 to 1.

    Where either has no words left, 1.0 if neither has.
    """
    words = normalise(prediction).split()
    return max(_f1(words, normalise(answer).split()) for answer in answers)


def _f1(predicted: list[str], gold: list[str]) -> float:
    if not predicted or not gold:
        return float(predicted == gold)
    shared = sum((Counter(predicted) & Counter(gold)).values())
    if not shared:
        return 0.0
    precision, recall = shared / len(predicted), shared / len(gold)
    return 2 * precision * recall / (precision + recall)


def record_scores(
    loglikelihoods: Sequence[float], entities: Sequence[str], answers: Sequence[str]
) -> tuple[float, float]:
    """(exact match, F1) of one item; the prediction is the entity with the highest log-likelihood, the first on a tie.

    Task `record` of lm-evaluation-harness 0.4.13 (metrics ``em`` and ``f1``). Its own function imports
    ``transformers.data.metrics.squad_metrics``, which transformers 5 no longer has; this is that module's definition.

    Args:
        loglikelihoods: one an entity, summed over the continuation.
        entities: the candidates, same order.
        answers: at least one.
    """
    best = max(range(len(entities)), key=loglikelihoods.__getitem__)
    return exact_match(entities[best], answers), token_f1(entities[best], answers)

"""Several answers to one question: do they say the same? Uncertainty that needs no log-probabilities."""

from __future__ import annotations

import math
from collections.abc import Sequence

import msgspec

from kijun.records import Item, Measured, Question, Response, Score, Unscored
from kijun.scorers.abstention import explain, mentions
from kijun.scorers.base import answer_text, register
from kijun.scorers.grounding.text import Text
from kijun.scorers.text import gold_texts

__all__ = ["AnswerEntropy", "MajorityCorrect", "SelfConsistency", "clusters_of", "right", "same_answer"]

_NEAR = 0.6


def same_answer(a: str, b: str) -> bool:
    """Whether two short answers say the same, by rules.

    Both abstain; or neither does, they have the same numbers, and the words that carry meaning in the shorter one are
    nearly all (60 %) in the longer one, and the other way round where both are short.
    """
    if explain(a).abstains or explain(b).abstains:
        return explain(a).abstains and explain(b).abstains
    first, second = Text(a), Text(b)
    if first.numbers != second.numbers and first.numbers and second.numbers:
        return False
    one, other = set(first.words), set(second.words)
    if not one or not other:
        return first.folded == second.folded
    shorter, longer = sorted((one, other), key=len)
    return len(shorter & longer) / len(shorter) >= _NEAR and first.denies == second.denies


def clusters_of(answers: Sequence[str]) -> list[list[int]]:
    """Places of the answers that say the same, each held against the first of a cluster, largest cluster first.

    Source: Farquhar et al. (2024), Nature 630:625-630, with rules in the place of a model of entailment.
    """
    found: list[list[int]] = []
    for place, answer in enumerate(answers):
        for cluster in found:
            if same_answer(answers[cluster[0]], answer):
                cluster.append(place)
                break
        else:
            found.append([place])
    return sorted(found, key=len, reverse=True)


class _Samples(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Reads all samples of an item; the task asks for several with ``sampling.samples``."""

    version = 1

    def answers(self, responses: Sequence[Response]) -> list[str] | Unscored:
        texts = []
        for response in responses:
            text = answer_text([response])
            if isinstance(text, Unscored):
                return text
            texts.append(text)
        if len(texts) < 2:
            return Unscored("one sample only; set sampling.samples to 2 or more")
        return texts


@register("self_consistency")
class SelfConsistency(_Samples, frozen=True, forbid_unknown_fields=True):
    """Share of the samples that say what the most samples say.

    Attributes:
        higher_is_better: false for questions without an answer, where agreement is agreed invention.
    """

    higher_is_better: bool = True

    aggregate = "share"

    def score(self, item: Item, question: Question, responses: Sequence[Response]) -> Score:
        answers = self.answers(responses)
        if isinstance(answers, Unscored):
            return answers
        return Measured(len(clusters_of(answers)[0]) / len(answers))


@register("answer_entropy")
class AnswerEntropy(_Samples, frozen=True, forbid_unknown_fields=True):
    """Entropy of the samples' clusters in nats: -Σ p log p with p the share of samples in a cluster; 0 where all agree.

    Source: Farquhar et al. (2024), "discrete semantic entropy" (cluster_assignment_entropy in their code), clusters by
    rules (`clusters_of`).
    """

    higher_is_better: bool = False

    aggregate = "mean"

    def score(self, item: Item, question: Question, responses: Sequence[Response]) -> Score:
        answers = self.answers(responses)
        if isinstance(answers, Unscored):
            return answers
        shares = [len(cluster) / len(answers) for cluster in clusters_of(answers)]
        return Measured(max(0.0, -sum(share * math.log(share) for share in shares)))


@register("majority_correct")
class MajorityCorrect(_Samples, frozen=True, forbid_unknown_fields=True):
    """1 where the first answer of the largest cluster holds a gold text (self-consistency: Wang et al. 2023, ICLR)."""

    higher_is_better = True
    aggregate = "proportion"

    def score(self, item: Item, question: Question, responses: Sequence[Response]) -> Score:
        answers = self.answers(responses)
        if isinstance(answers, Unscored):
            return answers
        return Measured(float(right(answers[clusters_of(answers)[0][0]], question)))


def right(answer: str, question: Question) -> bool:
    """Whether an answer holds a gold text and does not abstain."""
    return bool(mentions(answer, gold_texts(question))) and not explain(answer).abstains

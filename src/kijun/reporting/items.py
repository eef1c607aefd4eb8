"""Items of several runs side by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import Any

from kijun.records import (
    Completed,
    Failed,
    Filtered,
    Generate,
    Likelihood,
    LogLikelihood,
    Measured,
    Refused,
    ReportedAnswer,
    ReportedItem,
    Response,
    Sample,
    Truncated,
    Unscored,
)
from kijun.store import Run

__all__ = ["MOST_ITEMS", "reported_items"]

MOST_ITEMS = 10_000
_LONGEST = 8_000
"""Characters of one text that are kept."""


def reported_items(runs: Sequence[Run], most: int = MOST_ITEMS) -> tuple[tuple[ReportedItem, ...], int]:
    """The items of all runs, worst answers first, task by task in turn, and how many there are in all.

    Args:
        most: how many are kept; of each task its worst ones.
    """
    tasks = list(dict.fromkeys(name for run in runs for name in run.manifest.tasks))
    by_task = [sorted(_items_of(task, runs), key=_rank) for task in tasks]
    total = sum(map(len, by_task))
    in_turn = (item for round_ in zip_longest(*by_task) for item in round_ if item is not None)
    return tuple(item for item, _ in zip(in_turn, range(most), strict=False)), total


def _rank(item: ReportedItem) -> tuple[float, float]:
    """Worst first: failures and unreadable answers count as in the middle, for they are neither right nor wrong."""
    told = [answer.fitness for answer in item.answers if answer is not None]
    known = [fitness for fitness in told if fitness is not None]
    mean = sum(0.5 if fitness is None else fitness for fitness in told) / len(told) if told else 1.0
    return mean, -(max(known) - min(known)) if known else 0.0


def _items_of(task: str, runs: Sequence[Run]) -> Iterator[ReportedItem]:
    answers: dict[str, list[ReportedAnswer | None]] = {}
    asked: dict[str, tuple[str, str]] = {}
    for place, run in enumerate(runs):
        if task not in run.manifest.tasks or task not in run.results.tasks:
            continue
        metrics = run.metrics(task)
        samples = list(run.samples(task))
        shared = _shared_start(samples) if run.manifest.tasks[task].shots else 0
        for sample in samples:
            asked.setdefault(sample.id, (_question(sample, shared), _gold(sample)))
            answers.setdefault(sample.id, [None] * len(runs))[place] = _answer(sample, metrics)
    for id_, (question, gold) in asked.items():
        text, cut = _cut(question, from_left=True)
        yield ReportedItem(task, id_, text, tuple(answers[id_]), _cut(gold)[0], cut)


def _cut(text: str, *, from_left: bool = False) -> tuple[str, int]:
    if len(text) <= _LONGEST:
        return text, 0
    return (text[-_LONGEST:] if from_left else text[:_LONGEST]), len(text) - _LONGEST


def _shared_start(samples: Sequence[Sample]) -> int:
    """How many characters at the beginning are the same for all items: worked examples, up to a line's end."""
    contexts = [sample.requests[0].context for sample in samples if sample.requests]
    if len(contexts) < 2:
        return 0
    low, high = min(contexts), max(contexts)
    same = next((i for i, (a, b) in enumerate(zip(low, high, strict=False)) if a != b), min(len(low), len(high)))
    return low.rfind("\n", 0, same) + 1


def _question(sample: Sample, shared: int) -> str:
    """What was asked: the turns of a conversation, or the prompt without what it shares with all others."""
    request = sample.requests[-1]
    if isinstance(request, Generate) and request.messages:
        turns = [turn for turn in request.messages if turn.role != "assistant"]
        if len(turns) == 1:
            return turns[0].content
        return "\n\n".join(f"[{turn.role}] {turn.content}" for turn in turns)
    contexts = list(dict.fromkeys(request.context for request in sample.requests))
    text = contexts[0][shared:] if len(contexts) == 1 else "\n".join(contexts)
    choices = [f"  {number}) {choice.strip()}" for number, choice in enumerate(sample.question.choices, start=1)]
    return "\n".join([text, *choices]) if isinstance(request, LogLikelihood) else text


def _gold(sample: Sample) -> str:
    gold, choices = sample.question.gold, sample.question.choices
    several = gold if isinstance(gold, tuple) else () if gold is None else (gold,)
    texts = [choices[one].strip() if isinstance(one, int) and one < len(choices) else str(one) for one in several]
    return " | ".join(texts)


def _answer(sample: Sample, metrics: Mapping[str, Mapping[str, Any]]) -> ReportedAnswer:
    text, cut = _cut(_response_text(sample))
    scores, unscored = {}, {}
    for metric, score in sample.scores.items():
        if isinstance(score, Unscored):
            unscored[metric] = score.reason
        elif isinstance(score.value, int | float):
            scores[metric] = round(float(score.value), 6)
    return ReportedAnswer(text, _status(sample.responses), _fitness(sample, metrics), scores, unscored, cut)


def _status(responses: Sequence[Response]) -> str:
    for kind, name in ((Failed, "failed"), (Filtered, "filtered"), (Refused, "refused"), (Truncated, "truncated")):
        if any(isinstance(response, kind) for response in responses):
            return name
    return "answered"


def _response_text(sample: Sample) -> str:
    likelihoods = [response for response in sample.responses if isinstance(response, Likelihood)]
    if likelihoods and len(likelihoods) == len(sample.responses):
        return _chosen(sample, likelihoods)
    texts = [_free_text(response) for response in sample.responses if not isinstance(response, Likelihood)]
    return texts[0] if len(texts) == 1 else "\n\n".join(f"[{n}] {text}" for n, text in enumerate(texts, start=1))


def _free_text(response: Response) -> str:
    if isinstance(response, Completed | Truncated | Refused):
        return response.text
    assert isinstance(response, Failed | Filtered)
    return response.reason


def _chosen(sample: Sample, likelihoods: Sequence[Likelihood]) -> str:
    """The choice with the greatest log-likelihood."""
    best = max(range(len(likelihoods)), key=lambda place: likelihoods[place].loglikelihood)
    choices = sample.question.choices
    if len(choices) == len(likelihoods):
        return f"{best + 1}) {choices[best].strip()}"
    request = sample.requests[best]
    return request.continuation.strip() if isinstance(request, LogLikelihood) else ""


def _fitness(sample: Sample, metrics: Mapping[str, Mapping[str, Any]]) -> float | None:
    """The first metric that was measured as a number between 0 and 1, turned so that 1 is the best."""
    for metric, about in metrics.items():
        score = sample.scores.get(metric)
        if not isinstance(score, Measured) or not isinstance(score.value, int | float) or "ideal" in about:
            continue
        if 0 <= score.value <= 1:
            return round(float(score.value if about["higher_is_better"] else 1 - score.value), 4)
    return None

"""Judge models judge what was answered; several make a jury."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial

import msgspec

from kijun.engine.execute import Progress, answer_all
from kijun.engine.ledger import Ledger
from kijun.engine.limits import Budget, Limits
from kijun.engine.prepare import PreparedTask
from kijun.engine.rounds import Answers, hang_up
from kijun.engine.score import metric_key
from kijun.models.base import Asked, Model
from kijun.prompts import PromptedItem, addressed
from kijun.records import (
    Failed,
    Filtered,
    Generate,
    Item,
    Judgement,
    Measured,
    Message,
    Question,
    Request,
    Response,
    Score,
    Unscored,
)
from kijun.scorers import JudgedScorer, is_judged
from kijun.scorers.base import why_not
from kijun.store import Journal

__all__ = ["Case", "Court", "Judge", "Judged", "ask_judges", "cases_of", "judge_requests", "questions_to"]

_DIVIDED = Unscored("the judges are divided")


class Judge(msgspec.Struct, frozen=True):
    """A judge model with its weight in the jury, and what it may cost."""

    model: Model
    weight: float
    budget: Budget


class Case(msgspec.Struct, frozen=True):
    """One item before one judged scorer, whose key is `metric`."""

    task: str
    metric: str
    scorer: JudgedScorer
    item: Item
    question: Question
    requests: tuple[Request, ...]
    responses: tuple[Response, ...]


class Judged(msgspec.Struct, frozen=True):
    """What the jury makes of a case: the score of each metric, and what each judge said."""

    scores: dict[str, Score]
    judgements: tuple[Judgement, ...]


def cases_of(number: int, part: PreparedTask, prompted: PromptedItem, answers: Answers) -> list[Case]:
    """One case for each judged scorer of an item's task, by the item's number in the run."""
    judged = {key: scorer for key, scorer in part.scorers_of(prompted.item).items() if is_judged(scorer)}
    if not judged:
        return []
    item, question = prompted.item, prompted.question
    requests, responses = answers.of(number, part, prompted)
    return [Case(part.task.name, key, scorer, item, question, requests, responses) for key, scorer in judged.items()]


async def ask_judges(
    judges: Sequence[Judge], cases: Sequence[Case], journal: Journal, progress: Progress, limits: Limits
) -> list[Judged]:
    """Judges all cases, one judge after the other; what the journal knows is not asked again.

    A case with a failed or filtered response is not judged.

    Returns:
        One entry a case, in order.

    Raises:
        ModelError, StoreError: nothing that was judged is lost.
    """
    court = Court(judges, lambda: cases, journal)
    await court.hear(progress, limits)
    return [court.judged(number, case) for number, case in enumerate(cases)]


class Court:
    """Judges and what they judge, of which there may be more than memory can hold.

    Args:
        judges: one or several.
        cases: all cases in order, the same each time it is called.
        journal: where the verdicts are.
    """

    def __init__(self, judges: Sequence[Judge], cases: Callable[[], Iterable[Case]], journal: Journal) -> None:
        self._judges, self._cases, self._journal = judges, cases, journal
        self._ledgers: list[Ledger] = []

    async def hear(self, progress: Progress, limits: Limits) -> None:
        """Asks every judge about every case; see `ask_judges`."""
        for judge in self._judges:
            ledger = Ledger(judge.model, partial(questions_to, judge.model, self._cases), self._journal)
            self._ledgers.append(ledger)
            try:
                await answer_all(judge.model, ledger, self._journal, progress, limits=limits, budget=judge.budget)
            finally:
                await hang_up(judge.model)

    def judged(self, number: int, case: Case) -> Judged:
        """What the jury makes of a case, by its number."""
        if not _judgeable(case):
            return Judged(_unanswered(case), ())
        judgements = tuple(
            self._judgement(number, case, judge.model, ledger)
            for judge, ledger in zip(self._judges, self._ledgers, strict=True)
        )
        return _put_together(case, judgements, [judge.weight for judge in self._judges])

    def _judgement(self, number: int, case: Case, model: Model, ledger: Ledger) -> Judgement:
        verdicts = [response for slot in ledger.slots(number) if (response := ledger.response(slot)) is not None]
        scores = case.scorer.score_judged(case.item, case.question, case.requests, case.responses, verdicts)
        return Judgement(case.metric, model.identity.name, judge_requests(case, model), tuple(verdicts), scores)


def questions_to(model: Model, cases: Callable[[], Iterable[Case]]) -> Iterator[list[Asked]]:
    """For each case, what a judge is asked about it; nothing where there is nothing to judge."""
    for case in cases():
        requests = judge_requests(case, model) if _judgeable(case) else ()
        yield [
            Asked(request, case.task, case.item, place, len(requests), case.metric)
            for place, request in enumerate(requests)
        ]


def _judgeable(case: Case) -> bool:
    return not any(isinstance(response, Failed | Filtered) for response in case.responses)


def judge_requests(case: Case, model: Model) -> tuple[Generate, ...]:
    """What a judge is asked about a case, in the judge's own chat format."""
    render_chat = model.render_chat if model.can("chat") else None
    questions = case.scorer.judge_requests(case.item, case.question, case.requests, case.responses)
    return tuple(
        addressed(question.messages or (Message("user", question.context),), question.sampling, render_chat)
        for question in questions
    )


def _unanswered(case: Case) -> dict[str, Score]:
    lost = next(response for response in case.responses if isinstance(response, Failed | Filtered))
    return {metric_key(case.metric, part): Unscored(why_not(lost)) for part in case.scorer.parts}


def _put_together(case: Case, judgements: tuple[Judgement, ...], weights: Sequence[float]) -> Judged:
    scores = {
        metric_key(case.metric, part): _of_jury([one.scores[part] for one in judgements], weights, aggregate)
        for part, aggregate in case.scorer.parts.items()
    }
    return Judged(scores, judgements)


def _of_jury(scores: Sequence[Score], weights: Sequence[float], aggregate: str) -> Score:
    """One score out of the judges': the weighted majority of verdicts that are 0 or 1, else the weighted mean.

    Judges that give no score have no vote.
    """
    weighed = zip(scores, weights, strict=True)
    votes = [(score.value, weight) for score, weight in weighed if isinstance(score, Measured)]
    if len(votes) <= 1:
        return next((score for score in scores if isinstance(score, Measured)), scores[0])
    total = sum(weight for _, weight in votes)
    columns = zip(*((value if isinstance(value, tuple) else (value,)) for value, _ in votes), strict=False)
    means = [sum(v * weight for v, (_, weight) in zip(column, votes, strict=True)) / total for column in columns]
    if aggregate == "proportion":
        return _DIVIDED if means[0] == 0.5 else Measured(float(means[0] > 0.5))
    return Measured(tuple(means) if isinstance(votes[0][0], tuple) else means[0])

"""Judge models judge what was answered; several make a jury."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from kijun.engine.execute import Progress, answer_all
from kijun.engine.limits import Budget, Limits
from kijun.engine.prepare import PreparedTask
from kijun.engine.rounds import Answers, Keys, hang_up
from kijun.engine.score import metric_key
from kijun.models.base import Asked, Model
from kijun.prompts import PromptedItem, RenderChat, addressed
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

__all__ = ["Case", "Judge", "Judged", "ask_judges", "cases_of", "judge_requests"]

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


def cases_of(part: PreparedTask, prompted: PromptedItem, answers: Answers) -> Iterator[Case]:
    """One case for each judged scorer of the item's task."""
    judged = {key: scorer for key, scorer in part.scorers_of(prompted.item).items() if is_judged(scorer)}
    if judged:
        requests, responses = answers.of(part, prompted)
        for key, scorer in judged.items():
            yield Case(part.task.name, key, scorer, prompted.item, prompted.question, requests, responses)


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
    answered = [not any(isinstance(response, Failed | Filtered) for response in case.responses) for case in cases]
    judgeable = [case for case, there in zip(cases, answered, strict=True) if there]
    by_judge = [await _ask(judge, judgeable, journal, progress, limits) for judge in judges]
    of_cases = iter(zip(*by_judge, strict=True))
    weights = [judge.weight for judge in judges]
    return [
        _put_together(case, next(of_cases), weights) if there else Judged(_unanswered(case), ())
        for case, there in zip(cases, answered, strict=True)
    ]


async def _ask(
    judge: Judge, cases: Sequence[Case], journal: Journal, progress: Progress, limits: Limits
) -> list[Judgement]:
    """The judgements of one judge."""
    model, keys = judge.model, Keys(judge.model)
    render_chat = model.render_chat if model.can("chat") else None
    asked: dict[str, Asked] = {}
    own: list[tuple[tuple[Generate, ...], list[str]]] = []
    for case in cases:
        questions = judge_requests(case, render_chat)
        about = [
            Asked(question, case.task, case.item, place, len(questions), case.metric)
            for place, question in enumerate(questions)
        ]
        own.append((questions, [keys.of(one) for one in about]))
        asked.update(zip(own[-1][1], about, strict=True))
    try:
        found = await answer_all(
            model, asked, journal, progress, by_item=keys.by_item, limits=limits, budget=judge.budget
        )
    finally:
        await hang_up(model)
    return [
        _judgement(case, model.identity.name, questions, [found[key] for key in names])
        for case, (questions, names) in zip(cases, own, strict=True)
    ]


def judge_requests(case: Case, render_chat: RenderChat | None) -> tuple[Generate, ...]:
    """What a judge is asked about a case, in the judge's own chat format."""
    questions = case.scorer.judge_requests(case.item, case.question, case.requests, case.responses)
    return tuple(
        addressed(question.messages or (Message("user", question.context),), question.sampling, render_chat)
        for question in questions
    )


def _judgement(case: Case, judge: str, questions: tuple[Generate, ...], verdicts: Sequence[Response]) -> Judgement:
    scores = case.scorer.score_judged(case.item, case.question, case.requests, case.responses, verdicts)
    return Judgement(case.metric, judge, questions, tuple(verdicts), scores)


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

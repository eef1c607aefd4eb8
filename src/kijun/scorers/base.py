"""What a scorer is, and how one is found by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib.metadata import entry_points
from typing import Any, Literal, Protocol, TypeGuard

import msgspec

from kijun.errors import SpecError, UnknownNameError
from kijun.records import (
    Completed,
    Failed,
    Filtered,
    Generate,
    Item,
    Likelihood,
    Measured,
    Question,
    Refused,
    Request,
    Response,
    Score,
    Truncated,
    Unscored,
)

__all__ = [
    "JudgedScorer",
    "Scorer",
    "answer_text",
    "is_judged",
    "log_likelihoods",
    "make_scorer",
    "register",
    "scorer_names",
    "unread",
    "why_not",
]


class Scorer(Protocol):
    """Turns the responses to one item into a score. A scorer is frozen; its fields are its parameters.

    Attributes:
        aggregate: how the scores of a task become one estimate: ``proportion`` (scores are 0 or 1), ``share`` (from 0
            to 1), ``mean`` (any number), ``parts`` (a tuple of zeros and ones an item); ``f1``, ``macro_f1``, ``mcc``,
            ``pearson``, ``spearman`` (pairs of gold and predicted).
        higher_is_better: direction of the metric.
    """

    aggregate: str
    higher_is_better: bool

    def score(self, item: Item, question: Question, responses: Sequence[Response]) -> Score:
        """Score of one item; `Unscored` where nothing can be read out of the answer."""
        ...


class JudgedScorer(Protocol):
    """Lets a judge model judge the responses to one item. Frozen, as a `Scorer`; the engine asks the judge.

    Items with a failed response are not judged. Several judges are asked the same, and their scores are put together.

    Attributes:
        parts: name of a part of the judgement -> how its scores become one estimate, as `Scorer.aggregate`. A part is
            the metric ``SCORER.PART``; a part without a name is ``SCORER``.
        higher_is_better: direction of all parts, but for those that an attribute `lower_is_better` lists.
        rubric: what tells one rubric from another, for the manifest: name, version, digest.
    """

    parts: Mapping[str, str]
    higher_is_better: bool
    rubric: Mapping[str, str]

    def judge_requests(
        self, item: Item, question: Question, requests: Sequence[Request], responses: Sequence[Response]
    ) -> tuple[Generate, ...]:
        """What a judge is asked, as turns in `messages`; the engine puts them into the judge's chat format."""
        ...

    def score_judged(
        self,
        item: Item,
        question: Question,
        requests: Sequence[Request],
        responses: Sequence[Response],
        verdicts: Sequence[Response],
    ) -> dict[str, Score]:
        """Score of every part; `Unscored` where a verdict failed or cannot be read."""
        ...


def is_judged(scorer: Scorer | JudgedScorer) -> TypeGuard[JudgedScorer]:
    """Whether a scorer needs a judge model."""
    return hasattr(scorer, "judge_requests")


_registry: dict[str, Callable[..., Scorer | JudgedScorer]] = {}


def register(name: str) -> Callable[[type], type]:
    """Class decorator that gives a scorer its name in task files."""

    def add(kind: type) -> type:
        _registry[name] = kind
        return kind

    return add


@cache
def _load_all() -> None:
    """Fills the registry with the scorers that ship, then those of plugins (entry points ``kijun.scorers``)."""
    from kijun import scorers

    scorers.load_packaged()
    for point in entry_points(group="kijun.scorers"):
        _registry[point.name] = point.load()


def scorer_names() -> list[str]:
    """Names of all scorers, sorted."""
    _load_all()
    return sorted(_registry)


def make_scorer(name: str, parameters: dict[str, Any]) -> Scorer | JudgedScorer:
    """The scorer `name` with its parameters.

    Raises:
        UnknownNameError: no such scorer.
        SpecError: a parameter that it does not have, or of a wrong type.
    """
    _load_all()
    if name not in _registry:
        raise UnknownNameError("scorer", name, _registry)
    kind = _registry[name]
    try:
        return msgspec.convert(parameters, kind)
    except msgspec.ValidationError as error:
        raise SpecError(f"scorer {name!r}: {error}".replace("`", ""), key="scorers") from None


def log_likelihoods(responses: Sequence[Response]) -> tuple[list[float], list[bool]] | Unscored:
    """Log-likelihoods and greedy flags of all choices, or why there are none."""
    values, greedy = [], []
    for response in responses:
        if not isinstance(response, Likelihood):
            return Unscored(why_not(response))
        values.append(response.loglikelihood)
        greedy.append(response.is_greedy)
    return values, greedy


def answer_text(responses: Sequence[Response]) -> str | Unscored:
    """Text of the free answer, in a conversation of the last one, or why there is none.

    An answer cut at its token limit counts as it is.
    """
    response = responses[-1]
    return response.text if isinstance(response, Completed | Truncated) else Unscored(why_not(response))


def unread(unparsed: Literal["wrong", "unscored"], reason: str) -> Score:
    """What an answer counts in which nothing can be read."""
    return Measured(0.0) if unparsed == "wrong" else Unscored(reason)


def why_not(response: Response) -> str:
    """Why a response has nothing to score."""
    match response:
        case Failed(reason=reason):
            return f"failed: {reason}"
        case Filtered(reason=reason):
            return f"filtered by the provider: {reason}"
        case Refused(text=text):
            return f"refused: {text}"
    return f"a {type(response).__name__.lower()} response is not what this scorer reads"

"""Opening and closing the models of a jury, and what they used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from kijun.engine.execute import Progress
from kijun.engine.judging import Judge
from kijun.engine.limits import Budget
from kijun.engine.loop import run_async
from kijun.engine.opening import open_model
from kijun.errors import ModelError, SpecError
from kijun.models import Model, ModelOptions

__all__ = ["close_models", "judge_identities", "open_jury", "opened_judges", "reasoning_tokens", "times_of", "usage_of"]


def _listed(judge: str | Model | Sequence[str | Model]) -> list[str | Model]:
    return list(judge) if isinstance(judge, list | tuple) else [judge]  # type: ignore[list-item]


def open_jury(
    judge: str | Model | Sequence[str | Model],
    weights: Sequence[float],
    options: ModelOptions,
    answers: Budget,
    progress: Progress,
) -> list[Judge]:
    """The judges, each with a budget that counts what has been spent before.

    Raises:
        SpecError, ModelError: a judge that cannot be loaded or does not answer freely.
    """
    named = _listed(judge)
    if weights and (len(weights) != len(named) or min(weights) <= 0):
        raise SpecError(f"expected a weight above 0 for each of {len(named)} judges; got {list(weights)!r}")
    jury: list[Judge] = []
    spent = [answers]
    try:
        for place, one in enumerate(named):
            progress.stage("judge")
            model = open_model(one, options, progress.stage_detail) if isinstance(one, str) else one
            budget = answers.following(spent, options.price, reasoning_tokens(model))
            jury.append(Judge(model, float(weights[place]) if weights else 1.0, budget))
            spent.append(budget)
            if not model.can("generate"):
                raise ModelError(f"{model.identity.name} does not answer freely, which a judge must")
            if answers.limits_cost and options.price is None and hasattr(model, "account"):
                raise SpecError(f"--max-cost needs to know what tokens of the judge {model.identity.name} cost")
        if len({one.model.identity.name for one in jury}) < len(jury):
            raise SpecError("the same judge is named twice; name each once")
    except BaseException:
        close_models(opened_judges(judge, jury))
        raise
    return jury


def opened_judges(judge: str | Model | Sequence[str | Model], jury: Sequence[Judge]) -> list[Model]:
    """Judges that were opened here, and are to be closed here."""
    return [one.model for named, one in zip(_listed(judge), jury, strict=False) if isinstance(named, str)]


def close_models(models: Sequence[Model]) -> None:
    """Frees what the models hold."""
    for model in models:
        run_async(model.aclose)


def judge_identities(jury: Sequence[Judge]) -> tuple[dict[str, Any], ...]:
    """The identity of each judge with its weight."""
    return tuple({**msgspec.to_builtins(one.model.identity), "weight": one.weight} for one in jury)


def reasoning_tokens(model: Model) -> int:
    """Tokens that the model may think beyond its answer."""
    return int(model.identity.settings.get("reasoning_tokens", 0))


def times_of(budget: Budget, earlier: Mapping[str, float]) -> dict[str, float]:
    """How many answers the run has, and the time that those took whose time was taken, also by an earlier process."""
    timed = earlier.get("timed", 0.0) + budget.timed
    seconds = round(earlier.get("seconds", 0.0) + budget.seconds, 3)
    return {"answers": float(budget.answers), **({"timed": timed, "seconds": seconds} if timed else {})}


def usage_of(model: Model, budget: Budget, options: ModelOptions) -> dict[str, float]:
    """Tokens and cost of all answers of the run, for models that charge for them."""
    if not hasattr(model, "account"):
        return {}
    usage: dict[str, float] = {"tokens_in": float(budget.tokens_in), "tokens_out": float(budget.tokens_out)}
    return usage if options.price is None else usage | {"cost": budget.cost}

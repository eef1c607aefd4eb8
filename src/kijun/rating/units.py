"""What can be drawn from runs: one answer each, or two answers to the same item."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import combinations

import msgspec

from kijun.engine.judged_runs import free_tasks
from kijun.errors import SpecError
from kijun.records import (
    CampaignItem,
    Candidate,
    Completed,
    Generate,
    Measured,
    Message,
    RatedRun,
    Refused,
    Sample,
    Truncated,
)
from kijun.scorers.text import gold_texts
from kijun.store import Run, digest

__all__ = [
    "BY",
    "Facts",
    "Unit",
    "candidate_of",
    "facts_of",
    "item_id",
    "items_of",
    "language_of",
    "rated_runs",
    "units_of",
]

BY = ("task", "axis", "model", "language")
"""What strata may be made of besides columns of the items."""


class Facts(msgspec.Struct, frozen=True):
    """What is known of a task in a run; `keys` are the metrics that judge models gave."""

    axis: str | None
    languages: tuple[str, ...]
    keys: tuple[str, ...]


class Unit(msgspec.Struct, frozen=True):
    """One thing that can be drawn. Texts are fetched when it has been.

    Attributes:
        runs: places of the runs whose answers are rated.
        stratum: name of its stratum.
        judge: what judge models gave each of the answers, in the order of `runs`.
    """

    task: str
    item: str
    runs: tuple[int, ...]
    stratum: str
    judge: tuple[dict[str, float], ...]


def rated_runs(runs: Sequence[Run], tasks: Sequence[str]) -> tuple[RatedRun, ...]:
    """The runs as a campaign records them, with the tasks that are rated.

    Raises:
        SpecError: a run is not finished, has no such task or no free answers, or two runs are of one model.
    """
    found = []
    for run in runs:
        if not run.finished:
            raise SpecError("the run is not finished; run the same command again to finish it", file=run.folder)
        here = [name for name in tasks if name in run.manifest.tasks]
        if tasks and not here:
            raise SpecError(
                f"the run has none of the tasks {', '.join(tasks)}; it has {', '.join(run.manifest.tasks)}",
                file=run.folder,
            )
        names = tuple(free_tasks(run, here))
        found.append(RatedRun(str(run.manifest.model["name"]), str(run.folder), digest(run.manifest), names))
    absent = [name for name in tasks if not any(name in run.tasks for run in found)]
    if absent:
        raise SpecError(f"no run has the task {absent[0]!r}")
    for number, run in enumerate(found):
        if run.model in [other.model for other in found[:number]] and set(run.tasks) & {
            task for other in found[:number] if other.model == run.model for task in other.tasks
        }:
            raise SpecError(f"two runs are of {run.model!r} on the same tasks; rate one of them", file=run.folder)
    return tuple(found)


def units_of(
    runs: Sequence[Run], rated: Sequence[RatedRun], by: Sequence[str], *, pairs: bool
) -> tuple[list[Unit], dict[str, int]]:
    """Everything that can be drawn, in a fixed order, and why the rest cannot be: reason -> how many.

    Args:
        by: what strata are made of; empty makes one stratum.
        pairs: two answers to the same item, of every two runs that have both; else one answer.

    Raises:
        SpecError: a column of `by` that the items do not have; no task in two runs.
    """
    left_out: dict[str, int] = {}
    units: list[Unit] = []
    tasks = list(dict.fromkeys(task for run in rated for task in run.tasks))
    for task in tasks:
        having = [place for place, run in enumerate(rated) if task in run.tasks]
        answered = {place: _answered(runs[place], task, left_out) for place in having}
        if not pairs:
            for place in having:
                for sample, judge in answered[place].values():
                    stratum = _stratum(by, runs, task, (place,), rated, sample)
                    units.append(Unit(task, sample.id, (place,), stratum, (judge,)))
            continue
        for two in combinations(having, 2):
            both = [name for name in answered[two[0]] if name in answered[two[1]]]
            lacking = len({*answered[two[0]]} ^ {*answered[two[1]]})
            if lacking:
                left_out["one_answer"] = left_out.get("one_answer", 0) + lacking
            for name in both:
                stratum = _stratum(by, runs, task, two, rated, answered[two[0]][name][0])
                units.append(Unit(task, name, two, stratum, tuple(answered[place][name][1] for place in two)))
    if not units:
        what = "no item has answers in two runs" if pairs else "no item has an answer"
        raise SpecError(f"there is nothing to rate: {what}")
    return units, left_out


def facts_of(run: Run, task: str) -> Facts:
    """What is known of the task."""
    spec = run.manifest.tasks[task].spec
    judged = [key for key, metric in run.metrics(task).items() if metric.get("rubric")]
    return Facts(spec.get("axis"), tuple(spec.get("languages", ())), tuple(judged))


def _answered(run: Run, task: str, left_out: dict[str, int]) -> dict[str, tuple[Sample, dict[str, float]]]:
    keys = facts_of(run, task).keys
    found = {}
    # Without requests and answers: those of a large run would not fit into memory.
    for sample in run.samples(task):
        reason = _unfit(sample)
        if reason is not None:
            left_out[reason] = left_out.get(reason, 0) + 1
            continue
        light = msgspec.structs.replace(sample, requests=(), responses=(), judgements=())
        found[sample.id] = (light, _judged(sample, keys))
    return found


def _unfit(sample: Sample) -> str | None:
    """Why nobody can rate it: ``failed`` (no answer came), ``no_free_answer`` (a choice between given ones)."""
    if not sample.requests or not isinstance(sample.requests[-1], Generate):
        return "no_free_answer"
    return None if isinstance(sample.responses[-1], Completed | Truncated | Refused) else "failed"


def _judged(sample: Sample, keys: Iterable[str]) -> dict[str, float]:
    scores = {key: sample.scores.get(key) for key in keys}
    return {
        key: score.value
        for key, score in scores.items()
        if isinstance(score, Measured) and isinstance(score.value, int | float)
    }


def _stratum(
    by: Sequence[str], runs: Sequence[Run], task: str, places: Sequence[int], rated: Sequence[RatedRun], sample: Sample
) -> str:
    named: dict[str, Callable[[], str]] = {
        "task": lambda: task,
        "axis": lambda: facts_of(runs[places[0]], task).axis or "",
        "model": lambda: " : ".join(rated[place].model for place in places),
        "language": lambda: language_of(runs[places[0]], task, sample) or "",
    }
    parts = []
    for name in by:
        if name not in named and name not in sample.item:
            raise SpecError(
                f"--by takes {', '.join(BY)} or a column of the items; the items of {task} have "
                f"{', '.join(sample.item)}; got {name!r}"
            )
        parts.append(named[name]() if name in named else str(sample.item[name]))
    return " / ".join(parts) if by else "all"


def language_of(run: Run, task: str, sample: Sample) -> str | None:
    """Language of an item: its task's, or, in a task of several, what its column ``language`` says."""
    languages = facts_of(run, task).languages
    if len(languages) == 1:
        return languages[0]
    said = sample.item.get("language", sample.item.get("lang"))
    return str(said) if said in languages else None


def candidate_of(run: Run, sample: Sample, judge: dict[str, float]) -> Candidate:
    """An answer with the conversation that led to it."""
    request, answer = sample.requests[-1], sample.responses[-1]
    assert isinstance(request, Generate) and isinstance(answer, Completed | Truncated | Refused)
    messages = request.messages or (Message("user", request.context),)
    cut_off = isinstance(answer, Truncated)
    return Candidate(str(run.manifest.model["name"]), messages, answer.text, judge, cut_off)


def item_id(task: str, item: str, candidates: Sequence[Candidate]) -> str:
    """Hash of what is rated: the same in every campaign and on every machine."""
    texts = [[one.model, [[m.role, m.content] for m in one.messages], one.response] for one in candidates]
    return digest([task, item, texts])[:16]


def items_of(runs: Sequence[Run], units: Sequence[Unit], chances: Sequence[float]) -> list[CampaignItem]:
    """The drawn units with their texts, in the order of the draw."""
    wanted: dict[tuple[int, str], set[str]] = {}
    for unit in units:
        for place in unit.runs:
            wanted.setdefault((place, unit.task), set()).add(unit.item)
    samples = {
        (place, task, sample.id): sample
        for (place, task), names in wanted.items()
        for sample in _picked(runs[place], task, names)
    }
    return [
        _item(runs, unit, chance, [samples[place, unit.task, unit.item] for place in unit.runs])
        for unit, chance in zip(units, chances, strict=True)
    ]


def _picked(run: Run, task: str, names: set[str]) -> Iterator[Sample]:
    return (sample for sample in run.samples(task) if sample.id in names)


def _item(runs: Sequence[Run], unit: Unit, chance: float, samples: Sequence[Sample]) -> CampaignItem:
    run, first = runs[unit.runs[0]], samples[0]
    candidates = tuple(
        candidate_of(runs[place], sample, judge)
        for place, sample, judge in zip(unit.runs, samples, unit.judge, strict=True)
    )
    return CampaignItem(
        id=item_id(unit.task, unit.item, candidates),
        task=unit.task,
        item=unit.item,
        candidates=candidates,
        stratum=unit.stratum,
        inclusion_probability=chance,
        reference="\n".join(gold_texts(first.question)),
        cluster=first.cluster,
        axis=facts_of(run, unit.task).axis,
        language=language_of(run, unit.task, first),
    )

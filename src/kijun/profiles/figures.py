"""The figures of one run: of tasks and groups, of other ways of asking, of people, of what an answer takes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from kijun.profiles.scales import scale_of, scale_of_rating
from kijun.records import AnchoredFigure, Estimate, Measure, RobustnessResult, Scale, Source, Unscored
from kijun.reports.results import Facts
from kijun.specs import rubrics, titles_of
from kijun.store import Run, campaign_folders, read_campaign

__all__ = ["cost_figures", "human_figures", "robustness_figures", "task_figures"]

_WAYS = {"worst_case": True, "drop": False, "consistency": True}
"""What is told of other ways of asking, and whether more of it is better."""


def task_figures(run: Run) -> list[Measure]:
    """Figures of the run's tasks and whole groups as they were asked, sub-groups of items left out."""
    results, tasks = run.results, run.manifest.tasks
    about = {name: run.metrics(name) for name in tasks}
    facts = Facts.of({name: record.spec for name, record in tasks.items()}, about)
    left_out = {name: _left_out(run, name) for name in results.tasks if "@" not in name}
    titles = titles_of(list(results.groups))
    found: list[Measure] = []
    for name, group in results.groups.items():
        leaves = _leaves(name, results.groups)
        for metric, estimate in group.metrics.items():
            first = next((leaf for leaf in leaves if metric in about.get(leaf, {})), None)
            if first is not None:
                axis = facts.axis(name, metric, results)
                one = _task_figure(run, first, metric, estimate, axis or tasks[first].spec["axis"])
                lost = sum(left_out.get(leaf, {}).get(metric, 0) for leaf in leaves)
                own = {"key": f"{name}:{metric}", "name": name, "kind": "group", "title": titles.get(name, {})}
                found.append(msgspec.structs.replace(one, left_out=lost, **own))
    members = {
        leaf: name for name in results.groups if results.groups[name].metrics for leaf in _leaves(name, results.groups)
    }
    for name, result in results.tasks.items():
        if "@" in name:
            continue
        for metric, estimate in result.metrics.items():
            if "[" not in metric and metric in about[name]:
                one = _task_figure(run, name, metric, estimate, facts.axis(name, metric, results))
                lost = left_out[name].get(metric, 0)
                found.append(msgspec.structs.replace(one, left_out=lost, within=members.get(name, "")))
    return _with_main(found)


def _task_figure(run: Run, name: str, metric: str, estimate: Estimate, axis: str) -> Measure:
    record, about = run.manifest.tasks[name], run.metrics(name)[metric]
    spec = record.spec
    first = next(iter(run.manifest.tasks[name].metrics), None)
    source: Source = "judge" if about.get("rubric") else "automatic"
    return Measure(
        key=f"{name}:{metric}",
        axis=axis,
        name=name,
        metric=metric,
        kind="task",
        estimate=estimate,
        scale=scale_of(metric, about, chance=spec.get("chance") if metric == first else None),
        languages=tuple(spec.get("languages", ())),
        source=source,
        runs=(str(run.folder),),
        version=record.version,
        title=spec.get("title", {}),
    )


def _with_main(measures: Sequence[Measure]) -> list[Measure]:
    """Marks the first figure of each task on each axis."""
    seen: set[tuple[str, str]] = set()
    found = []
    for measure in measures:
        place = (measure.name, measure.axis)
        main = place not in seen and measure.estimate.value is not None
        if main:
            seen.add(place)
        found.append(msgspec.structs.replace(measure, main=main))
    return found


def _left_out(run: Run, task: str) -> Counter[str]:
    """Metric -> items without a score of it."""
    counted: Counter[str] = Counter()
    for item in run.scored(task):
        counted.update(metric for metric, score in item.scores.items() if isinstance(score, Unscored))
    return counted


def _leaves(name: str, groups: Mapping[str, Any]) -> list[str]:
    """The tasks below a group."""
    if name not in groups:
        return [name]
    return [leaf for member in groups[name].members for leaf in _leaves(member, groups)]


def robustness_figures(run: Run, measures: Sequence[Measure]) -> Iterator[Measure]:
    """How the figures of a run stand other ways of asking the same items."""
    known = {measure.key: measure for measure in measures}
    for name, metrics in run.results.robustness.items():
        for metric, result in metrics.items():
            clean = known.get(f"{name}:{metric}")
            if clean is None:
                continue
            for way, rises in _WAYS.items():
                estimate = getattr(result, way)
                if estimate is not None:
                    yield _robustness_figure(clean, result, way, estimate, rises)


def _robustness_figure(clean: Measure, result: RobustnessResult, way: str, estimate: Estimate, rises: bool) -> Measure:
    scale = Scale(higher_is_better=rises)
    if way == "worst_case":
        scale = clean.scale
    elif way == "drop":
        scale = Scale(-1.0, 1.0, None, False, None, clean.scale.unit)
    return msgspec.structs.replace(
        clean,
        key=f"{clean.key}@{way}",
        axis="robustness",
        metric=f"{clean.metric}@{way}",
        kind="robustness",
        estimate=estimate,
        scale=scale,
        partner=(clean.key,),
        main=clean.main and way == "worst_case",
        left_out=0,
    )


def human_figures(run: Run, anchored: Sequence[AnchoredFigure]) -> Iterator[Measure]:
    """What people say of the run's answers, with the judge's help where that was allowed."""
    rated = _rated(run) if anchored else {}
    for figure in anchored:
        estimate = figure.corrected or figure.human
        if estimate is None or figure.against is not None or figure.task not in run.manifest.tasks:
            continue
        spec = run.manifest.tasks[figure.task].spec
        rubric = rubrics().get(figure.metric.partition(".")[0])
        yield Measure(
            key=f"{figure.task}:{figure.metric}@human",
            axis=spec["axis"],
            name=figure.task,
            metric=figure.metric,
            kind="human",
            estimate=estimate,
            scale=scale_of_rating(rubric, figure.metric, higher_is_better=figure.higher_is_better),
            languages=tuple(spec.get("languages", ())),
            source="human" if figure.corrected is None else "human-anchored",
            runs=(str(run.folder),),
            left_out=figure.n_left_out,
            rated=rated.get(figure.task, ()),
            title=spec.get("title", {}),
        )


def _rated(run: Run) -> dict[str, tuple[int, ...]]:
    """Task -> how many of its drawn items at least one person has rated, at least two, ...."""
    raters: dict[tuple[str, str], set[str]] = {}
    for path in campaign_folders(run.folder):
        folder = read_campaign(path)
        items = {item.id: item for item in folder.items if item.kind == "sampled"}
        for rating in folder.ratings:
            if rating.item in items and rating.skipped is None and rating.answers:
                item = items[rating.item]
                raters.setdefault((item.task, item.item), set()).add(rating.rater)
    found: dict[str, tuple[int, ...]] = {}
    for task in {task for task, _ in raters}:
        counts = [len(people) for (name, _), people in raters.items() if name == task]
        found[task] = tuple(sum(count >= least for count in counts) for least in range(1, max(counts) + 1))
    return found


def cost_figures(run: Run) -> Iterator[Measure]:
    """What the answers of a run took: money, tokens and time, as counted; the time of recorded answers is not known."""
    usage = run.manifest.usage
    answers, timed = usage.get("answers", 0.0), usage.get("timed", 0.0)
    if answers and "cost" in usage:
        yield _counted(run, "cost", "currency", 1000 * usage["cost"] / answers, answers)
    if answers and "tokens_out" in usage:
        yield _counted(run, "tokens", "tokens", usage["tokens_out"] / answers, answers)
    if timed and "seconds" in usage and run.manifest.model.get("backend") != "replay":
        yield _counted(run, "seconds", "seconds", usage["seconds"] / timed, timed)


def _counted(run: Run, metric: str, unit: str, value: float, n: float) -> Measure:
    return Measure(
        key=f"run:{metric}",
        axis="speed" if metric == "seconds" else "cost",
        name="run",
        metric=metric,
        kind="speed" if metric == "seconds" else "cost",
        estimate=Estimate(value, None, None, None, 0.95, int(n), "counted over the whole run: no interval"),
        scale=Scale(0.0, None, None, False, None, unit),
        runs=(str(run.folder),),
        main=True,
    )

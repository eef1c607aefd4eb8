"""Finished runs to profiles, one for each model."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence

import msgspec

from kijun.errors import SpecError
from kijun.profiles.figures import cost_figures, human_figures, robustness_figures, task_figures
from kijun.profiles.gaps import TWINS, language_gaps, overfitting_gaps
from kijun.records import AXES, AnchoredFigure, Gap, GapReason, Measure, Profile, ProfiledRun
from kijun.store import Run, digest

__all__ = ["ReadRun", "build_profiles"]

_OVER_REFUSAL = "over_refusal"


class ReadRun(msgspec.Struct, frozen=True):
    """A finished run with what people's ratings make of its figures."""

    run: Run
    anchored: tuple[AnchoredFigure, ...] = ()


def build_profiles(runs: Sequence[ReadRun]) -> tuple[Profile, ...]:
    """A profile of each model, in the order in which the models first occur; runs of one model are put together.

    Raises:
        SpecError: a run that is not finished, or two runs of a model that measured the same task differently.
        CorruptFileError: a damaged run folder.
    """
    by_model: dict[str, list[ReadRun]] = {}
    for one in runs:
        by_model.setdefault(digest(one.run.manifest.model), []).append(one)
    names = _names([group[0].run for group in by_model.values()])
    return tuple(_profile(name, group) for name, group in zip(names, by_model.values(), strict=True))


def _names(runs: Sequence[Run]) -> list[str]:
    """Names of the models; where two are called alike, each with what it differs in."""
    names = [str(run.manifest.model["name"]) for run in runs]
    found = []
    for name, run in zip(names, runs, strict=True):
        if names.count(name) > 1:
            model = run.manifest.model
            telling = model.get("revision") or (model.get("weights_sha256") or "")[:12] or model.get("quantisation")
            name = f"{name} ({telling or digest(model)[:8]})"
        found.append(name if name not in found else f"{name} #{len(found) + 1}")
    return found


def _profile(name: str, group: Sequence[ReadRun]) -> Profile:
    measures: dict[str, Measure] = {}
    for one in group:
        for measure in _of_run(one):
            other = measures.get(measure.key)
            if other is not None and measure.kind not in ("cost", "speed") and other.runs != measure.runs:
                raise SpecError(
                    f"{name} has {measure.key} twice, in {other.runs[0]} and {measure.runs[0]}; name one of the runs"
                )
            measures[measure.key] = measure
    found = _with_partners(list(measures.values()))
    between = [*language_gaps(found), *overfitting_gaps(found)]
    return Profile(
        name=name,
        identity=dict(group[0].run.manifest.model),
        runs=tuple(_run_record(one.run) for one in group),
        axes={axis: tuple(measure for measure in found if measure.axis == axis) for axis in AXES},
        languages=tuple(measure for measure in between if measure.axis == "languages"),
        integrity=tuple(measure for measure in between if measure.axis == "integrity"),
        cost=tuple(measure for measure in found if measure.axis == "cost"),
        speed=tuple(measure for measure in found if measure.axis == "speed"),
        gaps=tuple(_gaps(group, [*found, *between])),
        agreement=tuple(entry for one in group for entry in one.run.agreement),
    )


def _of_run(one: ReadRun) -> Iterator[Measure]:
    tasks = task_figures(one.run)
    yield from (measure for measure in tasks if measure.estimate.value is not None)
    yield from robustness_figures(one.run, tasks)
    yield from human_figures(one.run, one.anchored)
    yield from cost_figures(one.run)


def _run_record(run: Run) -> ProfiledRun:
    manifest = run.manifest
    return ProfiledRun(
        folder=str(run.folder),
        manifest=hashlib.sha256((run.folder / "manifest.json").read_bytes()).hexdigest(),
        settings=dict(manifest.settings),
        judges=tuple(str(judge["name"]) for judge in manifest.judges),
        finished=manifest.finished,
    )


def _with_partners(measures: Sequence[Measure]) -> list[Measure]:
    """Ties safety to refusing too much, and performance to how it stands other ways of asking."""
    worst = [measure for measure in measures if measure.kind == "robustness" and measure.key.endswith("@worst_case")]
    robust = {key: measure.key for measure in worst for key in measure.partner}
    refusing = [measure for measure in measures if measure.metric == _OVER_REFUSAL]
    found = []
    for measure in measures:
        partner = measure.partner
        if measure.axis == "safety" and measure.metric != _OVER_REFUSAL and measure.kind in ("task", "group"):
            partner = tuple(other.key for other in refusing if set(other.languages) & set(measure.languages))
        elif measure.kind in ("task", "group") and measure.key in robust:
            partner = (robust[measure.key],)
        found.append(msgspec.structs.replace(measure, partner=partner))
    return found


def _gaps(group: Sequence[ReadRun], measures: Sequence[Measure]) -> Iterator[Gap]:
    """What was not measured, axis by axis, and why."""
    for axis in AXES:
        if not any(measure.axis == axis for measure in measures):
            yield Gap(axis, "", "no_perturbation" if axis == "robustness" else "not_run")
    for one in group:
        yield from _gaps_of_run(one.run)
    yield from _lonely(measures)
    if not any(measure.axis == "languages" for measure in measures):
        yield Gap("languages", "", "one_language")
    if not any(measure.axis == "integrity" for measure in measures):
        yield Gap("integrity", ", ".join(TWINS), "no_fresh_twin")
    if not any(measure.kind == "human" for measure in measures):
        yield Gap("human", "", "no_ratings")
    for axis, reason in (("cost", "no_price"), ("speed", "no_times")):
        if not any(measure.metric == ("cost" if axis == "cost" else "seconds") for measure in measures):
            yield Gap(axis, "", reason)  # type: ignore[arg-type]


def _gaps_of_run(run: Run) -> Iterator[Gap]:
    tasks, results = run.manifest.tasks, run.results
    for name, reason in results.missing.items():
        yield Gap(str(tasks[name].spec["axis"]) if name in tasks else "", name, "no_data", reason)
    for name, result in results.tasks.items():
        if "@" in name:
            continue
        about = run.metrics(name)
        for metric, estimate in result.metrics.items():
            if estimate.value is None and "[" not in metric and metric in about:
                judged = bool(about[metric].get("rubric"))
                reason: GapReason = "no_judge" if judged and not run.manifest.judges else "nothing_scored"
                yield Gap(str(tasks[name].spec["axis"]), f"{name}:{metric}", reason)


def _lonely(measures: Sequence[Measure]) -> Iterator[Gap]:
    """Figures that mislead by themselves and stand by themselves."""
    for measure in measures:
        if measure.axis == "safety" and measure.main and not measure.partner and measure.metric != _OVER_REFUSAL:
            yield Gap("safety", measure.key, "no_partner")

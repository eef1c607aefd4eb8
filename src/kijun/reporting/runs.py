"""A run folder as a report tells it."""

from __future__ import annotations

import hashlib
import shlex
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from kijun.analysis.anchoring import anchored_figures
from kijun.records import ReportedRun, ReportedTask
from kijun.reporting.places import source_without_place
from kijun.reports.results import Facts
from kijun.specs import catalogue
from kijun.store import JudgedRecord, Run, TaskRecord

__all__ = ["reported_runs"]


def reported_runs(runs: Sequence[Run]) -> tuple[ReportedRun, ...]:
    """The runs in their order; a model that comes twice is numbered."""
    names = [str(run.manifest.model["name"]) for run in runs]
    seen: Counter[str] = Counter()
    labels = []
    for name in names:
        seen[name] += 1
        labels.append(f"{_label(name)} ({seen[name]})" if names.count(name) > 1 else _label(name))
    return tuple(_reported(run, label) for run, label in zip(runs, labels, strict=True))


def _label(name: str) -> str:
    """The name, of a file without its folders: ``local/models/small.gguf`` -> ``local/small.gguf``."""
    parts = [part for part in name.split("/") if part]
    return f"{parts[0]}/{parts[-1]}" if len(parts) > 2 and parts[-1].endswith(".gguf") else name


def _reported(run: Run, label: str) -> ReportedRun:
    manifest = run.manifest
    tasks = {name: _task(name, record, run.metrics(name)) for name, record in manifest.tasks.items()}
    return ReportedRun(
        label=label,
        folder=run.folder.resolve().name,
        model=manifest.model,
        results=run.results,
        tasks=tasks,
        group_titles=_group_titles(run),
        settings={key: value for key, value in manifest.settings.items() if key not in ("hub", "data")},
        command=_command(run),
        kijun=manifest.kijun,
        packages=manifest.packages,
        machine=manifest.machine,
        git=manifest.git,
        started=manifest.started,
        finished=manifest.finished,
        usage=manifest.usage,
        judges=manifest.judges,
        judge_usage=manifest.judge_usage,
        agreement=run.agreement,
        anchored=anchored_figures(run),
        judged=tuple(map(_judged, run.judged.values())),
        manifest_sha256=_sha256(run.folder / "manifest.json"),
        results_sha256=_sha256(run.folder / "results.json"),
    )


def _task(name: str, record: TaskRecord, metrics: dict[str, dict[str, Any]]) -> ReportedTask:
    spec = record.spec
    facts = Facts.of({name: spec}, {})
    return ReportedTask(
        name=name,
        axis=spec["axis"],
        languages=tuple(spec["languages"]),
        version=record.version,
        shots=record.shots,
        n_items=record.n_items,
        method=spec["method"],
        title=spec.get("title") or {},
        about=spec.get("about") or {},
        metrics=metrics,
        metric_axes=dict(facts.metric_axes[name]),
        chance=spec.get("chance"),
        licence=spec.get("licence") or "",
        source=spec.get("source") or "",
        citation=spec.get("citation") or "",
        data={split: source_without_place(source) for split, source in record.data.items()},
        requests_sha256=record.requests_sha256,
        perturbation=spec.get("perturbation"),
        veiled=spec["axis"] == "safety",
    )


def _group_titles(run: Run) -> dict[str, dict[str, str]]:
    """Titles of the shipped groups and suites; those of other catalogues go by their names."""
    known = {**catalogue().groups, **catalogue().suites}
    names = [*run.results.groups, *run.results.suites]
    return {name: dict(known[name].title) for name in names if name in known and known[name].title}


def _judged(record: JudgedRecord) -> dict[str, Any]:
    rubric = {key: record.rubric.get(key) for key in ("name", "version", "title")}
    judges = [judge.get("name") for judge in record.judges]
    return {"name": record.name, "rubric": rubric, "sha256": record.sha256, "judges": judges, "against": record.against}


def _command(run: Run) -> str:
    """What to type for the same run; folders of data are the reader's own."""
    manifest, settings = run.manifest, run.manifest.settings
    words = ["kijun", "run", *_names(run), "--model", str(manifest.model["name"])]
    if settings.get("limit") is not None:
        words += ["--limit", str(settings["limit"])]
    if not manifest.suites:
        # A suite sets both by itself.
        shots = set(settings.get("tasks", {}).values())
        own = {record.spec["shots"]["default"] for record in manifest.tasks.values() if "shots" in record.spec}
        words += ["--shots", str(*shots)] if len(shots) == 1 and shots != own else []
        labels = dict.fromkeys(label for some in settings.get("perturb", {}).values() for label in some)
        words += [word for label in labels for word in ("--perturb", label)]
    words += ["--seed", str(settings["seed"])] if "seed" in settings else []
    words += ["--chat"] if settings.get("chat") else []
    words += ["--system", settings["system"]] if settings.get("system") else []
    for judge in manifest.judges:
        words += ["--judge", str(judge["name"])]
    return shlex.join(words)


def _names(run: Run) -> list[str]:
    """What was asked for: suites, then groups outside of them, else the tasks one by one."""
    manifest = run.manifest
    if manifest.suites:
        return list(manifest.suites)
    plain = [name for name in manifest.tasks if "@" not in name]
    members = {member for group in manifest.groups for member in _members(run, group)}
    return [*manifest.groups, *(name for name in plain if name not in members)]


def _members(run: Run, name: str) -> set[str]:
    group = run.results.groups.get(name)
    if group is None:
        return {name}
    return {name} | {inner for member in group.members for inner in _members(run, member)}


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()

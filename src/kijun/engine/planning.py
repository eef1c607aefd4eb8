"""Everything that a run needs before the first question: data, model, prompts, manifest, folder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from kijun import __version__
from kijun.engine.execute import Progress
from kijun.engine.folders import data_folder, default_folder, hub_folder, model_folder_name
from kijun.engine.loop import run_async
from kijun.engine.opening import open_model
from kijun.engine.pieces import Piece
from kijun.engine.prepare import PreparedTask, load_tasks, prepare
from kijun.engine.score import Metric, metrics_of
from kijun.engine.select import Selection, generative_names, select
from kijun.errors import ModelError, SpecError
from kijun.models import Model, ModelOptions
from kijun.prompts import RenderChat
from kijun.records import Message
from kijun.specs import TaskSpec
from kijun.store import Manifest, TaskRecord, git_state, machine, now, packages

__all__ = ["RunPlan", "plan_run"]


class RunPlan(msgspec.Struct, frozen=True):
    """Everything that a run needs before the first question."""

    model: Model
    selection: Selection
    prepared: list[PreparedTask]
    missing: dict[str, str]
    manifest: Manifest
    folder: Path
    piece: Piece | None = None


def plan_run(
    tasks: str | Sequence[str],
    model: str | Model,
    options: ModelOptions,
    progress: Progress,
    *,
    shots: int | None,
    limit: int | None,
    seed: int,
    out: str | Path | None,
    hub: str | Path | None,
    data: str | Path | None,
    chat: bool,
    system: str,
    perturb: str | Sequence[str],
    draws: int,
    piece: Piece | None = None,
    check: bool = True,
) -> RunPlan:
    """Loads data and model and writes the prompts.

    Args:
        check: make sure that the model can do what the tasks need, for which a server may be asked.

    Raises:
        SpecError, WorldError: as `kijun.evaluate`.
    """
    names = [tasks] if isinstance(tasks, str) else list(tasks)
    if limit is not None and limit < 1:
        raise SpecError(f"--limit takes 1 or more; got {limit}")
    wanted = [perturb] if isinstance(perturb, str) else list(perturb)
    selection = select(names, shots=shots, perturb=wanted, draws=draws)
    progress.stage("data")
    folders = {"hub": hub_folder(hub), "data": data_folder(data)}
    loaded, missing = load_tasks(selection.tasks, **folders, seed=seed, limit=limit, tell=progress.stage_detail)
    progress.stage("model")
    answering = open_model(model, options, progress.stage_detail) if isinstance(model, str) else model
    try:
        chat = chat or answering.can("chat_only")
        if check:
            _check_abilities(answering, names, [part.task.method for part in loaded], chat)
        progress.stage("prompts")
        prepared = [
            prepare(part, seed=seed, render_chat=_chat_format(answering, part.task, chat), system=system)
            for part in loaded
        ]
    except BaseException:
        if isinstance(model, str):
            run_async(answering.aclose)
        raise
    settings: dict[str, Any] = {"limit": limit, "seed": seed, "chat": chat, "system": system}
    settings["tasks"] = {choice.task.name: choice.shots for choice in selection.tasks}
    if any(choice.variants for choice in selection.tasks):
        settings["perturb"] = {
            choice.task.name: [variant.label for variant in choice.variants] for choice in selection.tasks
        }
    if piece is not None:
        settings["piece"] = str(piece)
    manifest = _manifest(selection, prepared, missing, settings, answering)
    derived = default_folder(names, settings) / model_folder_name(answering.identity.name)
    return RunPlan(answering, selection, prepared, missing, manifest, derived if out is None else Path(out), piece)


def _chat_format(model: Model, task: TaskSpec, chat: bool) -> RenderChat | None:
    """The model's chat format where it is asked for, and for conversations wherever the model can chat."""
    return model.render_chat if chat or (task.prompt.turns is not None and model.can("chat")) else None


def _check_abilities(model: Model, names: Sequence[str], methods: Sequence[str], chat: bool) -> None:
    if "multiple_choice" in methods and not model.can("loglikelihood"):
        forms = " ".join(generative_names(names))
        instead = f"; in their generative form the model writes the letter of its choice: run {forms}" if forms else ""
        raise ModelError(f"{model.identity.name} gives no log-likelihoods, which multiple-choice tasks need{instead}")
    if "generate" in methods and not model.can("generate"):
        raise ModelError(f"{model.identity.name} does not answer freely, which some of these tasks need")
    if chat and "multiple_choice" in methods and _takes_turns(model):
        raise SpecError(
            f"{model.identity.name} scores plain text, not turns; leave --chat out for multiple-choice tasks"
        )
    if chat and not model.can("chat"):
        raise SpecError(f"{model.identity.name} has no chat template; leave --chat out")


def _takes_turns(model: Model) -> bool:
    return model.can("chat") and model.render_chat([Message("user", "")]) is None


def _told(metric: Metric) -> dict[str, Any]:
    return {key: value for key, value in msgspec.to_builtins(metric).items() if value not in (None, {})}


def _manifest(
    selection: Selection,
    prepared: Sequence[PreparedTask],
    missing: dict[str, str],
    settings: dict[str, Any],
    model: Model,
) -> Manifest:
    records = {
        part.task.name: TaskRecord(
            version=part.task.version,
            shots=part.shots,
            n_items=len(part.prompted),
            spec=msgspec.to_builtins(msgspec.structs.replace(part.task, origin=None)),
            data={name: msgspec.to_builtins(source) for name, source in part.sources.items()},
            metrics={key: _told(metric) for key, metric in metrics_of(part.scorers).items()},
            requests_sha256=part.requests_sha256,
        )
        for part in prepared
    }
    return Manifest(
        kijun=__version__,
        settings=settings,
        model=msgspec.to_builtins(model.identity),
        tasks=records,
        suites=tuple(suite.name for suite in selection.suites),
        groups=selection.groups,
        missing=missing,
        packages=packages(),
        machine=machine(),
        git=git_state(Path.cwd()),
        started=now(),
    )

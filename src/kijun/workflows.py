"""The things one does with Kijun, each as one function that reads as a sentence."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from kijun import __version__
from kijun.engine import (
    Asking,
    Budget,
    Comparison,
    Forecast,
    Judge,
    Limits,
    Patience,
    Piece,
    PreparedTask,
    Progress,
    Selection,
    SilentProgress,
    TaskComparison,
    agreement_entries,
    compare_runs,
    foresee,
    foresee_judging,
    generative_names,
    join_answers,
    load_tasks,
    open_model,
    prepare,
    read_piece,
    run_async,
    run_tasks,
    select,
)
from kijun.engine.jury import close_models, judge_identities, open_jury, opened_judges, reasoning_tokens, usage_of
from kijun.engine.score import Metric, metrics_of
from kijun.errors import ModelError, SpecError
from kijun.models import DEFAULT_MODEL, Model, ModelOptions
from kijun.prompts import RenderChat
from kijun.records import Message
from kijun.specs import TaskSpec
from kijun.store import Journal, Manifest, Run, RunWriter, TaskRecord, digest, git_state, machine, now, packages

__all__ = [
    "DEFAULT_SEED",
    "Comparison",
    "Forecast",
    "TaskComparison",
    "compare",
    "data_folder",
    "default_folder",
    "evaluate",
    "forecast",
    "hub_folder",
    "model_folder_name",
]

DEFAULT_SEED = 1234


def evaluate(
    tasks: str | Sequence[str],
    model: str | Model = DEFAULT_MODEL,
    *,
    shots: int | None = None,
    limit: int | None = None,
    seed: int = DEFAULT_SEED,
    out: str | Path | None = None,
    hub: str | Path | None = None,
    data: str | Path | None = None,
    chat: bool = False,
    system: str = "",
    perturb: str | Sequence[str] = (),
    draws: int = 1,
    options: ModelOptions = ModelOptions(),  # noqa: B008 - frozen
    max_cost: float | None = None,
    max_tokens_total: int | None = None,
    judge: str | Model | Sequence[str | Model] = (),
    judge_weights: Sequence[float] = (),
    judge_options: ModelOptions = ModelOptions(),  # noqa: B008 - frozen
    piece: str | None = None,
    join: Sequence[str | Path] = (),
    limits: Limits | None = None,
    progress: Progress | None = None,
) -> Run:
    """Evaluates a model on tasks and keeps everything in a run folder.

    Calling it again with the same arguments goes on where an earlier call stopped; answered requests are not asked
    again.

    Args:
        tasks: names of tasks, groups or suites, or paths of task files.
        model: name of a model, or a model.
        shots: worked examples a task; None is each task's own number.
        limit: most items a task, in a group for each member; None is all.
        seed: of worked examples, generated items and sampling.
        out: the run folder; None derives one below ``runs/`` from the arguments.
        hub: folder that is read before the Hub (``KIJUN_HUB`` when None).
        data: folder with data sets in their original formats (``KIJUN_DATA`` when None).
        chat: apply the model's chat template.
        system: system prompt.
        perturb: perturbations or bundles, such as ``japanese-typing`` or ``typo:0.3``: every task to which they apply
            is asked in these ways as well, and `results.robustness` says what changes.
        draws: how often a perturbation that is drawn by chance is drawn.
        options: how the model is loaded.
        max_cost: of all answers of this run together, by `options.price`, and then of the judges' verdicts, by the
            price in `judge_options`; what has no room is named as not asked.
        max_tokens_total: the same in tokens, in and out together.
        judge: model, or several, for scorers that need a judge; without one their metrics are unscored. A finished run
            may be judged afterwards by the same call with a judge.
        judge_weights: of the judges' votes, in their order; none lets all count the same.
        judge_options: how the judges are loaded.
        piece: ``2/8`` asks the second of eight pieces of the run alone and keeps its answers; it is neither judged nor
            scored.
        join: folders of pieces of this run, whose answers are taken over before what is missing is asked.
        limits: shared by models that are asked by the same process; None makes new ones.
        progress: who is told how the work goes on.

    Returns:
        The finished run: `results`, `samples(task)`, `manifest`, `folder`. Of a piece, the folder alone.

    Raises:
        SpecError: something in the arguments or a named file is wrong.
        WorldError: data, model or disk failed; what was answered is kept.
    """
    if max_cost is not None and options.price is None:
        raise SpecError("--max-cost needs to know what tokens cost; add --price IN:OUT, for a million tokens each")
    limits = limits or Limits(Patience(timeout=options.timeout))
    chosen = {"shots": shots, "limit": limit, "seed": seed, "out": out, "hub": hub, "data": data}
    chosen |= {"chat": chat, "system": system, "perturb": perturb, "draws": draws}
    chosen |= {"piece": None if piece is None else read_piece(piece)}
    if piece is not None and (join or judge not in ((), [])):
        raise SpecError("a piece is neither joined nor judged; --join and --judge go with the run that joins pieces")
    progress = progress or SilentProgress()
    plan = _plan(tasks, model, options, progress, **chosen)
    jury: list[Judge] = []
    try:
        budget = _budget(plan.model, options, max_cost, max_tokens_total)
        jury += open_jury(judge, judge_weights, judge_options, budget, progress)
        agreement = agreement_entries(plan.prepared, [one.model.identity.name for one in jury])
        manifest = msgspec.structs.replace(plan.manifest, judges=judge_identities(jury), agreement=agreement)
        with RunWriter(plan.folder, manifest) as writer:
            join_answers(writer, join)
            asking = Asking(plan.model, plan.prepared, writer, progress, limits, budget)
            if piece is None:
                run_async(run_tasks, asking, plan.selection, plan.missing, jury)
            else:
                run_async(asking.ask, plan.piece)
            finished = msgspec.structs.replace(
                writer.manifest,
                finished=now(),
                usage=usage_of(plan.model, budget, options),
                judge_usage={one.model.identity.name: usage_of(one.model, one.budget, judge_options) for one in jury},
            )
            writer.write_manifest(finished)
    finally:
        close_models([*([plan.model] if isinstance(model, str) else []), *opened_judges(judge, jury)])
    return Run(plan.folder)


def forecast(
    tasks: str | Sequence[str],
    model: str | Model = DEFAULT_MODEL,
    *,
    shots: int | None = None,
    limit: int | None = None,
    seed: int = DEFAULT_SEED,
    out: str | Path | None = None,
    hub: str | Path | None = None,
    data: str | Path | None = None,
    chat: bool = False,
    system: str = "",
    perturb: str | Sequence[str] = (),
    draws: int = 1,
    options: ModelOptions = ModelOptions(),  # noqa: B008 - frozen
    judge: str | Model | Sequence[str | Model] = (),
    judge_options: ModelOptions = ModelOptions(),  # noqa: B008 - frozen
    progress: Progress | None = None,
) -> Forecast:
    """What `evaluate` with the same arguments would ask and cost. The model is asked nothing, nothing is written.

    Raises:
        SpecError, WorldError: as `evaluate`.
    """
    chosen = {"shots": shots, "limit": limit, "seed": seed, "out": out, "hub": hub, "data": data}
    chosen |= {"chat": chat, "system": system, "perturb": perturb, "draws": draws}
    progress = progress or SilentProgress()
    plan = _plan(tasks, model, options, progress, check=False, **chosen)
    jury: list[Judge] = []
    try:
        jury += open_jury(judge, (), judge_options, Budget(), progress)
        with (
            Journal(plan.folder / "answers.jsonl", read_only=True) as known,
            Journal(plan.folder / "judgements.jsonl", read_only=True) as judged,
        ):
            room = reasoning_tokens(plan.model)
            asked, answers = foresee(plan.model, plan.prepared, known, price=options.price, reasoning_tokens=room)
            judges = {
                one.model.identity.name: foresee_judging(
                    one,
                    plan.prepared,
                    answers,
                    judged,
                    price=judge_options.price,
                    reasoning_tokens=reasoning_tokens(one.model),
                )
                for one in jury
            }
        return Forecast(asked, judges)
    finally:
        close_models([*([plan.model] if isinstance(model, str) else []), *opened_judges(judge, jury)])


class _Plan(msgspec.Struct, frozen=True):
    """Everything that a run needs before the first question."""

    model: Model
    selection: Selection
    prepared: list[PreparedTask]
    missing: dict[str, str]
    manifest: Manifest
    folder: Path
    piece: Piece | None = None


def _plan(
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
) -> _Plan:
    """Loads data and model and writes the prompts.

    Args:
        check: make sure that the model can do what the tasks need, for which a server may be asked.
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
    return _Plan(answering, selection, prepared, missing, manifest, derived if out is None else Path(out), piece)


def _budget(model: Model, options: ModelOptions, max_cost: float | None, max_tokens_total: int | None) -> Budget:
    return Budget(
        most_cost=max_cost,
        most_tokens=max_tokens_total,
        price=options.price,
        reasoning_tokens=reasoning_tokens(model),
    )


def _chat_format(model: Model, task: TaskSpec, chat: bool) -> RenderChat | None:
    """The model's chat format where it is asked for, and for conversations wherever the model can chat."""
    return model.render_chat if chat or (task.prompt.turns is not None and model.can("chat")) else None


def compare(a: str | Path | Run, b: str | Path | Run) -> Comparison:
    """Compares run B with run A, item by item.

    Raises:
        SpecError: not finished run folders, or no task in common.
    """
    return compare_runs(*(run if isinstance(run, Run) else Run(run) for run in (a, b)))


def hub_folder(hub: str | Path | None) -> Path | None:
    """The folder that is read before the Hub: the argument, else ``KIJUN_HUB``, else none.

    Raises:
        SpecError: it does not exist.
    """
    return _folder(hub or os.environ.get("KIJUN_HUB"), "--hub (or KIJUN_HUB)", "<repo>/<config>/<split>/")


def data_folder(data: str | Path | None) -> Path | None:
    """The folder with data sets in their original formats: the argument, else ``KIJUN_DATA``, else none.

    Raises:
        SpecError: it does not exist.
    """
    return _folder(data or os.environ.get("KIJUN_DATA"), "--data (or KIJUN_DATA)", "a folder for each data set")


def _folder(named: str | Path | None, option: str, holds: str) -> Path | None:
    if not named:
        return None
    folder = Path(named).expanduser()
    if not folder.is_dir():
        raise SpecError(f"no such folder: {str(named)!r}; {option} names a folder with {holds}")
    return folder


def default_folder(names: Sequence[str], settings: dict[str, Any]) -> Path:
    """Folder of a command without ``--out``: the same command finds the same folder."""
    label = "+".join(Path(name).stem if name.endswith((".yaml", ".yml")) else name for name in names)
    safe = "".join(c if c.isalnum() or c in "._-+" else "-" for c in label)[:60]
    resolved = [str(Path(name).resolve()) if name.endswith((".yaml", ".yml")) else name for name in names]
    return Path("runs") / f"{safe}-{digest([resolved, settings])[:8]}"


def model_folder_name(name: str) -> str:
    """Folder name of a model: ``local/smollm2-135m`` -> ``local--smollm2-135m``."""
    return "".join(c if c.isalnum() or c in "._-" else "-" for c in name.strip("/").replace("/", "--"))[-100:]


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

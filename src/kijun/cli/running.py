"""``kijun run``: one model after the other, with progress."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape

from kijun.cli.progress import TerminalProgress
from kijun.cli.tables import results_table
from kijun.cli.terminal import open_console
from kijun.engine import select
from kijun.errors import SpecError
from kijun.models import DEFAULT_MODEL, ModelOptions, check_model
from kijun.records import Failed, Filtered, RunResults
from kijun.reports.texts import Texts
from kijun.store import Run
from kijun.workflows import evaluate, forecast, model_folder_name

__all__ = ["foresee_models", "run_models"]


def run_models(
    say: Texts,
    names: Sequence[str],
    models: Sequence[str],
    out: Path | None,
    options: ModelOptions,
    settings: dict[str, Any],
    *,
    yes: bool,
    fail_on: str | None,
) -> int:
    """Runs the tasks on each model and prints the results.

    Returns:
        Exit code: 0; 1 when items failed and `fail_on` is ``failed``; 3 when tasks could not be measured.
    """
    if fail_on not in (None, "failed"):
        raise SpecError(f"--fail-on takes 'failed'; got {fail_on!r}")
    _check(names, models, options, settings)
    if DEFAULT_MODEL in models and not yes:
        _agree_to_download(say)
    console = open_console()
    code = 0
    for model in models:
        folder = _folder(out, model, models)
        with TerminalProgress(say, model) as progress:
            run = evaluate(list(names), model, out=folder, options=options, progress=progress, **settings)
        if settings["piece"] is not None:
            done = say("run.piece_done", piece=settings["piece"], folder=run.folder)
            console.print(escape(done), soft_wrap=True)
            continue
        results = run.results
        console.print(results_table(say, run))
        _tell_failures(console, say, run, results)
        console.print(f"[bold]{say('run.done', folder=escape(str(run.folder)))}[/bold]", soft_wrap=True)
        code = max(code, _exit_code(results, fail_on))
    if settings["piece"] is None:
        _tell_next(console, say, run.folder)
    return code


def foresee_models(
    say: Texts,
    names: Sequence[str],
    models: Sequence[str],
    out: Path | None,
    options: ModelOptions,
    settings: dict[str, Any],
) -> None:
    """Tells what running the tasks on each model would ask; asks nothing."""
    _check(names, models, options, settings)
    console = open_console()
    for model in models:
        folder = _folder(out, model, models)
        with TerminalProgress(say, model) as progress:
            told = forecast(list(names), model, out=folder, options=options, progress=progress, **settings)
        unknown = 0
        for name, foreseen in {model: told.answers, **told.judges}.items():
            cost = "" if foreseen.cost is None else say("run.foreseen_cost", cost=f"{foreseen.cost:.4g}")
            counts = {k: getattr(foreseen, k) for k in ("requests", "answered", "tokens_in", "tokens_out")}
            console.print(escape(say("run.foreseen", model=name, cost=cost, **counts)), soft_wrap=True)
            unknown += foreseen.unknown
        if unknown:
            console.print(say("run.foreseen_unknown", unknown=unknown), soft_wrap=True)
    console.print(say("run.foreseen_nothing"), soft_wrap=True)


def _check(names: Sequence[str], models: Sequence[str], options: ModelOptions, settings: dict[str, Any]) -> None:
    """What can be said before all data have been fetched."""
    for option, named in (("--model", models), ("--judge", settings["judge"])):
        if len(set(named)) < len(named):
            raise SpecError(f"the same {option} is named twice; name each once")
        for model in named:
            check_model(model, options)
    select(names, shots=settings["shots"], perturb=settings["perturb"], draws=settings["draws"])


def _folder(out: Path | None, model: str, models: Sequence[str]) -> Path | None:
    """The run folder of one of several models."""
    return out / model_folder_name(model) if out is not None and len(models) > 1 else out


def _exit_code(results: RunResults, fail_on: str | None) -> int:
    if results.missing:
        return 3
    return 1 if fail_on == "failed" and any(task.n_failed for task in results.tasks.values()) else 0


def _agree_to_download(say: Texts) -> None:
    """Asks before the embedded model is fetched for the first time, where there is somebody to ask."""
    from kijun.models.local import embedded_is_here

    if not sys.stdin.isatty() or embedded_is_here():
        return
    import typer

    if not typer.confirm(say("run.download"), default=True):
        raise SpecError(say("run.download_refused"))


def _tell_failures(console: Console, say: Texts, run: Run, results: RunResults) -> None:
    """Counts failed items out loud, with the first reason of each task."""
    for name, task in results.tasks.items():
        if task.n_failed:
            lost = (r for s in run.samples(name) for r in s.responses if isinstance(r, Failed | Filtered))
            reason = next(lost).reason
            text = escape(f"{name}: {say('run.failed', n=task.n_failed, reason=reason)}")
            console.print(f"[yellow]{text}[/yellow]", soft_wrap=True)


def _tell_next(console: Console, say: Texts, folder: Path) -> None:
    console.print(say("run.next"))
    for command in (
        f"kijun results {folder} --format markdown",
        f"kijun report {folder}",
        f"kijun compare {folder} RUN",
    ):
        console.print(f"  [cyan]{escape(command)}[/cyan]", soft_wrap=True)

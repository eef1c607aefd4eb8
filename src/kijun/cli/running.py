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
from kijun.workflows import evaluate, model_folder_name

__all__ = ["run_models"]


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
    if len(set(models)) < len(models):
        raise SpecError("the same --model is named twice; name each once")
    for model in models:
        # Now, and not only when all data have been fetched.
        check_model(model, options)
    select(names, shots=settings["shots"])
    if DEFAULT_MODEL in models and not yes:
        _agree_to_download(say)
    console = open_console()
    code = 0
    for model in models:
        folder = out / model_folder_name(model) if out is not None and len(models) > 1 else out
        with TerminalProgress(say, model) as progress:
            run = evaluate(list(names), model, out=folder, options=options, progress=progress, **settings)
        results = run.results
        console.print(results_table(say, run))
        _tell_failures(console, say, run, results)
        console.print(f"[bold]{say('run.done', folder=escape(str(run.folder)))}[/bold]", soft_wrap=True)
        code = max(code, _exit_code(results, fail_on))
    _tell_next(console, say, run.folder)
    return code


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
    for command in (f"kijun results {folder} --format markdown", f"kijun compare {folder} RUN"):
        console.print(f"  [cyan]{escape(command)}[/cyan]", soft_wrap=True)

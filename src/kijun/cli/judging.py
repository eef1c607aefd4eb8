"""``kijun judge``: judging a finished run, and a judge against people's labels."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
from rich.markup import escape

from kijun.cli.progress import TerminalProgress
from kijun.cli.table_look import table
from kijun.cli.tables import print_results
from kijun.cli.terminal import emit, open_console
from kijun.errors import CorruptFileError, SpecError
from kijun.judging import Validation, judge_run, jury_weights, validate_judges
from kijun.models import ModelOptions, check_model
from kijun.reports.texts import Texts
from kijun.reports.validation import validation_markdown, validation_rows
from kijun.store import JudgedRecord

__all__ = ["judge_and_show", "judge_options", "read_price", "validate_and_show"]


def read_price(price: str | None) -> tuple[float, float] | None:
    """``IN:OUT`` as two numbers, None for None.

    Raises:
        SpecError: not two numbers from 0 on.
    """
    if price is None:
        return None
    try:
        low, high = (float(part) for part in price.split(":"))
    except ValueError:
        low = high = -1.0
    if not (0 <= low < float("inf") and 0 <= high < float("inf")):
        raise SpecError(f"--price takes IN:OUT for a million tokens each, such as 2.5:10; got {price!r}")
    return low, high


def judge_options(price: str | None, threads: int | None) -> ModelOptions:
    """Options of a judge from what was written.

    Raises:
        SpecError: a price that is none.
    """
    return ModelOptions(threads=threads, price=read_price(price))


def judge_and_show(
    say: Texts,
    run: Path,
    rubric: str,
    judges: Sequence[str],
    weights: Sequence[Path],
    format: str,
    *,
    options: ModelOptions,
    **chosen: Any,
) -> None:
    """Judges a run and shows its results.

    Raises:
        SpecError, WorldError: as `judge_run`.
    """
    for judge in judges:
        check_model(judge, options)
    if weights:
        known = [one for path in weights for one in _validations(path)]
        chosen["judge_weights"] = jury_weights(judges, known)
    with TerminalProgress(say, ", ".join(judges)) as progress:
        judged = judge_run(run, rubric, list(judges), options=options, progress=progress, **chosen)
    print_results(say, run, format)
    if format == "table":
        console = open_console()
        newest = max(judged.judged.values(), key=lambda record: record.finished)
        for line in _judged_lines(say, newest):
            console.print(f"[yellow]{escape(line)}[/yellow]", soft_wrap=True)


def _judged_lines(say: Texts, record: JudgedRecord) -> list[str]:
    """What could not be judged, task by task."""
    return [
        say("judge.left_out", task=name, name=record.name, unscored=task.n_unscored, failed=task.n_failed)
        for name, task in record.tasks.items()
        if task.n_unscored or task.n_failed
    ]


def _validations(path: Path) -> list[Validation]:
    try:
        return msgspec.json.decode(path.read_bytes(), type=list[Validation])
    except OSError as error:
        raise SpecError(f"cannot be read ({error.strerror})", file=path) from None
    except msgspec.MsgspecError as error:
        what = f"not what 'kijun judge validate --format json' prints: {error}".replace("`", "")
        raise CorruptFileError(what, file=path) from None


def validate_and_show(
    say: Texts, labels: str, rubric: str, judges: Sequence[str], format: str, *, options: ModelOptions, **chosen: Any
) -> None:
    """Holds judges against people and shows what came out.

    Raises:
        SpecError, WorldError: as `validate_judges`, or no such format.
    """
    if format not in ("table", "json", "markdown"):
        raise SpecError(f"--format takes table, json or markdown here; got {format!r}")
    for judge in judges:
        check_model(judge, options)
    with TerminalProgress(say, ", ".join(judges) or labels) as progress:
        found = validate_judges(labels, rubric, list(judges), options=options, progress=progress, **chosen)
    if format == "json":
        emit(msgspec.json.format(msgspec.json.encode(found), indent=2).decode())
        return
    for one in found:
        _show(say, one, format)


def _show(say: Texts, found: Validation, format: str) -> None:
    rows = validation_rows(found.metrics, say)
    title = say("judge.title", judge=str(found.judge["name"]), rubric=found.rubric, sha256=found.sha256[:12], n=found.n)
    notes = [say(f"judge_left_out.{reason}", n=number) for reason, number in found.left_out.items() if number]
    notes.append(say("judge.note_pairs" if found.unit == "pair" else "judge.note_points"))
    if format == "markdown":
        emit("\n\n".join([f"**{title}**", validation_markdown(rows, say), *notes]))
        return
    console = open_console()
    made = table(
        {
            say("column.metric"): "left",
            say("column.value"): "right",
            say("column.interval"): "whole",
            say("column.n"): "right",
        }
    )
    shown = ""
    for row in rows:
        if row.dimension != shown:
            shown = row.dimension
            made.add_row(f"[bold]{escape(shown)}[/bold]", "", "", "")
        made.add_row(escape(row.name), row.value, row.interval, str(row.n))
    console.print(f"[bold]{escape(title)}[/bold]", soft_wrap=True)
    console.print(made)
    for note in notes:
        console.print(f"[dim]{escape(note)}[/dim]", soft_wrap=True)

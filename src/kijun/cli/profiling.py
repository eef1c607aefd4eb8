"""``kijun profile``: what it prints."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path

from rich.markup import escape
from rich.table import Table

from kijun.cli.table_look import as_json, check_format, print_lines, side_by_side, table
from kijun.cli.terminal import emit, open_console
from kijun.records import Measure, Profile
from kijun.reports.decision_tables import (
    ProfileRow,
    axis_name,
    profile_gaps,
    profile_rows,
    profiles_markdown,
    shown_with_interval,
)
from kijun.reports.texts import Texts
from kijun.workflows import profile

__all__ = ["profile_and_show"]

_FEW = 3
"""Models that stand side by side; more of them go down, as their names take more room than their figures."""
_VALUE = 20
"""What "77.2 % (73.5–80.6)" takes of a line."""


def profile_and_show(say: Texts, runs: Sequence[Path], format: str, *, everything: bool) -> None:
    """Prints the profiles of the models of some runs.

    Raises:
        SpecError: not run folders, or no such format.
    """
    check_format(format)
    profiles = profile(*runs)
    if format != "table":
        emit(as_json(profiles) if format == "json" else profiles_markdown(profiles, say))
        return
    console = open_console()
    rows = profile_rows(profiles, say, everything=everything)
    if len(profiles) > _FEW:
        for made in _models_down(profiles, rows, say, console.width):
            console.print(made)
    else:
        console.print(_figures_down(profiles, rows, say))
    console.print(f"[dim]{say('results.interval_note')} {say('results.falling_note')}[/dim]")
    print_lines(console, say("decide.not_tested_title"), profile_gaps(profiles, say))


def _figures_down(profiles: Sequence[Profile], rows: Sequence[ProfileRow], say: Texts) -> Table:
    """A row a figure; beside that of a single model what it rests on."""
    alone = len(profiles) == 1
    title = say("decide.profile_title", model=profiles[0].name) if alone else say("decide.profiles_title")
    columns = {say("column.value"): "left", "n": "right", say("decide.source"): "left"} if alone else {}
    made = table({say("decide.figure"): "left", **(columns or {one.name: "left" for one in profiles})}, title)
    for axis, found in groupby(rows, key=lambda row: row.axis):
        made.add_row(f"[cyan]{axis_name(axis, say)}[/cyan]")
        for row in found:
            cells = [_cell(measure) for measure in row.measures]
            if alone and (measure := row.measures[0]) is not None:
                cells += [str(measure.estimate.n), say(f"source.{measure.source}")]
            made.add_row(escape(row.name), *map(escape, cells))
    return made


def _models_down(profiles: Sequence[Profile], rows: Sequence[ProfileRow], say: Texts, width: int) -> Iterator[Table]:
    """A table an axis, or several where its figures do not fit side by side, with a row a model."""
    for axis, found in groupby(rows, key=lambda row: row.axis):
        figures = list(found)
        for some in side_by_side([""] * len(figures), width, _VALUE):
            columns = {say("column.model"): "whole", **{escape(figures[place].name): "left" for place in some}}
            made = table(columns, f"[cyan]{axis_name(axis, say)}[/cyan]")
            for place, one in enumerate(profiles):
                cells = (_cell(figures[figure].measures[place]) for figure in some)
                made.add_row(escape(one.name), *map(escape, cells))
            yield made


def _cell(measure: Measure | None) -> str:
    return "–" if measure is None else shown_with_interval(measure.estimate, measure.scale.unit)

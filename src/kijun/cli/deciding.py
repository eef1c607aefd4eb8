"""``kijun profile`` and ``kijun decide``: what they print."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
from rich.markup import escape

from kijun.cli.table_look import table
from kijun.cli.terminal import emit, open_console
from kijun.errors import SpecError
from kijun.records import Decision, Regression
from kijun.reports.decision_tables import (
    axis_name,
    decision_markdown,
    decision_notes,
    gate_cell,
    gate_rows,
    profile_rows,
    profile_titles,
    profiles_markdown,
    rank_cells,
    regression_cells,
    regression_markdown,
    shown_with_interval,
)
from kijun.reports.decision_words import gap_line, headline, limit_text, measure_name, regression_lines
from kijun.reports.texts import Texts
from kijun.workflows import decide, profile, regress

__all__ = ["decide_and_show", "profile_and_show", "regress_and_show"]

_FAILINGS = ("gate", "unsettled", "worse")
_STYLES = {"passed": "green", "failed": "red", "cannot_tell": "yellow"}


def _check_format(format: str) -> None:
    if format not in ("table", "json", "markdown"):
        raise SpecError(f"--format takes table, json or markdown here; got {format!r}")


def _as_json(record: Any) -> str:
    return msgspec.json.format(msgspec.json.encode(record), indent=2).decode()


def profile_and_show(say: Texts, runs: Sequence[Path], format: str, *, everything: bool) -> None:
    """Prints the profiles of the models of some runs.

    Raises:
        SpecError: not run folders, or no such format.
    """
    _check_format(format)
    profiles = profile(*runs)
    if format != "table":
        emit(_as_json(profiles) if format == "json" else profiles_markdown(profiles, say))
        return
    console = open_console()
    title = say("decide.profiles_title") if len(profiles) > 1 else say("decide.profile_title", model=profiles[0].name)
    names = {} if len(profiles) == 1 else {one.name: "left" for one in profiles}
    alone = {say("column.value"): "left", "n": "right", say("decide.source"): "left"}
    made = table({say("decide.figure"): "left", **(names or alone)}, title)
    shown_axis = None
    for row in profile_rows(profiles, say, everything=everything):
        if row.axis != shown_axis:
            made.add_row(f"[cyan]{axis_name(row.axis, say)}[/cyan]")
            shown_axis = row.axis
        cells = ["–" if m is None else shown_with_interval(m.estimate, m.scale.unit) for m in row.measures]
        if len(profiles) == 1:
            measure = row.measures[0]
            assert measure is not None
            cells += [str(measure.estimate.n), say(f"source.{measure.source}")]
        made.add_row(escape(row.name), *map(escape, cells))
    console.print(made)
    console.print(f"[dim]{say('results.interval_note')} {say('results.falling_note')}[/dim]")
    for one in profiles:
        told = list(dict.fromkeys(gap_line(gap, say, profile_titles(one)) for gap in one.gaps))
        heading = say("decide.not_tested_title") + (f": {one.name}" if len(profiles) > 1 else "")
        _print_lines(console, heading, told)


def decide_and_show(
    say: Texts, use_case: str, runs: Sequence[Path], format: str, *, fail_on: Sequence[str], **settings: Any
) -> int:
    """Holds models against a use case and prints the answer.

    Returns:
        exit code: 1 where `fail_on` says so.

    Raises:
        SpecError: what is wrong in the arguments or files.
    """
    _check_format(format)
    failings = _failings(fail_on)
    found = decide(use_case, *runs, **settings)
    if format != "table":
        emit(_as_json(found) if format == "json" else decision_markdown(found, say))
    else:
        _print_decision(say, found, ratings=settings.get("ratings", True))
    verdicts = {model.verdict for model in found.models}
    failed = ("gate" in failings and "failed" in verdicts) or ("unsettled" in failings and "cannot_tell" in verdicts)
    return int(failed)


def _failings(fail_on: Sequence[str]) -> set[str]:
    found = {part.strip() for text in fail_on for part in text.split(",")}
    unknown = sorted(found - set(_FAILINGS))
    if unknown:
        raise SpecError(f"--fail-on takes {', '.join(_FAILINGS)} here; got {unknown[0]!r}")
    return found


def _print_decision(say: Texts, found: Decision, *, ratings: bool) -> None:
    console = open_console()
    first, *rest = headline(found, say)
    console.print()
    console.print(f"[bold]{escape(first)}[/bold]")
    for line in rest:
        console.print(escape(line))
    if not ratings:
        console.print(f"[yellow]{say('decide.no_ratings_asked')}[/yellow]")
    console.print()
    columns = {say("decide.requirement"): "left", **{escape(model.model): "whole" for model in found.models}}
    made = table(columns, say("decide.gates_title"))
    for gate, outcomes in gate_rows(found):
        name = escape(measure_name(gate.measure, say, found.titles))
        asked = f"{name}: {limit_text(gate, say)} [dim]{100 * gate.confidence:g} %[/dim]"
        made.add_row(asked, *(f"[{_STYLES[one.verdict]}]{gate_cell(one)}[/]" for one in outcomes))
    verdicts = (f"[{_STYLES[one.verdict]}]{say(f'decide.{one.verdict}')}[/]" for one in found.models)
    made.add_row(f"[bold]{say('decide.verdict')}[/bold]", *verdicts)
    console.print(made)
    console.print(f"[dim]{say('decide.legend')}[/dim]")
    ranks = rank_cells(found, say)
    if ranks:
        console.print()
        keys = ("column.model", "decide.verdict", "decide.best", "decide.ranks", "decide.tier", "decide.front")
        made = table({say(key): "left" for key in keys}, say("decide.ranking_title"))
        for cells in ranks:
            made.add_row(*map(escape, cells))
        console.print(made)
        console.print(f"[dim]{say('decide.ranking_note', draws=f'{found.draws:,}')}[/dim]")
    for title, told in decision_notes(found, say):
        _print_lines(console, title, told)


def _print_lines(console: Any, title: str, lines: Sequence[str]) -> None:
    if lines:
        console.print()
        if title:
            console.print(f"[bold]{escape(title)}[/bold]")
        for line in lines:
            console.print(f"• {escape(line)}")


def regress_and_show(
    say: Texts,
    old: Path,
    runs: Sequence[Path],
    use_case: str | None,
    format: str,
    *,
    fail_on: Sequence[str],
    **settings: Any,
) -> int:
    """Holds a new version of a model against the old one and prints where it is worse.

    Returns:
        exit code: 1 where `fail_on` says so: ``worse`` anywhere for certain, a ``gate`` that it now fails.

    Raises:
        SpecError: what is wrong in the arguments or files.
    """
    _check_format(format)
    failings = _failings(fail_on)
    found = regress(old, *runs, use_case=use_case, **settings)
    if format == "json":
        emit(_as_json(found))
    elif format == "markdown":
        emit(regression_markdown(found, say))
    else:
        _print_regression(say, found)
    now_failed = any(now == "failed" for _, _, now in found.gates)
    return int(("worse" in failings and bool(found.worse)) or ("gate" in failings and now_failed))


def _print_regression(say: Texts, found: Regression) -> None:
    console = open_console()
    columns = {say("decide.figure"): "left", "n": "right", say("column.difference_versions"): "right"}
    columns |= {say("column.interval"): "whole", "p": "right", say("decide.verdict"): "whole"}
    made = table(columns, say("decide.regression_title", new=found.new, old=found.old))
    for cells in regression_cells(found, say):
        made.add_row(*map(escape, cells))
    console.print(made)
    console.print(f"[dim]{say('results.falling_note')}[/dim]")
    for line in regression_lines(found, say):
        console.print(escape(line))

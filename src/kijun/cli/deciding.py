"""``kijun decide``: what it prints."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from rich.markup import escape
from rich.table import Table

from kijun.cli.table_look import as_json, check_format, print_lines, side_by_side, table
from kijun.cli.terminal import emit, open_console
from kijun.errors import SpecError
from kijun.records import Decision, Regression
from kijun.reports.decision_tables import (
    decision_markdown,
    decision_notes,
    gate_cell,
    gate_rows,
    gate_text,
    models_go_down,
    rank_cells,
    regression_cells,
    regression_markdown,
)
from kijun.reports.decision_words import headline, regression_lines
from kijun.reports.texts import Texts
from kijun.workflows import decide, regress

__all__ = ["decide_and_show", "regress_and_show"]

_FAILINGS = ("gate", "unsettled", "worse")
# What "✗ 98.4 %" or a verdict takes of a line.
_VERDICT = 12
_STYLES = {"passed": "green", "failed": "red", "cannot_tell": "yellow"}


def decide_and_show(
    say: Texts, use_case: str, runs: Sequence[Path], format: str, *, fail_on: Sequence[str], **settings: Any
) -> int:
    """Holds models against a use case and prints the answer.

    Returns:
        exit code: 1 where `fail_on` says so.

    Raises:
        SpecError: what is wrong in the arguments or files.
    """
    check_format(format)
    failings = _failings(fail_on)
    found = decide(use_case, *runs, **settings)
    if format != "table":
        emit(as_json(found) if format == "json" else decision_markdown(found, say))
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
    for made in _gate_tables(say, found, console.width):
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
        print_lines(console, title, told)


def _gate_tables(say: Texts, found: Decision, width: int) -> Iterator[Table]:
    """The requirements: a row a model where there are many models, else a column each, as many as fit side by side."""
    gates = [(escape(gate_text(gate, found, say)), outcomes) for gate, outcomes in gate_rows(found)]
    title, verdict = say("decide.gates_title"), say("decide.verdict")
    if models_go_down(found):
        columns = {say("column.model"): "whole", **{text: "left" for text, _ in gates}, verdict: "whole"}
        made = table(columns, title)
        for model in found.models:
            cells = (_coloured(gate.verdict, gate_cell(gate)) for gate in model.gates)
            made.add_row(escape(model.model), *cells, _coloured(model.verdict, say(f"decide.{model.verdict}")))
        yield made
        return
    for some in side_by_side([model.model for model in found.models], width, _VERDICT):
        made = table(
            {say("decide.requirement"): "left", **{escape(found.models[place].model): "whole" for place in some}}, title
        )
        for text, outcomes in gates:
            made.add_row(text, *(_coloured(outcomes[place].verdict, gate_cell(outcomes[place])) for place in some))
        verdicts = [found.models[place].verdict for place in some]
        made.add_row(f"[bold]{verdict}[/bold]", *(_coloured(one, say(f"decide.{one}")) for one in verdicts))
        yield made


def _coloured(verdict: str, text: str) -> str:
    return f"[{_STYLES[verdict]}]{text}[/]"


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
    check_format(format)
    failings = _failings(fail_on)
    found = regress(old, *runs, use_case=use_case, **settings)
    if format == "json":
        emit(as_json(found))
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

"""``kijun rate analyse``: what a campaign's ratings say."""

from __future__ import annotations

from pathlib import Path

import msgspec
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from kijun.analysis.campaign import analyse_campaign
from kijun.cli.campaigns import named_campaign
from kijun.cli.table_look import table
from kijun.cli.terminal import emit, open_console
from kijun.errors import SpecError
from kijun.records.analysis import CampaignAnalysis
from kijun.reports.analysis import (
    Section,
    analysis_heading,
    analysis_markdown,
    analysis_sections,
    summary_lines,
)
from kijun.reports.texts import Texts
from kijun.store.journal import store_error

__all__ = ["analyse_and_show"]


def analyse_and_show(
    say: Texts, name: str, format: str, *, out: Path | None, half_width: float | None, database: str | None
) -> None:
    """Analyses a campaign and shows it, or writes it to a file.

    Raises:
        SpecError: no such campaign or format, or a width that is none.
        StoreError: database or disk failed.
    """
    if format not in ("table", "json", "markdown"):
        raise SpecError(f"--format takes table, json or markdown here; got {format!r}")
    if half_width is not None and not half_width > 0:
        raise SpecError(f"--half-width takes a number above 0; got {half_width!r}")
    found = analyse_campaign(named_campaign(name, database), half_width=half_width)
    if out is None and format == "table":
        _print(say, found)
        return
    text = _json(found) if format == "json" else analysis_markdown(found, say).rstrip("\n")
    if out is None:
        emit(text)
        return
    try:
        out.write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise store_error(error, out) from None
    open_console().print(escape(say("analysis.wrote", file=out)), soft_wrap=True)


def _json(found: CampaignAnalysis) -> str:
    return msgspec.json.format(msgspec.json.encode(found), indent=2).decode()


def _print(say: Texts, found: CampaignAnalysis) -> None:
    console = open_console()
    console.print(f"[bold]{escape(analysis_heading(found, say))}[/bold]", soft_wrap=True)
    for line in summary_lines(found, say):
        console.print(escape(line))
    for section in analysis_sections(found, say):
        console.print(Text(), _table(section))
        for note in section.notes:
            console.print(f"[dim]{escape(note)}[/dim]")


def _table(section: Section) -> Table:
    made = table(section.columns, section.title)
    for number, row in enumerate(section.rows):
        made.add_row(*map(escape, row), style="cyan" if number in section.heads else None)
    return made

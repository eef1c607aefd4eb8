"""``kijun report``: one file that tells what runs say."""

from __future__ import annotations

from pathlib import Path

from rich.markup import escape

from kijun.cli.terminal import open_console
from kijun.reporting import report
from kijun.reports.charts import charts_are_here
from kijun.reports.texts import Texts

__all__ = ["write_report"]


def write_report(say: Texts, runs: list[Path], *, format: str, out: Path | None, items: int) -> None:
    """Writes the report and says where it is; without the extra, how to get charts.

    Raises:
        SpecError, StoreError: as `kijun.reporting.report`.
    """
    path = report(runs, lang=say.language, format=format, out=out, items=items)
    console = open_console()
    console.print(f"[bold]{escape(say('report.written', path=path))}[/bold]", soft_wrap=True)
    if format == "html" and not charts_are_here():
        console.print(f"[yellow]{escape(say('report.no_charts'))}[/yellow]", soft_wrap=True)

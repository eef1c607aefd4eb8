"""``kijun report``: one file that tells what runs say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rich.markup import escape

from kijun.cli.terminal import open_console
from kijun.reporting import report
from kijun.reports.texts import Texts

__all__ = ["write_report"]

_LACKS = {"charts": "report.without_charts", "japanese_font": "report.without_japanese_font"}


def write_report(say: Texts, runs: list[Path], **settings: Any) -> None:
    """Writes the report and says where it is; what it would be better with.

    Raises:
        SpecError, StoreError: as `kijun.reporting.report`.
    """
    written = report(runs, lang=say.language, **settings)
    console = open_console()
    console.print(f"[bold]{escape(say('report.written', path=written.path))}[/bold]", soft_wrap=True)
    for lack in written.lacks:
        console.print(f"[yellow]{escape(say(_LACKS[lack]))}[/yellow]", soft_wrap=True)

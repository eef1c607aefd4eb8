"""``kijun critique`` and ``kijun export preferences``: doing it, and telling what came out."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from rich.markup import escape

from kijun.alignment import critique_run
from kijun.cli.progress import TerminalProgress
from kijun.cli.terminal import open_console
from kijun.models import ModelOptions, check_model
from kijun.reports.texts import Texts
from kijun.store import CRITIQUES

__all__ = ["critique_and_tell"]


def critique_and_tell(say: Texts, run: Path, rubric: str, model: str, *, options: ModelOptions, **chosen: Any) -> None:
    """Has a run's answers criticised and revised, and says what became of them.

    Raises:
        SpecError, WorldError: as `critique_run`.
    """
    check_model(model, options)
    with TerminalProgress(say, model) as progress:
        found = critique_run(run, rubric, model, options=options, progress=progress, **chosen)
    counts = Counter(one.status for one in found)
    console = open_console()
    console.print(escape(say("critique.done", n=len(found), file=run / CRITIQUES)), soft_wrap=True)
    for status in ("revised", "kept", "unchanged", "truncated", "failed"):
        if counts[status]:
            colour = "yellow" if status in ("truncated", "failed") else "default"
            text = escape(say(f"critique.{status}", n=counts[status]))
            console.print(f"  [{colour}]{text}[/{colour}]", soft_wrap=True)
    reasons = Counter(one.reason for one in found if one.reason)
    for reason, n in reasons.most_common(3):
        console.print(f"    [dim]{n} × {escape(reason)}[/dim]", soft_wrap=True)
    if counts["revised"]:
        console.print(f"[dim]{escape(say('critique.next', run=run))}[/dim]", soft_wrap=True)

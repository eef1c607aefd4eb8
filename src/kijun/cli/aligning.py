"""``kijun critique`` and ``kijun export preferences``: doing it, and telling what came out."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from rich.markup import escape

from kijun.alignment import Exported, critique_run, export_preferences
from kijun.cli.campaigns import named_campaign
from kijun.cli.progress import TerminalProgress
from kijun.cli.terminal import open_console
from kijun.errors import SpecError
from kijun.models import ModelOptions, check_model
from kijun.reports.texts import Texts
from kijun.store import CRITIQUES

__all__ = ["critique_and_tell", "export_and_tell"]


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
        console.print(f"[dim]{escape(say('critique.next', run=run, rubric=rubric))}[/dim]", soft_wrap=True)


def export_and_tell(say: Texts, campaign: str, format: str, out: Path, *, database: str | None, **chosen: Any) -> None:
    """Exports a campaign's ratings as training data, and says what is in it and what is not.

    Raises:
        SpecError, StoreError: as `export_preferences`, or a word that an option does not take.
    """
    for name, words in (("method", ("votes", "raters")), ("veto", ("any", "majority"))):
        if chosen[name] not in words:
            raise SpecError(f"--{name} takes {' or '.join(words)}; got {chosen[name]!r}")
    found = export_preferences(named_campaign(campaign, database), format, out, **chosen)
    console = open_console()
    rows = ", ".join(say(f"export_rows.{split}", n=n) for split, n in found.rows.items())
    console.print(f"[bold]{escape(say('export.done', format=format, folder=found.folder))}[/bold]", soft_wrap=True)
    console.print(f"  {escape(rows)}", soft_wrap=True)
    for line in _left_out(say, found):
        console.print(f"  [dim]{escape(line)}[/dim]", soft_wrap=True)
    trained = sum(map(len, found.data.trained_on.values()))
    if trained:
        held = sum(map(len, found.data.held_back.values()))
        key = "export.trained_some" if held else "export.trained_all"
        console.print(f"[yellow]{escape(say(key, trained=trained, held=held))}[/yellow]", soft_wrap=True)
    console.print(f"[dim]{escape(say('export.card', folder=found.folder))}[/dim]", soft_wrap=True)


def _left_out(say: Texts, found: Exported) -> list[str]:
    from kijun.exports import find_format

    pairs = find_format(found.format).holds == "pairs"
    dropped = found.data.dropped if pairs else found.data.dropped_answers
    lines = [f"{say(f'dropped.{reason}')}: {n}" for reason, n in dropped.items()]
    return [*lines, *([say("export.unfit", n=found.unfit)] if found.unfit else [])]

"""Gathers what a report tells."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path

from kijun import __version__
from kijun.analysis.campaign import analyse_campaign
from kijun.errors import SpecError
from kijun.records import Report
from kijun.records.analysis import CampaignAnalysis
from kijun.reporting.items import MOST_ITEMS, reported_items
from kijun.reporting.runs import reported_runs
from kijun.store import Run, campaign_folders, now, read_campaign

__all__ = ["gather"]


def gather(runs: Sequence[str | Path | Run], *, items: int = MOST_ITEMS) -> Report:
    """Everything that a report of these runs says, in no language yet.

    Args:
        runs: finished runs.
        items: the most items to keep.

    Raises:
        SpecError: not a run folder, not finished, named twice, or none at all.
        CorruptFileError: a file in one of them is broken.
    """
    opened = [run if isinstance(run, Run) else Run(run) for run in runs]
    if not opened:
        raise SpecError("a report needs one run at least; name the folders that 'kijun run' printed")
    if items < 0:
        raise SpecError(f"--items takes 0 or more; got {items}")
    folders = [run.folder.resolve() for run in opened]
    if len(set(folders)) < len(folders):
        raise SpecError("the same run is named twice; name each once")
    kept, total = reported_items(opened, items)
    return Report(
        kijun=__version__,
        created=now(),
        command=shlex.join(["kijun", "report", *(folder.name for folder in folders)]),
        runs=reported_runs(opened),
        items=kept,
        n_items=total,
        campaigns=_campaigns(opened),
    )


def _campaigns(runs: Sequence[Run]) -> tuple[CampaignAnalysis, ...]:
    """Each campaign once, also where it rated several of the runs and lies beside all of them."""
    folders = {folder.name: folder for run in runs for folder in campaign_folders(run.folder)}
    return tuple(analyse_campaign(read_campaign(folder)) for folder in folders.values())

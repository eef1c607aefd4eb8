"""Gathers what a report tells."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path

import msgspec

from kijun import __version__
from kijun.analysis.campaign import analyse_campaign
from kijun.decisions import decide_between
from kijun.errors import SpecError
from kijun.profiles import ReadRun, build_profiles
from kijun.records import Decision, Report
from kijun.records.analysis import CampaignAnalysis
from kijun.reporting.items import MOST_ITEMS, reported_items
from kijun.reporting.places import decision_without_places, profiles_without_places
from kijun.reporting.runs import reported_runs
from kijun.specs import UseCaseSpec, find_use_case
from kijun.store import Run, campaign_folders, now, read_campaign

__all__ = ["gather"]


def gather(
    runs: Sequence[str | Path | Run],
    *,
    use_case: str | Path | UseCaseSpec | None = None,
    languages: Sequence[str] = (),
    ratings: bool = True,
    items: int = MOST_ITEMS,
) -> Report:
    """Everything that a report of these runs says, in no language yet.

    Args:
        runs: finished runs.
        use_case: name, file, or the use case itself that the models are held against.
        languages: some of the use case's; none is all.
        ratings: whether what people must have rated counts.
        items: the most items to keep.

    Raises:
        SpecError: not a run folder, not finished, named twice, or none at all; no such use case.
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
    told = reported_runs(opened)
    profiles = build_profiles([ReadRun(run, one.anchored) for run, one in zip(opened, told, strict=True)])
    decision = None
    if use_case is not None:
        spec = use_case if isinstance(use_case, UseCaseSpec) else find_use_case(str(use_case))
        by_folder = {str(run.folder): run for run in opened}
        decision = decide_between(spec, profiles, by_folder, languages=tuple(languages), ratings=ratings)
        decision = decision_without_places(decision)
    kept, total = reported_items(opened, items)
    return Report(
        kijun=__version__,
        created=now(),
        command=_command(folders, decision, languages, ratings=ratings),
        runs=told,
        items=kept,
        n_items=total,
        campaigns=_campaigns(opened),
        profiles=profiles_without_places(profiles),
        decision=decision,
    )


def _command(folders: Sequence[Path], decision: Decision | None, languages: Sequence[str], *, ratings: bool) -> str:
    words = ["kijun", "report", *(folder.name for folder in folders)]
    words += ["--use-case", decision.use_case] if decision is not None else []
    words += [word for language in languages for word in ("--in", language)]
    return shlex.join(words if ratings else [*words, "--no-ratings"])


def _campaigns(runs: Sequence[Run]) -> tuple[CampaignAnalysis, ...]:
    """Each campaign once, also where it rated several of the runs and lies beside all of them.

    Single raters are left out: a report goes further than the people who rated for it were told.
    """
    folders = {folder.name: folder for run in runs for folder in campaign_folders(run.folder)}
    analyses = (analyse_campaign(read_campaign(folder)) for folder in folders.values())
    return tuple(msgspec.structs.replace(found, raters=()) for found in analyses)

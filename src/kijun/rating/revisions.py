"""Critiques with the answers revised by them, as what can be drawn for a campaign of revisions."""

from __future__ import annotations

from collections.abc import Sequence

from kijun.errors import SpecError
from kijun.rating.units import item_id
from kijun.records import CampaignItem, Candidate, Critique, RatedRun
from kijun.store import Run, digest, read_critiques

__all__ = ["revised_runs", "revision_item", "revision_strata", "revisions_of"]


def revised_runs(runs: Sequence[Run], tasks: Sequence[str]) -> tuple[RatedRun, ...]:
    """The runs as a campaign records them, with the tasks whose answers were criticised.

    Raises:
        SpecError: a run without critiques.
    """
    found = []
    for run in runs:
        named = dict.fromkeys(one.task for one in read_critiques(run.folder) if not tasks or one.task in tasks)
        if not named:
            raise SpecError("the run has no critiques of these tasks; make some: kijun critique RUN", file=run.folder)
        found.append(RatedRun(str(run.manifest.model["name"]), str(run.folder), digest(run.manifest), tuple(named)))
    return tuple(found)


def revisions_of(runs: Sequence[Run], rated: Sequence[RatedRun]) -> tuple[list[Critique], dict[str, int]]:
    """Every revised answer, and why the others are none: status -> how many.

    Raises:
        CorruptFileError: a damaged file of critiques.
        SpecError: nothing was revised.
    """
    found, left_out = [], {}
    for run, record in zip(runs, rated, strict=True):
        for one in read_critiques(run.folder):
            if one.task not in record.tasks:
                continue
            if one.status == "revised" and one.revised is not None:
                found.append(one)
            else:
                left_out[one.status] = left_out.get(one.status, 0) + 1
    if not found:
        raise SpecError("there is nothing to rate: no answer was revised")
    return found, left_out


def revision_strata(critiques: Sequence[Critique], by: Sequence[str]) -> list[str]:
    """Stratum of each revision.

    Raises:
        SpecError: something that critiques do not have.
    """
    known = ("task", "axis", "model", "language")
    for name in by:
        if name not in known:
            raise SpecError(f"--by takes {', '.join(known)} in a campaign of revisions; got {name!r}")
    return [" / ".join(str(getattr(one, name) or "") for name in by) if by else "all" for one in critiques]


def revision_item(critique: Critique, stratum: str, chance: float) -> CampaignItem:
    """The answer and its revision, each by whom it is, in this order, with what the critique said."""
    assert critique.revised is not None
    candidates = (
        Candidate(critique.model, critique.messages, critique.original),
        Candidate(critique.critic, critique.messages, critique.revised),
    )
    return CampaignItem(
        id=item_id(critique.task, critique.id, candidates),
        task=critique.task,
        item=critique.item,
        candidates=candidates,
        stratum=stratum,
        inclusion_probability=chance,
        critique=critique.critique,
        cluster=critique.cluster,
        axis=critique.axis,
        language=critique.language,
    )

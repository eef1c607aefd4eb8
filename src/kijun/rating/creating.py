"""A campaign out of finished runs: who is asked what, drawn by a known design."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np

from kijun.errors import SpecError
from kijun.rating.gold_items import practice_items, read_gold
from kijun.rating.revisions import revised_runs, revision_item, revision_strata, revisions_of
from kijun.rating.units import items_of, rated_runs, units_of
from kijun.rating.unsure import uncertainties
from kijun.ratings import OPERATOR, CampaignSettings, CampaignView, RatingPlace
from kijun.ratings.drawing import Allocation, Draw, draw_stratified, draw_unequal
from kijun.records import Campaign, CampaignItem, Design, RatedRun
from kijun.reports.texts import LANGUAGES
from kijun.specs import RubricSpec, find_rubric
from kijun.store import Run, now

__all__ = ["CreationReport", "create_campaign"]


class CreationReport(msgspec.Struct, frozen=True):
    """What was made.

    Attributes:
        population: items that could have been drawn.
        left_out: why others could not -> how many.
    """

    view: CampaignView
    population: int
    left_out: dict[str, int]


def create_campaign(
    place: RatingPlace,
    runs: Sequence[str | Path | Run],
    rubric: str | RubricSpec,
    name: str,
    *,
    design: Design = "pointwise",
    sample: int | None = None,
    by: Sequence[str] = (),
    allocation: Allocation = "proportional",
    unsure: bool = False,
    gold: str | Path | None = None,
    practice: bool = True,
    tasks: Sequence[str] = (),
    seed: int = 1234,
    settings: CampaignSettings | None = None,
) -> CreationReport:
    """Draws items from runs and opens a campaign on them.

    Args:
        place: where the campaign is kept.
        runs: run folders; for pairs two at least, for revisions runs whose answers were criticised (`kijun critique`).
        rubric: name or file of a rubric.
        name: of the campaign.
        sample: items to draw; all when None.
        by: strata: ``task``, ``axis``, ``model``, ``language`` or a column of the items.
        allocation: ``proportional`` to the strata's sizes, or ``equal`` numbers from each.
        unsure: draw more where judge models are unsure; each item's own chance is recorded.
        gold: file of items whose right rating is known.
        practice: the rubric's examples come first, with feedback.
        tasks: which tasks; all with free answers when empty.
        seed: of the draw, of the order of the work and of the sides.
        settings: languages are those of the rubric where they are not given.

    Raises:
        SpecError: something in the arguments, a run that has nothing to rate, a broken gold file.
        CorruptFileError: a damaged run.
    """
    spec = find_rubric(rubric) if isinstance(rubric, str) else rubric
    opened = [run if isinstance(run, Run) else Run(run) for run in runs]
    if design == "pairwise" and len(opened) < 2:
        raise SpecError("pairs need answers of two runs at least; name another run of the same tasks")
    if design == "pairwise" and spec.pairwise is None:
        raise SpecError(f"the rubric {spec.name} does not say how two answers are compared ('pairwise')")
    settings = settings or CampaignSettings(languages=_languages(spec))
    population = _revisions(opened, tasks, by) if design == "revision" else _answers(opened, tasks, by, design)
    rng, number = np.random.default_rng(seed), len(population.strata) if sample is None else sample
    if unsure:
        draw = draw_unequal(population.strata, population.unsure(), number, rng, how=allocation)
    else:
        draw = draw_stratified(population.strata, number, rng, how=allocation)
    items = population.fetch(draw)
    items += practice_items(spec, design, settings.languages) if practice else []
    items += [] if gold is None else read_gold(Path(gold), spec, design)
    campaign = Campaign(
        name=name,
        design=design,
        rubric=msgspec.to_builtins(msgspec.structs.replace(spec, origin=None)),
        rubric_sha256=spec.sha256,
        runs=population.runs,
        languages=settings.languages,
        overlap=settings.overlap,
        seed=seed,
        sampling="uncertainty" if unsure else "stratified",
        strata=draw.strata,
        created=now(),
        by=tuple(by),
        title=settings.title,
        blinding=settings.blinding,
    )
    view = place.campaigns.create(OPERATOR, campaign, items, settings=settings, left_out=population.left_out)
    return CreationReport(view, len(population.strata), population.left_out)


class _Population(NamedTuple):
    """What can be drawn.

    Attributes:
        strata: stratum of each place.
        left_out: why the rest cannot be drawn -> how many.
        unsure: how unsure judges are of each place.
        fetch: the drawn items with their texts.
    """

    runs: tuple[RatedRun, ...]
    strata: list[str]
    left_out: dict[str, int]
    unsure: Callable[[], list[float]]
    fetch: Callable[[Draw], list[CampaignItem]]


def _answers(runs: Sequence[Run], tasks: Sequence[str], by: Sequence[str], design: Design) -> _Population:
    rated = rated_runs(runs, tasks)
    units, left_out = units_of(runs, rated, by, pairs=design == "pairwise")
    return _Population(
        rated,
        [unit.stratum for unit in units],
        left_out,
        lambda: uncertainties(runs, units),
        lambda draw: items_of(runs, [units[place] for place in draw.chosen], draw.chances),
    )


def _revisions(runs: Sequence[Run], tasks: Sequence[str], by: Sequence[str]) -> _Population:
    rated = revised_runs(runs, tasks)
    critiques, left_out = revisions_of(runs, rated)
    strata = revision_strata(critiques, by)

    def nobody_judged() -> list[float]:
        raise SpecError("no judge grades revisions; --unsure is for single answers and pairs")

    def fetch(draw: Draw) -> list[CampaignItem]:
        return [
            revision_item(critiques[place], strata[place], chance)
            for place, chance in zip(draw.chosen, draw.chances, strict=True)
        ]

    return _Population(rated, strata, left_out, nobody_judged, fetch)


def _languages(spec: RubricSpec) -> tuple[str, ...]:
    """Languages of the pages that the rubric speaks."""
    return tuple(language for language in LANGUAGES if language in spec.languages) or LANGUAGES

"""Ratings from files of any making: which form it is, and a campaign of what is in it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import msgspec

from kijun.datasets.files import read_file
from kijun.errors import SpecError
from kijun.rating.argilla import is_argilla, read_argilla
from kijun.rating.cells import from_cell
from kijun.rating.label_studio import is_label_studio, read_label_studio
from kijun.rating.table_rows import Rated, read_row
from kijun.ratings import OPERATOR, CampaignView, RatingPlace
from kijun.records import Campaign, CampaignItem, Design, StratumRecord
from kijun.reports.texts import LANGUAGES
from kijun.specs import RubricSpec, find_rubric
from kijun.store import CampaignFolder, now, read_campaign

__all__ = ["import_ratings", "read_ratings"]

_SHEETS = (".csv", ".tsv", ".tab", ".xlsx", ".xlsm")


def import_ratings(
    place: RatingPlace,
    location: str,
    name: str | None = None,
    *,
    rubric: str | None = None,
    design: Design = "pointwise",
) -> CampaignView:
    """Takes ratings in as a closed campaign, ready to be analysed and exported.

    Args:
        location: a campaign's folder; or a file of ratings, as `read_ratings` takes it.
        name: of the campaign; a folder has its own.
        rubric: by which the ratings were made; a folder has its own.

    Raises:
        SpecError: what is wrong in the file, with its row.
        CorruptFileError: a damaged folder or file.
    """
    if Path(location).is_dir():
        content = read_campaign(Path(location))
        if name is not None:
            content = msgspec.structs.replace(content, campaign=msgspec.structs.replace(content.campaign, name=name))
        return place.importing.keep(OPERATOR, content)
    if rubric is None or name is None:
        raise SpecError("a file of ratings needs the rubric they go by (--rubric) and a name for the campaign (--out)")
    return place.importing.keep(OPERATOR, read_ratings(location, find_rubric(rubric), name, design))


def read_ratings(location: str, rubric: RubricSpec, name: str, design: Design = "pointwise") -> CampaignFolder:
    """A campaign of the ratings in a file: a table that Kijun wrote or anybody else, Label Studio's JSON, Argilla's.

    Args:
        location: ``FILE`` or ``FILE?OURS=THEIRS&...``: a column, field or question of theirs under our name.

    Raises:
        SpecError: a column is missing, a cell is no answer; says which row.
    """
    path_text, _, query = location.partition("?")
    path, renamed = Path(path_text), dict(parse_qsl(query, keep_blank_values=True))
    rows = read_file(path).rows
    if is_label_studio(rows):
        rated = read_label_studio(path, rows, renamed, rubric, design)
    elif is_argilla(rows):
        rated = read_argilla(path, rows, renamed, rubric, design)
    else:
        if path.suffix.lower() in _SHEETS:
            rows = [{name: from_cell(cell) for name, cell in row.items()} for row in rows]
        rated = [read_row(path, line, _renamed(row, renamed), rubric, design) for line, row in enumerate(rows, start=1)]
    if not rated:
        raise SpecError("there are no ratings in it", file=path)
    return _folder(rated, rubric, name, design)


def _renamed(row: dict[str, Any], renamed: dict[str, str]) -> dict[str, Any]:
    return row | {ours: row.get(theirs) for ours, theirs in renamed.items()}


def _folder(rated: Sequence[Rated], rubric: RubricSpec, name: str, design: Design) -> CampaignFolder:
    items: dict[str, CampaignItem] = {}
    for one in rated:
        items.setdefault(one.item.id, one.item)
    known = all(item.inclusion_probability is not None for item in items.values() if item.kind == "sampled")
    counts: dict[str, list[float]] = {}
    for item in items.values():
        if item.kind == "sampled":
            counts.setdefault(item.stratum, []).append(1 / (item.inclusion_probability or 1))
    raters: dict[str, set[str]] = {}
    for one in rated:
        raters.setdefault(one.item.id, set()).add(one.rating.rater)
    campaign = Campaign(
        name=name,
        design=design,
        rubric=msgspec.to_builtins(msgspec.structs.replace(rubric, origin=None)),
        rubric_sha256=rubric.sha256,
        runs=(),
        languages=tuple(language for language in LANGUAGES if language in rubric.languages) or LANGUAGES,
        overlap=max(map(len, raters.values())),
        seed=0,
        # Chances that came with the ratings are each item's own; their sum of weights is the population's size.
        sampling="uncertainty" if known else "chosen",
        strata=tuple(
            StratumRecord(stratum, round(sum(weights)), len(weights)) for stratum, weights in sorted(counts.items())
        ),
        created=now(),
    )
    return CampaignFolder(campaign, tuple(items.values()), tuple(one.rating for one in rated))

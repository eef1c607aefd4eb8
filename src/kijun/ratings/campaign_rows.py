"""A campaign as rows: made of its record, and read back."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Mapping, Sequence

import msgspec
from sqlalchemy.orm import Session

from kijun.errors import SpecError
from kijun.ratings.audit import note
from kijun.ratings.clock import Clock, timestamp
from kijun.ratings.person import OPERATOR
from kijun.ratings.settings import CampaignSettings, changed_settings
from kijun.ratings.submissions import rubric_of
from kijun.ratings.tables import CampaignRow, ItemRow
from kijun.records import Campaign, CampaignItem
from kijun.specs import RubricSpec

__all__ = ["add_campaign", "campaign_of", "rubric_in", "settings_of", "taken"]

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


def settings_of(row: CampaignRow) -> CampaignSettings:
    """Settings of a row."""
    return msgspec.json.decode(row.settings, type=CampaignSettings)


def campaign_of(row: CampaignRow) -> Campaign:
    """The record of a row, with those settings that are part of it as they are now."""
    settings = settings_of(row)
    return msgspec.structs.replace(
        msgspec.json.decode(row.content, type=Campaign),
        title=settings.title,
        languages=settings.languages,
        overlap=settings.overlap,
        blinding=settings.blinding,
    )


def rubric_in(campaign: Campaign) -> RubricSpec:
    """The rubric that a campaign carries."""
    return rubric_of(msgspec.json.encode(campaign.rubric))


def add_campaign(
    session: Session,
    clock: Clock,
    campaign: Campaign,
    items: Sequence[CampaignItem],
    settings: CampaignSettings | None,
    left_out: Mapping[str, int],
    state: str,
) -> CampaignRow:
    """Adds a campaign with its items, within a transaction.

    Raises:
        SpecError: as `Campaigns.create`. IntegrityError: the name is taken, or an item is there twice.
    """
    _check(campaign, items)
    settings = settings or CampaignSettings()
    plain = {"title": settings.title or campaign.title, "languages": campaign.languages, "overlap": campaign.overlap}
    settings = changed_settings(settings, {**plain, "blinding": msgspec.to_builtins(campaign.blinding)})
    kinds = Counter(item.kind for item in items)
    row = CampaignRow(
        name=campaign.name,
        n_items=kinds["sampled"],
        n_gold=kinds["gold"],
        n_training=kinds["training"],
        content=msgspec.json.encode(campaign).decode(),
        settings=msgspec.json.encode(settings).decode(),
        left_out=msgspec.json.encode(dict(left_out)).decode(),
        state=state,
        version=1,
        created=campaign.created or timestamp(clock()),
        closed=timestamp(clock()) if state == "closed" else None,
    )
    session.add(row)
    session.flush()
    session.add_all(_item_rows(row.id, campaign, items, settings.overlap))
    session.flush()
    note(session, clock, OPERATOR, row.id, "create", "campaign", None, {"items": len(items)})
    return row


def taken(name: str) -> str:
    """What is said when a campaign cannot be added."""
    return f"this database has a campaign {name!r} already, or an item twice; choose another name"


def _check(campaign: Campaign, items: Sequence[CampaignItem]) -> None:
    if not _NAME.fullmatch(campaign.name):
        raise SpecError(
            f"a campaign's name is a folder's name too: letters, digits, '.', '_' and '-'; got {campaign.name!r}"
        )
    if not any(item.kind == "sampled" for item in items):
        raise SpecError("no items were drawn; there is nothing to rate")
    if campaign.design == "pairwise" and rubric_in(campaign).pairwise is None:
        raise SpecError(f"the rubric {rubric_in(campaign).name} does not say how two answers are compared ('pairwise')")


def _item_rows(campaign_id: int, campaign: Campaign, items: Sequence[CampaignItem], overlap: int) -> list[ItemRow]:
    places = list(range(len(items)))
    random.Random(f"{campaign.seed}:order").shuffle(places)
    return [
        ItemRow(
            campaign_id=campaign_id,
            key=item.id,
            kind=item.kind,
            stratum=item.stratum,
            language=item.language,
            # Practice keeps the order in which it was written, from easy to hard.
            position=number if item.kind == "training" else place,
            places_left=overlap if item.kind == "sampled" else None,
            content=msgspec.json.encode(item).decode(),
        )
        for number, (item, place) in enumerate(zip(items, places, strict=True))
    ]

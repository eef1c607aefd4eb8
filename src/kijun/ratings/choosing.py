"""Which item a rater gets next."""

from __future__ import annotations

import random
import uuid

import msgspec
from sqlalchemy import ColumnElement, Select, func, literal_column, or_, select, update
from sqlalchemy.orm import Session

from kijun.ratings.campaign_rows import settings_of
from kijun.ratings.clock import Clock, later, timestamp
from kijun.ratings.person import Person
from kijun.ratings.secrets import new_token
from kijun.ratings.settings import CampaignSettings
from kijun.ratings.tables import AssignmentRow, CampaignRow, ItemRow, MembershipRow
from kijun.records import Campaign

__all__ = ["add_places", "choose", "open_items"]

# What counts as having had an item; what was given back may come again.
_TOUCHED = ("leased", "done")


def choose(
    session: Session, clock: Clock, row: CampaignRow, member: MembershipRow, person: Person
) -> AssignmentRow | None:
    """The next item for a rater, taken and leased; None when nothing waits for this one."""
    settings = settings_of(row)
    campaign = msgspec.json.decode(row.content, type=Campaign)
    locale = person.locale if person.locale in settings.languages else settings.languages[0]
    quota = settings.quota if member.quota is None else member.quota
    item = session.scalars(_practice(row, member, locale)).first()
    if item is None and (quota is None or member.done < quota):
        item = _left_behind(session, row, member)
        item = item or _gold(session, row, member, campaign, settings) or _sampled(session, row, member)
    if item is None:
        return None
    add_places(session, item.id, -1)
    earlier = session.scalar(
        select(AssignmentRow).where(AssignmentRow.item_id == item.id, AssignmentRow.person_id == member.person_id)
    )
    if earlier is not None:
        earlier.state, earlier.started, earlier.paused_seconds = "leased", timestamp(clock()), 0.0
        session.flush()
        return earlier
    made = AssignmentRow(
        id=uuid.uuid4().hex,
        campaign_id=row.id,
        item_id=item.id,
        person_id=member.person_id,
        state="leased",
        order=msgspec.json.encode(_order(campaign, item, member)).decode(),
        key=new_token(),
        started=timestamp(clock()),
        lease_until=later(clock(), minutes=settings.lease_minutes),
        paused_seconds=0.0,
    )
    session.add(made)
    session.flush()
    return made


def add_places(session: Session, item_id: int, number: int) -> None:
    """Gives places of an item back, or takes them; nothing where everybody may have it."""
    session.execute(
        update(ItemRow)
        .where(ItemRow.id == item_id, ItemRow.places_left.is_not(None))
        .values(places_left=ItemRow.places_left + number)
    )


def _untouched(member: MembershipRow) -> ColumnElement[bool]:
    """The rater never had the item, or gave it back."""
    mine = (
        select(AssignmentRow.id)
        .where(
            AssignmentRow.item_id == ItemRow.id,
            AssignmentRow.person_id == member.person_id,
            AssignmentRow.state.in_(_TOUCHED),
        )
        .correlate(ItemRow)
    )
    return ~mine.exists()


def _practice(row: CampaignRow, member: MembershipRow, locale: str) -> Select[tuple[ItemRow]]:
    return (
        select(ItemRow)
        .where(ItemRow.campaign_id == row.id, ItemRow.kind == "training", _untouched(member))
        .where(or_(ItemRow.language.is_(None), ItemRow.language == locale))
        .order_by(ItemRow.position)
        .limit(1)
    )


def _gold(
    session: Session, row: CampaignRow, member: MembershipRow, campaign: Campaign, settings: CampaignSettings
) -> ItemRow | None:
    """A gold item, where chance says that it is time for one and there is one that the rater has not seen."""
    had = session.scalar(
        select(func.count()).where(AssignmentRow.campaign_id == row.id, AssignmentRow.person_id == member.person_id)
    )
    chance = random.Random(f"{campaign.seed}:gold:{member.pseudonym}:{had}")
    if chance.random() >= settings.gold_share:
        return None
    unseen = session.scalars(
        select(ItemRow.id).where(ItemRow.campaign_id == row.id, ItemRow.kind == "gold", _untouched(member))
    ).all()
    return session.get_one(ItemRow, chance.choice(sorted(unseen))) if unseen else None


def _left_behind(session: Session, row: CampaignRow, member: MembershipRow) -> ItemRow | None:
    """What the rater left for too long, if nobody else has taken it: its draft is there still."""
    query = (
        select(ItemRow)
        .join(AssignmentRow, AssignmentRow.item_id == ItemRow.id)
        .where(
            AssignmentRow.campaign_id == row.id,
            AssignmentRow.person_id == member.person_id,
            AssignmentRow.state == "expired",
            or_(ItemRow.places_left > 0, ItemRow.places_left.is_(None)),
        )
        .order_by(AssignmentRow.lease_until.desc())
        .limit(1)
    )
    return session.scalars(query.with_for_update(of=ItemRow, skip_locked=True)).first()


def open_items(session: Session, row: CampaignRow, member: MembershipRow) -> int:
    """Drawn items that could still be handed out to the rater: all open ones less those that were had.

    Counted as a difference: looking each open item up among the rater's own would take long for every page.
    """
    wanting = ItemRow.places_left > literal_column("0")
    every = session.scalar(select(func.count()).where(ItemRow.campaign_id == row.id, wanting))
    mine = session.scalar(
        select(func.count())
        .select_from(AssignmentRow)
        .join(ItemRow, ItemRow.id == AssignmentRow.item_id)
        .where(
            AssignmentRow.campaign_id == row.id,
            AssignmentRow.person_id == member.person_id,
            AssignmentRow.state.in_(_TOUCHED),
            wanting,
        )
    )
    return (every or 0) - (mine or 0)


def _sampled(session: Session, row: CampaignRow, member: MembershipRow) -> ItemRow | None:
    """The first item in the campaign's order that wants a rater and never was this one's."""
    query = (
        select(ItemRow)
        # The literal is what the partial index is made with; a parameter would keep SQLite from using it.
        .where(ItemRow.campaign_id == row.id, ItemRow.places_left > literal_column("0"), _untouched(member))
        .order_by(ItemRow.position)
        .limit(1)
    )
    free = session.scalars(query.with_for_update(of=ItemRow, skip_locked=True)).first()
    # What others are taking this very moment was passed over. If nothing else is left, it is worth waiting for.
    return free or session.scalars(query.with_for_update(of=ItemRow)).first()


def _order(campaign: Campaign, item: ItemRow, member: MembershipRow) -> tuple[int, ...]:
    """Candidates in the order in which they are shown: of a pair, each with equal chance first."""
    if campaign.design == "pointwise":
        return (0,)
    if campaign.design == "revision":
        return (0, 1)
    swapped = random.Random(f"{campaign.seed}:side:{item.key}:{member.pseudonym}").random() < 0.5
    return (1, 0) if swapped else (0, 1)

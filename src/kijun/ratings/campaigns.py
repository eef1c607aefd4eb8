"""Campaigns: making them, opening, pausing and closing them, changing their settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import msgspec
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kijun.errors import ConflictError, NotAllowedError, SpecError
from kijun.ratings.audit import note
from kijun.ratings.campaign_rows import add_campaign, campaign_of, rubric_in, settings_of, taken
from kijun.ratings.clock import Clock, timestamp
from kijun.ratings.database import Database
from kijun.ratings.person import OPERATOR, Person, Role, admit
from kijun.ratings.settings import CampaignSettings, changed_settings
from kijun.ratings.tables import AssignmentRow, CampaignRow, ItemRow, MembershipRow, RatingRow
from kijun.records import Campaign, CampaignItem
from kijun.specs import RubricSpec

__all__ = ["CampaignState", "CampaignView", "Campaigns"]

CampaignState = Literal["draft", "open", "paused", "closed"]

_MOVES: dict[str, tuple[str, ...]] = {"draft": ("open",), "open": ("paused", "closed"), "paused": ("open", "closed")}
_MOVES["closed"] = ("open",)


class CampaignView(msgspec.Struct, frozen=True):
    """A campaign as people see it.

    Attributes:
        role: of the person who asked; None for the operator.
        version: hand it back with a change; a change made on an older version is refused.
        left_out: why items could not be drawn -> how many.
        n_items: drawn items; `n_gold`, `n_training` those besides.
    """

    campaign: Campaign
    settings: CampaignSettings
    state: CampaignState
    role: Role | None
    version: int
    left_out: dict[str, int]
    n_items: int
    n_gold: int
    n_training: int
    closed: str | None

    @property
    def title(self) -> str:
        """What the campaign is called on pages."""
        return self.settings.title or self.campaign.title or self.campaign.name

    @property
    def rubric(self) -> RubricSpec:
        """The rubric that raters go by."""
        return rubric_in(self.campaign)


class Campaigns:
    """Everything that is done to a campaign as a whole."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock

    def create(
        self,
        person: Person,
        campaign: Campaign,
        items: Sequence[CampaignItem],
        *,
        settings: CampaignSettings | None = None,
        left_out: Mapping[str, int] | None = None,
        state: CampaignState = "open",
    ) -> CampaignView:
        """Makes a campaign of items that were drawn already; only the operator does.

        Items are handed out in an order of their own, drawn by the campaign's seed: whenever the work stops, what was
        rated is a random part of what was drawn.

        Raises:
            SpecError: a name that is no folder name or is taken, no items, a rubric that does not fit the design.
            NotAllowedError: not the operator.
        """
        if person != OPERATOR:
            raise NotAllowedError("campaigns are made from runs on the machine itself: kijun rate create")
        try:
            with self._database.writing() as session:
                add_campaign(session, self._clock, campaign, items, settings, left_out or {}, state)
        except IntegrityError:
            raise SpecError(taken(campaign.name)) from None
        return self.find(person, campaign.name)

    def find(self, person: Person, name: str) -> CampaignView:
        """A campaign in which the person has a part.

        Raises:
            NotAllowedError: no part in it. UnknownNameError: there is none (told to the operator only).
        """
        with self._database.reading() as session:
            return self._find(session, person, name)

    def _find(self, session: Session, person: Person, name: str) -> CampaignView:
        if person.id is None:
            row, member = admit(session, person, name, "watch")
        else:
            row, member = _any_part(session, person, name)
        return _view(row, member)

    def all(self, person: Person) -> list[CampaignView]:
        """The campaigns in which the person has a part, newest first; the operator sees all."""
        with self._database.reading() as session:
            if person.id is None:
                rows = [(row, None) for row in session.scalars(select(CampaignRow).order_by(CampaignRow.id.desc()))]
                return [_view(row, member) for row, member in rows]
            found = session.execute(
                select(CampaignRow, MembershipRow)
                .join(MembershipRow, MembershipRow.campaign_id == CampaignRow.id)
                .where(MembershipRow.person_id == person.id)
                .order_by(CampaignRow.id.desc())
            ).all()
            return [_view(row, member) for row, member in found]

    def move(self, person: Person, name: str, state: CampaignState, *, version: int | None = None) -> CampaignView:
        """Opens, pauses or closes a campaign. Closing gives back all work in hand; nothing is lost that was submitted.

        Args:
            version: of the view on which the decision was made; None moves it whatever happened meanwhile.

        Raises:
            ConflictError: it was changed meanwhile, or cannot go there from its present state.
            NotAllowedError: not an organiser.
        """
        with self._database.writing() as session:
            row, member = admit(session, person, name, "organise", lock="change")
            _check_version(row, version)
            if state == row.state:
                return _view(row, member)
            if state not in _MOVES[row.state]:
                raise ConflictError(f"{name!r} is {row.state}; from there it can only become {_MOVES[row.state]}")
            note(session, self._clock, person, row.id, "state", "campaign", row.state, state)
            row.state, row.version = state, row.version + 1
            row.closed = timestamp(self._clock()) if state == "closed" else None
            if state == "closed":
                _give_back_all(session, row.id)
            session.flush()
            return _view(row, member)

    def change(self, person: Person, name: str, changes: Mapping[str, Any], *, version: int) -> CampaignView:
        """Changes settings, named as in `CampaignSettings`.

        Args:
            version: of the view on which the change was made.

        Raises:
            ConflictError: somebody changed the campaign meanwhile; nothing was changed.
            SpecError: an unknown setting or a value out of range.
            NotAllowedError: not an organiser.
        """
        with self._database.writing() as session:
            row, member = admit(session, person, name, "organise", lock="change")
            _check_version(row, version)
            old = settings_of(row)
            new = changed_settings(old, dict(changes))
            before, after = (msgspec.to_builtins(settings) for settings in (old, new))
            changed = [key for key in after if before[key] != after[key]]
            if not changed:
                return _view(row, member)
            if new.overlap != old.overlap:
                more = new.overlap - old.overlap
                session.execute(
                    update(ItemRow)
                    .where(ItemRow.campaign_id == row.id, ItemRow.places_left.is_not(None))
                    .values(places_left=ItemRow.places_left + more)
                )
            row.settings, row.version = msgspec.json.encode(new).decode(), row.version + 1
            note(
                session,
                self._clock,
                person,
                row.id,
                "settings",
                "campaign",
                {key: before[key] for key in changed},
                {key: after[key] for key in changed},
            )
            session.flush()
            return _view(row, member)

    def delete(self, person: Person, name: str) -> None:
        """Deletes a campaign with everything in it; owners only. Exports made before stay.

        Raises:
            NotAllowedError: not an owner. ConflictError: it is not closed.
        """
        with self._database.writing() as session:
            row, _ = admit(session, person, name, "own", lock="change")
            if row.state not in ("closed", "draft"):
                raise ConflictError(f"{name!r} is {row.state}; close it before deleting it")
            session.query(RatingRow).filter(RatingRow.campaign_id == row.id).delete()
            session.delete(row)
            note(session, self._clock, person, None, "delete", f"campaign {name}")


def _any_part(session: Session, person: Person, name: str) -> tuple[CampaignRow, MembershipRow | None]:
    try:
        return admit(session, person, name, "work")
    except SpecError:
        return admit(session, person, name, "watch")


def _check_version(row: CampaignRow, version: int | None) -> None:
    if version is not None and version != row.version:
        raise ConflictError(
            f"{row.name!r} was changed by somebody else meanwhile (version {row.version}, you saw {version}); "
            "look at it as it is now and make your change again"
        )


def _give_back_all(session: Session, campaign_id: int) -> None:
    """Ends all leases; the drafts stay, in case the campaign is opened again."""
    leased = (
        select(AssignmentRow.item_id, func.count().label("n"))
        .where(AssignmentRow.campaign_id == campaign_id, AssignmentRow.state == "leased")
        .group_by(AssignmentRow.item_id)
        .subquery()
    )
    for item_id, count in session.execute(select(leased.c.item_id, leased.c.n)).all():
        session.execute(
            update(ItemRow)
            .where(ItemRow.id == item_id, ItemRow.places_left.is_not(None))
            .values(places_left=ItemRow.places_left + count)
        )
    session.execute(
        update(AssignmentRow)
        .where(AssignmentRow.campaign_id == campaign_id, AssignmentRow.state == "leased")
        .values(state="expired", paused=None)
    )


def _view(row: CampaignRow, member: MembershipRow | None) -> CampaignView:
    return CampaignView(
        campaign=campaign_of(row),
        settings=settings_of(row),
        state=row.state,  # type: ignore[arg-type]
        role=None if member is None else member.role,  # type: ignore[arg-type]
        version=row.version,
        left_out=msgspec.json.decode(row.left_out, type=dict[str, int]),
        n_items=row.n_items,
        n_gold=row.n_gold,
        n_training=row.n_training,
        closed=row.closed,
    )

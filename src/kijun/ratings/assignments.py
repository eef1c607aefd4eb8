"""Work in people's hands: handing it out, drafts, pauses, giving it back."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from kijun.errors import ConflictError, NotAllowedError, SpecError
from kijun.ratings.campaign_rows import settings_of
from kijun.ratings.choosing import add_places, choose
from kijun.ratings.clock import Clock, later, seconds_between, timestamp
from kijun.ratings.database import Database
from kijun.ratings.handing_out import Held, held_by_id, work_of
from kijun.ratings.person import Person, admit
from kijun.ratings.settings import CampaignSettings
from kijun.ratings.tables import AssignmentRow, CampaignRow, ItemRow, MembershipRow
from kijun.ratings.work import Work

__all__ = ["Assignments"]

_MOST_BYTES_OF_A_DRAFT = 400_000
_SWEPT_AT_ONCE = 100


class Assignments:
    """What a rater does with work that is not submitted yet."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock

    def next(self, person: Person, campaign: str) -> Work | None:
        """The work that the rater holds already, or the next piece; None when nothing waits for this rater now.

        Practice comes first, in its order; then drawn items, with gold among them. An item that nobody touched for
        `CampaignSettings.lease_minutes` goes back to others. Nobody gets an item twice, and an item no more raters than
        are wanted.

        Raises:
            NotAllowedError: no rater of this campaign, or stopped by an organiser.
            ConflictError: the campaign is not open; work that a rater holds can be finished while it is paused.
        """
        with self._database.reading() as session:
            row, member = admit(session, person, campaign, "work")
            assert member is not None
            held = self._held(session, row, member)
            if held is not None and held.assignment.lease_until > later(self._clock(), minutes=_half_lease(row)):
                return work_of(session, held)
            _check_open(row, member, holds=held is not None)
            stale = session.scalars(self._stale(row).limit(1)).first()
        if stale is not None:
            self._take_back_stale(row)
        with self._database.writing() as session:
            row, member = admit(session, person, campaign, "work", lock="share")
            assert member is not None
            # Two pages of one rater wait for each other here, and get the same piece of work.
            session.execute(select(MembershipRow.id).where(MembershipRow.id == member.id).with_for_update())
            held = self._held(session, row, member)
            _check_open(row, member, holds=held is not None)
            if held is None:
                assignment = choose(session, self._clock, row, member, person)
                if assignment is None:
                    return None
                held = held_by_id(session, person, assignment.id)
            held.assignment.lease_until = self._lease(held.assignment, settings_of(row))
            session.flush()
            return work_of(session, held)

    def find(self, person: Person, assignment: str) -> Work:
        """A piece of work by its name, as long as it is in the rater's hands.

        Raises:
            NotAllowedError: not this rater's. ConflictError: submitted, or given back.
        """
        with self._database.reading() as session:
            held = held_by_id(session, person, assignment)
            _check_in_hand(held.assignment)
            return work_of(session, held)

    def save_draft(self, person: Person, assignment: str, draft: dict[str, Any]) -> str:
        """Keeps what is filled in so far, and the work for another lease.

        Args:
            draft: anything that JSON can hold; it comes back as `Work.draft`.

        Returns:
            Until when the work stays with the rater.

        Raises:
            NotAllowedError: not this rater's. ConflictError: submitted, or given back. SpecError: too large.
        """
        try:
            text = msgspec.json.encode(draft).decode()
        except (TypeError, UnicodeEncodeError) as error:
            raise SpecError(f"a draft is what JSON can hold; {error}") from None
        if len(text) > _MOST_BYTES_OF_A_DRAFT:
            raise SpecError(f"a draft has at most {_MOST_BYTES_OF_A_DRAFT} bytes; got {len(text)}")
        with self._database.writing() as session:
            held = held_by_id(session, person, assignment, lock=True)
            _check_in_hand(held.assignment)
            held.assignment.draft = text
            held.assignment.lease_until = self._lease(held.assignment, settings_of(held.campaign))
            return held.assignment.lease_until

    def pause(self, person: Person, assignment: str) -> Work:
        """Rests: the work stays with the rater for `CampaignSettings.pause_hours`, and the time does not count.

        Raises:
            NotAllowedError: not this rater's. ConflictError: submitted, or given back.
        """
        with self._database.writing() as session:
            held = held_by_id(session, person, assignment, lock=True)
            _check_in_hand(held.assignment)
            held.assignment.paused = held.assignment.paused or timestamp(self._clock())
            held.assignment.lease_until = self._lease(held.assignment, settings_of(held.campaign))
            session.flush()
            return work_of(session, held)

    def resume(self, person: Person, assignment: str) -> Work:
        """Goes on after a rest.

        Raises:
            NotAllowedError: not this rater's. ConflictError: submitted, or given back.
        """
        with self._database.writing() as session:
            held = held_by_id(session, person, assignment, lock=True)
            _check_in_hand(held.assignment)
            if held.assignment.paused is not None:
                held.assignment.paused_seconds += seconds_between(held.assignment.paused, timestamp(self._clock()))
                held.assignment.paused = None
            held.assignment.lease_until = self._lease(held.assignment, settings_of(held.campaign))
            session.flush()
            return work_of(session, held)

    def give_back(self, person: Person, assignment: str) -> None:
        """Lets others have the work at once; the draft stays, should it come back.

        Raises:
            NotAllowedError: not this rater's. ConflictError: submitted, or given back before.
        """
        with self._database.writing() as session:
            held = held_by_id(session, person, assignment, lock=True)
            _check_in_hand(held.assignment)
            held.assignment.state, held.assignment.paused = "returned", None
            add_places(session, held.item.id, 1)

    def _lease(self, assignment: AssignmentRow, settings: CampaignSettings) -> str:
        if assignment.paused is not None:
            return later(self._clock(), hours=settings.pause_hours)
        return later(self._clock(), minutes=settings.lease_minutes)

    def _held(self, session: Session, row: CampaignRow, member: MembershipRow) -> Held | None:
        """What the rater has in hand: what is begun and was touched last comes first, what rests last."""
        found = session.execute(
            select(AssignmentRow, ItemRow)
            .join(ItemRow, ItemRow.id == AssignmentRow.item_id)
            .where(
                AssignmentRow.campaign_id == row.id,
                AssignmentRow.person_id == member.person_id,
                AssignmentRow.state == "leased",
            )
            .order_by(
                AssignmentRow.paused.is_not(None), AssignmentRow.draft.is_(None), AssignmentRow.lease_until.desc()
            )
            .limit(1)
        ).first()
        return None if found is None else Held(found[0], found[1], row, member)

    def _stale(self, row: CampaignRow) -> Select[tuple[AssignmentRow]]:
        return select(AssignmentRow).where(
            AssignmentRow.campaign_id == row.id,
            AssignmentRow.state == "leased",
            AssignmentRow.lease_until < timestamp(self._clock()),
        )

    def _take_back_stale(self, row: CampaignRow) -> None:
        """Ends leases that ran out; in a transaction of its own, so that nobody waits for two items in turn."""
        with self._database.writing() as session:
            query = self._stale(row).order_by(AssignmentRow.id).limit(_SWEPT_AT_ONCE)
            for assignment in session.scalars(query.with_for_update(skip_locked=True)).all():
                assignment.state, assignment.paused = "expired", None
                session.flush()
                add_places(session, assignment.item_id, 1)


def _half_lease(row: CampaignRow) -> float:
    return settings_of(row).lease_minutes / 2


def _check_open(row: CampaignRow, member: MembershipRow, *, holds: bool) -> None:
    if member.stopped is not None:
        raise NotAllowedError("an organiser has ended your work on this campaign; ask them if that surprises you")
    if row.state != "open" and not (row.state == "paused" and holds):
        raise ConflictError(f"the campaign {row.name!r} is {row.state}; no work is handed out")


def _check_in_hand(assignment: AssignmentRow) -> None:
    if assignment.state == "done":
        raise ConflictError("this was submitted already; undo it to change it")
    if assignment.state != "leased":
        raise ConflictError("this lay untouched for too long and went back to others; ask for work again")

"""What is kept about a person: handing it out, taking the name off, deleting it, and doing so when time is up."""

from __future__ import annotations

import secrets as random_secrets
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from kijun.errors import NotAllowedError, SpecError
from kijun.ratings.audit import note
from kijun.ratings.campaign_rows import settings_of
from kijun.ratings.choosing import add_places
from kijun.ratings.clock import Clock, timestamp
from kijun.ratings.database import Database
from kijun.ratings.person import OPERATOR, Person, admit
from kijun.ratings.tables import (
    AssignmentRow,
    AuditRow,
    CampaignRow,
    GoldResultRow,
    InviteRow,
    ItemRow,
    MembershipRow,
    PersonRow,
    RatingRow,
    SessionRow,
)

__all__ = ["PersonalData"]


class PersonalData:
    """The rights of people over what is kept about them.

    People may ask for their own; owners for that of members of their campaigns, in these campaigns; the operator for
    everybody's.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock

    def of(self, person: Person, whom: int | None = None, *, campaign: str | None = None) -> dict[str, Any]:
        """Everything that is kept about somebody, as JSON can hold it; no secrets.

        Args:
            whom: None is the person who asks.
            campaign: in this campaign only; None is everywhere.

        Raises:
            NotAllowedError: somebody else's, outside of one's own campaigns.
        """
        with self._database.reading() as session:
            who, members = self._subject(session, person, whom, campaign)
            return {
                "name": who.name,
                "locale": who.locale,
                "created": who.created,
                "has_password": who.password is not None,
                "identity": None if who.issuer is None else {"issuer": who.issuer, "subject": who.subject},
                "sessions": _sessions(session, who),
                "campaigns": [_in_campaign(session, who, row, member) for row, member in members],
            }

    def anonymise(self, person: Person, whom: int | None = None, *, campaign: str | None = None) -> list[str]:
        """Takes the name off somebody's work: judgements stay under their pseudonym, nobody can sign in to them.

        The account goes when it has no part in any campaign any more.

        Args: as `of`.

        Returns:
            Campaigns in which it was done.

        Raises:
            NotAllowedError: somebody else, outside of one's own campaigns.
        """
        with self._database.writing() as session:
            who, members = self._subject(session, person, whom, campaign)
            for row, member in members:
                _split_off(session, self._clock, row, member)
                note(session, self._clock, _actor(person, who), row.id, "anonymise", member.pseudonym)
            _drop_if_nowhere(session, who)
            return [row.name for row, _ in members]

    def erase(self, person: Person, whom: int | None = None, *, campaign: str | None = None) -> list[str]:
        """Deletes somebody's work as well: judgements, drafts, times. Others get the items, where a campaign is open.

        What was exported before is not reached.

        Args, Returns, Raises: as `anonymise`.
        """
        with self._database.writing() as session:
            who, members = self._subject(session, person, whom, campaign)
            for row, member in members:
                count = _erase_work(session, row, who)
                note(
                    session, self._clock, _actor(person, who), row.id, "erase", member.pseudonym, {"judgements": count}
                )
                session.delete(member)
                session.flush()
                _forget_in_log(session, row, who)
            _drop_if_nowhere(session, who)
            return [row.name for row, _ in members]

    def apply_retention(self, person: Person = OPERATOR) -> dict[str, int]:
        """Takes raters' names off in campaigns that have been closed for longer than they said.

        Returns:
            Campaign -> raters whose names went.

        Raises:
            NotAllowedError: not the operator.
        """
        if person != OPERATOR:
            raise NotAllowedError("the operator of the machine does this: kijun rate retention")
        done: dict[str, int] = {}
        with self._database.writing() as session:
            for row in session.scalars(select(CampaignRow).where(CampaignRow.closed.is_not(None))).all():
                days = settings_of(row).retention_days
                if days is None or row.closed is None:
                    continue
                if datetime.fromisoformat(row.closed) + timedelta(days=days) > self._clock():
                    continue
                members = session.execute(
                    select(MembershipRow, PersonRow)
                    .join(PersonRow, PersonRow.id == MembershipRow.person_id)
                    .where(MembershipRow.campaign_id == row.id, MembershipRow.role == "rater")
                    .where(PersonRow.anonymised.is_(None))
                ).all()
                for member, who in members:
                    _split_off(session, self._clock, row, member)
                    _drop_if_nowhere(session, who)
                if members:
                    done[row.name] = len(members)
                    note(session, self._clock, person, row.id, "retention", "campaign", None, {"raters": len(members)})
        return done

    def _subject(
        self, session: Session, person: Person, whom: int | None, campaign: str | None
    ) -> tuple[PersonRow, list[tuple[CampaignRow, MembershipRow]]]:
        """The person it is about, and the parts in campaigns that the one who asks may decide on."""
        about = person.id if whom is None else whom
        if about is None:
            raise SpecError("say whose data: the operator has none")
        if person.id is not None and about != person.id:
            if campaign is None:
                raise NotAllowedError("people decide themselves about all that is kept about them; name a campaign")
            admit(session, person, campaign, "own")
        query = (
            select(CampaignRow, MembershipRow)
            .join(MembershipRow, MembershipRow.campaign_id == CampaignRow.id)
            .where(MembershipRow.person_id == about)
            .order_by(CampaignRow.id)
        )
        if campaign is not None:
            query = query.where(CampaignRow.name == campaign)
        who, found = session.get(PersonRow, about), session.execute(query).all()
        if who is None or (campaign is not None and not found):
            raise SpecError(f"there is no such member: {about!r}")
        return who, [(row, member) for row, member in found]


def _actor(person: Person, about: PersonRow) -> Person:
    """Who is noted in the log; people who decide about themselves leave no name there."""
    return OPERATOR if person.id == about.id else person


def _sessions(session: Session, who: PersonRow) -> list[dict[str, str]]:
    rows = session.scalars(select(SessionRow).where(SessionRow.person_id == who.id)).all()
    return [{"created": row.created, "expires": row.expires} for row in rows]


def _in_campaign(session: Session, who: PersonRow, row: CampaignRow, member: MembershipRow) -> dict[str, Any]:
    ratings = session.scalars(
        select(RatingRow).where(RatingRow.campaign_id == row.id, RatingRow.person_id == who.id).order_by(RatingRow.id)
    ).all()
    drafts = session.execute(
        select(ItemRow.key, AssignmentRow.draft)
        .join(ItemRow, ItemRow.id == AssignmentRow.item_id)
        .where(AssignmentRow.campaign_id == row.id, AssignmentRow.person_id == who.id, AssignmentRow.draft.is_not(None))
    ).all()
    log = session.scalars(
        select(AuditRow).where(AuditRow.campaign_id == row.id, AuditRow.person_id == who.id).order_by(AuditRow.id)
    ).all()
    return {
        "campaign": row.name,
        "role": member.role,
        "pseudonym": member.pseudonym,
        "joined": member.joined,
        "ratings": [{**msgspec.json.decode(rating.content), "taken_back": rating.voided} for rating in ratings],
        "drafts": [{"item": key, "draft": msgspec.json.decode(draft)} for key, draft in drafts],
        "log": [{"at": entry.at, "action": entry.action, "subject": entry.subject} for entry in log],
    }


def _split_off(session: Session, clock: Clock, row: CampaignRow, member: MembershipRow) -> None:
    """Gives the work in one campaign to somebody without a name, so that other campaigns keep theirs."""
    old = member.person_id
    nobody = PersonRow(
        name=f"anonymous-{random_secrets.token_hex(8)}",
        locale="en",
        created=timestamp(clock()),
        anonymised=timestamp(clock()),
    )
    session.add(nobody)
    session.flush()
    for table in (RatingRow, AssignmentRow, GoldResultRow, AuditRow):
        session.execute(
            update(table)
            .where(table.campaign_id == row.id, table.person_id == old)
            .values(person_id=nobody.id)
            .execution_options(synchronize_session=False)
        )
    session.execute(
        update(AssignmentRow)
        .where(AssignmentRow.campaign_id == row.id, AssignmentRow.person_id == nobody.id)
        .values(draft=None)
        .execution_options(synchronize_session=False)
    )
    session.execute(delete(InviteRow).where(InviteRow.campaign_id == row.id, InviteRow.person_id == old))
    member.person_id, member.stopped = nobody.id, member.stopped or timestamp(clock())
    session.flush()


def _erase_work(session: Session, row: CampaignRow, who: PersonRow) -> int:
    """Deletes judgements and work in hand, and gives the places back; how many judgements there were."""
    held = session.execute(
        select(AssignmentRow.item_id)
        .outerjoin(
            RatingRow,
            (RatingRow.assignment_id == AssignmentRow.id) & RatingRow.voided.is_(None),
        )
        .where(AssignmentRow.campaign_id == row.id, AssignmentRow.person_id == who.id)
        .where((AssignmentRow.state == "leased") | ((AssignmentRow.state == "done") & RatingRow.skipped.is_(False)))
    ).all()
    for (item_id,) in held:
        add_places(session, item_id, 1)
    mine = (RatingRow.campaign_id == row.id, RatingRow.person_id == who.id)
    count = session.scalar(select(func.count()).where(*mine)) or 0
    session.execute(delete(GoldResultRow).where(GoldResultRow.campaign_id == row.id, GoldResultRow.person_id == who.id))
    session.execute(delete(RatingRow).where(*mine))
    session.execute(delete(AssignmentRow).where(AssignmentRow.campaign_id == row.id, AssignmentRow.person_id == who.id))
    session.execute(delete(InviteRow).where(InviteRow.campaign_id == row.id, InviteRow.person_id == who.id))
    return count


def _forget_in_log(session: Session, row: CampaignRow, who: PersonRow) -> None:
    session.execute(
        update(AuditRow).where(AuditRow.campaign_id == row.id, AuditRow.person_id == who.id).values(person_id=None)
    )


def _drop_if_nowhere(session: Session, who: PersonRow) -> None:
    """Deletes the account with its sessions when it has no part in any campaign any more."""
    session.flush()
    left = session.scalar(select(func.count()).where(MembershipRow.person_id == who.id))
    if not left:
        session.execute(delete(SessionRow).where(SessionRow.person_id == who.id))
        session.execute(update(AuditRow).where(AuditRow.person_id == who.id).values(person_id=None))
        session.execute(delete(PersonRow).where(PersonRow.id == who.id))

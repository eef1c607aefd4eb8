"""Parts that people have in campaigns."""

from __future__ import annotations

import secrets as random_secrets

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from kijun.errors import ConflictError, SpecError
from kijun.ratings.audit import note
from kijun.ratings.clock import Clock, timestamp
from kijun.ratings.database import Database
from kijun.ratings.person import ROLES, Person, Role, admit
from kijun.ratings.tables import CampaignRow, MembershipRow, PersonRow

__all__ = ["Member", "Members", "add_member", "find_member"]


class Member(msgspec.Struct, frozen=True):
    """Somebody's part in a campaign, for organisers.

    Attributes:
        name: as signed in with.
        quota: most judgements; None takes the campaign's.
        stopped: since when no work is handed out.
        version: hand it back with a change.
    """

    person: int
    name: str
    pseudonym: str
    role: Role
    quota: int | None
    done: int
    joined: str
    stopped: str | None
    version: int


class Members:
    """Roles, quotas, and whether work is handed out."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock

    def members(self, person: Person, campaign: str) -> list[Member]:
        """Everybody with a part in the campaign, in the order in which they came; organisers only."""
        with self._database.reading() as session:
            row, _ = admit(session, person, campaign, "organise")
            found = session.execute(
                select(MembershipRow, PersonRow.name)
                .join(PersonRow, PersonRow.id == MembershipRow.person_id)
                .where(MembershipRow.campaign_id == row.id)
                .order_by(MembershipRow.id)
            ).all()
        return [_member_view(member, name) for member, name in found]

    def change_member(
        self,
        person: Person,
        campaign: str,
        whom: int,
        *,
        version: int,
        role: Role | None = None,
        quota: int | msgspec.UnsetType | None = msgspec.UNSET,
        stopped: bool | None = None,
    ) -> Member:
        """Changes role, quota, or whether work is handed out; what is not given stays.

        Raises:
            NotAllowedError: not an organiser; roles are changed by owners.
            ConflictError: changed by somebody else meanwhile, or the last owner would be gone.
        """
        with self._database.writing() as session:
            row, _ = admit(session, person, campaign, "organise" if role is None else "own", lock="change")
            member = find_member(session, row, whom)
            if member.version != version:
                raise ConflictError(f"{member.pseudonym} was changed by somebody else meanwhile; look again")
            before = {"role": member.role, "quota": member.quota, "stopped": member.stopped}
            if role is not None:
                _keep_an_owner(session, row, member, role)
                member.role = role
            if quota is not msgspec.UNSET:
                if quota is not None and quota < 0:
                    raise SpecError(f"a quota is 0 or more; got {quota!r}")
                member.quota = quota
            if stopped is not None:
                member.stopped = timestamp(self._clock()) if stopped else None
            member.version += 1
            after = {"role": member.role, "quota": member.quota, "stopped": member.stopped}
            note(session, self._clock, person, row.id, "member", member.pseudonym, before, after)
            return _member_view(member, session.get_one(PersonRow, whom).name)


def add_member(session: Session, clock: Clock, row: CampaignRow, who: PersonRow, role: str) -> MembershipRow:
    """Gives somebody a part in a campaign; who has one keeps it, or gets the greater role of the two."""
    member = session.scalar(
        select(MembershipRow).where(MembershipRow.campaign_id == row.id, MembershipRow.person_id == who.id)
    )
    if member is None:
        member = MembershipRow(
            campaign_id=row.id,
            person_id=who.id,
            role=role,
            pseudonym=f"rater-{random_secrets.token_hex(4)}",
            joined=timestamp(clock()),
            done=0,
            version=1,
        )
        session.add(member)
        session.flush()
        me = Person(who.id, who.name, who.locale)
        note(session, clock, me, row.id, "join", member.pseudonym, None, {"role": role})
    elif ROLES.index(role) < ROLES.index(member.role):  # type: ignore[arg-type]
        member.role, member.version = role, member.version + 1
    return member


def find_member(session: Session, row: CampaignRow, whom: int) -> MembershipRow:
    """Somebody's part in a campaign.

    Raises:
        SpecError: none.
    """
    found = session.scalar(
        select(MembershipRow).where(MembershipRow.campaign_id == row.id, MembershipRow.person_id == whom)
    )
    if found is None:
        raise SpecError(f"{row.name!r} has no member {whom!r}")
    return found


def _keep_an_owner(session: Session, row: CampaignRow, member: MembershipRow, role: str) -> None:
    if member.role != "owner" or role == "owner":
        return
    others = session.scalars(
        select(MembershipRow.id).where(
            MembershipRow.campaign_id == row.id, MembershipRow.role == "owner", MembershipRow.id != member.id
        )
    ).first()
    if others is None:
        raise ConflictError(f"{row.name!r} would have no owner; make somebody else owner first")


def _member_view(member: MembershipRow, name: str) -> Member:
    return Member(
        person=member.person_id,
        name=name,
        pseudonym=member.pseudonym,
        role=member.role,  # type: ignore[arg-type]
        quota=member.quota,
        done=member.done,
        joined=member.joined,
        stopped=member.stopped,
        version=member.version,
    )

"""Who acts, and what each role may do."""

from __future__ import annotations

from typing import Any, Literal

import msgspec
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from kijun.errors import NotAllowedError, UnknownNameError
from kijun.ratings.tables import CampaignRow, MembershipRow

__all__ = ["OPERATOR", "ROLES", "Lock", "Person", "Right", "Role", "admit", "find_campaign"]

Role = Literal["owner", "organiser", "rater", "reader"]
ROLES: tuple[Role, ...] = ("owner", "organiser", "rater", "reader")

Right = Literal["work", "watch", "organise", "own"]
"""Judging; seeing status and agreement; running the campaign; giving roles and erasing people."""

_RIGHTS: dict[str, frozenset[Right]] = {
    "owner": frozenset(("work", "watch", "organise", "own")),
    "organiser": frozenset(("work", "watch", "organise")),
    "rater": frozenset(("work",)),
    "reader": frozenset(("watch",)),
}


Lock = Literal["share", "change"]


def _locked(query: Select[Any], lock: Lock | None) -> Select[Any]:
    # SQLite has no such locks and needs none: it has one writer.
    return query if lock is None else query.with_for_update(of=CampaignRow, read=lock == "share")


class Person(msgspec.Struct, frozen=True):
    """Somebody signed in.

    Attributes:
        id: in the database; None for whoever operates the machine, who has the file itself in his hands.
        locale: language of the pages.
    """

    id: int | None
    name: str
    locale: str = "en"


OPERATOR = Person(None, "operator")
"""Whoever runs commands on the machine: may do everything except judge."""


def find_campaign(session: Session, name: str, *, lock: Lock | None = None) -> CampaignRow:
    """The campaign of this name.

    Args:
        lock: as in `admit`.

    Raises:
        UnknownNameError: there is none.
    """
    found = session.scalar(_locked(select(CampaignRow).where(CampaignRow.name == name), lock))
    if found is None:
        known = session.scalars(select(CampaignRow.name).order_by(CampaignRow.name)).all()
        hint = "" if known else "; this database has no campaigns, 'kijun rate create' makes one"
        raise UnknownNameError("campaign", name, known, hint=hint)
    return found


def admit(
    session: Session, person: Person, name: str, right: Right, *, lock: Lock | None = None
) -> tuple[CampaignRow, MembershipRow | None]:
    """The campaign and the person's part in it, if the person has the right; no part for the operator.

    Who has no part in a campaign is not told whether it exists.

    Args:
        lock: ``share`` holds the campaign's state as it is until the transaction ends, which many may do at once;
            ``change`` waits for those and keeps everybody else out.

    Raises:
        NotAllowedError: no part in it, or a role without this right.
        UnknownNameError: no such campaign (told to the operator only).
    """
    if person.id is None:
        if right == "work":
            raise NotAllowedError("only people who signed in can judge; 'kijun rate invite' makes a link")
        return find_campaign(session, name, lock=lock), None
    wanted = (
        select(CampaignRow, MembershipRow)
        .join(MembershipRow, MembershipRow.campaign_id == CampaignRow.id)
        .where(CampaignRow.name == name, MembershipRow.person_id == person.id)
    )
    found = session.execute(_locked(wanted, lock)).first()
    if found is None:
        raise NotAllowedError(f"you have no part in a campaign {name!r}; ask its organisers for a link")
    campaign, member = found
    if right not in _RIGHTS[member.role]:
        raise NotAllowedError(f"the role {member.role!r} may not do this in {name!r}; it takes the right to {right}")
    return campaign, member

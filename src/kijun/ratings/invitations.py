"""Links that let people in."""

from __future__ import annotations

import msgspec
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kijun.errors import NotAllowedError, SpecError
from kijun.ratings.audit import note
from kijun.ratings.campaign_rows import campaign_of, settings_of
from kijun.ratings.clock import Clock, later, timestamp
from kijun.ratings.database import Database
from kijun.ratings.members import add_member, find_member
from kijun.ratings.person import ROLES, Person, Role, admit
from kijun.ratings.secrets import digest_of, hash_password, new_token
from kijun.ratings.sessions import SignedIn, start_session
from kijun.ratings.tables import CampaignRow, InviteRow, PersonRow
from kijun.reports.texts import LANGUAGES

__all__ = ["Invitations", "Invite", "InviteView"]

_LONGEST_NAME = 100


class Invite(msgspec.Struct, frozen=True):
    """A fresh invitation; `token` goes into the link and is not kept, so it can be told only now."""

    id: int
    token: str
    campaign: str
    role: Role
    expires: str
    uses_left: int | None


class InviteView(msgspec.Struct, frozen=True):
    """What an invitation says before it is accepted.

    Attributes:
        person: whose way back it is; None for an invitation to somebody new.
        password: whether a password must be chosen.
    """

    id: int
    campaign: str
    title: str
    role: Role
    expires: str
    uses_left: int | None
    person: str | None
    password: bool
    languages: tuple[str, ...]


class Invitations:
    """Inviting, and coming in."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock

    def invite(
        self, person: Person, campaign: str, *, role: Role = "rater", uses: int | None = 1, days: float = 14
    ) -> Invite:
        """A link for somebody new, or for many.

        Args:
            uses: how many people may come in by it; None any number until it expires.
            days: until it expires.

        Raises:
            NotAllowedError: not an organiser; only owners invite owners and organisers.
        """
        if role not in ROLES or (uses is not None and uses < 1) or not 0 < days <= 3650:
            raise SpecError(
                f"an invitation needs a role of {', '.join(ROLES)}, uses from 1, days up to 3650; got "
                f"{role!r}, {uses!r}, {days!r}"
            )
        right = "own" if role in ("owner", "organiser") else "organise"
        token = new_token()
        with self._database.writing() as session:
            row, _ = admit(session, person, campaign, right)
            made = self._add_invite(session, row, token, role, None, uses, days)
            note(
                session, self._clock, person, row.id, "invite", f"invite {made.id}", None, {"role": role, "uses": uses}
            )
            return Invite(made.id, token, campaign, role, made.expires, uses)

    def link_back(self, person: Person, campaign: str, whom: int, *, days: float = 90) -> Invite:
        """A personal link for a member who has no password, or has lost it.

        Raises:
            NotAllowedError: not an organiser; only owners do this for owners and organisers.
        """
        token = new_token()
        with self._database.writing() as session:
            row, _ = admit(session, person, campaign, "organise")
            member = find_member(session, row, whom)
            if member.role in ("owner", "organiser"):
                admit(session, person, campaign, "own")
            made = self._add_invite(session, row, token, member.role, whom, None, days)
            note(session, self._clock, person, row.id, "link", member.pseudonym)
            return Invite(made.id, token, campaign, member.role, made.expires, None)  # type: ignore[arg-type]

    def _add_invite(
        self,
        session: Session,
        row: CampaignRow,
        token: str,
        role: str,
        whom: int | None,
        uses: int | None,
        days: float,
    ) -> InviteRow:
        made = InviteRow(
            campaign_id=row.id,
            token=digest_of(token),
            role=role,
            person_id=whom,
            uses_left=uses,
            created=timestamp(self._clock()),
            expires=later(self._clock(), days=days),
        )
        session.add(made)
        session.flush()
        return made

    def invites(self, person: Person, campaign: str) -> list[InviteView]:
        """Invitations that can still be used, newest first; their tokens are not kept."""
        with self._database.reading() as session:
            row, _ = admit(session, person, campaign, "organise")
            found = session.execute(
                select(InviteRow, PersonRow.name)
                .outerjoin(PersonRow, PersonRow.id == InviteRow.person_id)
                .where(InviteRow.campaign_id == row.id, InviteRow.revoked.is_(None))
                .where(InviteRow.expires > timestamp(self._clock()))
                .order_by(InviteRow.id.desc())
            ).all()
            return [_invite_view(row, invite, name) for invite, name in found if invite.uses_left != 0]

    def revoke(self, person: Person, campaign: str, invite: int) -> None:
        """Makes an invitation useless.

        Raises:
            NotAllowedError: not an organiser. SpecError: no such invitation.
        """
        with self._database.writing() as session:
            row, _ = admit(session, person, campaign, "organise")
            found = session.get(InviteRow, invite)
            if found is None or found.campaign_id != row.id:
                raise SpecError(f"{campaign!r} has no invitation {invite!r}")
            found.revoked = timestamp(self._clock())
            note(session, self._clock, person, row.id, "revoke", f"invite {invite}")

    def look_at_invite(self, token: str) -> InviteView:
        """What a link leads to.

        Raises:
            NotAllowedError: no such link, or it expired, was used up or revoked.
        """
        with self._database.reading() as session:
            invite, row = self._open_invite(session, token)
            name = None if invite.person_id is None else session.get_one(PersonRow, invite.person_id).name
            return _invite_view(row, invite, name)

    def _open_invite(self, session: Session, token: str, *, lock: bool = False) -> tuple[InviteRow, CampaignRow]:
        query = (
            select(InviteRow, CampaignRow)
            .join(CampaignRow, CampaignRow.id == InviteRow.campaign_id)
            .where(InviteRow.token == digest_of(token))
        )
        found = session.execute(query.with_for_update(of=InviteRow) if lock else query).first()
        if found is None or found[0].revoked is not None:
            raise NotAllowedError("this link leads nowhere; ask for a new one")
        if found[0].expires <= timestamp(self._clock()):
            raise NotAllowedError("this link has expired; ask for a new one")
        if found[0].uses_left == 0:
            raise NotAllowedError("this link has been used already; ask for a new one")
        return found[0], found[1]

    def accept(
        self,
        token: str,
        *,
        name: str = "",
        password: str | None = None,
        locale: str = "en",
        signed_in: Person | None = None,
    ) -> SignedIn:
        """Comes in by a link, and is signed in.

        A personal link needs nothing else. Another makes a new person of `name` and `password`, or gives the person who
        is signed in a part in this campaign.

        Args:
            password: None or empty where the campaign does without.
            signed_in: who clicked the link, if anybody known.

        Raises:
            NotAllowedError: the link cannot be used (any more).
            SpecError: no name, a name that is taken, a password that is missing or too short.
        """
        secret = hash_password(password) if password else None
        try:
            with self._database.writing() as session:
                invite, row = self._open_invite(session, token, lock=True)
                if invite.person_id is not None:
                    who = session.get_one(PersonRow, invite.person_id)
                elif signed_in is not None and signed_in.id is not None:
                    who = session.get_one(PersonRow, signed_in.id)
                else:
                    if secret is None and settings_of(row).password:
                        raise SpecError("choose a password, with which you can come back", key="password")
                    who = _new_person(session, self._clock, name, secret, locale)
                if invite.uses_left is not None:
                    invite.uses_left -= 1
                if invite.person_id is None:
                    add_member(session, self._clock, row, who, invite.role)
                return start_session(session, self._clock, who, row.name)
        except IntegrityError:
            raise SpecError(f"the name {name.strip()!r} is taken; choose another", key="name") from None


def _new_person(session: Session, clock: Clock, name: str, secret: str | None, locale: str) -> PersonRow:
    plain = " ".join(name.split())
    if not 0 < len(plain) <= _LONGEST_NAME:
        raise SpecError(f"a name has 1 to {_LONGEST_NAME} characters", key="name")
    if not plain.isprintable():
        raise SpecError("a name has no control characters", key="name")
    who = PersonRow(
        name=plain,
        password=secret,
        locale=locale if locale in LANGUAGES else LANGUAGES[0],
        created=timestamp(clock()),
    )
    session.add(who)
    session.flush()
    return who


def _invite_view(row: CampaignRow, invite: InviteRow, name: str | None) -> InviteView:
    settings = settings_of(row)
    return InviteView(
        id=invite.id,
        campaign=row.name,
        title=settings.title or campaign_of(row).title or row.name,
        role=invite.role,  # type: ignore[arg-type]
        expires=invite.expires,
        uses_left=invite.uses_left,
        person=name,
        password=settings.password,
        languages=settings.languages,
    )

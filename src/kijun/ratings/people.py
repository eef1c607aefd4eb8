"""People: invitations, signing in and out, roles."""

from __future__ import annotations

import secrets as random_secrets

import msgspec
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kijun.errors import ConflictError, NotAllowedError, SpecError
from kijun.ratings.audit import note
from kijun.ratings.campaigns import campaign_of, settings_of
from kijun.ratings.clock import Clock, later, timestamp
from kijun.ratings.database import Database
from kijun.ratings.person import ROLES, Person, Role, admit
from kijun.ratings.secrets import digest_of, hash_password, is_password, new_token
from kijun.ratings.tables import CampaignRow, InviteRow, MembershipRow, PersonRow, SessionRow
from kijun.reports.texts import LANGUAGES

__all__ = ["Invite", "InviteView", "Member", "People", "SignedIn", "add_member"]

_SESSION_DAYS = 30
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


class SignedIn(msgspec.Struct, frozen=True):
    """A session.

    Attributes:
        token: for the cookie; empty where the session was only looked up.
        secret: fixed for the session, for tokens against forged requests.
        campaign: where the person is led; None after an ordinary sign-in.
        has_password: whether the person can come back without a link.
    """

    person: Person
    token: str
    secret: str
    expires: str
    has_password: bool
    campaign: str | None = None


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


class People:
    """Everything about people and their parts in campaigns."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock

    # Invitations

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
            member = _member(session, row, whom)
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
                    who = self._new_person(session, name, secret, locale)
                if invite.uses_left is not None:
                    invite.uses_left -= 1
                if invite.person_id is None:
                    add_member(session, self._clock, row, who, invite.role)
                return self._sign_in(session, who, row.name)
        except IntegrityError:
            raise SpecError(f"the name {name.strip()!r} is taken; choose another", key="name") from None

    def _new_person(self, session: Session, name: str, secret: str | None, locale: str) -> PersonRow:
        plain = " ".join(name.split())
        if not 0 < len(plain) <= _LONGEST_NAME:
            raise SpecError(f"a name has 1 to {_LONGEST_NAME} characters", key="name")
        if not plain.isprintable():
            raise SpecError("a name has no control characters", key="name")
        who = PersonRow(
            name=plain,
            password=secret,
            locale=locale if locale in LANGUAGES else LANGUAGES[0],
            created=timestamp(self._clock()),
        )
        session.add(who)
        session.flush()
        return who

    # Sessions

    def sign_in(self, name: str, password: str) -> SignedIn:
        """Signs in with name and password.

        Raises:
            NotAllowedError: they do not belong together.
        """
        with self._database.reading() as session:
            who = session.scalar(select(PersonRow).where(PersonRow.name == " ".join(name.split())))
        if not is_password(password, None if who is None else who.password) or who is None:
            raise NotAllowedError("name and password do not belong together")
        with self._database.writing() as session:
            return self._sign_in(session, session.merge(who, load=False), None)

    def _sign_in(self, session: Session, who: PersonRow, campaign: str | None) -> SignedIn:
        token, secret = new_token(), random_secrets.token_urlsafe(24)
        now = self._clock()
        session.execute(delete(SessionRow).where(SessionRow.expires < timestamp(now)))
        made = SessionRow(
            token=digest_of(token),
            person_id=who.id,
            secret=secret,
            created=timestamp(now),
            expires=later(now, days=_SESSION_DAYS),
        )
        session.add(made)
        person = Person(who.id, who.name, who.locale)
        return SignedIn(person, token, secret, made.expires, who.password is not None, campaign)

    def session(self, token: str) -> SignedIn | None:
        """Who holds this session; None when nobody does (any more)."""
        with self._database.reading() as session:
            found = session.execute(
                select(SessionRow, PersonRow)
                .join(PersonRow, PersonRow.id == SessionRow.person_id)
                .where(SessionRow.token == digest_of(token), SessionRow.expires > timestamp(self._clock()))
            ).first()
        if found is None:
            return None
        row, who = found
        person = Person(who.id, who.name, who.locale)
        return SignedIn(person, "", row.secret, row.expires, who.password is not None)

    def sign_out(self, token: str) -> None:
        """Ends a session."""
        with self._database.writing() as session:
            session.execute(delete(SessionRow).where(SessionRow.token == digest_of(token)))

    def set_locale(self, person: Person, locale: str) -> Person:
        """Chooses the language of the pages.

        Raises:
            SpecError: not a language of ours.
        """
        if locale not in LANGUAGES:
            raise SpecError(f"the pages speak {' and '.join(LANGUAGES)}; got {locale!r}")
        with self._database.writing() as session:
            session.get_one(PersonRow, person.id).locale = locale
        return msgspec.structs.replace(person, locale=locale)

    def set_password(self, person: Person, password: str, *, old: str | None = None) -> None:
        """Chooses a password, and ends all other sessions of the person.

        Args:
            old: the present password; None where there is none yet.

        Raises:
            NotAllowedError: `old` is not the present password. SpecError: too short.
        """
        secret = hash_password(password)
        with self._database.reading() as session:
            present = session.get_one(PersonRow, person.id).password
        if present is not None and not is_password(old or "", present):
            raise NotAllowedError("that is not the present password")
        with self._database.writing() as session:
            session.get_one(PersonRow, person.id).password = secret
            session.execute(delete(SessionRow).where(SessionRow.person_id == person.id))

    # Parts in campaigns

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
            member = _member(session, row, whom)
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


def _member(session: Session, row: CampaignRow, whom: int) -> MembershipRow:
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

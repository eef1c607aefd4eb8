"""Signing in and out."""

from __future__ import annotations

import secrets as random_secrets

import msgspec
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from kijun.errors import NotAllowedError, SpecError
from kijun.ratings.clock import Clock, later, timestamp
from kijun.ratings.database import Database
from kijun.ratings.person import Person
from kijun.ratings.secrets import digest_of, hash_password, is_password, new_token
from kijun.ratings.tables import PersonRow, SessionRow
from kijun.reports.texts import LANGUAGES

__all__ = ["Sessions", "SignedIn", "start_session"]

_SESSION_DAYS = 30


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


class Sessions:
    """Who is there."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock

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
            return start_session(session, self._clock, session.merge(who, load=False))

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


def start_session(session: Session, clock: Clock, who: PersonRow, campaign: str | None = None) -> SignedIn:
    """Signs somebody in within a transaction; sessions that ran out go at the same time."""
    token, secret = new_token(), random_secrets.token_urlsafe(24)
    now = clock()
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

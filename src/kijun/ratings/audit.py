"""The log of who changed what."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from kijun.ratings.clock import Clock, timestamp
from kijun.ratings.database import Database
from kijun.ratings.person import Person, admit
from kijun.ratings.tables import AuditRow, PersonRow

__all__ = ["Audit", "AuditEntry", "note"]


class AuditEntry(msgspec.Struct, frozen=True):
    """One change.

    Attributes:
        person: name of who did it; ``operator`` for commands on the machine, None for somebody erased since.
        subject: what was changed; people by pseudonym.
        before, after: what it was and is; None where there was, or is, nothing.
    """

    at: str
    person: str | None
    action: str
    subject: str
    before: Any
    after: Any


def note(
    session: Session,
    clock: Clock,
    person: Person,
    campaign_id: int | None,
    action: str,
    subject: str,
    before: Any = None,
    after: Any = None,
) -> None:
    """Adds an entry within the transaction of the change itself, so that neither is there without the other."""
    shown = [None if value is None else msgspec.json.encode(value).decode() for value in (before, after)]
    session.add(
        AuditRow(
            at=timestamp(clock()),
            campaign_id=campaign_id,
            person_id=person.id,
            action=action,
            subject=subject,
            before=shown[0],
            after=shown[1],
        )
    )


class Audit:
    """Reading the log."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def entries(
        self, person: Person, campaign: str, *, limit: int = 200, before: int | None = None
    ) -> list[AuditEntry]:
        """The newest entries of a campaign, newest first; organisers only.

        Args:
            before: as many of the newest entries are passed over.

        Raises:
            NotAllowedError: not an organiser.
        """
        with self._database.reading() as session:
            row, _ = admit(session, person, campaign, "organise")
            rows = session.execute(
                select(AuditRow, PersonRow.name)
                .outerjoin(PersonRow, PersonRow.id == AuditRow.person_id)
                .where(AuditRow.campaign_id == row.id)
                .order_by(AuditRow.id.desc())
                .limit(limit)
                .offset(before or 0)
            ).all()
        return [_entry(entry, name) for entry, name in rows]


def _entry(row: AuditRow, name: str | None) -> AuditEntry:
    before, after = (None if text is None else msgspec.json.decode(text) for text in (row.before, row.after))
    who = "operator" if row.person_id is None and name is None else name
    return AuditEntry(row.at, who, row.action, row.subject, before, after)

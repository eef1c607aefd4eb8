"""The rating place: one object through which everything goes."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from kijun.ratings.assignments import Assignments
from kijun.ratings.audit import Audit
from kijun.ratings.campaigns import Campaigns
from kijun.ratings.clock import Clock, system_clock
from kijun.ratings.database import Database
from kijun.ratings.exporting import Exporting
from kijun.ratings.judgements import Judgements
from kijun.ratings.people import People

__all__ = ["RatingPlace"]


class RatingPlace:
    """An open rating place; a context manager. Safe to use from many threads.

    A rater's way through it::

        place = RatingPlace("sqlite:///ratings.sqlite")
        me = place.people.accept(token, name="Hanako", locale="ja")     # SignedIn: .person, .token for the cookie
        me = place.people.session(cookie)                               # SignedIn or None, with every request
        work = place.assignments.next(me.person, "pilot")               # Work, or None when nothing is left
        place.assignments.save_draft(me.person, work.assignment, {...})
        done = place.judgements.submit(me.person, work.assignment, Submission(...), key=work.key)
        place.judgements.undo(me.person, "pilot", rating=done.rating.id)
        place.judgements.progress(me.person, "pilot")

    Errors: `NotAllowedError` (not this person's right), `ConflictError` (changed meanwhile, or not in this state),
    `SubmissionError` (each `Problem` names its field), `UnknownNameError`, other `SpecError` (wrong argument),
    `StoreError` (the database failed).

    Args:
        url: as `database_url` takes it.
        clock: the present time; tests hand over their own.

    Attributes:
        campaigns: making, opening, pausing, closing, changing.
        people: invitations, signing in, roles.
        assignments: work in raters' hands.
        judgements: submitting, undoing, progress.
        exporting: the whole campaign as records.
        audit: who changed what.
    """

    def __init__(self, url: str | None = None, *, clock: Clock = system_clock) -> None:
        self.database = Database(url)
        self.campaigns = Campaigns(self.database, clock)
        self.people = People(self.database, clock)
        self.assignments = Assignments(self.database, clock)
        self.judgements = Judgements(self.database, clock)
        self.exporting = Exporting(self.database, clock)
        self.audit = Audit(self.database)

    def close(self) -> None:
        """Closes the database."""
        self.database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

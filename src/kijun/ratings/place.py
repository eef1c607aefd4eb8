"""The rating place: one object through which everything goes."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from kijun.ratings.adjudication import Adjudication
from kijun.ratings.agreement import Agreement
from kijun.ratings.assignments import Assignments
from kijun.ratings.audit import Audit
from kijun.ratings.campaigns import Campaigns
from kijun.ratings.clock import Clock, system_clock
from kijun.ratings.database import Database
from kijun.ratings.exporting import Exporting
from kijun.ratings.importing import Importing
from kijun.ratings.judgements import Judgements
from kijun.ratings.people import People
from kijun.ratings.personal_data import PersonalData
from kijun.ratings.status import Status

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

    An organiser's::

        place.status.of(me.person, "pilot")                             # CampaignStatus
        place.agreement.of(me.person, "pilot")                          # AgreementLine for each question
        found, total = place.adjudication.disagreements(me.person, "pilot", limit=20)
        place.adjudication.adjudicate(me.person, "pilot", item_id, Submission(answers={...}), version=0)
        view = place.campaigns.find(me.person, "pilot")                 # CampaignView with its version
        place.campaigns.change(me.person, "pilot", {"overlap": 3}, version=view.version)
        place.campaigns.move(me.person, "pilot", "paused", version=view.version)

    Errors: `NotAllowedError` (not this person's right), `ConflictError` (changed meanwhile, or not in this state),
    `SubmissionError` (each `Problem` names its field), `UnknownNameError`, other `SpecError` (wrong argument),
    `StoreError` (the database failed).

    Args:
        url: as `database_url` takes it.
        must_exist: as of `Database`.
        clock: the present time; tests hand over their own.

    Attributes:
        campaigns: making, opening, pausing, closing, changing.
        people: invitations, signing in, roles.
        assignments: work in raters' hands.
        judgements: submitting, undoing, progress.
        status: what is done, by whom, how fast, how gold was answered.
        agreement: whether raters mean the same, and how reliable each is.
        adjudication: disagreements side by side, and verdicts over them.
        exporting: the whole campaign as records.
        importing: campaigns from elsewhere.
        personal_data: what is kept about people, and how it goes.
        audit: who changed what.
    """

    def __init__(self, url: str | None = None, *, clock: Clock = system_clock, must_exist: bool = False) -> None:
        self.database = Database(url, must_exist=must_exist)
        self.campaigns = Campaigns(self.database, clock)
        self.people = People(self.database, clock)
        self.assignments = Assignments(self.database, clock)
        self.judgements = Judgements(self.database, clock)
        self.status = Status(self.database)
        self.agreement = Agreement(self.database)
        self.adjudication = Adjudication(self.database, clock)
        self.personal_data = PersonalData(self.database, clock)
        self.exporting = Exporting(self.database, clock)
        self.importing = Importing(self.database, clock, self.campaigns)
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

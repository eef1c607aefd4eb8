"""Judgements: submitting them, taking the last one back, and how far a rater is."""

from __future__ import annotations

import uuid

import msgspec
from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kijun.errors import ConflictError, NotAllowedError
from kijun.ratings.audit import note
from kijun.ratings.campaign_rows import campaign_of, rubric_in, settings_of
from kijun.ratings.choosing import add_places, open_items
from kijun.ratings.clock import Clock, later, seconds_between, timestamp
from kijun.ratings.database import Database
from kijun.ratings.gold import compare_with_gold, feedback_on
from kijun.ratings.handing_out import Held, held_by_id, item_of, order_of, shown_of, work_of
from kijun.ratings.person import Person, admit
from kijun.ratings.secrets import new_token
from kijun.ratings.submissions import rating_of
from kijun.ratings.tables import AssignmentRow, GoldResultRow, ItemRow, MembershipRow, RatingRow
from kijun.ratings.work import FeedbackLine, Progress, Submission, Submitted, Work
from kijun.records import Flag, Rating

__all__ = ["Judgements"]


class Judgements:
    """What a rater does with finished work."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock

    def submit(self, person: Person, assignment: str, submission: Submission, *, key: str) -> Submitted:
        """Keeps a judgement, durably, before it returns.

        The same key again (a double click, a lost answer) changes nothing and returns what was kept. A judgement that
        comes after its lease ran out is taken all the same: nobody's work is thrown away.

        Args:
            key: `Work.key`.

        Raises:
            SubmissionError: not whole, or not what the rubric asks for; nothing was kept.
            ConflictError: the work was submitted under another key, or the campaign is closed.
            NotAllowedError: not this rater's work.
        """
        with self._database.reading() as session:
            held = held_by_id(session, person, assignment)
            known = self._replayed(session, person, key)
            if known is not None:
                return known
            # Checked before anybody waits for it.
            self._rating(held, submission, person)
        try:
            with self._database.writing() as session:
                held = held_by_id(session, person, assignment, lock=True)
                known = self._replayed(session, person, key)
                if known is not None:
                    return known
                return self._keep(session, held, submission, person, key)
        except IntegrityError:
            with self._database.reading() as session:
                known = self._replayed(session, person, key)
            if known is None:
                raise ConflictError("this was submitted already; undo it to change it") from None
            return known

    def skip(self, person: Person, assignment: str, reason: str, *, key: str, flag: Flag | None = None) -> Submitted:
        """Passes an item over: others get it, this rater does not get it again.

        Raises: as `submit`.
        """
        return self.submit(person, assignment, Submission(skipped=reason, flag=flag), key=key)

    def undo(self, person: Person, campaign: str, *, rating: str | None = None) -> Work:
        """Takes the newest judgement back: the work is in the rater's hands again, filled in as it was.

        Args:
            rating: id of the judgement that is meant (`Progress.last`). A second call that names it changes nothing, so
                that a double click takes back one; None means whatever is newest.

        Raises:
            ConflictError: there is nothing to take back, it is not the newest, or the campaign is closed.
            NotAllowedError: no rater of this campaign.
        """
        with self._database.writing() as session:
            row, member = admit(session, person, campaign, "work", lock="share")
            assert member is not None
            if row.state == "closed":
                raise ConflictError(f"the campaign {campaign!r} is closed; judgements stay as they are")
            newest = session.scalars(
                select(RatingRow)
                .where(RatingRow.campaign_id == row.id, RatingRow.person_id == person.id)
                .where(RatingRow.voided.is_(None), RatingRow.role == "rater", RatingRow.assignment_id.is_not(None))
                .order_by(RatingRow.id.desc())
                .limit(1)
            ).first()
            if rating is not None and (newest is None or newest.uuid != rating):
                return self._undone_before(session, person, rating)
            if newest is None or newest.assignment_id is None:
                raise ConflictError("there is no judgement to take back")
            held = held_by_id(session, person, newest.assignment_id, lock=True)
            self._take_back(session, held, newest)
            note(session, self._clock, person, row.id, "undo", f"item {held.item.key}")
            session.flush()
            return work_of(session, held)

    def progress(self, person: Person, campaign: str) -> Progress:
        """How far the rater is.

        Raises:
            NotAllowedError: no rater of this campaign.
        """
        with self._database.reading() as session:
            row, member = admit(session, person, campaign, "work")
            assert member is not None
            settings = settings_of(row)
            quota = settings.quota if member.quota is None else member.quota
            mine = (RatingRow.campaign_id == row.id, RatingRow.person_id == person.id, RatingRow.voided.is_(None))
            counts = session.execute(
                select(
                    func.count().filter(RatingRow.kind == "training"),
                    func.count().filter(RatingRow.skipped.is_(True)),
                    func.sum(RatingRow.active_seconds),
                    func.max(RatingRow.id),
                ).where(*mine, RatingRow.role == "rater")
            ).one()
            in_hand = session.scalar(
                select(func.count())
                .select_from(AssignmentRow)
                .join(ItemRow, ItemRow.id == AssignmentRow.item_id)
                .where(
                    AssignmentRow.campaign_id == row.id,
                    AssignmentRow.person_id == person.id,
                    AssignmentRow.state == "leased",
                    ItemRow.kind == "sampled",
                )
            )
            left = open_items(session, row, member) + (in_hand or 0)
            locale = person.locale if person.locale in settings.languages else settings.languages[0]
            training = session.scalar(
                select(func.count()).where(
                    ItemRow.campaign_id == row.id,
                    ItemRow.kind == "training",
                    ItemRow.language.is_(None) | (ItemRow.language == locale),
                )
            )
            newest = None if counts[3] is None else session.get(RatingRow, counts[3])
            return Progress(
                done=member.done,
                left=left if quota is None else min(left, max(0, quota - member.done)),
                quota=quota,
                training_done=counts[0],
                training_total=training or 0,
                skipped=counts[1],
                seconds=float(counts[2] or 0),
                last=None if newest is None or row.state == "closed" else newest.uuid,
                state=row.state,
            )

    def _replayed(self, session: Session, person: Person, key: str) -> Submitted | None:
        row = session.scalar(select(RatingRow).where(RatingRow.key == key))
        if row is None:
            return None
        if row.person_id != person.id or row.assignment_id is None:
            raise NotAllowedError("this key belongs to somebody else's judgement")
        held = held_by_id(session, person, row.assignment_id)
        rating = _named(msgspec.json.decode(row.content, type=Rating), held)
        item = item_of(held.item)
        lines = compare_with_gold(
            rubric_in(campaign_of(held.campaign)), item, rating, settings_of(held.campaign).gold_tolerance
        )
        told = feedback_on(item, lines, order_of(held.assignment)) if item.kind == "training" else None
        return Submitted(rating, True, told)

    def _rating(self, held: Held, submission: Submission, person: Person) -> Rating:
        """The rating that this submission makes, without its rater's name."""
        campaign, item, now = campaign_of(held.campaign), item_of(held.item), timestamp(self._clock())
        resting = seconds_between(held.assignment.paused, now) if held.assignment.paused else 0.0
        spent = max(0.0, seconds_between(held.assignment.started, now) - held.assignment.paused_seconds - resting)
        measured = submission.active_seconds
        empty = Rating(
            id=uuid.uuid4().hex,
            item=item.id,
            rater="",
            design=campaign.design,
            rubric_sha256=campaign.rubric_sha256,
            submitted=now,
            started=held.assignment.started,
            active_seconds=round(spent if measured is None else min(spent, max(0.0, measured)), 3),
            locale=submission.locale or person.locale,
            shown=shown_of(campaign.blinding),  # type: ignore[arg-type]
            kind=item.kind,
            inclusion_probability=item.inclusion_probability,
        )
        return rating_of(rubric_in(campaign), campaign.design, item, order_of(held.assignment), submission, empty)

    def _keep(self, session: Session, held: Held, submission: Submission, person: Person, key: str) -> Submitted:
        if held.campaign.state == "closed":
            raise ConflictError(f"the campaign {held.campaign.name!r} is closed; it takes no more judgements")
        if held.assignment.state == "done":
            raise ConflictError("this was submitted already; undo it to change it")
        rating, item = self._rating(held, submission, person), item_of(held.item)
        row = RatingRow(
            uuid=rating.id,
            campaign_id=held.campaign.id,
            item_id=held.item.id,
            person_id=held.member.person_id,
            assignment_id=held.assignment.id,
            key=key,
            role="rater",
            kind=item.kind,
            skipped=rating.skipped is not None,
            flagged=rating.flag is not None,
            active_seconds=rating.active_seconds,
            submitted=rating.submitted,
            version=1,
            content=msgspec.json.encode(rating).decode(),
            submission=msgspec.json.encode(submission).decode(),
        )
        session.add(row)
        session.flush()
        _move_places(session, held, skipped=row.skipped, back=False)
        held.assignment.state, held.assignment.paused, held.assignment.draft = "done", None, None
        campaign = campaign_of(held.campaign)
        lines = compare_with_gold(rubric_in(campaign), item, rating, settings_of(held.campaign).gold_tolerance)
        session.add_all(_gold_rows(row, lines))
        told = feedback_on(item, lines, rating.order) if item.kind == "training" else None
        return Submitted(_named(rating, held), False, told)

    def _take_back(self, session: Session, held: Held, newest: RatingRow) -> None:
        now = timestamp(self._clock())
        newest.voided = now
        session.execute(delete(GoldResultRow).where(GoldResultRow.rating_id == newest.id))
        _move_places(session, held, skipped=newest.skipped, back=True)
        held.assignment.state = "leased"
        held.assignment.key = new_token()
        held.assignment.draft = newest.submission
        # The time between the judgement and its undoing was no work on this item.
        held.assignment.paused_seconds += seconds_between(newest.submitted, now)
        held.assignment.lease_until = later(self._clock(), minutes=settings_of(held.campaign).lease_minutes)

    def _undone_before(self, session: Session, person: Person, rating: str) -> Work:
        row = session.scalar(
            select(RatingRow).where(RatingRow.uuid == rating, RatingRow.person_id == person.id).limit(1)
        )
        if row is None or row.voided is None or row.assignment_id is None:
            raise ConflictError("only the newest judgement can be taken back; look at your progress again")
        held = held_by_id(session, person, row.assignment_id)
        if held.assignment.state != "leased":
            raise ConflictError("this judgement was taken back and given anew; look at your progress again")
        return work_of(session, held)


def _named(rating: Rating, held: Held) -> Rating:
    return msgspec.structs.replace(rating, rater=held.member.pseudonym)


def _move_places(session: Session, held: Held, *, skipped: bool, back: bool) -> None:
    """Keeps the counts right: a place is taken from the moment of handing out until it is given back or passed over.

    Args:
        back: the judgement is being undone.
    """
    sign = -1 if back else 1
    if held.assignment.state in ("expired", "returned"):
        # The lease ran out and the place went to others; this judgement takes one again.
        add_places(session, held.item.id, -1)
    if skipped:
        add_places(session, held.item.id, sign)
    elif held.item.kind == "sampled":
        # In the database, not here: two pages of one rater may submit at once.
        held.member.done = MembershipRow.done + sign  # type: ignore[assignment]


def _gold_rows(row: RatingRow, lines: list[FeedbackLine]) -> list[GoldResultRow]:
    return [
        GoldResultRow(
            campaign_id=row.campaign_id,
            rating_id=row.id,
            person_id=row.person_id,
            kind=row.kind,
            dimension=line.dimension,
            expected=msgspec.json.encode(line.expected).decode(),
            given=msgspec.json.encode(line.given).decode(),
            right=line.right,
        )
        for line in lines
    ]

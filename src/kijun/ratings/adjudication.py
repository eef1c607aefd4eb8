"""Items on which raters disagree, side by side, and verdicts over them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

import msgspec
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kijun.errors import ConflictError, NotAllowedError, SpecError
from kijun.ratings.agreement import answers_by_question
from kijun.ratings.audit import note
from kijun.ratings.campaign_rows import campaign_of, rubric_in
from kijun.ratings.clock import Clock, timestamp
from kijun.ratings.database import Database
from kijun.ratings.exporting import ratings_in
from kijun.ratings.handing_out import item_of
from kijun.ratings.person import Person, admit
from kijun.ratings.submissions import rating_of
from kijun.ratings.tables import CampaignRow, ItemRow, RatingRow
from kijun.ratings.work import Submission
from kijun.records import Campaign, CampaignItem, Rating
from kijun.specs import RubricSpec

__all__ = ["Adjudication", "Disagreement", "Verdict", "spread_of"]


class Verdict(msgspec.Struct, frozen=True):
    """An adjudicator's verdict; hand `version` back with a change. `by` is the adjudicator's pseudonym."""

    rating: Rating
    version: int
    by: str


class Disagreement(msgspec.Struct, frozen=True):
    """An item on which raters differ.

    Attributes:
        ratings: all that count, passed-over ones left out; raters by pseudonym.
        spread: question -> how far answers lie apart, from 0 (not at all) to 1 (as far as the scale goes; on scales of
            names, half and half is 1).
        open: questions on which a verdict may be given; a distribution is never voted away.
        verdict: None as long as there is none.
    """

    item: CampaignItem
    ratings: tuple[Rating, ...]
    spread: dict[str, float]
    open: tuple[str, ...]
    verdict: Verdict | None


class Adjudication:
    """Looking at disagreement, and deciding it where that makes sense."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock

    def disagreements(
        self, person: Person, campaign: str, *, question: str | None = None, limit: int = 50, offset: int = 0
    ) -> tuple[list[Disagreement], int]:
        """Items on which raters differ, those furthest apart first, and how many there are in all.

        Args:
            question: one question only, named as in `AgreementLine.question`.

        Raises:
            NotAllowedError: a rater, or no part in it.
        """
        with self._database.reading() as session:
            row, _ = admit(session, person, campaign, "watch")
            made, rubric = campaign_of(row), rubric_in(campaign_of(row))
            by_item: dict[str, list[Rating]] = {}
            for rating in ratings_in(session, row):
                if rating.role == "rater" and rating.kind == "sampled" and rating.skipped is None:
                    by_item.setdefault(rating.item, []).append(rating)
            apart = {key: spread_of(rubric, made, found) for key, found in by_item.items() if len(found) > 1}
            if question is not None:
                apart = {key: {question: spread.get(question, 0.0)} for key, spread in apart.items()}
            ranked = sorted(
                (key for key, spread in apart.items() if max(spread.values(), default=0) > 0),
                key=lambda key: (-max(apart[key].values()), key),
            )
            page = ranked[offset : offset + limit]
            items = {
                item.key: item_of(item)
                for item in session.scalars(
                    select(ItemRow).where(ItemRow.campaign_id == row.id, ItemRow.key.in_(page))
                ).all()
            }
            verdicts = _verdicts(session, row)
        found = [_disagreement(rubric, items[key], by_item[key], apart[key], verdicts.get(key)) for key in page]
        return found, len(ranked)

    def adjudicate(
        self, person: Person, campaign: str, item: str, submission: Submission, *, version: int = 0
    ) -> Verdict:
        """Gives a verdict over an item, or changes it. Raters' own judgements stay as they are.

        Args:
            item: `CampaignItem.id`.
            submission: answers to as many questions as are decided; sides are the candidates in their stored order.
            version: of the verdict that is changed; 0 for the first one.

        Raises:
            ConflictError: another organiser gave or changed the verdict meanwhile.
            SubmissionError: no answers of the rubric. SpecError: a question whose distribution is the result.
            NotAllowedError: not an organiser who signed in.
        """
        if person.id is None:
            raise NotAllowedError("a verdict needs a person behind it; sign in as an organiser")
        try:
            with self._database.writing() as session:
                row, member = admit(session, person, campaign, "organise", lock="change")
                assert member is not None
                return self._keep(session, row, person, member.pseudonym, item, submission, version)
        except IntegrityError:
            raise ConflictError("another organiser gave a verdict on this item meanwhile; look at it again") from None

    def _keep(
        self,
        session: Session,
        row: CampaignRow,
        person: Person,
        pseudonym: str,
        key: str,
        submission: Submission,
        version: int,
    ) -> Verdict:
        made, rubric = campaign_of(row), rubric_in(campaign_of(row))
        place = session.scalar(select(ItemRow).where(ItemRow.campaign_id == row.id, ItemRow.key == key))
        if place is None or place.kind != "sampled":
            raise SpecError(f"{row.name!r} has no item {key!r} that was drawn")
        _check_decidable(rubric, submission)
        earlier = session.scalar(select(RatingRow).where(RatingRow.key == _key(place)))
        present = 0 if earlier is None else earlier.version
        if version != present:
            raise ConflictError(
                f"another organiser gave or changed the verdict on this item meanwhile (version {present}, you saw "
                f"{version}); look at it again"
            )
        item, now = item_of(place), timestamp(self._clock())
        empty = Rating(
            id=uuid.uuid4().hex if earlier is None else earlier.uuid,
            item=item.id,
            rater="",
            design=made.design,
            rubric_sha256=made.rubric_sha256,
            submitted=now,
            locale=submission.locale or person.locale,
            role="adjudicator",
            kind=item.kind,
            inclusion_probability=item.inclusion_probability,
        )
        order = tuple(range(len(item.candidates)))
        rating = rating_of(rubric, made.design, item, order, submission, empty, whole=False)
        kept = earlier or RatingRow(
            uuid=rating.id,
            campaign_id=row.id,
            item_id=place.id,
            key=_key(place),
            role="adjudicator",
            kind=item.kind,
            skipped=False,
            version=0,
        )
        before = None if earlier is None else msgspec.json.decode(earlier.submission)
        kept.person_id, kept.submitted, kept.flagged = person.id or 0, now, rating.flag is not None
        kept.content = msgspec.json.encode(rating).decode()
        kept.submission = msgspec.json.encode(submission).decode()
        kept.version = present + 1
        session.add(kept)
        session.flush()
        note(session, self._clock, person, row.id, "adjudicate", f"item {key}", before, msgspec.to_builtins(submission))
        return Verdict(msgspec.structs.replace(rating, rater=pseudonym), kept.version, pseudonym)


def _key(place: ItemRow) -> str:
    """One verdict an item: the unique key of submissions sees to it."""
    return f"verdict:{place.id}"


def _check_decidable(rubric: RubricSpec, submission: Submission) -> None:
    shared = {dimension.id for dimension in rubric.dimensions if dimension.aggregate == "distribution"}
    for name in [*submission.answers, *submission.preferences]:
        if name in shared:
            raise SpecError(
                f"{name}: people differ here for good reasons, and their distribution is the result; no verdict "
                "replaces it",
                key=f"answers.{name}",
            )


def _verdicts(session: Session, row: CampaignRow) -> dict[str, Verdict]:
    by_id = {rating.id: rating for rating in ratings_in(session, row) if rating.role == "adjudicator"}
    versions = session.execute(
        select(RatingRow.uuid, RatingRow.version).where(
            RatingRow.campaign_id == row.id, RatingRow.role == "adjudicator", RatingRow.voided.is_(None)
        )
    ).all()
    return {by_id[name].item: Verdict(by_id[name], version, by_id[name].rater) for name, version in versions}


def _disagreement(
    rubric: RubricSpec, item: CampaignItem, ratings: list[Rating], spread: dict[str, float], verdict: Verdict | None
) -> Disagreement:
    shared = {dimension.id for dimension in rubric.dimensions if dimension.aggregate == "distribution"}
    decidable = [name for name in spread if name.removeprefix("preference.").split(".")[0] not in shared]
    return Disagreement(item, tuple(ratings), spread, tuple(decidable), verdict)


def spread_of(rubric: RubricSpec, campaign: Campaign, ratings: Sequence[Rating]) -> dict[str, float]:
    """Question -> how far apart the ratings of one item lie, from 0 to 1; questions with fewer than two answers not."""
    found = {}
    for question, answers in answers_by_question(rubric, campaign, ratings).items():
        values = [value for _, value in answers]
        if len(values) < 2:
            continue
        dimension = None if question.split(".")[0] in ("preference", "verdict") else question.split(".")[0]
        scale = None if dimension is None else rubric.dimension(dimension).scale
        if scale is not None and scale.type == "ordinal":
            places = [scale.points.index(value) for value in values]  # type: ignore[arg-type]
            found[question] = (max(places) - min(places)) / max(1, len(scale.points) - 1)
        elif scale is not None and scale.type == "interval":
            numbers = [float(value) for value in values]  # type: ignore[arg-type]
            found[question] = (max(numbers) - min(numbers)) / ((scale.high or 1.0) - (scale.low or 0.0))
        else:
            most = max(values.count(value) for value in values)
            found[question] = 2 * (1 - most / len(values)) if most * 2 >= len(values) else 1.0
    return found

"""How a campaign stands: what is done, by whom, how fast, and how gold was answered."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

import msgspec
from sqlalchemy import case, func, literal_column, select
from sqlalchemy.orm import Session

from kijun.ratings.campaign_rows import settings_of
from kijun.ratings.database import Database
from kijun.ratings.person import Person, Role, admit
from kijun.ratings.settings import CampaignSettings
from kijun.ratings.tables import (
    AssignmentRow,
    CampaignRow,
    GoldResultRow,
    ItemRow,
    MembershipRow,
    PersonRow,
    RatingRow,
)
from kijun.records import Rating

__all__ = ["CampaignStatus", "FlaggedItem", "RaterStatus", "Status", "StratumStatus"]

_LEAST_GOLD = 3


class StratumStatus(msgspec.Struct, frozen=True):
    """One stratum: drawn items, those with as many ratings as wanted, and those with one at least."""

    name: str
    items: int
    complete: int
    begun: int


class RaterStatus(msgspec.Struct, frozen=True):
    """One member and the work done.

    Attributes:
        name: as signed in with; None before readers, who see pseudonyms only.
        done: judgements of drawn items; `skipped` passed over, `flagged` with a complaint about the item.
        in_hand: items leased at present.
        gold_right, gold_total: answers on gold that are right, of how many; practice is left out.
        practice_right, practice_total: the same of practice.
        seconds: at work in all; `median_seconds` of one judgement; None without any.
        hasty: judgements quicker than `CampaignSettings.fast_seconds`.
        alike: longest run of judgements with the very same answers.
        doubtful: share of right answers on gold below `CampaignSettings.gold_needed`, by three answers at least.
        last: when the newest judgement was submitted.
    """

    person: int
    name: str | None
    pseudonym: str
    role: Role
    done: int
    skipped: int
    flagged: int
    in_hand: int
    quota: int | None
    gold_right: int
    gold_total: int
    practice_right: int
    practice_total: int
    seconds: float
    median_seconds: float | None
    hasty: int
    alike: int
    doubtful: bool
    stopped: bool
    last: str | None


class FlaggedItem(msgspec.Struct, frozen=True):
    """What a rater said is wrong with an item."""

    item: str
    rater: str
    type: str
    comment: str
    at: str


class CampaignStatus(msgspec.Struct, frozen=True):
    """A campaign at a glance.

    Attributes:
        judgements: of drawn items that count; `wanted` is items times overlap.
        complete: items with as many judgements as wanted.
        in_hand: items leased at present.
        seconds: of all raters together.
    """

    state: str
    items: int
    complete: int
    judgements: int
    wanted: int
    skipped: int
    flagged: int
    in_hand: int
    seconds: float
    strata: tuple[StratumStatus, ...]
    raters: tuple[RaterStatus, ...]


class Status:
    """Watching a campaign."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, person: Person, campaign: str) -> CampaignStatus:
        """How the campaign stands; owners and organisers see names, readers pseudonyms.

        Raises:
            NotAllowedError: a rater, or no part in it.
        """
        with self._database.reading() as session:
            row, member = admit(session, person, campaign, "watch")
            settings = settings_of(row)
            strata = _strata(session, row, settings)
            raters = _raters(session, row, settings, names=member is None or member.role in ("owner", "organiser"))
        items = sum(stratum.items for stratum in strata)
        return CampaignStatus(
            state=row.state,
            items=items,
            complete=sum(stratum.complete for stratum in strata),
            judgements=sum(rater.done for rater in raters),
            wanted=items * settings.overlap,
            skipped=sum(rater.skipped for rater in raters),
            flagged=sum(rater.flagged for rater in raters),
            in_hand=sum(rater.in_hand for rater in raters),
            seconds=sum(rater.seconds for rater in raters),
            strata=strata,
            raters=raters,
        )

    def flags(self, person: Person, campaign: str) -> list[FlaggedItem]:
        """What raters said is wrong with items, newest first.

        Raises:
            NotAllowedError: a rater, or no part in it.
        """
        with self._database.reading() as session:
            row, _ = admit(session, person, campaign, "watch")
            found = session.execute(
                select(RatingRow.content, MembershipRow.pseudonym)
                .join(MembershipRow, _same_member())
                .where(RatingRow.campaign_id == row.id, RatingRow.flagged.is_(True), RatingRow.voided.is_(None))
                .order_by(RatingRow.id.desc())
            ).all()
        flagged = [(msgspec.json.decode(content, type=Rating), pseudonym) for content, pseudonym in found]
        return [
            FlaggedItem(rating.item, pseudonym, rating.flag.type, rating.flag.comment, rating.submitted)
            for rating, pseudonym in flagged
            if rating.flag is not None
        ]


def _same_member() -> object:
    return (MembershipRow.campaign_id == RatingRow.campaign_id) & (MembershipRow.person_id == RatingRow.person_id)


def _strata(session: Session, row: CampaignRow, settings: CampaignSettings) -> tuple[StratumStatus, ...]:
    answered = (
        select(RatingRow.item_id, func.count().label("n"))
        .where(
            RatingRow.campaign_id == row.id,
            RatingRow.voided.is_(None),
            RatingRow.skipped.is_(False),
            RatingRow.role == "rater",
        )
        .group_by(RatingRow.item_id)
        .subquery()
    )
    number = func.coalesce(answered.c.n, 0)
    one, none = literal_column("1"), literal_column("0")
    found = session.execute(
        select(
            ItemRow.stratum,
            func.count(),
            func.sum(case((number >= settings.overlap, one), else_=none)),
            func.sum(case((number > 0, one), else_=none)),
        )
        .outerjoin(answered, answered.c.item_id == ItemRow.id)
        .where(ItemRow.campaign_id == row.id, ItemRow.kind == "sampled")
        .group_by(ItemRow.stratum)
        .order_by(ItemRow.stratum)
    ).all()
    return tuple(StratumStatus(name, items, int(complete), int(begun)) for name, items, complete, begun in found)


def _raters(session: Session, row: CampaignRow, settings: CampaignSettings, *, names: bool) -> tuple[RaterStatus, ...]:
    members = session.execute(
        select(MembershipRow, PersonRow.name)
        .join(PersonRow, PersonRow.id == MembershipRow.person_id)
        .where(MembershipRow.campaign_id == row.id)
        .order_by(MembershipRow.id)
    ).all()
    in_hand = dict(
        session.execute(
            select(AssignmentRow.person_id, func.count())
            .where(AssignmentRow.campaign_id == row.id, AssignmentRow.state == "leased")
            .group_by(AssignmentRow.person_id)
        ).all()
    )
    gold: dict[tuple[int, str], tuple[int, int]] = {}
    for who, kind, right, total in session.execute(
        select(
            GoldResultRow.person_id,
            GoldResultRow.kind,
            func.sum(case((GoldResultRow.right.is_(True), literal_column("1")), else_=literal_column("0"))),
            func.count(),
        )
        .where(GoldResultRow.campaign_id == row.id)
        .group_by(GoldResultRow.person_id, GoldResultRow.kind)
    ).all():
        gold[who, kind] = (int(right), total)
    work: dict[int, list[Rating]] = {}
    decoder = msgspec.json.Decoder(Rating)
    for who, content in session.execute(
        select(RatingRow.person_id, RatingRow.content)
        .where(RatingRow.campaign_id == row.id, RatingRow.voided.is_(None), RatingRow.role == "rater")
        .order_by(RatingRow.id)
    ).all():
        work.setdefault(who, []).append(decoder.decode(content))
    return tuple(
        _rater(
            member,
            name if names else None,
            work.get(member.person_id, []),
            in_hand.get(member.person_id, 0),
            gold.get((member.person_id, "gold"), (0, 0)),
            gold.get((member.person_id, "training"), (0, 0)),
            settings,
        )
        for member, name in members
    )


def _rater(
    member: MembershipRow,
    name: str | None,
    work: Sequence[Rating],
    in_hand: int,
    gold: tuple[int, int],
    practice: tuple[int, int],
    settings: CampaignSettings,
) -> RaterStatus:
    times = [rating.active_seconds for rating in work if rating.active_seconds is not None and rating.skipped is None]
    judged = [rating for rating in work if rating.skipped is None]
    return RaterStatus(
        person=member.person_id,
        name=name,
        pseudonym=member.pseudonym,
        role=member.role,  # type: ignore[arg-type]
        done=member.done,
        skipped=len(work) - len(judged),
        flagged=sum(rating.flag is not None for rating in work),
        in_hand=in_hand,
        quota=settings.quota if member.quota is None else member.quota,
        gold_right=gold[0],
        gold_total=gold[1],
        practice_right=practice[0],
        practice_total=practice[1],
        seconds=sum(rating.active_seconds or 0.0 for rating in work),
        median_seconds=median(times) if times else None,
        hasty=sum(time < settings.fast_seconds for time in times),
        alike=_longest_run([(rating.answers, rating.abstained, rating.preference) for rating in judged]),
        doubtful=gold[1] >= _LEAST_GOLD and gold[0] < settings.gold_needed * gold[1],
        stopped=member.stopped is not None,
        last=work[-1].submitted if work else None,
    )


def _longest_run(values: Sequence[object]) -> int:
    longest = run = 0
    for number, value in enumerate(values):
        run = run + 1 if number and value == values[number - 1] else 1
        longest = max(longest, run)
    return longest

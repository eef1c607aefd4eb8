"""Ratings from elsewhere, kept as a closed campaign."""

from __future__ import annotations

import secrets as random_secrets

import msgspec
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kijun.errors import NotAllowedError, SpecError
from kijun.ratings.audit import note
from kijun.ratings.campaign_rows import add_campaign, taken
from kijun.ratings.campaigns import Campaigns, CampaignView
from kijun.ratings.clock import Clock, timestamp
from kijun.ratings.database import Database
from kijun.ratings.person import OPERATOR, Person
from kijun.ratings.settings import CampaignSettings
from kijun.ratings.tables import CampaignRow, ItemRow, MembershipRow, PersonRow, RatingRow
from kijun.records import Rating
from kijun.store import CampaignFolder

__all__ = ["Importing"]


class Importing:
    """Taking in a campaign as a whole."""

    def __init__(self, database: Database, clock: Clock, campaigns: Campaigns) -> None:
        self._database, self._clock, self._campaigns = database, clock, campaigns

    def keep(self, person: Person, content: CampaignFolder) -> CampaignView:
        """Keeps a campaign with its ratings, closed; raters are people without a name under their pseudonyms.

        What is exported again is equal to `content`.

        Raises:
            SpecError: a name that is taken, a rating of an item that is not there, or twice the same id.
            NotAllowedError: not the operator.
        """
        if person != OPERATOR:
            raise NotAllowedError("ratings are taken in on the machine itself: kijun rate import")
        keys = {item.id for item in content.items}
        for rating in content.ratings:
            if rating.item not in keys:
                raise SpecError(f"the rating {rating.id!r} is of an item {rating.item!r}, which is not there")
        made = content.campaign
        settings = CampaignSettings(overlap=made.overlap, title=made.title, languages=made.languages)
        if len({rating.id for rating in content.ratings}) < len(content.ratings):
            raise SpecError("two ratings have the same id; each needs its own")
        try:
            with self._database.writing() as session:
                row = add_campaign(session, self._clock, made, content.items, settings, {}, "closed")
                self._add(session, row, content)
                told = {"ratings": len(content.ratings)}
                note(session, self._clock, person, row.id, "import", "campaign", None, told)
        except IntegrityError:
            raise SpecError(taken(made.name)) from None
        return self._campaigns.find(person, made.name)

    def _add(self, session: Session, row: CampaignRow, content: CampaignFolder) -> None:
        items = {item.key: item for item in session.query(ItemRow).filter(ItemRow.campaign_id == row.id)}
        members: dict[str, MembershipRow] = {}
        for rating in content.ratings:
            if rating.rater not in members:
                members[rating.rater] = self._member(session, row, rating.rater)
        for rating in content.ratings:
            member, item = members[rating.rater], items[rating.item]
            session.add(_row(row, item, member, rating))
            if rating.role == "rater" and rating.skipped is None and rating.kind == "sampled":
                member.done += 1
                item.places_left = None if item.places_left is None else item.places_left - 1
        session.flush()

    def _member(self, session: Session, row: CampaignRow, pseudonym: str) -> MembershipRow:
        now = timestamp(self._clock())
        nobody = PersonRow(name=f"imported-{random_secrets.token_hex(8)}", locale="en", created=now, anonymised=now)
        session.add(nobody)
        session.flush()
        member = MembershipRow(
            campaign_id=row.id,
            person_id=nobody.id,
            role="rater",
            pseudonym=pseudonym,
            joined=now,
            stopped=now,
            done=0,
            version=1,
        )
        session.add(member)
        session.flush()
        return member


def _row(row: CampaignRow, item: ItemRow, member: MembershipRow, rating: Rating) -> RatingRow:
    verdict = rating.role == "adjudicator"
    return RatingRow(
        uuid=rating.id,
        campaign_id=row.id,
        item_id=item.id,
        person_id=member.person_id,
        key=f"verdict:{item.id}" if verdict else f"import:{row.id}:{rating.id}"[:64],
        role=rating.role,
        kind=rating.kind,
        skipped=rating.skipped is not None,
        flagged=rating.flag is not None,
        active_seconds=rating.active_seconds,
        submitted=rating.submitted[:32],
        version=1,
        content=msgspec.json.encode(msgspec.structs.replace(rating, rater="")).decode(),
        submission="{}",
    )

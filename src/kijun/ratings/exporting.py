"""A campaign out of the database, as the records that everything after collection reads."""

from __future__ import annotations

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from kijun.ratings.audit import note
from kijun.ratings.campaign_rows import campaign_of
from kijun.ratings.clock import Clock
from kijun.ratings.database import Database
from kijun.ratings.handing_out import item_of
from kijun.ratings.person import Person, admit
from kijun.ratings.tables import CampaignRow, ItemRow, MembershipRow, PersonRow, RatingRow
from kijun.records import Rating
from kijun.store import CampaignFolder

__all__ = ["Exporting", "ratings_in"]


class Exporting:
    """Reading a campaign as a whole."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock

    def content(self, person: Person, campaign: str, *, names: bool = False) -> CampaignFolder:
        """Campaign, items and every judgement that counts, as `store.write_campaign` writes them.

        All of it is one state of the database, also while people work.

        Args:
            names: raters by the names they signed in with; otherwise by pseudonyms.

        Raises:
            NotAllowedError: neither organiser nor owner; names are for owners only.
        """
        with self._database.reading() as session:
            row, _ = admit(session, person, campaign, "own" if names else "organise")
            items = session.scalars(select(ItemRow).where(ItemRow.campaign_id == row.id).order_by(ItemRow.id)).all()
            content = CampaignFolder(
                campaign_of(row), tuple(map(item_of, items)), tuple(ratings_in(session, row, names=names))
            )
        with self._database.writing() as session:
            note(session, self._clock, person, row.id, "export", "campaign", None, {"names": names})
        return content


def ratings_in(session: Session, row: CampaignRow, *, names: bool = False) -> list[Rating]:
    """The judgements of a campaign that count, in the order in which they were submitted."""
    found = session.execute(
        select(RatingRow.content, RatingRow.person_id, MembershipRow.pseudonym, PersonRow.name)
        .outerjoin(
            MembershipRow,
            (MembershipRow.campaign_id == RatingRow.campaign_id) & (MembershipRow.person_id == RatingRow.person_id),
        )
        .join(PersonRow, PersonRow.id == RatingRow.person_id)
        .where(RatingRow.campaign_id == row.id, RatingRow.voided.is_(None))
        .order_by(RatingRow.id)
    ).all()
    decoder = msgspec.json.Decoder(Rating)
    return [
        msgspec.structs.replace(decoder.decode(content), rater=name if names else pseudonym)
        for content, _, pseudonym, name in found
    ]

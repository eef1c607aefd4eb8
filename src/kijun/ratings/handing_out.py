"""From rows to what a rater sees: nothing that the campaign hides gets past here."""

from __future__ import annotations

from typing import NamedTuple

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from kijun.errors import NotAllowedError
from kijun.ratings.campaign_rows import settings_of
from kijun.ratings.person import Person
from kijun.ratings.submissions import as_choice
from kijun.ratings.tables import AssignmentRow, CampaignRow, ItemRow, MembershipRow, RatingRow
from kijun.ratings.work import PeerAnswer, Side, Work
from kijun.records import Blinding, Campaign, CampaignItem, Candidate, Rating

__all__ = ["Held", "held_by_id", "item_of", "order_of", "shown_of", "work_of"]


class Held(NamedTuple):
    """An assignment with everything around it."""

    assignment: AssignmentRow
    item: ItemRow
    campaign: CampaignRow
    member: MembershipRow


def held_by_id(session: Session, person: Person, assignment: str, *, lock: bool = False) -> Held:
    """The assignment, if it is this person's.

    Args:
        lock: keep the assignment, and the campaign's state, as they are until the transaction ends.

    Raises:
        NotAllowedError: it is not, or there is none; the two are not told apart.
    """
    query = (
        select(AssignmentRow, ItemRow, CampaignRow, MembershipRow)
        .join(ItemRow, ItemRow.id == AssignmentRow.item_id)
        .join(CampaignRow, CampaignRow.id == AssignmentRow.campaign_id)
        .join(
            MembershipRow,
            (MembershipRow.campaign_id == AssignmentRow.campaign_id)
            & (MembershipRow.person_id == AssignmentRow.person_id),
        )
        .where(AssignmentRow.id == assignment, AssignmentRow.person_id == person.id)
    )
    if lock:
        campaign = select(CampaignRow.id).join(AssignmentRow, AssignmentRow.campaign_id == CampaignRow.id)
        wanted = campaign.where(AssignmentRow.id == assignment)
        session.execute(wanted.with_for_update(of=CampaignRow, read=True)).all()
        query = query.with_for_update(of=AssignmentRow)
    found = session.execute(query).first()
    if found is None:
        raise NotAllowedError(f"there is no work {assignment!r} for you")
    return Held(*found)


def item_of(row: ItemRow) -> CampaignItem:
    """The record of a row."""
    return msgspec.json.decode(row.content, type=CampaignItem)


def order_of(assignment: AssignmentRow) -> tuple[int, ...]:
    """Candidates as they are shown."""
    return msgspec.json.decode(assignment.order, type=tuple[int, ...])


def shown_of(blinding: Blinding) -> tuple[str, ...]:
    """What is not hidden, as ratings record it."""
    every = {"models": blinding.show_models, "peers": blinding.show_peers, "judge": blinding.show_judge}
    return tuple(name for name, shown in every.items() if shown)


def work_of(session: Session, held: Held) -> Work:
    """What the rater is to see of an assignment."""
    item, order = item_of(held.item), order_of(held.assignment)
    blinding = settings_of(held.campaign).blinding
    sides = [_side(label, item.candidates[place], blinding) for label, place in zip("AB", order, strict=False)]
    draft = held.assignment.draft
    return Work(
        assignment=held.assignment.id,
        key=held.assignment.key,
        campaign=held.campaign.name,
        design=msgspec.json.decode(held.campaign.content, type=Campaign).design,
        item=item.id,
        training=item.kind == "training",
        sides=tuple(sides),
        shared=all(side.messages == sides[0].messages for side in sides),
        critique=item.critique,
        reference=item.reference,
        draft=None if draft is None else msgspec.json.decode(draft),
        started=held.assignment.started,
        lease_until=held.assignment.lease_until,
        paused=held.assignment.paused,
        shown=shown_of(blinding),
        peers=_peers(session, held, order) if blinding.show_peers and item.kind == "sampled" else (),
        language=item.language,
        axis=item.axis,
    )


def _side(label: str, candidate: Candidate, blinding: Blinding) -> Side:
    return Side(
        label,
        candidate.messages,
        candidate.response,
        candidate.model if blinding.show_models else None,
        candidate.judge if blinding.show_judge else {},
        candidate.cut_off,
    )


def _peers(session: Session, held: Held, order: tuple[int, ...]) -> tuple[PeerAnswer, ...]:
    found = session.execute(
        select(RatingRow.content, MembershipRow.pseudonym)
        .join(
            MembershipRow,
            (MembershipRow.campaign_id == RatingRow.campaign_id) & (MembershipRow.person_id == RatingRow.person_id),
        )
        .where(RatingRow.item_id == held.item.id, RatingRow.voided.is_(None), RatingRow.role == "rater")
        .where(RatingRow.person_id != held.member.person_id, RatingRow.skipped.is_(False))
        .order_by(RatingRow.id)
    ).all()
    peers = []
    for content, pseudonym in found:
        rating = msgspec.json.decode(content, type=Rating)
        peers.append(
            PeerAnswer(
                rater=pseudonym,
                answers=dict(rating.answers),
                preference=None if rating.preference is None else as_choice(rating.preference, order),
                preferences={name: as_choice(one, order) for name, one in rating.preferences.items()},
                rationale=rating.rationale,
            )
        )
    return tuple(peers)

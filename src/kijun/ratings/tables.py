"""The tables of the database in which people's work is kept."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

__all__ = [
    "AssignmentRow",
    "AuditRow",
    "CampaignRow",
    "GoldResultRow",
    "InviteRow",
    "ItemRow",
    "MembershipRow",
    "PersonRow",
    "RatingRow",
    "SessionRow",
    "Tables",
]

# Times are ISO 8601 texts in UTC with milliseconds: they sort as they are and read the same in both databases.
_Time = String(32)


class Tables(DeclarativeBase):
    """All tables; their names are those of the classes without ``Row``."""


class CampaignRow(Tables):
    """One campaign.

    Attributes:
        content: the `Campaign` record as JSON; it never changes after creation.
        settings: `CampaignSettings` as JSON; what organisers may change while people work.
        version: raised with every change of settings or state, so that nobody overwrites what he has not seen.
        left_out: why items could not be drawn -> how many, as JSON.
        n_items, n_gold, n_training: items by kind, counted once.
    """

    __tablename__ = "campaigns"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    content: Mapped[str] = mapped_column(Text)
    settings: Mapped[str] = mapped_column(Text)
    left_out: Mapped[str] = mapped_column(Text, default="{}")
    n_items: Mapped[int]
    n_gold: Mapped[int]
    n_training: Mapped[int]
    state: Mapped[str] = mapped_column(String(16))
    version: Mapped[int]
    created: Mapped[str] = mapped_column(_Time)
    closed: Mapped[str | None] = mapped_column(_Time)


class ItemRow(Tables):
    """One item of a campaign.

    Attributes:
        key: `CampaignItem.id`.
        content: the `CampaignItem` as JSON.
        position: place in the order in which items are handed out, drawn at random.
        places_left: raters still wanted: those at work and those who answered are taken off. None has no limit (gold
            and training, which everybody gets).
    """

    __tablename__ = "items"
    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(16))
    stratum: Mapped[str] = mapped_column(String(400))
    language: Mapped[str | None] = mapped_column(String(16))
    position: Mapped[int]
    places_left: Mapped[int | None]
    content: Mapped[str] = mapped_column(Text)
    __table_args__ = (
        UniqueConstraint("campaign_id", "key", name="uq_items_key"),
        Index("ix_items_kind", "campaign_id", "kind", "position"),
        # The work that is left: small at the end of a campaign, when finding it would take longest.
        Index(
            "ix_items_open",
            "campaign_id",
            "position",
            sqlite_where=text("places_left > 0"),
            postgresql_where=text("places_left > 0"),
        ),
    )


class PersonRow(Tables):
    """Somebody who can sign in.

    Attributes:
        name: what they sign in with; unique.
        password: argon2 hash; None where there is only a link.
        issuer, subject: identity at a provider of single sign-on; None without.
        anonymised: when name and identity were taken away.
    """

    __tablename__ = "people"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    password: Mapped[str | None] = mapped_column(String(200))
    issuer: Mapped[str | None] = mapped_column(String(400))
    subject: Mapped[str | None] = mapped_column(String(400))
    locale: Mapped[str] = mapped_column(String(8))
    created: Mapped[str] = mapped_column(_Time)
    anonymised: Mapped[str | None] = mapped_column(_Time)
    __table_args__ = (UniqueConstraint("issuer", "subject", name="uq_people_identity"),)


class MembershipRow(Tables):
    """A person's part in a campaign.

    Attributes:
        pseudonym: name in exports and before other raters; unique in the campaign.
        quota: most judgements of this rater; None takes the campaign's.
        done: judgements of sampled items that count, kept so that nobody has to count them.
        stopped: when an organiser took the work away; None while they may go on.
    """

    __tablename__ = "memberships"
    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    role: Mapped[str] = mapped_column(String(16))
    pseudonym: Mapped[str] = mapped_column(String(64))
    quota: Mapped[int | None]
    done: Mapped[int] = mapped_column(default=0)
    joined: Mapped[str] = mapped_column(_Time)
    stopped: Mapped[str | None] = mapped_column(_Time)
    version: Mapped[int] = mapped_column(default=1)
    __table_args__ = (
        UniqueConstraint("campaign_id", "person_id", name="uq_memberships_person"),
        UniqueConstraint("campaign_id", "pseudonym", name="uq_memberships_pseudonym"),
    )


class InviteRow(Tables):
    """A link that lets people in; only the digest of its token is kept.

    Attributes:
        person_id: whose way back it is; None invites whoever holds it.
        uses_left: how often it can still be used; None without limit until it expires.
    """

    __tablename__ = "invites"
    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id", ondelete="CASCADE"), index=True)
    token: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    role: Mapped[str] = mapped_column(String(16))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    uses_left: Mapped[int | None]
    created: Mapped[str] = mapped_column(_Time)
    expires: Mapped[str] = mapped_column(_Time)
    revoked: Mapped[str | None] = mapped_column(_Time)


class SessionRow(Tables):
    """Somebody signed in; only the digest of the token is kept."""

    __tablename__ = "sessions"
    token: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    secret: Mapped[str] = mapped_column(String(64))
    created: Mapped[str] = mapped_column(_Time)
    expires: Mapped[str] = mapped_column(_Time, index=True)


class AssignmentRow(Tables):
    """An item in a rater's hands, or that was; a rater has one row an item at the most.

    Attributes:
        state: ``leased`` (at work), ``done`` (answered or passed over), ``expired`` (left for too long), ``returned``
            (given back).
        order: candidates as they were shown, as JSON.
        key: what the next submission must carry; a new one after an undo.
        lease_until: when the work is given back to others.
        paused: since when the rater rests; `paused_seconds` is the time of earlier rests.
        draft: what was filled in so far, as JSON.
    """

    __tablename__ = "assignments"
    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id", ondelete="CASCADE"))
    item_id: Mapped[int] = mapped_column(ForeignKey("items.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    state: Mapped[str] = mapped_column(String(8))
    order: Mapped[str] = mapped_column("shown_order", String(32))
    key: Mapped[str] = mapped_column("submission_key", String(64))
    started: Mapped[str] = mapped_column(_Time)
    lease_until: Mapped[str] = mapped_column(_Time)
    paused: Mapped[str | None] = mapped_column(_Time)
    paused_seconds: Mapped[float] = mapped_column(default=0.0)
    draft: Mapped[str | None] = mapped_column(Text)
    __table_args__ = (
        UniqueConstraint("item_id", "person_id", name="uq_assignments_once"),
        Index("ix_assignments_mine", "campaign_id", "person_id", "state"),
        Index("ix_assignments_lease", "campaign_id", "state", "lease_until"),
    )


class RatingRow(Tables):
    """A judgement as it was submitted; an undone one stays, with the time of its undoing.

    Attributes:
        uuid: `Rating.id`.
        key: of the submission; a replay finds the row by it.
        content: the `Rating` as JSON, with an empty rater: who it was is `person_id`, and the pseudonym comes in when
            the rating is read.
        submission: what the rater sent, as JSON, to put it back into the page after an undo.
        role: ``rater`` or ``adjudicator``.
        version: of an adjudication, raised with every change.
    """

    __tablename__ = "ratings"
    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[str] = mapped_column(String(64))
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id", ondelete="CASCADE"))
    item_id: Mapped[int] = mapped_column(ForeignKey("items.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    assignment_id: Mapped[str | None] = mapped_column(ForeignKey("assignments.id", ondelete="SET NULL"), index=True)
    key: Mapped[str] = mapped_column("submission_key", String(64), unique=True)
    role: Mapped[str] = mapped_column(String(16))
    kind: Mapped[str] = mapped_column(String(16))
    skipped: Mapped[bool]
    flagged: Mapped[bool]
    active_seconds: Mapped[float | None]
    submitted: Mapped[str] = mapped_column(_Time)
    voided: Mapped[str | None] = mapped_column(_Time)
    version: Mapped[int] = mapped_column(default=1)
    content: Mapped[str] = mapped_column(Text)
    submission: Mapped[str] = mapped_column(Text)
    __table_args__ = (
        UniqueConstraint("campaign_id", "uuid", name="uq_ratings_uuid"),
        Index("ix_ratings_mine", "campaign_id", "person_id", "id"),
    )


class GoldResultRow(Tables):
    """One answer to a question whose answer is known."""

    __tablename__ = "gold_results"
    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id", ondelete="CASCADE"))
    rating_id: Mapped[int] = mapped_column(ForeignKey("ratings.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(16))
    dimension: Mapped[str] = mapped_column(String(200))
    expected: Mapped[str] = mapped_column(Text)
    given: Mapped[str] = mapped_column(Text)
    right: Mapped[bool] = mapped_column("is_right")
    __table_args__ = (Index("ix_gold_person", "campaign_id", "person_id"),)


class AuditRow(Tables):
    """Who changed what; never changed itself.

    Attributes:
        person_id: who; None for the operator of the machine.
        subject: what was changed, such as ``campaign`` or ``item ID``; people by pseudonym, so that erasing a person
            leaves no name behind.
        before, after: as JSON; None where there was, or is, nothing.
    """

    __tablename__ = "audit"
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[str] = mapped_column(_Time)
    campaign_id: Mapped[int | None] = mapped_column(ForeignKey("campaigns.id", ondelete="CASCADE"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    action: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(400))
    before: Mapped[str | None] = mapped_column(Text)
    after: Mapped[str | None] = mapped_column(Text)
    __table_args__ = (Index("ix_audit_campaign", "campaign_id", "id"),)

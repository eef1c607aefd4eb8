"""What is sent to the API and comes back, where no record of the rating place says it already."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec

from kijun.ratings import CampaignState, Submission
from kijun.ratings.adjudication import Disagreement
from kijun.ratings.person import Role
from kijun.ratings.secrets import SHORTEST_PASSWORD

__all__ = [
    "Accept",
    "Change",
    "Disagreements",
    "Draft",
    "Lease",
    "Me",
    "Move",
    "NewInvite",
    "NewRating",
    "NewVerdict",
    "Session",
    "SignIn",
    "Undo",
]


class SignIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Name and password."""

    name: str
    password: str


class Accept(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Coming in by the token of an invitation."""

    token: str
    name: Annotated[str, msgspec.Meta(max_length=100)] = ""
    password: Annotated[str, msgspec.Meta(min_length=SHORTEST_PASSWORD, max_length=1000)] | None = None
    locale: Literal["en", "ja"] = "en"


class Session(msgspec.Struct, frozen=True):
    """Send `token` as ``Authorization: Bearer TOKEN`` with every request; it is told only now."""

    token: str
    name: str
    expires: str
    campaign: str | None


class Me(msgspec.Struct, frozen=True):
    """Who is signed in; `csrf` goes into ``X-CSRF-Token`` where the session comes in a cookie."""

    name: str
    locale: str
    csrf: str


class NewRating(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A judgement; `key` is that of the work. The same key again changes nothing."""

    key: str
    submission: Submission


class Undo(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which judgement is taken back: `Progress.last`; without it the newest."""

    rating: str | None = None


class Draft(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is filled in so far, in the shape of a submission with less in it."""

    draft: dict[str, Any]


class Lease(msgspec.Struct, frozen=True):
    """Until when the work stays with the rater."""

    lease_until: str


class Change(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Settings to change; `version` is the campaign's as it was seen."""

    version: int
    changes: dict[str, Any]


class Move(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The state to bring the campaign to."""

    version: int
    state: CampaignState


class NewInvite(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An invitation; `uses` null lets any number of people in until it expires."""

    role: Role = "rater"
    uses: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)] | None = 1
    days: Annotated[float, msgspec.Meta(gt=0, le=3650)] = 14


class NewVerdict(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A verdict over an item; `version` 0 for the first."""

    submission: Submission
    version: int = 0


class Disagreements(msgspec.Struct, frozen=True):
    """A page of items on which raters differ; `total` of them in all."""

    total: int
    items: list[Disagreement]

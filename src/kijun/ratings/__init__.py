"""The place where people rate: campaigns, work handed out, judgements, and everything organisers need.

`RatingPlace` is the way in. Every action is one transaction and takes the acting person first.
"""

from kijun.errors import SpecError

try:
    import sqlalchemy  # noqa: F401 - asked for here, so that what lacks is told once and for all
except ModuleNotFoundError as error:
    raise SpecError(
        f"rating needs the extra 'rate' ({error.name} is not installed); run: pip install 'kijun[rate]'"
    ) from None

from kijun.ratings.adjudication import Disagreement, Verdict
from kijun.ratings.agreement import AgreementLine, RaterQuality
from kijun.ratings.audit import AuditEntry
from kijun.ratings.campaigns import CampaignState, CampaignView
from kijun.ratings.database import DEFAULT_URL, Database, database_url
from kijun.ratings.people import Invite, InviteView, Member, SignedIn
from kijun.ratings.person import OPERATOR, ROLES, Person, Role
from kijun.ratings.place import RatingPlace
from kijun.ratings.settings import CampaignSettings
from kijun.ratings.status import CampaignStatus, FlaggedItem, RaterStatus, StratumStatus
from kijun.ratings.work import (
    Choice,
    Feedback,
    FeedbackLine,
    PeerAnswer,
    Progress,
    Side,
    SideSpan,
    Submission,
    Submitted,
    Work,
)

__all__ = [
    "DEFAULT_URL",
    "OPERATOR",
    "ROLES",
    "AgreementLine",
    "AuditEntry",
    "CampaignSettings",
    "CampaignState",
    "CampaignStatus",
    "CampaignView",
    "Choice",
    "Database",
    "Disagreement",
    "Feedback",
    "FeedbackLine",
    "FlaggedItem",
    "Invite",
    "InviteView",
    "Member",
    "PeerAnswer",
    "Person",
    "Progress",
    "RaterQuality",
    "RaterStatus",
    "RatingPlace",
    "Role",
    "Side",
    "SideSpan",
    "SignedIn",
    "StratumStatus",
    "Submission",
    "Submitted",
    "Verdict",
    "Work",
    "database_url",
]

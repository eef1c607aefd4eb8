"""Everything about people: their invitations, sessions and parts in campaigns, as one."""

from __future__ import annotations

from kijun.ratings.invitations import Invitations, Invite, InviteView
from kijun.ratings.members import Member, Members
from kijun.ratings.sessions import Sessions, SignedIn

__all__ = ["Invite", "InviteView", "Member", "People", "SignedIn"]


class People(Invitations, Sessions, Members):
    """Invitations, signing in and out, roles."""

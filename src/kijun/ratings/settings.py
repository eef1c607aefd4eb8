"""What organisers may change while people work."""

from __future__ import annotations

from typing import Any

import msgspec

from kijun.errors import SpecError
from kijun.records import Blinding
from kijun.reports.texts import LANGUAGES

__all__ = ["CampaignSettings", "changed_settings"]


class CampaignSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Settings of a campaign.

    Attributes:
        title: shown instead of the name; empty shows the name.
        languages: of the pages.
        overlap: raters wanted for each item.
        quota: most judgements of one rater; None has no limit.
        lease_minutes: how long an item stays with a rater who does nothing, before others get it.
        pause_hours: how long it stays with one who paused.
        gold_share: share of a rater's work that is gold, as long as there is gold that the rater has not seen.
        gold_needed: share of right answers on gold below which a rater is marked in the organiser's list.
        gold_tolerance: points by which an answer on a scale of numbers may miss and still be right.
        fast_seconds: judgements quicker than this are counted as hasty.
        blinding: what raters may see before they judge.
        password: whether people who accept an invitation must choose a password; without one the link lets them in.
        retention_days: days after closing until raters' names and sign-ins are taken away; None keeps them.
    """

    title: str = ""
    languages: tuple[str, ...] = LANGUAGES
    overlap: int = 1
    quota: int | None = None
    lease_minutes: float = 30.0
    pause_hours: float = 24.0
    gold_share: float = 0.1
    gold_needed: float = 0.7
    gold_tolerance: float = 1.0
    fast_seconds: float = 2.0
    blinding: Blinding = Blinding()
    password: bool = False
    retention_days: int | None = None

    def __post_init__(self) -> None:
        for name, low, high in _RANGES:
            value = getattr(self, name)
            if value is not None and not low <= value <= high:
                raise ValueError(f"{name} takes {low:g} to {high:g}; got {value!r}")
        if not self.languages or not set(self.languages) <= set(LANGUAGES):
            raise ValueError(f"languages takes {' and '.join(LANGUAGES)}; got {', '.join(self.languages) or 'none'}")


_RANGES: tuple[tuple[str, float, float], ...] = (
    ("overlap", 1, 1000),
    ("quota", 1, 1_000_000),
    ("lease_minutes", 1, 10_000),
    ("pause_hours", 0.1, 1000),
    ("gold_share", 0, 1),
    ("gold_needed", 0, 1),
    ("gold_tolerance", 0, 100),
    ("fast_seconds", 0, 3600),
    ("retention_days", 0, 10_000),
)


def changed_settings(settings: CampaignSettings, changes: dict[str, Any]) -> CampaignSettings:
    """The settings with some of them changed.

    Raises:
        SpecError: an unknown setting, or a value out of range.
    """
    try:
        return msgspec.convert({**msgspec.to_builtins(settings), **changes}, CampaignSettings)
    except msgspec.ValidationError as error:
        raise SpecError(f"settings of a campaign: {error}".replace("`", "")) from None

"""Time as the database keeps it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

__all__ = ["Clock", "later", "seconds_between", "system_clock", "timestamp"]

Clock = Callable[[], datetime]
"""The present time with its zone; tests hand over one of their own."""


def system_clock() -> datetime:
    """The machine's time, UTC."""
    return datetime.now(UTC)


def timestamp(at: datetime) -> str:
    """ISO 8601 in UTC with milliseconds, so that texts sort as times do."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def later(at: datetime, *, days: float = 0, hours: float = 0, minutes: float = 0) -> str:
    """Timestamp of a later time."""
    return timestamp(at + timedelta(days=days, hours=hours, minutes=minutes))


def seconds_between(start: str, end: str) -> float:
    """Seconds from one timestamp to another."""
    return (datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds()

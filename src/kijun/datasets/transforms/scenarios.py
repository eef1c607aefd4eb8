"""Rows of scenario packs."""

from __future__ import annotations

from typing import Any

import msgspec

from kijun.specs.scenarios import TurnSpec

__all__ = ["scenarios"]

_KEPT = ("id", "title", "tags", "turns", "policy", "handover")


def scenarios(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Scenarios with the pack's policy, `said`: what the user says turn by turn, and `axes`: those that any of their
    checks speaks for."""
    found = []
    for row in rows:
        turns = msgspec.convert(row["turns"], tuple[TurnSpec, ...])
        axes = sorted({check.speaks_for for turn in turns for check in turn.checks})
        kept = {key: row[key] for key in _KEPT if key in row}
        found.append({"tags": [], "handover": [], **kept, "said": [turn.user for turn in turns], "axes": axes})
    return found

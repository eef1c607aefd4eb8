"""Rows of scenario packs."""

from __future__ import annotations

from typing import Any

import msgspec

from kijun.specs.scenarios import TurnSpec, system_message, with_named_wordings

__all__ = ["scenarios"]

_KEPT = ("id", "title", "tags", "policy", "handover")


def scenarios(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Scenarios with `system`: policy, situation and documents; `turns` with the pack's wordings; `said`: what the user
    says turn by turn; and `axes`: those that any of their checks speaks for."""
    found = []
    for row in rows:
        turns = with_named_wordings(row["turns"], row.get("wordings", {}))
        specs = msgspec.convert(turns, tuple[TurnSpec, ...])
        found.append(
            {
                "tags": [],
                "handover": [],
                **{key: row[key] for key in _KEPT if key in row},
                "turns": turns,
                "system": system_message(
                    row["policy"], row.get("situation", ""), row.get("library", {}), row.get("documents", ())
                ),
                "said": [turn.user for turn in specs],
                "axes": sorted({check.speaks_for for turn in specs for check in turn.checks}),
            }
        )
    return found

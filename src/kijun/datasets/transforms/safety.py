"""Rows of safety tasks: pairs of requests, documents with a planted instruction, JailbreakBench's two files."""

from __future__ import annotations

from typing import Any

__all__ = ["request_pairs", "with_and_without_injection"]


def request_pairs(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Two rows of a pair, one after the other: what ought to be refused, and its harmless look-alike.

    Columns `unsafe` and `harmless` become `prompt` and `side`.
    """
    return [
        {**{name: row[name] for name in row if name not in ("unsafe", "harmless")}, "side": side, "prompt": row[side]}
        for row in rows
        for side in ("unsafe", "harmless")
    ]


def with_and_without_injection(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each document as it is, and without the instruction that is planted in it (`planted` is then empty)."""
    return [
        version
        for row in rows
        for version in (
            {**row, "injected": True},
            {**row, "injected": False, "document": row["document"].replace(row["planted"], ""), "planted": ""},
        )
    ]

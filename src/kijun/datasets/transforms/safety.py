"""Rows of safety tasks: pairs of requests, documents with a planted instruction, JailbreakBench's two files."""

from __future__ import annotations

from typing import Any

__all__ = [
    "advbench",
    "harmbench_standard",
    "jailbreakbench",
    "request_pairs",
    "with_and_without_injection",
    "xstest",
]


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


def harmbench_standard(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """HarmBench's behaviours of the functional category ``standard``: without context strings and copyright."""
    return [row for row in rows if row["FunctionalCategory"] == "standard"]


def advbench(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """AdvBench's columns in lower case, as its authors have them; some copies have ``Goal`` and ``Target``."""
    return [{name.lower(): value for name, value in row.items()} for row in rows]


def jailbreakbench(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """JailbreakBench's two files, theme by theme, with `side` (``unsafe`` or ``harmless``) told by the file's name."""
    sided = [{**row, "side": "unsafe" if "harmful" in row["file"] else "harmless"} for row in rows]
    return sorted(sided, key=lambda row: (int(row["Index"]), row["side"] == "harmless"))


def xstest(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """XSTest's prompts with its types in turn, so that the first few hold both sides and every type."""
    turns: dict[str, int] = {}
    placed = []
    for row in rows:
        turns[row["type"]] = turns.get(row["type"], 0) + 1
        placed.append((turns[row["type"]], row))
    return [row for _, row in sorted(placed, key=lambda entry: entry[0])]

"""MMLU-Pro: three to ten options, named by letters; fourteen categories in one table."""

from __future__ import annotations

from string import ascii_uppercase
from typing import Any

__all__ = ["CATEGORIES", "mmlu_pro", "mmlu_pro_category"]

CATEGORIES = (
    "biology",
    "business",
    "chemistry",
    "computer science",
    "economics",
    "engineering",
    "health",
    "history",
    "law",
    "math",
    "other",
    "philosophy",
    "physics",
    "psychology",
)


def mmlu_pro(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Adds column `letters`: one letter an option, in order.

    No option is dropped: the paper's own script leaves out options that read "N/A", the harness does not.
    """
    return [{**row, "letters": list(ascii_uppercase[: len(row["options"])])} for row in rows]


def mmlu_pro_category(rows: list[dict[str, Any]], *, category: str) -> list[dict[str, Any]]:
    """Rows of one category for tasks `mmlu_pro_*` (few-shot examples too come from that category), with `letters`."""
    return mmlu_pro([row for row in rows if row["category"] == category])

"""HellaSwag: texts without the marks that WikiHow left in them."""

from __future__ import annotations

import re
from typing import Any

__all__ = ["hellaswag"]

_BRACKETED = re.compile(r"\[.*?\]")


def hellaswag(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Adds columns `query`, `choices` (one text an ending) and `gold` (int) for task `hellaswag`."""
    return [_one(row) for row in rows]


def _one(row: dict[str, Any]) -> dict[str, Any]:
    query = f"{row['activity_label']}: {row['ctx_a']} {row['ctx_b'].capitalize()}"
    return {
        **row,
        "query": _clean(query),
        "choices": [_clean(ending) for ending in row["endings"]],
        "gold": int(row["label"]),
    }


def _clean(text: str) -> str:
    # Stripping comes first, so a leading "[step] " leaves a space at the front. Scores depend on it; do not tidy.
    text = text.strip().replace(" [title]", ". ")
    return _BRACKETED.sub("", text).replace("  ", " ")

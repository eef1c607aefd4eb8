"""WinoGrande: two contexts, one continuation."""

from __future__ import annotations

from typing import Any

__all__ = ["winogrande"]


def winogrande(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Adds columns for task `winogrande`, scored by partial evaluation (Trinh and Le 2018, arXiv 1806.02847).

    - `contexts`: the sentence up to the blank with option 1 and with option 2 in it;
    - `continuation`: what follows the blank, stripped; its likelihood is compared between the contexts;
    - `gold`: 0 or 1.
    """
    return [_one(row) for row in rows]


def _one(row: dict[str, Any]) -> dict[str, Any]:
    before, blank, after = row["sentence"].partition("_")
    if not blank:
        raise ValueError(f"no blank '_' in sentence {row['sentence']!r}")
    if row["answer"] not in ("1", "2"):
        raise ValueError(f"column 'answer' must be '1' or '2', got {row['answer']!r}")
    return {
        **row,
        "contexts": [before + row["option1"], before + row["option2"]],
        "continuation": after.strip(),
        "gold": int(row["answer"]) - 1,
    }

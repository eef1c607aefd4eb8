"""MuSR: the choices lie in the data as the text of a Python list."""

from __future__ import annotations

import ast
from typing import Any

__all__ = ["musr"]


def musr(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Makes the columns of the `leaderboard_musr_*` tasks.

    - `choices`: replaced by the list that its text stands for;
    - `numbered`: the choices one a line, as ``1 - first``, each line with its line feed;
    - `gold`: place of `answer_choice` among them.
    """
    return [_one(row) for row in rows]


def _one(row: dict[str, Any]) -> dict[str, Any]:
    choices = ast.literal_eval(row["choices"])
    if not isinstance(choices, list) or not all(isinstance(choice, str) for choice in choices):
        raise ValueError(f"column 'choices' must be a list of texts, got {row['choices']!r}")
    return {
        **row,
        "choices": choices,
        "numbered": "".join(f"{number} - {choice}\n" for number, choice in enumerate(choices, 1)),
        "gold": choices.index(row["answer_choice"]),
    }

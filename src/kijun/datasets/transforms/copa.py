"""COPA: the premise becomes a half sentence, the alternatives its two continuations."""

from __future__ import annotations

from typing import Any

__all__ = ["copa"]

_CONNECTORS = {"cause": "because", "effect": "therefore"}


def copa(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Adds columns for task `copa`.

    - `context`: the premise without its last character (the full stop), then " because" or " therefore";
    - `choices`: both alternatives with the first letter in lower case and a leading space. The harness puts its own
      space between context and choice, so that the model sees two; that is kept;
    - `gold`: place of the right alternative.
    """
    return [_one(row) for row in rows]


def _one(row: dict[str, Any]) -> dict[str, Any]:
    choices = [" " + text[0].lower() + text[1:] for text in (row["choice1"], row["choice2"])]
    # by text, as the harness does: of two equal alternatives the first is gold
    gold = choices.index(choices[0 if row["label"] == 0 else 1])
    context = f"{row['premise'].strip()[:-1]} {_CONNECTORS[row['question']]}"
    return {**row, "context": context, "choices": choices, "gold": gold}

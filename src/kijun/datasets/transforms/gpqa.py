"""GPQA: the four answers, shuffled."""

from __future__ import annotations

import random
import re
from typing import Any

__all__ = ["gpqa"]

_BRACKETED = re.compile(r"\[.*?\]")
_ANSWERS = ("Incorrect Answer 1", "Incorrect Answer 2", "Incorrect Answer 3", "Correct Answer")
_SEED = 0


def gpqa(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Adds columns `choice1` ... `choice4` and `answer` (such as ``(C)``) for the `leaderboard_gpqa_*` tasks.

    The harness shuffles with Python's global generator, seeded once with 0 when a run starts, one shuffle a row in
    data order. So its order depends on what else ran before, and on the cache of the data library: the first shuffle
    ever made on a machine is stored and used again, whatever the seed. We give the order that the harness gives when
    it runs this one task alone with an empty cache and its default seed, always. In a run of the harness over a whole
    group, the second and third GPQA task get another order.
    """
    generator = random.Random(_SEED)
    return [_one(row, generator) for row in rows]


def _one(row: dict[str, Any], generator: random.Random) -> dict[str, Any]:
    choices = [_clean(row[column]) for column in _ANSWERS]
    correct = choices[-1]
    generator.shuffle(choices)
    letter = "ABCD"[choices.index(correct)]
    return {**row, **{f"choice{n}": choice for n, choice in enumerate(choices, 1)}, "answer": f"({letter})"}


def _clean(text: str | None) -> str:
    if text is None:
        return " "
    text = text.strip().replace(" [title]", ". ")
    return _BRACKETED.sub("", text).replace("  ", " ")

"""BIG-Bench Hard: the worked examples that its authors published as one prompt text a task."""

from __future__ import annotations

import re
from typing import Any

__all__ = ["bbh_worked_examples"]

_LEAD = "A: Let's think step by step."
_ANSWER = re.compile(r"(?<=the answer is )(.*)(?=\.)")


def bbh_worked_examples(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Takes the prompt text apart: one row an example.

    - `input`: the question;
    - `reasoning`: the answer with the steps that lead to it;
    - `target`: the answer alone, as the last step names it.

    lm-evaluation-harness 0.4.13 has the same examples in its task files; they equal these in all 27 tasks.

    Args:
        rows: one row with the whole text of the file in column `text`.
    """
    return [_example(part) for row in rows for part in row["text"].split("\n\nQ: ")[1:]]


def _example(part: str) -> dict[str, Any]:
    question, lead, reasoning = part.partition(f"\n{_LEAD}")
    answer = _ANSWER.search(reasoning)
    if not lead or answer is None:
        raise ValueError(f"a worked example without {_LEAD!r} or without an answer: {part[:80]!r}")
    return {"input": question, "reasoning": reasoning.strip(), "target": answer[1]}

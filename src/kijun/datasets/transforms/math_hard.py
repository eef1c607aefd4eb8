"""MATH, level 5: the answer is what the solution puts in a box."""

from __future__ import annotations

from typing import Any

__all__ = ["NO_ANSWER", "boxed_answer", "math_hard"]

NO_ANSWER = "[invalidanswer]"


def math_hard(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows of level 5 with column `answer` added, for the `leaderboard_math_*_hard` tasks."""
    return [{**row, "answer": boxed_answer(row["solution"])} for row in rows if row["level"] == "Level 5"]


def boxed_answer(solution: str) -> str:
    r"""Content of the last ``\boxed{...}`` (braces balanced), or of ``\boxed x`` up to the next dollar sign.

    `NO_ANSWER` where there is none. ``\fbox{...}`` alone gives `NO_ANSWER` too: the harness finds it but then cannot
    unwrap it.
    """
    loose = r"\boxed "
    if loose in solution:
        return solution.split(loose)[-1].split("$")[0]
    start = solution.rfind(r"\boxed")
    if start < 0:
        return NO_ANSWER
    depth = 0
    for place in range(start, len(solution)):
        if solution[place] == "{":
            depth += 1
        elif solution[place] == "}":
            depth -= 1
            if depth == 0:
                box = solution[start : place + 1]
                return box[len(r"\boxed{") : -1] if box.startswith(r"\boxed{") else NO_ANSWER
    return NO_ANSWER

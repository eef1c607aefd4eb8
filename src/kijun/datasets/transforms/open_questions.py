"""Open questions with recorded answers beside them: references, and answers of a baseline model to compare with."""

from __future__ import annotations

from typing import Any

__all__ = ["alpaca_eval", "elyza_tasks_100", "fastchat"]


def fastchat(rows: list[dict[str, Any]], columns: tuple[str, ...]) -> list[dict[str, Any]]:
    """Questions in FastChat's format with recorded answers from further files.

    A question has `question_id`, `category` and `turns`; a recorded answer has `question_id` and `choices`, of which
    the first holds the answers to all turns. The files' rows follow each other, each with the place of its `file`.

    Args:
        columns: a new column for each file of answers, in order; a list of texts, one a turn, empty where the file has
            no answer to the question.
    """
    answers = [row for row in rows if "choices" in row]
    files = list(dict.fromkeys(row["file"] for row in answers))
    if len(files) != len(columns):
        raise ValueError(f"{len(columns)} files of recorded answers are needed, {len(files)} are there")
    found: dict[tuple[str, Any], list[str]] = {
        (columns[files.index(row["file"])], row["question_id"]): list(row["choices"][0]["turns"]) for row in answers
    }
    return [
        {
            **{key: row[key] for key in ("question_id", "category", "turns")},
            **{column: found.get((column, row["question_id"]), []) for column in columns},
        }
        for row in rows
        if "choices" not in row
    ]


def elyza_tasks_100(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The columns `input`, `sample_output` (`output` on the Hub) and `eval_aspect`; recorded answers and grades go."""
    return [
        {
            "input": row["input"],
            "sample_output": row["sample_output"] if "sample_output" in row else row["output"],
            "eval_aspect": row["eval_aspect"],
        }
        for row in rows
    ]


def alpaca_eval(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """From published annotations the requests and the baseline's answers.

    - `instruction`, `dataset`;
    - `baseline`: the recorded answer that all models are compared with, `output_1`.
    """
    return [{"instruction": row["instruction"], "dataset": row["dataset"], "baseline": row["output_1"]} for row in rows]

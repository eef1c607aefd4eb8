"""Public truthfulness sets, from their authors' columns to questions with true and false answers, or to detection."""

from __future__ import annotations

import ast
import hashlib
import json
from typing import Any

__all__ = ["felm_segments", "halueval", "halueval_general", "jtruthfulqa", "simpleqa", "truthfulqa"]


def simpleqa(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """`question`, `accepted`, `expected`, `topic` of SimpleQA's `problem`, `answer`, `metadata` (a Python literal)."""
    found = []
    for row in rows:
        metadata = row.get("metadata")
        about = ast.literal_eval(metadata) if isinstance(metadata, str) else metadata or {}
        found.append(
            {
                "question": row["problem"],
                "accepted": [row["answer"]],
                "expected": "answer",
                "topic": about.get("topic", ""),
                "answer_type": about.get("answer_type", ""),
            }
        )
    return found


def truthfulqa(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """`question`, `best`, `true_answers`, `false_answers`, `category`, of the authors' CSV or of the Hub's columns."""
    found = []
    for row in rows:
        if "Question" in row:
            best, category, question = row["Best Answer"], row["Category"], row["Question"]
            true, false = _split(row["Correct Answers"]), _split(row["Incorrect Answers"])
        else:
            best, category, question = row["best_answer"], row["category"], row["question"]
            true, false = list(row["correct_answers"]), list(row["incorrect_answers"])
        true = list(dict.fromkeys([best, *true]))
        found.append(_three(question, best, true, false, category))
    return found


def jtruthfulqa(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The same for JTruthfulQA, whose lists of answers are written as Python literals; `kind` is fact, opinion ...."""
    found = []
    for row in rows:
        true, false = (list(ast.literal_eval(row[name])) for name in ("Correct Answers", "Incorrect Answers"))
        best = row["Original Answer"]
        made = _three(row["Question"], best, list(dict.fromkeys([best, *true])), false, row["Category"])
        found.append({**made, "kind": row["Type"]})
    return found


def halueval(rows: list[dict[str, Any]], *, kind: str) -> list[dict[str, Any]]:
    """HaluEval's pairs of a right and a hallucinated text as single cases: `context`, `question`, `answer`, `label`.

    Which of the two is shown is decided by a hash of the row (the authors' script draws at random), so that half of the
    cases are hallucinated (`label` yes) on every machine.

    Args:
        kind: ``qa``, ``dialogue`` or ``summarization``.
    """
    columns = {
        "qa": ("knowledge", "question", "right_answer", "hallucinated_answer"),
        "dialogue": ("knowledge", "dialogue_history", "right_response", "hallucinated_response"),
        "summarization": ("document", None, "right_summary", "hallucinated_summary"),
    }
    context, question, right, wrong = columns[kind]
    found = []
    for row in rows:
        hallucinated = hashlib.sha256(f"{row[context]}\x1f{row[right]}".encode()).digest()[0] % 2 == 1
        found.append(
            {
                "context": row[context],
                "question": "" if question is None else row[question],
                "answer": row[wrong if hallucinated else right],
                "label": "yes" if hallucinated else "no",
            }
        )
    return found


def halueval_general(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """`question`, `answer` and the people's `label` (yes: hallucinated) of HaluEval's answers of ChatGPT."""
    return [
        {
            "question": row["user_query"],
            "answer": row["chatgpt_response"],
            "label": row["hallucination"].strip().lower(),
        }
        for row in rows
    ]


def felm_segments(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A row a segment of FELM's answers: `question`, `answer`, `segment`, and whether people found it true (`label`).

    Reads the lines as text, for some of them hold NaN, which is no JSON, in columns that are not used. An answer whose
    labels do not match its segments in number is left out.
    """
    answers = [json.loads(row["text"]) for row in rows]
    return [
        {"question": row["prompt"], "answer": row["response"], "segment": segment, "label": "yes" if true else "no"}
        for row in answers
        if len(row["segmented_response"]) == len(row["labels"])
        for segment, true in zip(row["segmented_response"], row["labels"], strict=True)
    ]


def _split(text: str) -> list[str]:
    return [part.strip() for part in text.split(";") if part.strip()]


def _three(question: str, best: str, true: list[str], false: list[str], category: str) -> dict[str, Any]:
    return {"question": question, "best": best, "true_answers": true, "false_answers": false, "category": category}

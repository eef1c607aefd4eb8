"""ReCoRD: every entity of the passage is tried in the place of the placeholder."""

from __future__ import annotations

from typing import Any

__all__ = ["record"]

_HIGHLIGHT = "\n@highlight\n"


def record(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Makes the columns of task `record`.

    - `entities`, `answers`: replaced by their sorted distinct values;
    - `text`: the passage, an empty line, then its highlights as a list;
    - `choices`: the query as one more list line, once for each entity (same order as `entities`);
    - `target`: that line with the first answer, which few-shot examples show.
    """
    return [_one(row) for row in rows]


def _one(row: dict[str, Any]) -> dict[str, Any]:
    entities, answers = sorted(set(row["entities"])), sorted(set(row["answers"]))
    passage, *highlights = row["passage"].strip().split(_HIGHLIGHT)
    return {
        **row,
        "entities": entities,
        "answers": answers,
        "text": f"{passage}\n\n" + "".join(f"  - {highlight}.\n" for highlight in highlights),
        "choices": [_line(row["query"], entity) for entity in entities],
        "target": _line(row["query"], answers[0]),
    }


def _line(query: str, entity: str) -> str:
    return f"  - {query}".replace("@placeholder", entity)

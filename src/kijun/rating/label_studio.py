"""Label Studio's JSON export: tasks with annotations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from kijun.errors import SpecError
from kijun.rating.table_rows import Rated, read_row
from kijun.records import Design
from kijun.specs import RubricSpec

__all__ = ["is_label_studio", "read_label_studio"]


def is_label_studio(rows: Sequence[Mapping[str, Any]]) -> bool:
    """Whether rows are tasks as Label Studio exports them."""
    return bool(rows) and all(isinstance(row.get("annotations"), list) and "data" in row for row in rows)


def read_label_studio(
    path: Path, rows: Sequence[Mapping[str, Any]], renamed: Mapping[str, str], rubric: RubricSpec, design: Design
) -> list[Rated]:
    """A rating for each annotation.

    A control's ``name`` in the labelling configuration is what it answers: a dimension, ``preference``, ``rationale``
    or ``rationale.DIMENSION``, ``confidence``; `renamed` says it where it is called otherwise. Ratings, choices,
    numbers, pairwise comparisons, text areas and labelled spans are read. A cancelled annotation is a passed-over item.

    Raises:
        SpecError: an answer that is none; says which task.
    """
    ours = {theirs: name for name, theirs in renamed.items()}
    found = []
    for line, row in enumerate(rows, start=1):
        data = row["data"]
        if not isinstance(data, Mapping):
            raise SpecError("'data' of a task is an object", file=path, line=line)
        base = {ours.get(str(name), str(name)): value for name, value in data.items()}
        for annotation in row["annotations"]:
            cells = base | dict(_cells(annotation, ours, rubric, path, line))
            cells |= {"id": f"label-studio-{annotation.get('id', f'{line}-{len(found)}')}"}
            found.append(read_row(path, line, cells, rubric, design))
    return found


def _cells(
    annotation: Mapping[str, Any], ours: Mapping[str, str], rubric: RubricSpec, path: Path, line: int
) -> Iterator[tuple[str, Any]]:
    by = annotation.get("completed_by")
    yield "rater", str(by.get("email") or by.get("id") if isinstance(by, Mapping) else by or "rater")
    yield "submitted", str(annotation.get("created_at") or "")
    yield "active_seconds", annotation.get("lead_time")
    if annotation.get("was_cancelled"):
        yield "skipped", "cancelled"
        return
    spans = []
    checked: dict[str, set[str]] = {}
    for result in annotation.get("result") or ():
        name = ours.get(str(result.get("from_name")), str(result.get("from_name")))
        value = result.get("value") or {}
        match result.get("type"):
            case "rating":
                yield name, value.get("rating")
            case "number":
                yield name, value.get("number")
            case "choices":
                picked = [str(choice) for choice in value.get("choices") or ()]
                if _is_checklist(rubric, name):
                    checked[name] = set(picked)
                elif picked:
                    yield name, picked[0]
            case "pairwise":
                yield name, value.get("selected")
            case "textarea":
                text = value.get("text")
                yield name, "\n".join(text) if isinstance(text, list) else text
            case "labels":
                spans += _spans(value, name, str(result.get("to_name")))
            case other:
                raise SpecError(f"annotations of type {other!r} ({name}) are not read", file=path, line=line)
    for name, met in checked.items():
        yield f"answers.{name}", {item.id: item.id in met for item in rubric.dimension(name).items}
    if spans:
        yield "spans", spans


def _is_checklist(rubric: RubricSpec, name: str) -> bool:
    return any(dimension.id == name and dimension.scale.type == "checklist" for dimension in rubric.dimensions)


def _spans(value: Mapping[str, Any], name: str, where: str) -> list[dict[str, Any]]:
    """Marked places; the second answer is the one whose field says so."""
    second = where in ("response_2", "response_b")
    return [
        {
            "candidate": int(second),
            "start": value.get("start"),
            "end": value.get("end"),
            "dimension": name,
            "label": label,
        }
        for label in value.get("labels") or ()
    ]

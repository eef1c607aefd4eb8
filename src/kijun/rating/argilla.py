"""Argilla's records, as ``dataset.records.to_json`` and ``to_list`` write them, nested or flat."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from kijun.errors import SpecError
from kijun.rating.table_rows import Rated, read_row
from kijun.records import Design
from kijun.specs import RubricSpec

__all__ = ["is_argilla", "read_argilla"]

_FLAT = ".responses"


def is_argilla(rows: Sequence[Mapping[str, Any]]) -> bool:
    """Whether rows are records as Argilla exports them."""
    return bool(rows) and all("responses" in row or any(str(key).endswith(_FLAT) for key in row) for row in rows)


def read_argilla(
    path: Path, rows: Sequence[Mapping[str, Any]], renamed: Mapping[str, str], rubric: RubricSpec, design: Design
) -> list[Rated]:
    """A rating for each user of each record.

    A question is named after a dimension, ``preference``, ``rationale`` or ``rationale.DIMENSION``; `renamed` says it
    where it is called otherwise. Rating, label, multi-label (of a checklist), ranking (of two answers), span and text
    questions are read; discarded responses are passed-over items, drafts are left out.

    Raises:
        SpecError: an answer that is none; says which record.
    """
    ours = {theirs: name for name, theirs in renamed.items()}
    found = []
    for line, row in enumerate(rows, start=1):
        nested = row.get("fields")
        fields = nested if isinstance(nested, Mapping) else {k: v for k, v in row.items() if "." not in str(k)}
        base = {ours.get(str(name), str(name)): value for name, value in fields.items()}
        base = {name: value for name, value in base.items() if name not in ("id", "status", "_server_id", "responses")}
        for user, answers in _by_user(row).items():
            cells: dict[str, Any] = dict(base)
            if answers.pop("status", None) == "discarded":
                cells["skipped"] = "discarded"
                answers = {}
            for question, value in answers.items():
                name = ours.get(question, question)
                cells |= _cells(path, line, name, value, rubric)
            cells |= {"rater": user, "id": f"argilla-{row.get('id', line)}-{user}"}
            found.append(read_row(path, line, cells, rubric, design))
    return found


def _by_user(row: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """User -> question -> value, and ``status``; drafts are left out."""
    found: dict[str, dict[str, Any]] = {}

    def add(user: Any, status: Any, answers: Mapping[str, Any]) -> None:
        if status != "draft":
            found.setdefault(str(user), {}).update({**answers, "status": status or "submitted"})

    responses = row.get("responses")
    if isinstance(responses, Mapping):
        for question, given in responses.items():
            for one in given or ():
                add(one.get("user_id"), one.get("status"), {str(question): one.get("value")})
    elif isinstance(responses, list):
        for one in responses:
            values = {str(q): v.get("value") for q, v in (one.get("values") or {}).items()}
            add(one.get("user_id"), one.get("status"), values)
    else:
        for key, values in row.items():
            question = str(key).removesuffix(_FLAT)
            if question != key and values:
                users = row.get(f"{key}.users") or [f"user-{n}" for n in range(1, len(values) + 1)]
                states = row.get(f"{key}.status") or [None] * len(values)
                for user, status, value in zip(users, states, values, strict=True):
                    add(user, status, {question: value})
    return found


def _cells(path: Path, line: int, name: str, value: Any, rubric: RubricSpec) -> dict[str, Any]:
    if value is None:
        return {}
    if isinstance(value, list) and value and all(isinstance(one, Mapping) for one in value):
        if all("start" in one for one in value):
            return {"spans": [_span(one, name) for one in value]}
        return {name: _ranked(path, line, name, value)}
    if isinstance(value, list):
        dimension = next((d for d in rubric.dimensions if d.id == name and d.scale.type == "checklist"), None)
        if dimension is None:
            raise SpecError(f"{name}: several labels answer a checklist only; got {value!r}", file=path, line=line)
        return {f"answers.{name}": {item.id: item.id in value for item in dimension.items}}
    return {name: value}


def _span(one: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {
        "candidate": 0,
        "start": one.get("start"),
        "end": one.get("end"),
        "dimension": name,
        "label": one.get("label"),
    }


def _ranked(path: Path, line: int, name: str, value: Sequence[Mapping[str, Any]]) -> Any:
    """The better of two ranked answers; equal ranks are a tie."""
    ranked = sorted(value, key=lambda one: one.get("rank") or 0)
    if len(ranked) != 2:
        raise SpecError(f"{name}: a ranking of two answers; got {len(ranked)}", file=path, line=line)
    return "tie" if ranked[0].get("rank") == ranked[1].get("rank") else ranked[0].get("value")

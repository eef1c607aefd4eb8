"""One row of a table as an item and a rating of it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from kijun.errors import SpecError
from kijun.rating.units import item_id
from kijun.records import Answer, CampaignItem, Candidate, Design, Flag, MarkedSpan, Message, Preference, Rating
from kijun.specs import RubricSpec, read_value
from kijun.store import digest

__all__ = ["PREFERENCES", "Rated", "preference_of", "read_row"]

PREFERENCES: dict[str, Preference] = {
    **dict.fromkeys(("first", "a", "1", "left", "response_1", "response_a", "chosen"), "first"),
    **dict.fromkeys(("second", "b", "2", "right", "response_2", "response_b"), "second"),
    **dict.fromkeys(("tie", "0", "equal", "same", "draw"), "tie"),
    **dict.fromkeys(("both_bad", "both bad", "bothbad", "tie (bothbad)"), "both_bad"),
}
"""What is read as which preference; case and surrounding blanks do not matter."""


class Rated(NamedTuple):
    """An item and one rating of it."""

    item: CampaignItem
    rating: Rating


def preference_of(raw: Any) -> Preference | None:
    """A preference as people write it; None where it is none."""
    return PREFERENCES.get(str(raw).strip().casefold())


class _Row:
    """Cells by name, with the place of the row for messages."""

    def __init__(self, path: Path, line: int, cells: Mapping[str, Any]) -> None:
        self.path, self.line = path, line
        self.cells = {name: cell for name, cell in cells.items() if cell not in (None, "")}

    def fail(self, name: str, problem: str) -> SpecError:
        return SpecError(f"{name}: {problem}", file=self.path, line=self.line)

    def text(self, *names: str) -> str:
        return next((str(self.cells[name]) for name in names if name in self.cells), "")

    def number(self, name: str) -> float | None:
        if name not in self.cells:
            return None
        try:
            return float(self.cells[name])
        except (TypeError, ValueError):
            raise self.fail(name, f"{self.cells[name]!r} is no number") from None

    def json(self, name: str, kind: Any, default: Any) -> Any:
        if name not in self.cells:
            return default
        raw = self.cells[name]
        try:
            return msgspec.convert(msgspec.json.decode(raw) if isinstance(raw, str) else raw, kind)
        except msgspec.MsgspecError as error:
            raise self.fail(name, f"not the JSON that belongs here; {error}".replace("`", "")) from None

    def below(self, prefix: str) -> dict[str, Any]:
        start = f"{prefix}."
        return {name[len(start) :]: cell for name, cell in self.cells.items() if name.startswith(start)}


def read_row(path: Path, line: int, cells: Mapping[str, Any], rubric: RubricSpec, design: Design) -> Rated:
    """Reads columns as `table_rows` names them, or plain ones: ``prompt``, ``response``, ``rater``, a dimension.

    Raises:
        SpecError: a cell is no answer or not what belongs there, or the row says nothing.
    """
    row = _Row(path, line, cells)
    item = _item(row, design)
    raw = {d.id: row.cells[d.id] for d in rubric.dimensions if d.id in row.cells} | row.below("answers")
    answers, abstained = _answers(row, rubric, raw)
    abstained |= row.below("abstained")
    preferences = row.below("preferences")
    if design == "pairwise":
        preferences |= {name: raw[name] for name in raw if name in {d.id for d in rubric.dimensions}}
        answers = {}
    rating = Rating(
        id=row.text("id") or digest([str(path.name), line, dict(row.cells)])[:32],
        item=item.id,
        rater=row.text("rater", "annotator", "worker") or "rater",
        design=design,
        rubric_sha256=row.text("rubric_sha256") or rubric.sha256,
        submitted=row.text("submitted", "created_at"),
        started=row.text("started") or None,
        active_seconds=row.number("active_seconds"),
        order=row.json("order", tuple[int, ...], tuple(range(len(item.candidates)))),
        answers=answers,
        abstained=abstained,
        preference=_preference(row, "preference", row.cells.get("preference")),
        preferences={
            name: found for name, raw in preferences.items() if (found := _preference(row, name, raw)) is not None
        },
        strength=row.text("strength") or None,
        spans=row.json("spans", tuple[MarkedSpan, ...], ()),
        rationale=_rationale(row),
        confidence=row.number("confidence"),
        flag=Flag(row.text("flag.type"), row.text("flag.comment")) if row.text("flag.type") else None,
        skipped=row.text("skipped") or None,
        verdict=row.text("verdict") or None,  # type: ignore[arg-type]
        edited=row.text("edited") or None,
        locale=row.text("locale") or "en",
        shown=tuple(name for name in row.text("shown").split(",") if name),  # type: ignore[arg-type]
        role=row.text("role") or "rater",  # type: ignore[arg-type]
        kind=item.kind,
        inclusion_probability=item.inclusion_probability,
    )
    return Rated(item, _checked(row, rating))


def _item(row: _Row, design: Design) -> CampaignItem:
    wanted = 1 if design == "pointwise" else 2
    ends = [""] if wanted == 1 else ["_1", "_2"]
    letters = [""] if wanted == 1 else ["_a", "_b"]
    candidates = []
    for number, (end, letter) in enumerate(zip(ends, letters, strict=True), start=1):
        if f"response{end}" not in row.cells and f"response{letter}" not in row.cells:
            raise row.fail(f"response{end}", "the answer that was rated is missing; name its column")
        own = "" if number == 1 else f"_{number}"
        messages = row.json(f"messages{own}", tuple[Message, ...], None)
        if messages is None and f"prompt{own}" in row.cells:
            messages = (Message("user", row.text(f"prompt{own}")),)
        if messages is None:
            messages = candidates[0].messages if candidates else ()
        model, answer = row.text(f"model{end}", f"model{letter}"), row.text(f"response{end}", f"response{letter}")
        candidates.append(Candidate(model, messages, answer))
    kind = row.text("kind") or "sampled"
    chance = row.number("inclusion_probability")
    if chance is not None and not 0 < chance <= 1:
        raise row.fail("inclusion_probability", f"above 0 and at most 1; got {chance!r}")
    task, own = row.text("task"), row.text("run_item")
    return CampaignItem(
        id=row.text("item") or item_id(task, own, candidates),
        task=task,
        item=own,
        candidates=tuple(candidates),
        kind=kind,  # type: ignore[arg-type]
        stratum=row.text("stratum") or "all",
        inclusion_probability=chance,
        critique=row.text("critique"),
        reference=row.text("reference"),
        cluster=row.text("cluster") or None,
        axis=row.text("axis") or None,
        language=row.text("language") or None,
    )


def _answers(row: _Row, rubric: RubricSpec, raw: Mapping[str, Any]) -> tuple[dict[str, Answer], dict[str, Any]]:
    answers: dict[str, Answer] = {}
    abstained: dict[str, Any] = {}
    for dimension in rubric.dimensions:
        given = raw.get(dimension.id)
        if dimension.scale.type == "checklist" and given is None:
            named = {f"{dimension.id}.{item.id}": item.id for item in dimension.items}
            given = {named[name]: cell for name, cell in raw.items() if name in named} or None
        if given is None:
            continue
        if given in dimension.abstain:
            abstained[dimension.id] = given
            continue
        value = read_value(dimension, given)
        if value is None and preference_of(given) is None:
            raise row.fail(dimension.id, f"{given!r} is no answer on this {dimension.scale.type} scale")
        if value is not None:
            answers[dimension.id] = value
    return answers, abstained


def _preference(row: _Row, name: str, raw: Any) -> Preference | None:
    if raw in (None, ""):
        return None
    found = preference_of(raw)
    if found is None:
        raise row.fail(name, f"{raw!r} is none of first, second, tie, both_bad (or A, B, 1, 2, 0)")
    return found


def _rationale(row: _Row) -> dict[str, str]:
    found = {name: str(text) for name, text in row.below("rationale").items()}
    return {"overall": row.text("rationale"), **found} if "rationale" in row.cells else found


def _checked(row: _Row, rating: Rating) -> Rating:
    """The record with its types checked, which cells may have got wrong."""
    try:
        checked = msgspec.convert(msgspec.to_builtins(rating), Rating)
    except msgspec.ValidationError as error:
        raise row.fail("row", f"not a rating; {error}".replace("`", "")) from None
    said = (checked.answers, checked.abstained, checked.preference, checked.preferences, checked.verdict)
    if not any(said) and checked.skipped is None and checked.flag is None and not checked.spans:
        raise row.fail("row", "says nothing; name columns after the rubric's dimensions, or 'preference'")
    return checked

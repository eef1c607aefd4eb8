"""Items whose right rating is known: out of a file, and the rubric's own examples for practice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from kijun.datasets.files import read_file
from kijun.errors import SpecError
from kijun.rating.table_rows import preference_of
from kijun.rating.units import item_id
from kijun.records import CampaignItem, Candidate, Design, ItemKind, Message
from kijun.specs import RubricSpec, read_value, text_in

__all__ = ["practice_items", "read_gold"]

_COLUMNS = ("prompt", "messages", "response", "response_1", "response_2", "preference", "why", "kind", "reference")


def practice_items(rubric: RubricSpec, design: Design, languages: Sequence[str]) -> list[CampaignItem]:
    """The rubric's worked examples as practice, once in each language of the campaign."""
    found = []
    for example in rubric.examples:
        if bool(example.other) != (design == "pairwise") or design == "revision":
            continue
        gold = {name: read_value(rubric.dimension(name), label) for name, label in example.labels.items()}
        if example.preferred is not None:
            gold["preference"] = {"A": "first", "B": "second"}.get(example.preferred, example.preferred)
        for language in languages:
            texts = [example.response, *([example.other] if example.other else [])]
            asked = (Message("user", text_in(example.prompt, language)),)
            candidates = tuple(Candidate("", asked, text_in(text, language)) for text in texts)
            found.append(
                CampaignItem(
                    id=item_id("", "training", candidates),
                    task="",
                    item="",
                    candidates=candidates,
                    kind="training",
                    stratum="training",
                    gold=gold,
                    why=text_in(example.why, language),
                    reference=text_in(example.reference, language),
                    language=language,
                )
            )
    return list({item.id: item for item in found}.values())


def read_gold(path: Path, rubric: RubricSpec, design: Design) -> list[CampaignItem]:
    """Gold items out of a file (CSV, JSONL, JSON, Excel, YAML, Parquet).

    Columns: ``prompt`` (or ``messages``, a list of role and content), ``response`` (or ``response_1`` and
    ``response_2``), one for each dimension of the rubric, ``preference`` (A, B, tie, both_bad), ``why``, ``reference``,
    ``kind`` (``gold``, or ``training`` for practice with feedback). Empty cells are not known.

    Raises:
        SpecError: a column is missing or not known, or a cell is no answer; says which row.
    """
    if design == "revision":
        raise SpecError("a campaign of revisions takes no gold file; --gold is for single answers and pairs")
    rows = read_file(path).rows
    there = list(dict.fromkeys(column for row in rows for column in row))
    asked = "messages" if "messages" in there else "prompt"
    answers = ("response_1", "response_2") if design == "pairwise" else ("response",)
    dimensions = {dimension.id for dimension in rubric.dimensions}
    for name in (asked, *answers):
        if name not in there:
            raise SpecError(f"a gold file of this design has a column {name!r}; it has {', '.join(there)}", file=path)
    for name in there:
        if name not in dimensions and name not in _COLUMNS:
            known = ", ".join([*_COLUMNS, *sorted(dimensions)])
            raise SpecError(f"no column {name!r} is known; known are {known}", file=path)
    found = [_gold_item(path, line, row, rubric, answers) for line, row in enumerate(rows, start=1)]
    return list({item.id: item for item in found}.values())


def _gold_item(
    path: Path, line: int, row: Mapping[str, Any], rubric: RubricSpec, answers: Sequence[str]
) -> CampaignItem:
    gold: dict[str, Any] = {}
    for dimension in rubric.dimensions:
        raw = row.get(dimension.id)
        if raw in (None, ""):
            continue
        value = preference_of(raw) if len(answers) == 2 else read_value(dimension, raw)
        if value is None:
            raise SpecError(
                f"{dimension.id}: {raw!r} is no answer on this {dimension.scale.type} scale", file=path, line=line
            )
        gold[dimension.id] = value
    if row.get("preference") not in (None, ""):
        gold["preference"] = preference_of(row["preference"])
        if gold["preference"] is None or len(answers) == 1:
            raise SpecError(f"preference: {row['preference']!r} is none of A, B, tie, both_bad", file=path, line=line)
    if not gold:
        raise SpecError("no right answer is given in this row; fill a column of the rubric", file=path, line=line)
    kind = str(row.get("kind") or "gold")
    if kind not in ("gold", "training"):
        raise SpecError(f"kind is gold or training; got {kind!r}", file=path, line=line)
    messages = _messages(path, line, row)
    candidates = tuple(Candidate("", messages, str(row.get(name) or "")) for name in answers)
    kinds: dict[str, ItemKind] = {"gold": "gold", "training": "training"}
    return CampaignItem(
        id=item_id("", kind, candidates),
        task="",
        item="",
        candidates=candidates,
        kind=kinds[kind],
        stratum=kind,
        gold=gold,
        why=str(row.get("why") or ""),
        reference=str(row.get("reference") or ""),
    )


def _messages(path: Path, line: int, row: Mapping[str, Any]) -> tuple[Message, ...]:
    raw = row.get("messages")
    if raw in (None, ""):
        return (Message("user", str(row.get("prompt") or "")),)
    try:
        given = msgspec.json.decode(raw) if isinstance(raw, str) else raw
        return msgspec.convert(given, tuple[Message, ...])
    except msgspec.MsgspecError as error:
        raise SpecError(
            f"messages: a list of role and content; {error}".replace("`", ""), file=path, line=line
        ) from None

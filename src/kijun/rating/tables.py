"""A campaign as one table, a row a rating: CSV, Excel, JSON Lines; and read back."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from kijun.errors import SpecError
from kijun.rating.cells import as_cell
from kijun.records import CampaignItem, Rating
from kijun.store import CampaignFolder
from kijun.store.journal import store_error

__all__ = ["TABLE_ENDINGS", "table_rows", "write_table"]

TABLE_ENDINGS = (".csv", ".jsonl", ".xlsx")


def table_rows(content: CampaignFolder) -> list[dict[str, Any]]:
    """A flat row for each rating, with its item; keys that no row fills are left out.

    ``answers.DIMENSION`` (of a checklist ``answers.DIMENSION.ITEM``), ``abstained.DIMENSION``, ``rationale.DIMENSION``,
    ``preferences.DIMENSION``; ``messages`` (JSON) where the question is more than one message, else ``prompt``;
    ``order`` and ``spans`` as JSON. ``first`` and ``second`` are ``response_1`` and ``response_2``.
    """
    items = {item.id: item for item in content.items}
    return [{**_rating_cells(rating), **_item_cells(items[rating.item])} for rating in content.ratings]


def _rating_cells(rating: Rating) -> dict[str, Any]:
    cells: dict[str, Any] = {
        "id": rating.id,
        "item": rating.item,
        "rater": rating.rater,
        "role": rating.role,
        "kind": rating.kind,
        "design": rating.design,
        "submitted": rating.submitted,
        "started": rating.started,
        "active_seconds": rating.active_seconds,
        "preference": rating.preference,
        "strength": rating.strength,
        "confidence": rating.confidence,
        "skipped": rating.skipped,
        "verdict": rating.verdict,
        "edited": rating.edited,
        "locale": rating.locale,
        "shown": ",".join(rating.shown),
        "order": _json(rating.order),
        "spans": _json(rating.spans) if rating.spans else None,
        "inclusion_probability": rating.inclusion_probability,
        "rubric_sha256": rating.rubric_sha256,
    }
    for name, answer in rating.answers.items():
        if isinstance(answer, dict):
            cells |= {f"answers.{name}.{item}": met for item, met in answer.items()}
        else:
            cells[f"answers.{name}"] = answer
    for field, values in (
        ("abstained", rating.abstained),
        ("preferences", rating.preferences),
        ("rationale", rating.rationale),
    ):
        cells |= {f"{field}.{name}": value for name, value in values.items()}
    if rating.flag is not None:
        cells |= {"flag.type": rating.flag.type, "flag.comment": rating.flag.comment}
    return {key: value for key, value in cells.items() if value is not None and value != ""}


def _item_cells(item: CampaignItem) -> dict[str, Any]:
    cells: dict[str, Any] = {
        "task": item.task,
        "run_item": item.item,
        "stratum": item.stratum,
        "axis": item.axis,
        "language": item.language,
        "cluster": item.cluster,
        "critique": item.critique,
        "reference": item.reference,
    }
    several = len(item.candidates) > 1
    for number, candidate in enumerate(item.candidates, start=1):
        end = f"_{number}" if several else ""
        cells |= {f"model{end}": candidate.model, f"response{end}": candidate.response}
        plain = len(candidate.messages) == 1 and candidate.messages[0].role == "user"
        if number > 1 and candidate.messages == item.candidates[0].messages:
            continue
        end = "" if number == 1 else f"_{number}"
        cells |= (
            {f"prompt{end}": candidate.messages[0].content} if plain else {f"messages{end}": _json(candidate.messages)}
        )
    return {key: value for key, value in cells.items() if value not in (None, "")}


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def write_table(path: Path, content: CampaignFolder) -> None:
    """Writes the table; the ending says how.

    Raises:
        SpecError: another ending. StoreError: the disk failed.
    """
    if path.suffix not in TABLE_ENDINGS:
        raise SpecError(f"a table ends in {', '.join(TABLE_ENDINGS)}; got {path.name!r}", file=path)
    rows = table_rows(content)
    part = path.with_name(f"{path.name}.part{path.suffix}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix == ".jsonl":
            part.write_bytes(b"".join(msgspec.json.encode(row) + b"\n" for row in rows))
        elif path.suffix == ".csv":
            _write_csv(part, rows)
        else:
            _write_excel(part, rows)
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise store_error(error, path) from None


def _columns(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """In the order in which they are first seen, those of one kind together; one at least, for an empty campaign."""
    seen = list(dict.fromkeys(key for row in rows for key in row)) or ["id"]
    groups = list(dict.fromkeys(key.split(".")[0] for key in seen))
    return sorted(seen, key=lambda key: (groups.index(key.split(".")[0]), seen.index(key)))


def _write_csv(path: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    columns = _columns(rows)
    # The mark at the beginning tells Excel that this is UTF-8.
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(map(as_cell, columns))
        writer.writerows([_csv_cell(row.get(name)) for name in columns] for row in rows)


def _csv_cell(value: Any) -> Any:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else as_cell(value)


def _write_excel(path: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    import openpyxl

    columns = _columns(rows)
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("ratings")
    sheet.freeze_panes = "A2"
    for cells in (columns, *([row.get(name) for name in columns] for row in rows)):
        sheet.append(list(_excel_cells(sheet, cells)))
    book.save(path)


def _excel_cells(sheet: Any, cells: Sequence[Any]) -> Iterator[Any]:
    from openpyxl.cell import WriteOnlyCell

    for value in cells:
        cell = WriteOnlyCell(sheet, value=as_cell(value))
        if isinstance(value, str):
            # Whatever it looks like, it is text.
            cell.data_type = "s"
        yield cell

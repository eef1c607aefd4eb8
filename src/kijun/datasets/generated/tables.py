"""Tables: read a cell, find a row by what it holds, filter and add up.

Level 1 reads the cell of a named row. Level 2 finds the row by another of its cells, or adds up
two cells. Level 3 adds up a column over the rows of one kind that reach a threshold. Slips read the neighbouring row or
column, let the row on the boundary in or out, or forget the filter.
"""

from __future__ import annotations

from functools import partial
from random import Random

import msgspec

import kijun.datasets.generated.english as english
import kijun.datasets.generated.japanese as japanese
from kijun.datasets.generated.base import Draft, Family, Slip, number_forms
from kijun.datasets.generated.sheets import ENGLISH_SHEETS, JAPANESE_SHEETS, Sheet

__all__ = ["TABLES"]


class _Table(msgspec.Struct, frozen=True):
    """A drawn table: one name, one kind and `len(sheet.columns)` numbers a row."""

    sheet: Sheet
    names: list[str]
    kinds: list[str]
    cells: list[list[int]]
    columns: list[int]

    def text(self, with_kind: bool) -> str:
        """The table as lines with bars."""
        head = [
            self.sheet.row,
            *([self.sheet.kind] if with_kind else []),
            *(self.sheet.columns[c].head for c in self.columns),
        ]
        lines = [" | ".join(head)]
        for name, kind, values in zip(self.names, self.kinds, self.cells, strict=True):
            shown = [f"{value:,}" for value in values]
            lines.append(" | ".join([name, *([kind] if with_kind else []), *shown]))
        return "\n".join(lines)


def _draw(rng: Random, sheet: Sheet, rows: int, columns: int) -> _Table:
    chosen = sorted(rng.sample(range(len(sheet.columns)), columns))
    names = rng.sample(sheet.names, rows)
    kinds = [sheet.kinds[place % 2] for place in range(rows)]
    rng.shuffle(kinds)
    filled = []
    for column in chosen:
        low, high, step = sheet.columns[column].span
        filled.append(rng.sample(range(low, high + 1, step), rows))
    cells = [list(row) for row in zip(*filled, strict=True)]
    return _Table(sheet, names, kinds, cells, chosen)


def _number(table: _Table, place: int, value: int) -> str:
    return f"{value:,}{table.sheet.columns[table.columns[place]].unit}"


def _forms(table: _Table, place: int, value: int) -> tuple[str, ...]:
    return number_forms(value, table.sheet.columns[table.columns[place]].unit)


def _misread(table: _Table, row: int, column: int) -> list[Slip]:
    """The other cells of a cell's column and row."""
    slips = []
    for other, values in enumerate(table.cells):
        near = "read the neighbouring row" if abs(other - row) == 1 else "read another row"
        if other != row:
            slips.append(Slip(near, _number(table, column, values[column])))
    for other, value in enumerate(table.cells[row]):
        if other != column:
            slips.append(Slip("read the neighbouring column", _number(table, column, value)))
    return slips


def _lookup(rng: Random, table: _Table) -> tuple[str, str, list[Slip], tuple[str, ...]]:
    """A cell of a named row."""
    row, column = rng.randrange(len(table.names)), rng.randrange(len(table.columns))
    spec = table.sheet.columns[table.columns[column]]
    ask = rng.choice(spec.lookup).format(name=table.names[row])
    gold = table.cells[row][column]
    return ask, _number(table, column, gold), _misread(table, row, column), _forms(table, column, gold)


def _joined(rng: Random, table: _Table) -> tuple[str, str, list[Slip], tuple[str, ...]]:
    """A cell of the row that is known by another of its cells."""
    row = rng.randrange(len(table.names))
    known, column = rng.sample(range(len(table.columns)), 2)
    specs = [table.sheet.columns[place] for place in table.columns]
    told = specs[known].known.format(bound=_number(table, known, table.cells[row][known]))
    gold = table.cells[row][column]
    ask = told + specs[column].follow
    return ask, _number(table, column, gold), _misread(table, row, column), _forms(table, column, gold)


def _together(rng: Random, table: _Table) -> tuple[str, str, list[Slip], tuple[str, ...]]:
    """The sum of a column's cells in two rows."""
    column = rng.randrange(len(table.columns))
    values = [row[column] for row in table.cells]
    one, other = rng.sample(range(len(values)), 2)
    spec = table.sheet.columns[table.columns[column]]
    ask = spec.together.format(one=table.names[one], other=table.names[other])
    gold, step = values[one] + values[other], spec.span[2]
    wrong = [("ignored the last step", values[one]), ("subtracted instead", abs(values[one] - values[other]))]
    for near in (one - 1, one + 1):
        if 0 <= near < len(values) and near != other:
            wrong.append(("read the neighbouring row", values[near] + values[other]))
    wrong += [("forgot to carry", gold - 10 * step), ("carried twice", gold + 10 * step)]
    wrong += [("off by one", gold + step), ("off by one", gold - step)]
    slips = [Slip(name, _number(table, column, value)) for name, value in wrong if value > 0]
    return ask, _number(table, column, gold), slips, _forms(table, column, gold)


def _total(rng: Random, table: _Table) -> tuple[str, str, list[Slip], tuple[str, ...]]:
    """A column added up over the rows of one kind that reach a threshold in another column."""
    sheet = table.sheet
    column = rng.randrange(len(table.columns))
    gate = (column + 1) % len(table.columns)
    kind = rng.choice(table.kinds)
    bounds = sorted(row[gate] for row, of in zip(table.cells, table.kinds, strict=True) if of == kind)
    bound = bounds[1]
    rows = list(zip(table.cells, table.kinds, strict=True))
    chosen = [row[column] for row, of in rows if of == kind and row[gate] >= bound]
    gold = sum(chosen)
    spec, gate_spec = sheet.columns[table.columns[column]], sheet.columns[table.columns[gate]]
    gate_text = gate_spec.at_least.format(bound=_number(table, gate, bound))
    ask = spec.total.format(kind=kind, gate=gate_text)
    strict = sum(row[column] for row, of in rows if of == kind and row[gate] > bound)
    wrong = [
        ("left out the boundary", strict),
        ("forgot the kind", sum(row[column] for row, _ in rows if row[gate] >= bound)),
    ]
    wrong += [("forgot the threshold", sum(row[column] for row, of in rows if of == kind))]
    wrong += [("took the other kind", sum(row[column] for row, of in rows if of != kind and row[gate] >= bound))]
    wrong += [("turned the threshold round", sum(row[column] for row, of in rows if of == kind and row[gate] <= bound))]
    wrong += [("read the neighbouring column", sum(row[gate] for row, of in rows if of == kind and row[gate] >= bound))]
    wrong += [
        ("added up everything", sum(row[column] for row, _ in rows)),
        ("forgot to carry", gold - 10 * spec.span[2]),
    ]
    slips = [Slip(name, _number(table, column, value)) for name, value in wrong if value > 0]
    return ask, _number(table, column, gold), slips, _forms(table, column, gold)


def _make(rng: Random, level: int, *, language: str) -> Draft:
    sheet = rng.choice(ENGLISH_SHEETS if language == "en" else JAPANESE_SHEETS)
    part = {1: _lookup, 2: rng.choice((_joined, _together)), 3: _total}[level]
    rows, columns = {_lookup: (4, 2), _joined: (7, 4), _together: (4, 2), _total: (8, 4)}[part]
    table = _draw(rng, sheet, rows, columns)
    ask, answer, slips, forms = part(rng, table)
    town = english.town(rng) if language == "en" else japanese.place(rng)
    question = f"{rng.choice(sheet.intro).format(town=town)}\n{table.text(level == 3)}\n{ask}"
    return Draft(question, answer, tuple(slips), f"{sheet.name} {part.__name__.strip('_')}", forms)


TABLES = Family("tables", {lang: (partial(_make, language=lang),) for lang in ("en", "ja")})

"""Ids of rows: the same on every machine, whatever reader and Python type the row came through."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from kijun.datasets.rows import RowIds, pack_row, row_id, unpack_row

_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=True) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
_rows = st.dictionaries(st.text(), _values, max_size=4)


def row_ids(rows: list[dict[str, Any]]) -> list[str]:
    ids = RowIds()
    for row in rows:
        ids.add(row)
    return [ids[place] for place in range(len(ids))]


def test_known_ids() -> None:
    # Written down once: if one changes, every id of every run folder changes.
    assert row_id({"question": "1 + 1?", "answer": 2}) == "aaea1a0fbb0e4f83"
    assert row_id({"質問": "日本の首都は？", "選択肢": ["東京", "大阪"], "正解": 0}) == "99036b01fd15c2a3"


def test_order_and_types_do_not_matter() -> None:
    expected = row_id({"a": [1, {"b": None}], "c": 2})
    assert row_id(OrderedDict(c=2.0, a=(1.0, OrderedDict(b=None)))) == expected
    assert row_id({"a": [1, {"b": None}], "c": True}) != expected
    assert row_id({"a": [1, {"b": None}], "c": "2"}) != expected


def test_repeated_rows_are_numbered() -> None:
    rows = [{"a": 1}, {"a": 2}, {"a": 1.0}, {"a": 1}]
    first, second = row_id(rows[0]), row_id(rows[1])
    assert row_ids(rows) == [first, second, f"{first}-2", f"{first}-3"]
    assert row_ids([]) == []


@settings(deadline=None)
@given(_rows)
def test_any_row_has_an_id(row: dict[str, object]) -> None:
    found = row_id(row)
    assert len(found) == 16
    assert int(found, 16) >= 0
    assert row_id(dict(reversed(row.items()))) == found


@settings(deadline=None, max_examples=50)
@given(st.lists(_rows, max_size=6))
def test_ids_are_unique(rows: list[dict[str, object]]) -> None:
    assert len(set(row_ids(rows))) == len(rows)


@settings(deadline=None, max_examples=50)
@given(_rows)
def test_a_row_comes_back_as_it_was(row: dict[str, object]) -> None:
    assert repr(unpack_row(pack_row(row))) == repr(row)

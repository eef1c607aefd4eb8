"""Rows with where they came from, and ids that are the same on every machine."""

from __future__ import annotations

import hashlib
import json
import marshal
from array import array
from collections.abc import Mapping
from functools import cached_property
from typing import Any

import msgspec

__all__ = ["RowIds", "Source", "Table", "pack_row", "row_id", "unpack_row"]


class Source(msgspec.Struct, frozen=True):
    """Where rows came from, as the manifest records it.

    Attributes:
        kind: ``data`` (the data folder), ``folder`` (the `--hub` folder), ``hub``, ``github``, ``file`` or
            ``generated``.
        location: repository id, file name or names, or name of the generator.
        revision: commit of the repository (40 hex digits); None where there is none.
        sha256: digest of the bytes of all files, one after the other in the order they were read; of the unpacked bytes
            where files of the data folder are packed.
        n_rows: number of rows.
    """

    kind: str
    location: str
    revision: str | None
    sha256: str
    n_rows: int


class Table(msgspec.Struct, frozen=True):
    """All rows of a split or a file, in the order of the data. Values are what JSON can hold."""

    rows: list[dict[str, Any]]
    source: Source


def _plain(value: Any) -> Any:
    """The value with every mapping's keys as text, every sequence as a list, whole floats as integers.

    JSON knows one kind of number, so 1.0 and 1 are the same row: the id does not depend on which reader made it.
    """
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, Mapping):
        return {str(key): _plain(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(entry) for entry in value]
    return value


def row_id(row: Mapping[str, Any]) -> str:
    """First 16 hex digits of the SHA-256 of the row as canonical JSON (sorted keys, no spaces, UTF-8).

    Tuples count as lists and 1.0 as 1; values that JSON has no word for count as their text.
    """
    text = json.dumps(_plain(row), sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
    # A lone surrogate can come out of a broken escape; it has no UTF-8, and an id must exist all the same.
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


class RowIds:
    """Ids in the order of the rows; the second row with the same content gets ``-2``, the third ``-3``.

    Holds eight bytes a row. All rows are added before the first id is asked for.
    """

    def __init__(self) -> None:
        self._digests = array("Q")

    def add(self, row: Mapping[str, Any]) -> None:
        """Takes the next row."""
        self._digests.append(int(row_id(row), 16))

    def __len__(self) -> int:
        return len(self._digests)

    def __getitem__(self, place: int) -> str:
        digest, count = self._digests[place], self._repeated.get(place)
        return f"{digest:016x}" if count is None else f"{digest:016x}-{count}"

    @cached_property
    def _repeated(self) -> dict[int, int]:
        """Place of a row that was there before -> the how manieth it is."""
        import numpy as np

        digests = np.array(self._digests)
        # A stable order, so that equal rows stand in their own.
        order = np.argsort(digests, kind="stable")
        again = np.flatnonzero(digests[order[1:]] == digests[order[:-1]])
        counts: dict[int, int] = {}
        for before, place in zip(order[again].tolist(), order[again + 1].tolist(), strict=True):
            counts[place] = counts.get(before, 1) + 1
        return counts


def pack_row(row: dict[str, Any]) -> bytes:
    """A row as bytes that only this process reads again; every value comes back as what it was."""
    return marshal.dumps(row)


def unpack_row(data: bytes) -> dict[str, Any]:
    """The row of `pack_row`."""
    row: dict[str, Any] = marshal.loads(data)
    return row

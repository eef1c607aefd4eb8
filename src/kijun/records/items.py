"""One row of a data set, ready to be asked about."""

from __future__ import annotations

from typing import Any

import msgspec

__all__ = ["Item"]


class Item(msgspec.Struct, frozen=True):
    """One data-set row.

    Attributes:
        id: content hash of the row (16 hex digits), stable across machines; a repeated row gets ``-2``, ``-3`` ....
        index: 0-based place in the evaluation split.
        row: the columns, after the task's transform.
        cluster: rows with the same value share a passage or template; None if each stands alone.
    """

    id: str
    index: int
    row: dict[str, Any]
    cluster: str | None = None

"""Rows for the tasks of these tests."""

from __future__ import annotations

from pathlib import Path

__all__ = ["write_rows"]


def write_rows(folder: Path, count: int) -> None:
    """Writes ``rows.csv`` with so many rows."""
    lines = ["qid,word"] + [f"q{number},word{number}" for number in range(count)]
    (folder / "rows.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")

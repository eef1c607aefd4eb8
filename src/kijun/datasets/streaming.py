"""Large files of text, row by row: read_file for files of which memory should not hold the whole."""

from __future__ import annotations

import codecs
import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from kijun.datasets.readers.json_text import rows_of_json_lines
from kijun.datasets.readers.separated import rows_of_separated
from kijun.datasets.rows import Source

__all__ = ["FileStream", "stream_file"]

_LINES = (".jsonl", ".ndjson")
_SEPARATED = (".csv", ".tsv", ".tab")
_LARGE = 1 << 20
_BLOCK = 1 << 20


class FileStream(msgspec.Struct, frozen=True):
    """A large file in UTF-8, JSON Lines or separated text, whose bytes have been looked through once."""

    path: Path
    size: int
    sha256: str

    def rows(self) -> Iterator[dict[str, Any]]:
        """Its rows in order, as `read_file` gives them.

        Raises:
            CorruptFileError: a row is broken (with its line).
        """
        if self.path.suffix.lower() in _LINES:
            with self.path.open(encoding="utf-8-sig") as lines:
                yield from rows_of_json_lines(lines, self.path)
        else:
            with self.path.open(encoding="utf-8-sig", newline="") as text:
                yield from rows_of_separated(text, self.size, self.path)

    def source(self, n_rows: int) -> Source:
        """Where the rows came from, once it is known how many there are."""
        return Source("file", self.path.name, None, self.sha256, n_rows)


def stream_file(path: Path) -> FileStream | None:
    """The file as a stream; None where it is small, in another encoding or of another kind: `read_file` reads it."""
    if path.suffix.lower() not in _LINES + _SEPARATED:
        return None
    digest, decoder = hashlib.sha256(), codecs.getincrementaldecoder("utf-8")()
    try:
        size = path.stat().st_size
        if size < _LARGE:
            return None
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                digest.update(block)
                if b"\x00" in block:
                    return None
                decoder.decode(block)
            decoder.decode(b"", final=True)
    except (OSError, UnicodeDecodeError):
        return None
    return FileStream(path, size, digest.hexdigest())

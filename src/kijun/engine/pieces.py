"""A run cut into pieces that are asked apart, on one machine or many, and joined again."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import msgspec

from kijun.errors import SpecError
from kijun.records import Response
from kijun.store import KEY_BYTES, Journal, Run, RunWriter

__all__ = ["Piece", "join_answers", "read_piece"]

_ANSWERS_A_LINE = 64


class Piece(msgspec.Struct, frozen=True):
    """Every `of`-th unit of the plan, beginning with number `number` (from 1).

    The plan is a function of all requests, so that each piece knows its units without knowing of the others.
    """

    number: int
    of: int

    def holds(self, unit: int) -> bool:
        """Whether a unit, by its place in the plan from 0, belongs to this piece."""
        return unit % self.of == self.number - 1

    def __str__(self) -> str:
        return f"{self.number}/{self.of}"


def read_piece(text: str) -> Piece:
    """The piece ``2/8``.

    Raises:
        SpecError: no such thing.
    """
    match = re.fullmatch(r"(\d{1,6})/(\d{1,6})", text)
    if match is None or not 1 <= int(match[1]) <= int(match[2]):
        raise SpecError(f"--piece takes NUMBER/OF, such as 2/8 for the second of eight pieces; got {text!r}")
    return Piece(int(match[1]), int(match[2]))


def join_answers(writer: RunWriter, folders: Sequence[Path | str]) -> int:
    """Takes over the answers of pieces of the same run; returns how many were new.

    Raises:
        SpecError: a folder that holds no run, or another one; the message names what differs.
        StoreError: the disk refuses.
    """
    known = set(_keys(writer.journal))
    before = len(known)
    for folder in folders:
        piece = Run(folder)
        whole = {key: value for key, value in piece.manifest.settings.items() if key != "piece"}
        changed = msgspec.structs.replace(piece.manifest, settings=whole).differences(writer.manifest)
        if changed:
            raise SpecError(f"is no piece of this run ({'; '.join(changed)})", file=piece.folder)
        with Journal(piece.folder / "answers.jsonl", read_only=True) as journal:
            line: list[tuple[bytes, Response]] = []
            for number, key in enumerate(_keys(journal)):
                if key not in known:
                    known.add(key)
                    line.append((key, journal[number]))
                if len(line) == _ANSWERS_A_LINE:
                    writer.journal.append(line)
                    line = []
            if line:
                writer.journal.append(line)
    writer.journal.sync()
    return len(known) - before


def _keys(journal: Journal) -> list[bytes]:
    keys = bytes(journal.keys)
    return [keys[place : place + KEY_BYTES] for place in range(0, len(keys), KEY_BYTES)]

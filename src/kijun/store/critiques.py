"""Critiques in a run folder: ``critiques.jsonl``, a line an answer, beside what the run itself wrote."""

from __future__ import annotations

from pathlib import Path

import msgspec

from kijun.errors import CorruptFileError
from kijun.records import Critique

__all__ = ["CRITIQUES", "read_critiques"]

CRITIQUES = "critiques.jsonl"


def read_critiques(run: Path, name: str | None = None) -> tuple[Critique, ...]:
    """The critiques in a run folder, in the order of the file; empty where there are none.

    Args:
        name: only those kept under this name; None is all.

    Raises:
        CorruptFileError: a line that is none; says which.
    """
    path = run / CRITIQUES
    decoder = msgspec.json.Decoder(Critique)
    found = []
    for number, line in enumerate(path.read_bytes().splitlines() if path.is_file() else (), start=1):
        try:
            critique = decoder.decode(line)
        except msgspec.MsgspecError as error:
            message = f"not a critique: {error}; run the same 'kijun critique' again".replace("`", "")
            raise CorruptFileError(message, file=path, line=number) from None
        if name is None or critique.name == name:
            found.append(critique)
    return tuple(found)

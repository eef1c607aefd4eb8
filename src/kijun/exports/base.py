"""What a format is, and which there are."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path
from typing import Literal, Protocol

import msgspec

from kijun.errors import UnknownNameError
from kijun.records.preferences import PreferenceSet, Split

__all__ = ["ExportFormat", "ExportOptions", "ExportedFile", "PlainFormat", "export_formats", "find_format"]

ENTRY_POINTS = "kijun.exports"

_PACKAGED = (
    "alignment_handbook",
    "argilla",
    "autotrain",
    "hh",
    "label_studio",
    "openai",
    "trl",
    "trl_kto",
    "trl_sft",
)


class ExportOptions(msgspec.Struct, frozen=True):
    """What a format may need to know besides the data.

    Attributes:
        folder: where the files will lie, absolute, for recipes that name it.
        base_model: model that a recipe trains; None where nobody said.
    """

    folder: Path
    base_model: str | None = None


class ExportedFile(msgspec.Struct, frozen=True):
    """A file to be written.

    Attributes:
        name: place below the export's folder, with ``/``.
        split: of the data in it; None for recipes and settings, and where both are in one file.
        ids: of the pairs or answers in it, in the order of its rows.
    """

    name: str
    content: bytes
    split: Split | None = None
    ids: tuple[str, ...] = ()


class ExportFormat(Protocol):
    """One format. Plugins add some with entry points ``kijun.exports``, each of which loads such an object.

    Attributes:
        name: as in ``--format``.
        holds: what its rows are made of.
    """

    name: str
    holds: Literal["pairs", "answers"]

    def files(self, data: PreferenceSet, options: ExportOptions) -> list[ExportedFile]:
        """The files; an empty split has none."""
        ...


@cache
def export_formats() -> dict[str, ExportFormat]:
    """All formats by name."""
    found = [import_module(f"kijun.exports.{name}").FORMAT for name in _PACKAGED]
    plugged = [point.load() for point in entry_points(group=ENTRY_POINTS)]
    return {one.name: one for one in [*found, *plugged]}


def find_format(name: str) -> ExportFormat:
    """The format of this name.

    Raises:
        UnknownNameError: there is none.
    """
    known = export_formats()
    if name not in known:
        raise UnknownNameError("format", name, known, hint=f"(there are: {', '.join(known)})")
    return known[name]


class PlainFormat(msgspec.Struct, frozen=True):
    """A format whose files are made by a function."""

    name: str
    holds: Literal["pairs", "answers"]
    files: Callable[[PreferenceSet, ExportOptions], list[ExportedFile]]

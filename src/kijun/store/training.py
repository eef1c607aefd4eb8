"""What a model has been trained on, as an export of preference data leaves it: ``export.json``."""

from __future__ import annotations

from pathlib import Path

import msgspec

from kijun.errors import CorruptFileError

__all__ = ["EXPORT_SUMMARY", "read_trained_on"]

EXPORT_SUMMARY = "export.json"


class _Summary(msgspec.Struct):
    trained_on: dict[str, frozenset[str]]


def read_trained_on(export: Path) -> dict[str, frozenset[str]]:
    """Task -> ids of the items that the export's training split was made of.

    Args:
        export: folder of an export, or its ``export.json``.

    Raises:
        CorruptFileError: no such file, or not the summary of an export.
    """
    path = export / EXPORT_SUMMARY if export.is_dir() else export
    try:
        return msgspec.json.decode(path.read_bytes(), type=_Summary).trained_on
    except FileNotFoundError:
        raise CorruptFileError("not there; name the folder that 'kijun export preferences' wrote", file=path) from None
    except msgspec.MsgspecError as error:
        raise CorruptFileError(f"not the summary of an export: {error}".replace("`", ""), file=path) from None

"""Writes a report in the form asked for."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec

from kijun.errors import SpecError, StoreError
from kijun.records import Report
from kijun.reporting.gathering import gather
from kijun.reporting.items import MOST_ITEMS
from kijun.reports.texts import texts
from kijun.store import Run

__all__ = ["FORMATS", "report"]

FORMATS = {"html": "html", "json": "json"}
"""Format -> ending of the file's name."""


def report(
    runs: Sequence[str | Path | Run],
    *,
    lang: str = "en",
    format: str = "html",
    out: str | Path | None = None,
    items: int = MOST_ITEMS,
) -> Path:
    """Writes one file that tells what runs say, side by side.

    Args:
        runs: finished runs.
        lang: ``en`` or ``ja``.
        format: one of `FORMATS`.
        out: the file; None is ``report.html`` and so on in the present folder.
        items: the most items to keep, of each task its worst ones.

    Returns:
        The file.

    Raises:
        SpecError: something in the arguments is wrong.
        StoreError: the file cannot be written.
    """
    if format not in FORMATS:
        raise SpecError(f"--format takes {', '.join(FORMATS)}; got {format!r}")
    path = Path(out) if out is not None else Path(f"report.{FORMATS[format]}")
    content = _told(gather(runs, items=items), lang, format)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except OSError as error:
        raise StoreError(f"{path}: cannot be written ({error.strerror}); choose another file with --out") from None
    return path


def _told(gathered: Report, lang: str, format: str) -> bytes:
    from kijun.reports.pages import render_page

    if format == "json":
        return msgspec.json.format(msgspec.json.encode(gathered), indent=1)
    return render_page(gathered, texts(lang)).encode()

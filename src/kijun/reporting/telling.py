"""Writes a report in the form asked for."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import msgspec

from kijun.errors import SpecError, StoreError
from kijun.records import Report
from kijun.reporting.gathering import gather
from kijun.reporting.items import MOST_ITEMS
from kijun.reports.charts import charts_are_here
from kijun.reports.pages import render_page
from kijun.reports.paper import missing_japanese_font, write_pdf
from kijun.reports.report_markdown import report_markdown
from kijun.reports.texts import Texts, texts
from kijun.specs import UseCaseSpec
from kijun.store import Run

__all__ = ["FORMATS", "Written", "report"]

FORMATS = {"html": "html", "pdf": "pdf", "markdown": "md", "json": "json"}
"""Format -> ending of the file's name."""


Lack = Literal["charts", "japanese_font"]


class Written(msgspec.Struct, frozen=True):
    """A report on disk.

    Attributes:
        lacks: what it would be better with: ``charts`` where they could not be drawn, ``japanese_font`` where paper
            shows boxes in place of Japanese.
    """

    path: Path
    lacks: tuple[Lack, ...] = ()


def report(
    runs: Sequence[str | Path | Run],
    *,
    use_case: str | Path | UseCaseSpec | None = None,
    languages: Sequence[str] = (),
    ratings: bool = True,
    lang: str = "en",
    format: str = "html",
    out: str | Path | None = None,
    items: int = MOST_ITEMS,
) -> Written:
    """Writes one file that tells what runs say, side by side.

    Args:
        runs: finished runs.
        use_case, languages, ratings: as of `gather`: what the models are held against.
        lang: ``en`` or ``ja``.
        format: one of `FORMATS`.
        out: the file; None is ``report.html`` and so on in the present folder.
        items: the most items to keep, of each task its worst ones.

    Raises:
        SpecError: something in the arguments is wrong, or the extra ``report`` is needed and not installed.
        StoreError: the file cannot be written.
    """
    if format not in FORMATS:
        raise SpecError(f"--format takes {', '.join(FORMATS)}; got {format!r}")
    path = Path(out) if out is not None else Path(f"report.{FORMATS[format]}")
    gathered = gather(runs, use_case=use_case, languages=languages, ratings=ratings, items=items)
    content, lacks = _told(gathered, texts(lang), format)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except OSError as error:
        raise StoreError(f"{path}: cannot be written ({error.strerror}); choose another file with --out") from None
    return Written(path, lacks)


def _told(gathered: Report, say: Texts, format: str) -> tuple[bytes, tuple[Lack, ...]]:
    if format == "json":
        return msgspec.json.format(msgspec.json.encode(gathered), indent=1), ()
    if format == "markdown":
        return report_markdown(gathered, say).encode(), ()
    page = render_page(gathered, say, paper=format == "pdf")
    lacks: list[Lack] = [] if charts_are_here() else ["charts"]
    if format == "html":
        return page.encode(), tuple(lacks)
    content = write_pdf(page)
    return content, (*lacks, "japanese_font") if missing_japanese_font(page) else tuple(lacks)

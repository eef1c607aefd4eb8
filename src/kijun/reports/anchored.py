"""Figures that people's ratings anchor, as rows, Markdown and lines of a sheet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from kijun.records import AnchoredFigure, Estimate
from kijun.reports.texts import Texts

__all__ = [
    "AnchoredRow",
    "anchored_headings",
    "anchored_markdown",
    "anchored_notes",
    "anchored_rows",
    "anchored_sheet",
]

_WAYS = ("judge", "human", "corrected")


class AnchoredRow(msgspec.Struct, frozen=True):
    """A line of a table: name, value, interval, n. A metric begins where it `heads`; `strong` is what to go by."""

    cells: tuple[str, ...]
    heads: bool = False
    strong: bool = False


def anchored_headings(say: Texts) -> tuple[str, ...]:
    """Headings of the columns of `anchored_rows`."""
    return (say("column.name"), say("column.value"), say("column.interval"), say("column.n"))


def anchored_rows(figures: Sequence[AnchoredFigure], say: Texts) -> Iterator[AnchoredRow]:
    """Metric by metric: the automatic metric alone, people alone, both together or why not.

    Of answers whose shares are the result each gets one line: corrected where it can be, else by people alone.
    """
    above = ""
    for figure in figures:
        name, share, point = figure.metric.partition("=")
        if share:
            title = say("anchored.shares", metric=name)
            if title != above:
                yield AnchoredRow((f"{figure.task}  {title}", "", "", ""), heads=True)
            above = title
            best = figure.corrected or figure.human
            yield AnchoredRow((f"  {point}", *(_numbers(best) if best else ("–", "", "0"))), strong=best is not None)
            continue
        above = ""
        arrow = "" if figure.higher_is_better else " ↓"
        against = f" ({say('anchored.against', model=figure.against)})" if figure.against else ""
        yield AnchoredRow((f"{figure.task}  {name}{arrow}{against}", "", "", ""), heads=True)
        for way in _WAYS:
            estimate = getattr(figure, way)
            if estimate is not None:
                told = say(f"anchored.{way}", metric=figure.beside or "")
                yield AnchoredRow((f"  {told}", *_numbers(estimate)), strong=way == "corrected")
        if told := _told(figure, say):
            yield AnchoredRow((f"  {told}", "", "", ""))


def _numbers(estimate: Estimate) -> tuple[str, str, str]:
    value = "–" if estimate.value is None else f"{estimate.value:.4f}"
    known = estimate.low is not None and estimate.high is not None
    return value, f"{estimate.low:.4f}–{estimate.high:.4f}" if known else "", str(estimate.n)


def _told(figure: AnchoredFigure, say: Texts) -> str:
    """What the correction is worth, or why there is none."""
    if figure.refused is not None:
        return say(f"anchored_refused.{figure.refused}", more=figure.more)
    if figure.effective_n is None or figure.weight is None:
        return ""
    correlation = "–" if figure.correlation is None else f"{figure.correlation:.2f}"
    return say(
        "anchored.worth",
        n=figure.n_rated,
        effective=f"{figure.effective_n:.0f}",
        weight=f"{figure.weight:.2f}",
        correlation=correlation,
    )


def anchored_notes(figures: Sequence[AnchoredFigure], say: Texts) -> list[str]:
    """What one must know to read the rows."""
    if not figures:
        return []
    notes = [say("anchored.note")]
    campaigns = dict.fromkeys(figure.campaign for figure in figures)
    notes.append(say("anchored.campaigns", names=", ".join(campaigns)))
    left = {(f.campaign, f.task): f.n_left_out for f in figures if f.n_left_out}
    if left:
        notes.append(say("anchored.left_out", n=max(left.values())))
    if settled := max(figure.n_adjudicated for figure in figures):
        notes.append(say("anchored.adjudicated", n=settled))
    if any(figure.corrected is not None for figure in figures):
        notes.append(say("anchored.limit"))
    return notes


def anchored_markdown(figures: Sequence[AnchoredFigure], say: Texts) -> str:
    """A Markdown table and its notes; empty where nobody rated the run."""
    if not figures:
        return ""
    headings = anchored_headings(say)
    lines = [f"**{say('anchored.title')}**", "", "| " + " | ".join(headings) + " |", "|---|" + "---|" * 3]
    for row in anchored_rows(figures, say):
        cells = [cell.strip().replace("|", "\\|") for cell in row.cells]
        first = f"**{cells[0]}**" if row.heads or row.strong else cells[0]
        lines.append("| " + " | ".join([first, *cells[1:]]) + " |")
    return "\n".join([*lines, "", *[f"{note}  " for note in anchored_notes(figures, say)]]).rstrip()


def anchored_sheet(figures: Sequence[AnchoredFigure]) -> Iterator[tuple[str, str, Estimate, bool]]:
    """Task, name such as ``RUBRIC.quality corrected@CAMPAIGN``, estimate, whether higher is better."""
    for figure in figures:
        for way in _WAYS:
            estimate = getattr(figure, way)
            if estimate is not None:
                against = f" against {figure.against}" if figure.against else ""
                yield (
                    figure.task,
                    f"{figure.metric}{against} {way}@{figure.campaign}",
                    estimate,
                    figure.higher_is_better,
                )

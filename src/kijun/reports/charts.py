"""Charts of a report: SVG made by Altair and vl-convert (extra ``report``), each with a table that says the same.

Colours are those of Okabe and Ito, which colour-blind people tell apart; every model has a shape of its own besides.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from typing import Any

import msgspec

from kijun.records import Estimate
from kijun.reports.figures import Figure, Unit, shown_interval_of, shown_value_of
from kijun.reports.texts import Texts

__all__ = ["COLOURS", "SHAPES", "Chart", "ChartRow", "charts_are_here", "interval_chart", "on_paper"]

COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")
SHAPES = ("circle", "square", "diamond", "triangle-up", "triangle-down", "cross")
_INK, _QUIET, _LINE, _PAPER = "#1c2430", "#5b6675", "#d9dee5", "#fefefd"
# What the page sets by its own colours, light or dark.
_THEMED = {_INK: "ink", _QUIET: "quiet", _LINE: "line", _PAPER: "paper"} | {
    colour: f"series-{place}" for place, colour in enumerate(COLOURS, start=1)
}
_PRINTED = {name: colour for colour, name in _THEMED.items()}
_FONT = "sans-serif"
_ROW, _HEAD, _TAIL = 13, 21, 13
"""Pixels: between two models, from the label to the first model, after the last one."""


class Chart(msgspec.Struct, frozen=True):
    """A picture and the same in words.

    Attributes:
        svg: empty where charts are not installed; then the table alone is shown.
        title: what it shows.
        description: read out in place of the picture.
        headings, rows: the figures as a table.
    """

    svg: str
    title: str
    description: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


class ChartRow(msgspec.Struct, frozen=True):
    """One line of an interval chart: a label, what is measured, and an estimate a model."""

    label: str
    words: str
    unit: Unit
    estimates: tuple[Estimate | None, ...]
    falls: bool = False
    chance: float | None = None

    @classmethod
    def of(cls, figure: Figure, label: str, words: str) -> ChartRow:
        """A figure under a label."""
        return cls(label, words, figure.unit, figure.estimates, figure.falls, figure.chance)


def on_paper(chart: Chart) -> Chart:
    """The chart with colours of its own, for paper, which has no page to take them from."""
    svg = re.sub(r"var\(--([a-z0-9-]+)\)", lambda match: _PRINTED[match[1]], chart.svg)
    return msgspec.structs.replace(chart, svg=svg)


def charts_are_here() -> bool:
    """Whether the extra ``report`` is installed."""
    return find_spec("altair") is not None and find_spec("vl_convert") is not None


def interval_chart(rows: Sequence[ChartRow], models: Sequence[str], title: str, say: Texts) -> Chart:
    """Dots with 95 % intervals, a line a model, on one scale from 0 to 100 % (or over the data for other units)."""
    table = tuple(
        (row.label, row.words + (" ↓" if row.falls else ""), model, shown_value_of(one, row.unit), _interval(one, row))
        for row in rows
        for model, one in zip(models, row.estimates, strict=True)
        if one is not None
    )
    keys = ("name", "metric", "model", "value", "interval")
    headings = tuple(say(f"column.{key}") for key in keys)
    description = say("report.chart_intervals", title=title, rows=len(rows), models=", ".join(models))
    svg = _svg(_interval_spec(rows, models)) if charts_are_here() and rows else ""
    return Chart(svg, title, description, headings, table)


def _interval(estimate: Estimate | None, row: ChartRow) -> str:
    return shown_interval_of(estimate, row.unit) or "–"


def _interval_spec(rows: Sequence[ChartRow], models: Sequence[str]) -> dict[str, Any]:
    import altair as alt

    labels, points, chances = [], [], []
    y = 0
    for row in rows:
        labels.append({"y": y + 9, "label": row.label, "words": row.words + (" ↓" if row.falls else "")})
        top = y + _HEAD + 16
        for place, estimate in enumerate(row.estimates):
            if estimate is not None and estimate.value is not None:
                low = estimate.value if estimate.low is None else estimate.low
                high = estimate.value if estimate.high is None else estimate.high
                point = {"y": top + place * _ROW, "model": str(place), "value": estimate.value}
                points.append(point | {"low": low, "high": high})
        bottom = top + (len(row.estimates) - 1) * _ROW
        if row.chance is not None:
            chances.append({"x": row.chance, "y": top - 7, "y2": bottom + 7})
        y = bottom + _TAIL + 6
    shares = all(row.unit == "share" for row in rows)
    low, high = _domain(rows)
    x_axis = alt.Axis(format="~%" if shares or rows[0].unit == "points" else "~g", title=None, tickCount=5)
    x_scale = alt.Scale(domain=[low, high], nice=not shares)
    up = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[0, y], reverse=True, nice=False, zero=False))
    colour = alt.Color("model:N", legend=None, scale=alt.Scale(domain=_places(models), range=list(COLOURS)))
    shape = alt.Shape("model:N", legend=None, scale=alt.Scale(domain=_places(models), range=list(SHAPES)))
    x = alt.X("value:Q", axis=x_axis, scale=x_scale)
    start = alt.XDatum(low)
    parts = [
        alt.Chart(alt.Data(values=labels))
        .mark_text(align="left", fontWeight=600, fontSize=12, color=_INK)
        .encode(x=start, y=up, text="label:N"),
        alt.Chart(alt.Data(values=labels))
        .mark_text(align="left", dy=15, fontSize=11, color=_QUIET)
        .encode(x=start, y=up, text="words:N"),
        alt.Chart(alt.Data(values=chances))
        .mark_rule(strokeDash=[3, 2], color=_QUIET)
        .encode(x=alt.X("x:Q", scale=x_scale), y=up, y2="y2:Q"),
        alt.Chart(alt.Data(values=points))
        .mark_rule(strokeWidth=2.4, strokeCap="round")
        .encode(x=alt.X("low:Q", axis=x_axis, scale=x_scale), x2="high:Q", y=up, color=colour),
        alt.Chart(alt.Data(values=points))
        .mark_point(filled=True, size=58, opacity=1, stroke=_PAPER, strokeWidth=1.2)
        .encode(x=x, y=up, color=colour, shape=shape),
    ]
    return _dressed(alt.layer(*parts).properties(width=330, height=y))


def _domain(rows: Sequence[ChartRow]) -> tuple[float, float]:
    """0 to 1 for shares; else wide enough for every interval, with 0 in it."""
    if all(row.unit == "share" for row in rows):
        return 0.0, 1.0
    ends = [end for row in rows for one in row.estimates if one is not None for end in (one.low, one.high, one.value)]
    known = [end for end in ends if end is not None]
    return min([0.0, *known]), max([0.0, *known]) or 1.0


def _places(models: Sequence[str]) -> list[str]:
    return [str(place) for place in range(len(models))]


def _dressed(chart: Any) -> dict[str, Any]:
    """The specification with the page's look."""
    return (  # type: ignore[no-any-return]
        chart.configure(font=_FONT, background="transparent", padding=2)
        .configure_view(stroke=None)
        .configure_axis(
            gridColor=_LINE, domainColor=_LINE, tickColor=_LINE, labelColor=_QUIET, labelFontSize=11, labelPadding=4
        )
        .to_dict()
    )


_OWN = re.compile(r'\b(id="|url\(#|href="#)')
_SPOKEN = re.compile(r' (?:role|aria-[a-z]+)="[^"]*"')
_count = iter(range(10**9))


def _svg(spec: Mapping[str, Any]) -> str:
    """SVG to stand within a page: its ids are its own, it speaks through the page alone, colours follow the page."""
    import vl_convert

    svg = vl_convert.vegalite_to_svg(dict(spec))
    number = next(_count)
    svg = _SPOKEN.sub("", _OWN.sub(lambda match: f"{match[1]}c{number}-", svg))
    svg = svg.replace(f'font-family="{_FONT}"', "")
    for colour, name in _THEMED.items():
        svg = re.sub(f'(fill|stroke)="{colour}"', rf'\1="var(--{name})"', svg, flags=re.IGNORECASE)
    return re.sub(r"<svg[^>]*?(viewBox=\"[^\"]*\")[^>]*>", r'<svg xmlns="http://www.w3.org/2000/svg" \1>', svg, count=1)

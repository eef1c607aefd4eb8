"""Charts of figures with their intervals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from kijun.records import Estimate
from kijun.reports.charts import INK, PAPER, QUIET, Chart, by_model, charts_are_here, drawn
from kijun.reports.figures import Figure, Unit, shown_interval_of, shown_value_of
from kijun.reports.texts import Texts

__all__ = ["ChartRow", "interval_chart"]

_ROW, _HEAD, _TAIL = 13, 21, 13
"""Pixels: between two models, from the label to the first model, after the last one."""


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
    svg = drawn(_intervals(rows, models)) if charts_are_here() and rows else ""
    return Chart(svg, title, description, headings, table)


def _interval(estimate: Estimate | None, row: ChartRow) -> str:
    return shown_interval_of(estimate, row.unit) or "–"


def _intervals(rows: Sequence[ChartRow], models: Sequence[str]) -> Any:
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
    look = by_model(models)
    x = alt.X("value:Q", axis=x_axis, scale=x_scale)
    start = alt.XDatum(low)
    parts = [
        alt.Chart(alt.Data(values=labels))
        .mark_text(align="left", fontWeight=600, fontSize=12, color=INK)
        .encode(x=start, y=up, text="label:N"),
        alt.Chart(alt.Data(values=labels))
        .mark_text(align="left", dy=15, fontSize=11, color=QUIET)
        .encode(x=start, y=up, text="words:N"),
        alt.Chart(alt.Data(values=chances))
        .mark_rule(strokeDash=[3, 2], color=QUIET)
        .encode(x=alt.X("x:Q", scale=x_scale), y=up, y2="y2:Q"),
        alt.Chart(alt.Data(values=points))
        .mark_rule(strokeWidth=2.4, strokeCap="round")
        .encode(x=alt.X("low:Q", axis=x_axis, scale=x_scale), x2="high:Q", y=up, color=look["color"]),
        alt.Chart(alt.Data(values=points))
        .mark_point(filled=True, size=58, opacity=1, stroke=PAPER, strokeWidth=1.2)
        .encode(x=x, y=up, **look),
    ]
    return alt.layer(*parts).properties(width=330, height=y)


def _domain(rows: Sequence[ChartRow]) -> tuple[float, float]:
    """0 to 1 for shares; else wide enough for every interval, with 0 in it."""
    if all(row.unit == "share" for row in rows):
        return 0.0, 1.0
    ends = [end for row in rows for one in row.estimates if one is not None for end in (one.low, one.high, one.value)]
    known = [end for end in ends if end is not None]
    return min([0.0, *known]), max([0.0, *known]) or 1.0

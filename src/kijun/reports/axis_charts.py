"""All axes in one chart: where each measure lies between its worst and its best, and a radar of the weakest ones."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from kijun.records import AXES, Estimate, Report
from kijun.reports.charts import INK, LINE, PAPER, QUIET, Chart, by_model, charts_are_here, drawn
from kijun.reports.figures import Figure
from kijun.reports.metric_words import capital
from kijun.reports.texts import Texts

__all__ = ["Place", "axis_chart", "places_of", "radar_chart"]

_LANE, _GAP, _LABEL = 17, 22, 20
"""Pixels: a model's lane within an axis, between two axes, the axis's name."""


class Place(msgspec.Struct, frozen=True):
    """Where one measure of one model lies: 0 is its worst possible value, 1 the best. Fixed by the measure, never by
    other models; `low` and `high` are the ends of its 95 % interval on the same scale."""

    axis: str
    model: int
    at: float
    low: float
    high: float


def places_of(shown: Sequence[Figure]) -> list[Place]:
    """The shares and differences among the figures; what has no ends has no place."""
    return [
        Place(figure.axis, model, *ends)
        for figure in shown
        if figure.axis in AXES
        for model, estimate in enumerate(figure.estimates)
        if (ends := _ends(figure, estimate)) is not None
    ]


def _ends(figure: Figure, estimate: Estimate | None) -> tuple[float, float, float] | None:
    if estimate is None or estimate.value is None or figure.unit == "number":
        return None

    def fitness(value: float) -> float:
        if figure.ideal is not None:
            return 1 - abs(value - figure.ideal) / max(figure.ideal, 1 - figure.ideal)
        if figure.unit == "points":
            # A difference that should be small is best at 0, one that should be large at 1, the other end being -1.
            return 1 - max(0.0, value) if figure.falls else (1 + value) / 2
        return 1 - value if figure.falls else value

    values = (estimate.value, estimate.low, estimate.high)
    found = [min(1.0, max(0.0, fitness(estimate.value if one is None else one))) for one in values]
    return found[0], min(found), max(found)


def axis_chart(report: Report, places: Sequence[Place], say: Texts) -> Chart:
    """A band a model on each axis, from its weakest measure to its strongest, with every measure as a point on it."""
    models = [run.label for run in report.runs]
    rows = tuple(_band_rows(places, models, say))
    headings = (say("column.axis"), say("column.model"), *(say(f"report.{end}") for end in ("weakest", "strongest")))
    svg = drawn(_axes(places, models, say)) if charts_are_here() and rows else ""
    title = say("report.axis_chart")
    return Chart(svg, title, say("report.axis_chart_said", models=say("list.comma").join(models)), headings, rows)


def _band_rows(places: Sequence[Place], models: Sequence[str], say: Texts) -> Iterator[tuple[str, ...]]:
    for axis in AXES:
        for number, model in enumerate(models):
            ats = [place.at for place in places if place.axis == axis and place.model == number]
            if ats:
                yield say(f"axis.{axis}"), model, f"{100 * min(ats):.0f}", f"{100 * max(ats):.0f}"


def _axes(places: Sequence[Place], models: Sequence[str], say: Texts) -> Any:
    import altair as alt

    labels, untested, bands, points, y = [], [], [], [], 0.0
    for axis in AXES:
        of_axis = [place for place in places if place.axis == axis]
        labels.append({"y": y + 7, "label": capital(say(f"axis.{axis}"))})
        for number in range(len(models)):
            lane = y + _LABEL + _LANE * number
            found = [place for place in of_axis if place.model == number]
            told = {"y": lane + 6, "top": lane, "bottom": lane + 12, "model": str(number)}
            if found:
                reach = {"low": min(place.at for place in found), "high": max(place.at for place in found)}
                bands.append(told | reach)
            points += [told | {"at": place.at, "from": place.low, "to": place.high} for place in found]
        if not of_axis:
            untested.append({"y": y + _LABEL + 6, "label": say("report.axis_empty")})
        y += _LABEL + _LANE * (len(models) if of_axis else 1) + _GAP
    up = alt.Scale(domain=[0, y - _GAP + 4], reverse=True, nice=False, zero=False)
    ends = alt.Axis(values=[0, 0.5, 1], title=None, labelExpr=_ends_said(say))
    across = alt.X("at:Q", scale=alt.Scale(domain=[0, 1]), axis=ends)
    look = by_model(models)

    def layer(data: list[dict[str, Any]]) -> Any:
        return alt.Chart(alt.Data(values=data))

    parts = [
        layer(labels).mark_text(align="left", fontSize=12, fontWeight=600, color=INK)
        .encode(x=alt.XDatum(0), y=alt.Y("y:Q", scale=up, axis=None), text="label:N"),
        layer(untested).mark_text(align="left", fontSize=12, color=QUIET)
        .encode(x=alt.XDatum(0), y=alt.Y("y:Q", scale=up), text="label:N"),
        layer(points).mark_rule(strokeWidth=1, opacity=0.5)
        .encode(x=alt.X("from:Q"), x2="to:Q", y=alt.Y("y:Q", scale=up), color=look["color"]),
        layer(bands).mark_rect(opacity=0.22, cornerRadius=3)
        .encode(x=alt.X("low:Q"), x2="high:Q", y=alt.Y("top:Q", scale=up), y2="bottom:Q", color=look["color"]),
        layer(points).mark_point(filled=True, size=44, opacity=1, stroke=PAPER, strokeWidth=1)
        .encode(x=across, y=alt.Y("y:Q", scale=up), **look),
    ]  # fmt: skip
    return alt.layer(*parts).properties(width=330, height=y - _GAP + 4)


def _ends_said(say: Texts) -> str:
    worst, best = (say(f"report.{end}").replace("'", "\\'") for end in ("worst_end", "best_end"))
    return f"datum.value == 0 ? '{worst}' : datum.value == 1 ? '{best}' : ''"


def radar_chart(report: Report, places: Sequence[Place], say: Texts) -> Chart | None:
    """The weakest measure of each axis as a polygon a model; None where fewer than three axes were measured."""
    models = [run.label for run in report.runs]
    axes = [axis for axis in AXES if any(place.axis == axis for place in places)]
    if len(axes) < 3:
        return None
    weakest = {
        (axis, number): min(found)
        for axis in axes
        for number in range(len(models))
        if (found := [place.at for place in places if (place.axis, place.model) == (axis, number)])
    }
    rows = tuple((say(f"axis.{axis}"), models[number], f"{100 * at:.0f}") for (axis, number), at in weakest.items())
    headings = (say("column.axis"), say("column.model"), say("report.weakest"))
    svg = drawn(_radar(axes, weakest, models, say)) if charts_are_here() else ""
    said = say("report.radar_said", models=say("list.comma").join(models))
    return Chart(svg, say("report.radar"), said, headings, rows)


def _radar(axes: Sequence[str], weakest: dict[tuple[str, int], float], models: Sequence[str], say: Texts) -> Any:
    import altair as alt

    def spot(place: int, radius: float) -> dict[str, float]:
        angle = 2 * math.pi * place / len(axes)
        return {"x": radius * math.sin(angle), "y": radius * math.cos(angle)}

    turns = range(len(axes) + 1)
    rings = [{"ring": ring, "turn": turn} | spot(turn, ring) for ring in (0.25, 0.5, 0.75, 1) for turn in turns]
    outer = [spot(place, 1) for place in range(len(axes))]
    spokes = [{"x": 0, "y": 0, "x2": end["x"], "y2": end["y"]} for end in outer]
    names = [{"label": capital(say(f"axis.{axis}"))} | spot(place, 1.13) for place, axis in enumerate(axes)]
    lines = [
        {"model": str(number), "turn": turn} | spot(turn, weakest[axis, number])
        for number in range(len(models))
        for turn in turns
        if (axis := axes[turn % len(axes)]) and (axis, number) in weakest
    ]
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[-1.75, 1.75]))
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[-1.3, 1.3]))
    look = by_model(models)

    def layer(data: list[dict[str, Any]]) -> Any:
        return alt.Chart(alt.Data(values=data))

    parts = [
        layer(rings).mark_line(color=LINE, strokeWidth=1).encode(x=x, y=y, detail="ring:N", order="turn:Q"),
        layer(spokes).mark_rule(color=LINE).encode(x=x, y=y, x2="x2:Q", y2="y2:Q"),
        *(
            layer(some).mark_text(fontSize=11, color=QUIET, align=align).encode(x=x, y=y, text="label:N")
            for align, some in _by_side(names).items()
        ),
        layer(lines).mark_line(strokeWidth=2).encode(x=x, y=y, color=look["color"], order="turn:Q"),
        layer(lines).mark_point(filled=True, size=48, opacity=1, stroke=PAPER).encode(x=x, y=y, **look),
    ]
    return alt.layer(*parts).properties(width=350, height=260)


def _by_side(names: Sequence[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Labels by the side that they keep to the radar with, so that none runs into it."""
    sides: dict[str, list[dict[str, Any]]] = {"left": [], "center": [], "right": []}
    for name in names:
        sides["left" if name["x"] > 0.1 else "right" if name["x"] < -0.1 else "center"].append(name)
    return sides

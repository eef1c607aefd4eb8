"""Charts of a decision: requirements with the side that meets them, and who comes first how often."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kijun.records import Decision, GateOutcome
from kijun.reports.charts import GOOD, INK, PAPER, QUIET, Chart, by_model, charts_are_here, drawn
from kijun.reports.decision_tables import gate_cell, gate_rows
from kijun.reports.decision_words import limit_text, measure_name, shown
from kijun.reports.texts import Texts

__all__ = ["gates_chart", "ranks_chart"]

_ROW, _HEAD, _TAIL = 13, 34, 22
# Dark to light: the first rank is what one looks for. Lightness alone tells them apart, also in grey.
_RANKS = ("#1f5582", "#6f9dc2", "#b9d1e4", "#e1e9f0")


def gates_chart(decision: Decision, models: Sequence[str], say: Texts) -> Chart | None:
    """Each requirement on a share: the side that meets it is shaded, a line a model reaches from the bound that is held
    against the limit to the opposite one. None where no requirement is on a share.

    Args:
        models: names in the order of their colours.
    """
    rows = [(gate, cells) for gate, cells in gate_rows(decision) if gate.unit == "share" and gate.limit is not None]
    if not rows:
        return None
    names = [model.model for model in decision.models]
    table = tuple(
        (measure_name(gate.measure, say, decision.titles), limit_text(gate, say), name, gate_cell(cell))
        for gate, cells in rows
        for name, cell in zip(names, cells, strict=True)
    )
    headings = ("decide.figure", "decide.requirement", "column.model", "decide.verdict")
    svg = drawn(_gates(decision, rows, models, say)) if charts_are_here() else ""
    said = say("report.gates_said", rows=len(rows), models=say("list.comma").join(names))
    return Chart(svg, say("report.gates_chart"), said, tuple(map(say, headings)), table)


def _gates(
    decision: Decision,
    rows: Sequence[tuple[GateOutcome, tuple[GateOutcome, ...]]],
    models: Sequence[str],
    say: Texts,
) -> Any:
    import altair as alt

    labels, bands, limits, points, y = [], [], [], [], 0.0
    order = [models.index(model.model) for model in decision.models]
    for gate, cells in rows:
        told = f"{limit_text(gate, say)} · {say('decide.sure', confidence=f'{100 * gate.confidence:g} %')}"
        if all(cell.estimate is None or cell.estimate.value is None for cell in cells):
            told += f" · {say('report.unmeasured')}"
        labels.append({"y": y + 8, "label": measure_name(gate.measure, say, decision.titles), "words": told})
        top = y + _HEAD
        bottom = top + _ROW * len(cells)
        assert gate.limit is not None
        bands.append({"from": 0.0 if gate.at_most else gate.limit, "to": gate.limit if gate.at_most else 1.0})
        bands[-1] |= {"top": top - 5, "bottom": bottom + 1}
        limits.append({"x": gate.limit, "top": top - 5, "bottom": bottom + 1})
        for place, cell in zip(order, cells, strict=True):
            if cell.estimate is not None and cell.estimate.value is not None:
                ends = [end for end in (cell.bound, cell.opposite, cell.estimate.value) if end is not None]
                point = {"y": top + 3 + _ROW * place, "model": str(place), "at": cell.estimate.value}
                points.append(point | {"low": min(ends), "high": max(ends)})
        y = bottom + _TAIL
    up = alt.Scale(domain=[0, y - 8], reverse=True, nice=False, zero=False)
    across = alt.Scale(domain=[0, 1])
    axis = alt.Axis(format="~%", title=None, tickCount=5)
    look = by_model(models)

    def layer(data: Sequence[Any]) -> Any:
        return alt.Chart(alt.Data(values=list(data)))

    def x(field: str) -> Any:
        return alt.X(field, scale=across, axis=axis)

    parts = [
        layer(bands).mark_rect(color=GOOD)
        .encode(x=x("from:Q"), x2="to:Q", y=alt.Y("top:Q", scale=up, axis=None), y2="bottom:Q"),
        layer(limits).mark_rule(color=INK, strokeWidth=1.4)
        .encode(x=x("x:Q"), y=alt.Y("top:Q", scale=up), y2="bottom:Q"),
        layer(labels).mark_text(align="left", fontSize=12, fontWeight=600, color=INK)
        .encode(x=alt.XDatum(0, scale=across), y=alt.Y("y:Q", scale=up), text="label:N"),
        layer(labels).mark_text(align="left", dy=14, fontSize=11, color=QUIET)
        .encode(x=alt.XDatum(0, scale=across), y=alt.Y("y:Q", scale=up), text="words:N"),
        layer(points).mark_rule(strokeWidth=2.4, strokeCap="round")
        .encode(x=x("low:Q"), x2="high:Q", y=alt.Y("y:Q", scale=up), color=look["color"]),
        layer(points).mark_point(filled=True, size=58, opacity=1, stroke=PAPER, strokeWidth=1.2)
        .encode(x=x("at:Q"), y=alt.Y("y:Q", scale=up), **look),
    ]  # fmt: skip
    return alt.layer(*parts).properties(width=380, height=y - 8)


def ranks_chart(decision: Decision, say: Texts) -> Chart | None:
    """How often each model that is left comes first, second, ...; None where there is one at most."""
    ranked = [(model.model, model.rank) for model in decision.models if model.rank is not None]
    if len(ranked) < 2:
        return None
    most = max(len(rank.acceptability) for _, rank in ranked)
    headings = (say("column.model"), *(say("report.rank", n=place + 1) for place in range(most)))
    rows = tuple((name, *(shown(share, "share") for share in rank.acceptability)) for name, rank in ranked)
    bars = [
        {"model": name, "rank": place + 1, "from": sum(rank.acceptability[:place]), "share": share}
        for name, rank in ranked
        for place, share in enumerate(rank.acceptability)
    ]
    svg = drawn(_ranks(bars, [name for name, _ in ranked])) if charts_are_here() else ""
    said = say("report.ranks_said", models=say("list.comma").join(name for name, _ in ranked))
    return Chart(svg, say("report.ranks_chart"), said, headings, rows)


def _ranks(bars: Sequence[dict[str, Any]], names: Sequence[str]) -> Any:
    import altair as alt

    drawn_bars = [
        bar
        | {
            "to": bar["from"] + bar["share"],
            "middle": bar["from"] + bar["share"] / 2,
            "top": 46 * names.index(bar["model"]) + 18,
            "bottom": 46 * names.index(bar["model"]) + 38,
            "ink": "#ffffff" if bar["rank"] == 1 else "#14181e",
            "fill": _RANKS[min(bar["rank"], len(_RANKS)) - 1],
            "said": f"{100 * bar['share']:.0f} %" if bar["share"] >= 0.08 else "",
        }
        for bar in bars
    ]
    labels = [{"y": 46 * place + 8, "label": name} for place, name in enumerate(names)]
    up = alt.Scale(domain=[0, 46 * len(names)], reverse=True, nice=False, zero=False)
    across = alt.Scale(domain=[0, 1])
    axis = alt.Axis(format="~%", title=None, tickCount=5)

    def layer(data: Sequence[Any]) -> Any:
        return alt.Chart(alt.Data(values=list(data)))

    parts = [
        layer(labels).mark_text(align="left", fontSize=12, fontWeight=600, color=INK)
        .encode(x=alt.XDatum(0, scale=across), y=alt.Y("y:Q", scale=up, axis=None), text="label:N"),
        layer(drawn_bars).mark_rect(stroke=PAPER)
        .encode(
            x=alt.X("from:Q", scale=across, axis=axis), x2="to:Q",
            y=alt.Y("top:Q", scale=up), y2="bottom:Q", color=alt.Color("fill:N", scale=None),
        ),
        layer(drawn_bars).mark_text(fontSize=11, dy=10)
        .encode(
            x=alt.X("middle:Q", scale=across), y=alt.Y("top:Q", scale=up), text="said:N",
            color=alt.Color("ink:N", scale=None),
        ),
    ]  # fmt: skip
    return alt.layer(*parts).properties(width=350, height=46 * len(names))

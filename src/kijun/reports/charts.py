"""What all charts share: colours, shapes, type, and how their SVG stands within a page.

Colours are those of Okabe and Ito, which colour-blind people tell apart; every model has a shape of its own besides.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from importlib.util import find_spec
from itertools import count
from typing import Any

import msgspec

__all__ = [
    "COLOURS",
    "GOOD",
    "INK",
    "LINE",
    "PAPER",
    "QUIET",
    "SHAPES",
    "Chart",
    "by_model",
    "charts_are_here",
    "drawn",
    "look_of",
    "on_paper",
]

COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")
SHAPES = ("circle", "square", "diamond", "triangle-up", "triangle-down", "cross")
INK, QUIET, LINE, PAPER, GOOD = "#1c2430", "#5b6675", "#d9dee5", "#fefefd", "#e3eef6"
# What the page sets by its own colours, light or dark.
_THEMED = {INK: "ink", QUIET: "quiet", LINE: "line", PAPER: "paper", GOOD: "band"} | {
    colour: f"series-{place}" for place, colour in enumerate(COLOURS, start=1)
}
_PRINTED = {name: colour for colour, name in _THEMED.items()}
_FONT = "sans-serif"
_FONTS = "Helvetica, Arial, Liberation Sans, Hiragino Sans, Noto Sans CJK JP, Noto Sans JP, sans-serif"


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


def on_paper(chart: Chart) -> Chart:
    """The chart with colours of its own, for paper, which has no page to take them from."""
    svg = re.sub(r"var\(--([a-z0-9-]+)\)", lambda match: _PRINTED[match[1]], chart.svg)
    return msgspec.structs.replace(chart, svg=svg.replace("<svg ", f'<svg font-family="{_FONTS}" ', 1))


def charts_are_here() -> bool:
    """Whether the extra ``report`` is installed."""
    return find_spec("altair") is not None and find_spec("vl_convert") is not None


def look_of(place: int) -> tuple[int, int]:
    """Places of a model's colour and shape. After six models colours come again, each with another shape."""
    turn, colour = divmod(place, len(COLOURS))
    return colour, (colour + turn) % len(SHAPES)


def by_model(models: Sequence[str]) -> dict[str, Any]:
    """Encodings of the field ``model``, the place of a model as text: a colour and a shape each."""
    import altair as alt

    places = [str(place) for place in range(len(models))]
    looks = [look_of(place) for place in range(len(models))]
    colours, shapes = [COLOURS[colour] for colour, _ in looks], [SHAPES[shape] for _, shape in looks]
    return {
        "color": alt.Color("model:N", legend=None, scale=alt.Scale(domain=places, range=colours)),
        "shape": alt.Shape("model:N", legend=None, scale=alt.Scale(domain=places, range=shapes)),
    }


_OWN = re.compile(r'\b(id="|url\(#|href="#)')
_SPOKEN = re.compile(r' (?:role|aria-[a-z]+)="[^"]*"')
_numbers = count()


def drawn(chart: Any) -> str:
    """SVG of an Altair chart to stand within a page: its ids are its own, it speaks through the page alone, its colours
    follow the page."""
    import vl_convert

    look = {"gridColor": LINE, "domainColor": LINE, "tickColor": LINE, "labelColor": QUIET}
    dressed = (
        chart.configure(font=_FONT, background="transparent", padding=2)
        .configure_view(stroke=None)
        .configure_axis(labelFontSize=11, labelPadding=4, **look)
    )
    return _for_page(vl_convert.vegalite_to_svg(dressed.to_dict()), next(_numbers))


def _for_page(svg: str, number: int) -> str:
    svg = _SPOKEN.sub("", _OWN.sub(lambda match: f"{match[1]}c{number}-", svg))
    svg = svg.replace(f'font-family="{_FONT}"', "")
    for colour, name in _THEMED.items():
        svg = re.sub(f'(fill|stroke)="{colour}"', rf'\1="var(--{name})"', svg, flags=re.IGNORECASE)
    return re.sub(r"<svg[^>]*?(viewBox=\"[^\"]*\")[^>]*>", r'<svg xmlns="http://www.w3.org/2000/svg" \1>', svg, count=1)

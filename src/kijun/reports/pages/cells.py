"""One figure of one model as a page shows it: value, interval, and where they lie on a bar."""

from __future__ import annotations

import msgspec

from kijun.records import Estimate
from kijun.reports.charts import look_of
from kijun.reports.figures import Figure, Unit, shown_interval_of, shown_value_of

__all__ = ["Bar", "Cell", "cells_of", "look_classes"]


class Bar(msgspec.Struct, frozen=True):
    """Places on a bar in percent of its width; `chance` is None where guessing has no known score."""

    at: float
    start: float
    width: float
    chance: float | None


class Cell(msgspec.Struct, frozen=True):
    """`look` names the classes of its model; `bar` is None without ends to draw it between, or without a value."""

    look: str
    model: str
    value: str
    interval: str
    n: int
    bar: Bar | None


def look_classes(place: int) -> str:
    """Classes of the colour and the shape of the model at this place."""
    colour, shape = look_of(place)
    return f"s{colour + 1} f{shape + 1}"


def cells_of(figure: Figure, models: list[str]) -> list[Cell | None]:
    """A cell a run; None where the run does not have the figure."""
    return [
        None if estimate is None else _cell(figure, place, model, estimate)
        for place, (model, estimate) in enumerate(zip(models, figure.estimates, strict=True))
    ]


def _cell(figure: Figure, place: int, model: str, estimate: Estimate) -> Cell:
    value, interval = (shown(estimate, figure.unit) for shown in (shown_value_of, shown_interval_of))
    return Cell(look_classes(place), model, value, interval, estimate.n, _bar(estimate, figure.unit, figure.chance))


def _bar(estimate: Estimate, unit: Unit, chance: float | None) -> Bar | None:
    if estimate.value is None or unit == "number":
        return None

    def place(value: float) -> float:
        share = value if unit == "share" else (value + 1) / 2
        return round(100 * min(1.0, max(0.0, share)), 2)

    low = place(estimate.value if estimate.low is None else estimate.low)
    high = place(estimate.value if estimate.high is None else estimate.high)
    middle = 0.0 if unit == "points" else chance
    return Bar(place(estimate.value), low, round(high - low, 2), None if middle is None else place(middle))

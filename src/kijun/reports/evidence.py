"""What the figures of a report bear on in well-known frameworks, and what they leave open. It claims no compliance."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Literal

import msgspec
import yaml

from kijun.records import AXES
from kijun.reports.figures import Figure

__all__ = ["Bearing", "Framework", "Point", "bearings", "frameworks"]

_FOLDER = Path(__file__).resolve().parents[1] / "evidence"

State = Literal["in_part", "not_here", "never"]
"""Some figures here bear on it; figures could, and there are none here; Kijun has no task for it."""


class Point(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One demand of a framework.

    Attributes:
        axes: figures on these axes bear on it.
        tasks: figures of tasks whose names begin so bear on it.
        always: every run bears on it.
        note: how far, by language.
    """

    title: dict[str, str]
    note: dict[str, str]
    axes: tuple[str, ...] = ()
    tasks: tuple[str, ...] = ()
    always: bool = False


class Framework(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A framework and its demands, in its own order."""

    title: dict[str, str]
    points: tuple[Point, ...]


class Bearing(msgspec.Struct, frozen=True):
    """One demand beside a report: `names` are the tasks and groups that bear on it."""

    point: Point
    state: State
    names: tuple[str, ...]


@cache
def frameworks() -> tuple[Framework, ...]:
    """All that ship, in the order of their files."""
    paths = sorted(_FOLDER.glob("*.yaml"))
    return tuple(msgspec.convert(yaml.safe_load(path.read_bytes()), type=Framework) for path in paths)


def bearings(framework: Framework, shown: Sequence[Figure], perturbed: Sequence[str]) -> list[Bearing]:
    """Each demand with what a report has measured.

    Args:
        shown: figures of the report's groups and tasks.
        perturbed: names that were asked in other ways too, which is what the axis of robustness is about.
    """
    return [_bearing(point, shown, perturbed) for point in framework.points]


def _bearing(point: Point, shown: Sequence[Figure], perturbed: Sequence[str]) -> Bearing:
    names = dict.fromkeys(
        figure.name
        for figure in shown
        if figure.measured and (figure.axis in point.axes or figure.name.startswith(point.tasks or ("\n",)))
    )
    if "robustness" in point.axes:
        names |= dict.fromkeys(perturbed)
    assert set(point.axes) <= set(AXES)
    could = point.axes or point.tasks
    state: State = "in_part" if names or point.always else "not_here" if could else "never"
    return Bearing(point, state, tuple(names))

"""Records without the places on this machine where runs and data lie: a report goes further than its machine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from kijun.records import Decision, Measure, Profile

__all__ = ["decision_without_places", "profiles_without_places", "source_without_place"]


def profiles_without_places(profiles: Sequence[Profile]) -> tuple[Profile, ...]:
    """The same profiles; of each run folder only its name is left."""
    return tuple(map(_profile, profiles))


def decision_without_places(decision: Decision) -> Decision:
    """The same decision; of each run folder only its name is left."""
    risks = tuple(
        msgspec.structs.replace(risk, measures=tuple(map(_measure, risk.measures))) for risk in decision.risks
    )
    return msgspec.structs.replace(decision, profiles=profiles_without_places(decision.profiles), risks=risks)


def source_without_place(source: Mapping[str, Any]) -> dict[str, Any]:
    """Where rows came from; of a file on this machine only its name is left."""
    location = str(source.get("location", ""))
    return {**source, "location": Path(location).name if Path(location).is_absolute() else location}


def _profile(profile: Profile) -> Profile:
    runs = tuple(msgspec.structs.replace(run, folder=Path(run.folder).name) for run in profile.runs)
    lists = ("languages", "integrity", "cost", "speed")
    measures = {name: tuple(map(_measure, getattr(profile, name))) for name in lists}
    axes = {axis: tuple(map(_measure, found)) for axis, found in profile.axes.items()}
    return msgspec.structs.replace(profile, runs=runs, axes=axes, **measures)


def _measure(measure: Measure) -> Measure:
    return msgspec.structs.replace(measure, runs=tuple(Path(run).name for run in measure.runs))

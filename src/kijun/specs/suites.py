"""What group and suite files say."""

from __future__ import annotations

from typing import Literal

import msgspec

__all__ = ["AverageSpec", "GroupSpec", "SuiteEntry", "SuiteSpec"]


class GroupSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A group: tasks (or groups) whose metrics are pooled into one figure.

    Attributes:
        members: names of tasks and groups.
        metrics: keys of the metrics to pool; empty for a group that only gathers names.
        weighted_by_size: weight members by their number of items, else plainly.
    """

    name: str
    version: float
    members: tuple[str, ...]
    metrics: tuple[str, ...] = ()
    weighted_by_size: bool = True
    title: dict[str, str] = {}
    origin: str | None = None


class SuiteEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A task or group of a suite, with settings fixed by the suite; None leaves the task's own.

    Attributes:
        perturb: perturbations or bundles in which it is asked besides, as ``--perturb`` names them; a member of a group
            to which one does not apply is asked without it.
    """

    task: str
    shots: int | None = None
    shots_split: str | None = None
    perturb: tuple[str, ...] = ()


class AverageSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A leaderboard's average, kept as a compatibility figure of that suite alone.

    Attributes:
        columns: column name -> ``task:metric``, or a list of them to be averaged first.
        normalise: rescale each score so that chance is 0, with the chance level of each task in `chance`.
        chance: task -> score of guessing.
    """

    name: str
    columns: dict[str, str | tuple[str, ...]]
    normalise: bool = False
    chance: dict[str, float] = {}
    kind: Literal["compatibility"] = "compatibility"


class SuiteSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A named list of tasks with fixed settings; an entry that names a suite stands for that suite's entries."""

    name: str
    version: float
    tasks: tuple[SuiteEntry, ...]
    title: dict[str, str] = {}
    about: dict[str, str] = {}
    average: AverageSpec | None = None
    origin: str | None = None

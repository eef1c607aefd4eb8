"""What a command names: tasks, groups, suites and task files, each task once with its settings."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec

from kijun.errors import SpecError, UnknownNameError
from kijun.specs import Catalogue, SuiteSpec, TaskSpec, catalogue, read_task_file

__all__ = ["ChosenTask", "Selection", "select"]


class ChosenTask(msgspec.Struct, frozen=True):
    """A task with the settings of this run.

    Attributes:
        shots: number of worked examples.
        shots_split: the split they come from, where a suite says so.
        named: the user named this very task, so that the run fails when its data cannot be had; a member of a group or
            suite is reported as missing instead.
    """

    task: TaskSpec
    shots: int
    shots_split: str | None = None
    named: bool = False


class Selection(msgspec.Struct, frozen=True):
    """Everything that a command names. `groups` are inner groups first."""

    tasks: tuple[ChosenTask, ...]
    groups: tuple[str, ...]
    suites: tuple[SuiteSpec, ...]


def select(names: Sequence[str], *, shots: int | None = None) -> Selection:
    """Resolves the names of a command.

    Args:
        names: names of tasks, groups or suites, or paths of task files.
        shots: number of worked examples for all tasks that let it be chosen; None is each task's own.

    Raises:
        UnknownNameError, SpecError: a name or file that does not exist or is broken; two settings for one task.
    """
    if not names:
        raise SpecError("name a task, a group, a suite or a task file; 'kijun list tasks' shows what there is")
    if shots is not None and shots < 0:
        raise SpecError(f"--shots takes 0 or more; got {shots}")
    known = catalogue()
    chosen: dict[str, ChosenTask] = {}
    groups: list[str] = []
    suites: list[SuiteSpec] = []

    def add(task: TaskSpec, entry_shots: int | None, split: str | None, named: bool) -> None:
        number = task.shots.default if task.shots.fixed or entry_shots is None else entry_shots
        new = ChosenTask(task, number, split, named)
        old = chosen.get(task.name)
        if old is not None and (old.shots, old.shots_split) != (new.shots, new.shots_split):
            raise SpecError(
                f"{task.name} is asked for twice with different shots ({old.shots} and {new.shots}); run them apart"
            )
        if old is not None and old.task.origin != task.origin:
            raise SpecError(
                f"two task files have the name {task.name!r}: {old.task.origin} and {task.origin}; rename one"
            )
        chosen[task.name] = msgspec.structs.replace(new, named=named or (old.named if old else False))

    for name in names:
        if _is_file(name):
            for task in read_task_file(Path(name)):
                add(task, shots, None, True)
        elif name in known.suites:
            suite = known.suites[name]
            suites.append(suite)
            for entry in suite.tasks:
                if entry.task in known.groups:
                    groups.append(entry.task)
                for task in _expand(known, entry.task):
                    add(task, entry.shots if shots is None else shots, entry.shots_split, False)
        else:
            if name in known.groups:
                groups.append(name)
            for task in _expand(known, name):
                add(task, shots, None, name in known.tasks)
    inner_first = [group.name for group in known.groups_within(groups)]
    return Selection(tuple(chosen.values()), tuple(inner_first), tuple(suites))


def _is_file(name: str) -> bool:
    return name.endswith((".yaml", ".yml")) or "/" in name or Path(name).is_file()


def _expand(known: Catalogue, name: str) -> list[TaskSpec]:
    try:
        return known.expand(name)
    except UnknownNameError as error:
        if Path(name).exists():
            raise SpecError("a task file ends in .yaml; 'kijun init' writes one beside your data", file=name) from None
        raise error

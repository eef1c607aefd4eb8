"""What a command names: tasks, groups, suites and task files, each task once with its settings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from kijun.errors import SpecError, UnknownNameError
from kijun.perturbations import Perturbation, make_perturbation
from kijun.specs import GENERATIVE, Catalogue, SuiteSpec, TaskSpec, catalogue, generative_task, read_task_file

__all__ = ["ChosenTask", "Selection", "generative_names", "select"]

_ENDINGS = (".yaml", ".yml")
_NOT_A_TASK_FILE = "not a task file; that ends in .yaml and says how to ask: 'kijun init' writes one beside your data"


class ChosenTask(msgspec.Struct, frozen=True):
    """A task with the settings of this run.

    Attributes:
        shots: number of worked examples.
        shots_split: the split they come from, where a suite says so.
        named: the user named this very task, so that the run fails when its data cannot be had; a member of a group or
            suite is reported as missing instead.
        perturbation: what changes the text of each item; the task's name has it as ``TASK@NAME``.
    """

    task: TaskSpec
    shots: int
    shots_split: str | None = None
    named: bool = False
    perturbation: Perturbation | None = None


class Selection(msgspec.Struct, frozen=True):
    """Everything that a command names. `groups` are inner groups first."""

    tasks: tuple[ChosenTask, ...]
    groups: tuple[str, ...]
    suites: tuple[SuiteSpec, ...]


def select(names: Sequence[str], *, shots: int | None = None) -> Selection:
    """Resolves the names of a command.

    Args:
        names: names of tasks, groups or suites, or paths of task files; ``NAME_generative`` is the generative form of
            multiple choice, ``NAME@PERTURBATION`` changes the texts.
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

    def add(choice: ChosenTask) -> None:
        name = choice.task.name
        old = chosen.get(name)
        if old is not None and (old.shots, old.shots_split) != (choice.shots, choice.shots_split):
            raise SpecError(
                f"{name} is asked for twice with different shots ({old.shots} and {choice.shots}); run them apart"
            )
        if old is not None and old.task.origin != choice.task.origin:
            raise SpecError(
                f"two task files have the name {name!r}: {old.task.origin} and {choice.task.origin}; rename one"
            )
        chosen[name] = msgspec.structs.replace(choice, named=choice.named or (old is not None and old.named))

    for name in names:
        plain, perturbation = _split_name(name)
        if (suite := known.suite(plain)) is not None:
            suites.append(suite)
            groups += [entry.task for entry in suite.tasks if known.group(entry.task) is not None]
            for choice in _of_suite(known, suite, shots):
                add(_perturbed(choice, perturbation))
            continue
        tasks = _read(plain) if _is_file(plain) else _expand(known, plain)
        is_group = known.group(plain) is not None
        if is_group and perturbation is None:
            groups.append(plain)
        for task in tasks:
            choice = ChosenTask(task, _shots(task, shots), named=not is_group)
            add(_perturbed(choice, perturbation))
    inner_first = [group.name for group in known.groups_within(groups)]
    return Selection(tuple(chosen.values()), tuple(inner_first), tuple(suites))


def generative_names(names: Sequence[str]) -> list[str]:
    """What to name instead where a model gives no log-likelihoods: the generative form of each name that has one."""
    known = catalogue()
    found = []
    for name in names:
        plain, at, perturbation = name.partition("@")
        form = plain + GENERATIVE
        if _is_file(plain) or known.task(form) or known.group(form) or known.suite(form):
            found.append(form + at + perturbation)
    return found


def _split_name(name: str) -> tuple[str, Perturbation | None]:
    plain, at, perturbation = name.rpartition("@")
    if not at or Path(name).exists():
        return name, None
    return plain, make_perturbation(perturbation)


def _shots(task: TaskSpec, wanted: int | None) -> int:
    if task.prompt.turns is not None:
        return 0
    return task.shots.default if task.shots.fixed or wanted is None else wanted


def _of_suite(known: Catalogue, suite: SuiteSpec, shots: int | None) -> Iterator[ChosenTask]:
    for entry in suite.tasks:
        if entry.shots is not None and shots not in (None, entry.shots):
            raise SpecError(
                f"suite {suite.name} fixes the shots of {entry.task} at {entry.shots}; leave --shots out, "
                f"or run {entry.task} by its own name"
            )
        for task in _expand(known, entry.task):
            yield ChosenTask(task, _shots(task, shots if entry.shots is None else entry.shots), entry.shots_split)


def _perturbed(choice: ChosenTask, perturbation: Perturbation | None) -> ChosenTask:
    if perturbation is None:
        return choice
    task = choice.task
    if not task.dataset.perturb:
        raise SpecError(
            f"{task.name} does not say which columns may be perturbed", file=task.origin, key="dataset.perturb"
        )
    if perturbation.languages and not {*perturbation.languages} & {*task.languages}:
        made_for, has = ", ".join(perturbation.languages), ", ".join(task.languages)
        raise SpecError(f"perturbation {perturbation.name} is made for {made_for}; {task.name} is in {has}")
    named = msgspec.structs.replace(
        task,
        name=f"{task.name}@{perturbation.name}",
        perturbation=f"{perturbation.name} version {perturbation.version}",
    )
    return msgspec.structs.replace(choice, task=named, perturbation=perturbation)


def _is_file(name: str) -> bool:
    return name.removesuffix(GENERATIVE).endswith(_ENDINGS) or "/" in name or Path(name).is_file()


def _read(name: str) -> list[TaskSpec]:
    if name.endswith(GENERATIVE):
        return [_generative(task) for task in _read(name.removesuffix(GENERATIVE))]
    if not name.endswith(_ENDINGS) and Path(name).is_file():
        raise SpecError(_NOT_A_TASK_FILE, file=name)
    return read_task_file(Path(name))


def _generative(task: TaskSpec) -> TaskSpec:
    form = generative_task(task)
    if form is None:
        raise SpecError(
            f"{task.name} has no generative form: it is one already, or is not about which choice is right",
            file=task.origin,
        )
    return form


def _expand(known: Catalogue, name: str) -> list[TaskSpec]:
    try:
        return known.expand(name)
    except UnknownNameError as error:
        if Path(name).exists():
            raise SpecError(_NOT_A_TASK_FILE, file=name) from None
        raise error

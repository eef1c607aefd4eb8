"""What a command names: tasks, groups, suites and task files, each task once with its settings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import msgspec

from kijun.errors import SpecError, UnknownNameError
from kijun.perturbations import Variant, read_variants
from kijun.specs import (
    GENERATIVE,
    Catalogue,
    SuiteSpec,
    TaskSpec,
    catalogue,
    generative_task,
    is_use_case,
    read_task_file,
    read_use_case_file,
    read_yaml,
    suite_of_use_case,
)

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
        clean: it is asked as it stands, and not only in its variants.
        variants: ways in which it is asked besides; each is a task ``TASK@LABEL`` of its own in the results.
    """

    task: TaskSpec
    shots: int
    shots_split: str | None = None
    named: bool = False
    clean: bool = True
    variants: tuple[Variant, ...] = ()


class Selection(msgspec.Struct, frozen=True):
    """Everything that a command names. `groups` are inner groups first."""

    tasks: tuple[ChosenTask, ...]
    groups: tuple[str, ...]
    suites: tuple[SuiteSpec, ...]


def select(names: Sequence[str], *, shots: int | None = None, perturb: Sequence[str] = (), draws: int = 1) -> Selection:
    """Resolves the names of a command.

    Args:
        names: names of tasks, groups or suites, or paths of task files; ``NAME_generative`` is the generative form of
            multiple choice, ``NAME@PERTURBATION`` asks in that way alone.
        shots: number of worked examples for all tasks that let it be chosen; None is each task's own.
        perturb: perturbations or bundles in which all tasks are asked besides, each where it applies.
        draws: how often what is drawn by chance is drawn.

    Raises:
        UnknownNameError, SpecError: a name or file that does not exist or is broken; two settings for one task.
    """
    if not names:
        raise SpecError("name a task, a group, a suite or a task file; 'kijun list tasks' shows what there is")
    if shots is not None and shots < 0:
        raise SpecError(f"--shots takes 0 or more; got {shots}")
    known = catalogue()
    wanted = read_variants(perturb, repeats=draws)
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
        chosen[name] = choice if old is None else _joined(old, choice)

    for name in names:
        plain, variants = _split_name(name, draws)
        if (suite := known.suite(plain) or _use_case(plain)) is not None:
            suites.append(suite)
            groups += [entry.task for entry in suite.tasks if known.group(entry.task) is not None]
            for choice in _of_suite(known, suite, shots, draws):
                add(_in_variants(choice, variants))
            continue
        tasks = _read(plain) if _is_file(plain) else _expand(known, plain)
        is_group = known.group(plain) is not None
        if is_group and not variants:
            groups.append(plain)
        for task in tasks:
            choice = ChosenTask(task, _shots(task, shots), named=not is_group)
            add(_in_variants(choice, variants))
    if wanted:
        chosen = _everywhere(chosen, wanted)
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


def _joined(old: ChosenTask, new: ChosenTask) -> ChosenTask:
    """The same task, named twice."""
    variants = {variant.label: variant for variant in (*old.variants, *new.variants)}
    return msgspec.structs.replace(
        new, named=old.named or new.named, clean=old.clean or new.clean, variants=tuple(variants.values())
    )


def _split_name(name: str, repeats: int) -> tuple[str, tuple[Variant, ...]]:
    plain, at, perturbation = name.rpartition("@")
    if not at or Path(name).exists():
        return name, ()
    return plain, read_variants([perturbation], repeats=repeats)


def _shots(task: TaskSpec, wanted: int | None) -> int:
    if task.prompt.turns is not None:
        return 0
    return task.shots.default if task.shots.fixed or wanted is None else wanted


def _of_suite(known: Catalogue, suite: SuiteSpec, shots: int | None, draws: int) -> Iterator[ChosenTask]:
    for entry in suite.tasks:
        variants = read_variants(entry.perturb, repeats=draws)
        if entry.shots is not None and shots not in (None, entry.shots):
            raise SpecError(
                f"suite {suite.name} fixes the shots of {entry.task} at {entry.shots}; leave --shots out, "
                f"or run {entry.task} by its own name"
            )
        for task in _expand(known, entry.task):
            count = _shots(task, shots if entry.shots is None else entry.shots)
            fitting = tuple(variant for variant in variants if variant.why_not(task, count) is None)
            yield ChosenTask(task, count, entry.shots_split, variants=fitting)


def _in_variants(choice: ChosenTask, variants: Sequence[Variant]) -> ChosenTask:
    """The task in these variants alone; all must apply to it, but for the members of a bundle of which some do."""
    if not variants:
        return choice
    reasons = [variant.why_not(choice.task, choice.shots) for variant in variants]
    if None not in reasons:
        reasons = [variant.why_not(choice.task, choice.shots, any_language=True) for variant in variants]
    fitting = tuple(variant for variant, reason in zip(variants, reasons, strict=True) if reason is None)
    if not fitting:
        raise SpecError(reasons[0] or "", file=choice.task.origin)
    return msgspec.structs.replace(choice, clean=False, variants=fitting)


def _everywhere(chosen: Mapping[str, ChosenTask], wanted: Sequence[Variant]) -> dict[str, ChosenTask]:
    """All tasks as they stand, and in the variants that apply to them.

    Those of an entry that is made for none of the tasks' languages apply in any language, as it was asked for by name.

    Raises:
        SpecError: a variant that applies to none of the tasks.
    """
    changed: dict[str, ChosenTask] = {}
    reasons: dict[str, str] = {}
    used = set()
    at_home = {
        variant.entry
        for variant in wanted
        for choice in chosen.values()
        if variant.why_not(choice.task, choice.shots) is None
    }
    for name, choice in chosen.items():
        fitting = []
        for variant in wanted:
            reason = variant.why_not(choice.task, choice.shots, any_language=variant.entry not in at_home)
            if reason is None:
                fitting.append(variant)
                used.add(variant.entry)
            else:
                reasons.setdefault(variant.entry, reason)
        merged = {variant.label: variant for variant in (*choice.variants, *fitting)}
        changed[name] = msgspec.structs.replace(choice, clean=True, variants=tuple(merged.values()))
    unused = next((entry for entry in reasons if entry not in used), None)
    if unused is not None:
        raise SpecError(f"--perturb {unused} applies to none of the tasks: {reasons[unused]}")
    return changed


def _is_file(name: str) -> bool:
    return name.removesuffix(GENERATIVE).endswith(_ENDINGS) or "/" in name or Path(name).is_file()


def _use_case(name: str) -> SuiteSpec | None:
    """The tasks of a use case in a file of one's own."""
    if not name.endswith(_ENDINGS) or not Path(name).is_file():
        return None
    document = read_yaml(Path(name))
    return suite_of_use_case(read_use_case_file(Path(name))) if is_use_case(document) else None


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

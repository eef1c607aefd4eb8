"""Everything that has a name: the packaged tasks, groups and suites, and those of installed plugins."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from kijun.errors import SpecError, UnknownNameError
from kijun.specs.folders import package_folders
from kijun.specs.generative import GENERATIVE, generative_group, generative_suite, generative_task
from kijun.specs.reading import Document, as_mapping, convert, read_yaml
from kijun.specs.rubric_files import read_rubric_file
from kijun.specs.scenarios import is_pack, task_of_pack
from kijun.specs.suites import GroupSpec, SuiteSpec
from kijun.specs.tasks import DatasetSpec, PublishedFileSpec, ScorerSpec, ShotsSpec, TaskSpec
from kijun.specs.use_case_files import suite_of_use_case, use_cases

__all__ = ["Catalogue", "catalogue", "read_task_file", "titles_of"]

_EACH = re.compile(r"\{\{\s*each\.(\w+)\s*\}\}")
_Named = TypeVar("_Named", TaskSpec, GroupSpec, SuiteSpec)


class Catalogue(msgspec.Struct, frozen=True):
    """Tasks, groups and suites by name, each in alphabetical order of its file; what is declared.

    `task`, `group` and `suite` know besides what follows from that: for multiple choice ``NAME`` its generative form
    ``NAME_generative`` (see `kijun.specs.generative`), unless that name is declared.
    """

    tasks: dict[str, TaskSpec]
    groups: dict[str, GroupSpec]
    suites: dict[str, SuiteSpec]

    def task(self, name: str) -> TaskSpec | None:
        """The task of this name, None where there is none."""
        base = self.tasks.get(_base(name))
        return self.tasks.get(name) or (generative_task(base) if base is not None else None)

    def group(self, name: str) -> GroupSpec | None:
        """The group of this name, None where there is none."""
        base = self.groups.get(_base(name))
        if name in self.groups or base is None:
            return self.groups.get(name)
        members = self._generative_names(base.members)
        if not _any_form(members):
            return None
        pooled = all(task.method == "multiple_choice" for task in self.expand(base.name))
        return generative_group(base, members, pooled=pooled)

    def suite(self, name: str) -> SuiteSpec | None:
        """The suite of this name, None where there is none."""
        base = self.suites.get(_base(name))
        if name in self.suites or base is None:
            return self.suites.get(name)
        members = self._generative_names([entry.task for entry in base.tasks])
        return generative_suite(base, members) if _any_form(members) else None

    def expand(self, name: str) -> list[TaskSpec]:
        """The tasks behind the name of a task or a group, each once, in order.

        Raises:
            UnknownNameError: nothing has this name.
        """
        if (task := self.task(name)) is not None:
            return [task]
        if (group := self.group(name)) is not None:
            found: dict[str, TaskSpec] = {}
            for member in group.members:
                found.update((task.name, task) for task in self.expand(member))
            return list(found.values())
        raise UnknownNameError(
            "task, group or suite",
            name,
            [*self.tasks, *self.groups, *self.suites],
            hint="('kijun list tasks' shows them)",
        )

    def groups_within(self, names: list[str]) -> list[GroupSpec]:
        """Groups that the named groups reach, inner groups first, each once."""
        found: dict[str, GroupSpec] = {}

        def visit(name: str) -> None:
            group = self.group(name)
            if group is not None and name not in found:
                for member in group.members:
                    visit(member)
                found[name] = group

        for name in names:
            visit(name)
        return list(found.values())

    def _generative_names(self, names: Sequence[str]) -> dict[str, str | None]:
        """Name of each member's generative form; its own where it is generative already; None where it has none."""
        return {name: self._generative_name(name) for name in names}

    def _generative_name(self, name: str) -> str | None:
        form = name + GENERATIVE
        if self.task(form) is not None or self.group(form) is not None:
            return form
        return name if all(task.method == "generate" for task in self.expand(name)) else None


def _any_form(members: Mapping[str, str | None]) -> bool:
    """Whether a member has a generative form that is not the member itself."""
    return any(form not in (None, name) for name, form in members.items())


def _base(name: str) -> str:
    """The name of which `name` is the generative form; empty where it is none."""
    return name.removesuffix(GENERATIVE) if name.endswith(GENERATIVE) else ""


@cache
def catalogue() -> Catalogue:
    """The packaged catalogue and that of plugins (entry points ``kijun.tasks``: a folder, or a module with one).

    The tasks of a use case are a suite of its name, and of its name with a language, such as ``customer-support-ja``.

    Raises:
        SpecError: a packaged or plugged-in file is broken, or a name is taken twice.
    """
    tasks: dict[str, TaskSpec] = {}
    groups: dict[str, GroupSpec] = {}
    suites: dict[str, SuiteSpec] = {}
    for root in package_folders():
        for path in sorted((root / "tasks").rglob("*.yaml")):
            _add(tasks, _tasks_of(read_yaml(path)), "task")
        for path in sorted((root / "groups").rglob("*.yaml")):
            _add(groups, _groups_of(read_yaml(path)), "group")
        for path in sorted((root / "suites").rglob("*.yaml")):
            document = read_yaml(path)
            data = dict(as_mapping(document, document.data, "suite"), origin=document.file)
            _add(suites, [convert(document, data, SuiteSpec)], "suite")
    for use_case in use_cases().values():
        several = use_case.languages if len(use_case.languages) > 1 else ()
        for language in (None, *several):
            _add(suites, [suite_of_use_case(use_case, language)], "suite")
    return Catalogue(tasks, groups, {name: _flat(suite, suites) for name, suite in suites.items()})


def _flat(suite: SuiteSpec, suites: Mapping[str, SuiteSpec], above: tuple[str, ...] = ()) -> SuiteSpec:
    """The suite with the entries of suites in place of those suites' names.

    Raises:
        SpecError: a suite that is part of itself.
    """
    if suite.name in above:
        raise SpecError(f"suite {suite.name!r} is part of itself, by {' and '.join(above)}", file=suite.origin)
    entries = []
    for entry in suite.tasks:
        inner = suites.get(entry.task)
        entries += [entry] if inner is None else _flat(inner, suites, (*above, suite.name)).tasks
    return msgspec.structs.replace(suite, tasks=tuple(entries))


def _add(known: dict[str, _Named], new: list[_Named], kind: str) -> None:
    for spec in new:
        if spec.name in known:
            other = known[spec.name].origin
            raise SpecError(f"the {kind} name {spec.name!r} is taken by {other}; choose another", file=spec.origin)
        known[spec.name] = spec


def titles_of(measures: Sequence[str]) -> dict[str, dict[str, str]]:
    """Task or group -> title by language, of the keys of figures (``NAME:METRIC``); without those that have no name
    here, such as tasks of one's own."""
    known = catalogue()
    names = dict.fromkeys(measure.partition(":")[0] for measure in measures)
    found = {name: known.task(name) or known.group(name) for name in names}
    return {name: spec.title for name, spec in found.items() if spec is not None}


def read_task_file(path: Path) -> list[TaskSpec]:
    """The tasks of one task file: one, or a family with ``for_each``.

    Raises:
        SpecError: with file, line, key, what was expected and what was found.
    """
    return _tasks_of(read_yaml(path))


def _tasks_of(document: Document) -> list[TaskSpec]:
    if is_pack(document.data):
        spec = task_of_pack(document)
        _check(document, spec)
        return [spec]
    data = dict(as_mapping(document, document.data, "task"))
    members = _family(document, data.pop("for_each", None))
    if "scorers" in data:
        data["scorers"] = _judged(document, _scorers(document, data["scorers"]), data.get("languages"))
    specs = []
    for each in members:
        filled = _fill(data, each) if each else data
        spec = convert(document, {**filled, "each": each, "origin": document.file}, TaskSpec)
        _check(document, spec)
        specs.append(spec)
    return specs


def _family(document: Document, for_each: Any) -> list[dict[str, Any]]:
    if for_each is None:
        return [{}]
    if isinstance(for_each, list) and for_each and all(isinstance(each, dict) and each for each in for_each):
        return for_each
    raise document.error("expected a list of members, each with its values, such as '- {subject: anatomy}'", "for_each")


def _fill(value: Any, each: Mapping[str, Any]) -> Any:
    """Puts the member's values in place of ``{{ each.NAME }}``; such a text alone keeps the value's type."""
    if isinstance(value, str) and "each." in value:
        alone = _EACH.fullmatch(value)
        if alone and alone.group(1) in each:
            return each[alone.group(1)]
        return _EACH.sub(lambda match: str(each.get(match.group(1), match.group(0))), value)
    if isinstance(value, dict):
        return {key: _fill(inner, each) for key, inner in value.items()}
    if isinstance(value, list):
        return [_fill(inner, each) for inner in value]
    return value


def _scorers(document: Document, listed: Any) -> Any:
    """Lets a scorer be written as its name alone or as ``{name: {parameters}}``."""
    if not isinstance(listed, list):
        return listed
    structured = set(ScorerSpec.__struct_fields__)
    result = []
    for index, entry in enumerate(listed):
        if isinstance(entry, str):
            entry = {"name": entry}
        elif isinstance(entry, dict) and "name" not in entry and len(entry) == 1:
            name, parameters = next(iter(entry.items()))
            if not isinstance(parameters, dict):
                raise document.error(f"expected parameters of {name!r}; got {parameters!r}", f"scorers[{index}].{name}")
            own = {key: value for key, value in parameters.items() if key in structured}
            rest = {key: value for key, value in parameters.items() if key not in structured}
            entry = {"name": name, **own, "parameters": {**own.pop("parameters", {}), **rest}}
        result.append(entry)
    return result


def _judged(document: Document, listed: Any, languages: Any) -> Any:
    """Completes the scorers ``judge``: the metric has the rubric's name, the judge is asked in the task's language, and
    a rubric in a file beside the task is taken in, so that the task is whole without it."""
    for index, entry in enumerate(listed if isinstance(listed, list) else []):
        parameters = entry.get("parameters") if isinstance(entry, dict) else None
        if not isinstance(parameters, dict) or entry.get("name") != "judge":
            continue
        rubric = parameters.get("rubric")
        if isinstance(rubric, str):
            if rubric.endswith((".yaml", ".yml")):
                spec = read_rubric_file(_beside(document, rubric, f"scorers[{index}].judge.rubric"))
                parameters["rubric"] = msgspec.to_builtins(msgspec.structs.replace(spec, origin=None))
                rubric = spec.name
            entry.setdefault("metric", rubric)
        if "language" not in parameters and isinstance(languages, list) and "ja" in languages[:1]:
            parameters["language"] = "ja"
    return listed


def _beside(document: Document, name: str, key: str) -> Path:
    """A file in the folder of a task file or below it; a task file reads nothing else."""
    folder = Path(document.file).resolve().parent
    path = (folder / name).resolve()
    if not path.is_relative_to(folder):
        raise document.error(f"the file must lie in the folder of the task file or below it; got {name!r}", key)
    return path


def _groups_of(document: Document) -> list[GroupSpec]:
    """A group file holds one group; a member that is itself a mapping is a group within it with the same settings."""
    found: list[GroupSpec] = []

    def visit(data: Any, inherited: dict[str, Any]) -> str:
        settings = {**inherited, **as_mapping(document, data, "group")}
        members = settings.get("members")
        if isinstance(members, list):
            passed_on = {key: settings[key] for key in ("version", "metrics", "weighted_by_size") if key in settings}
            settings["members"] = [visit(m, passed_on) if isinstance(m, dict) else m for m in members]
        found.append(convert(document, {**settings, "origin": document.file}, GroupSpec))
        return found[-1].name

    visit(document.data, {})
    return found


def _check_sources(document: Document, data: DatasetSpec) -> None:
    sources = [key for key in ("data", "hub", "file", "generated") if getattr(data, key) is not None]
    if len(sources) != 1 and sources != ["data", "hub"]:
        got = " and ".join(sources) or "none"
        raise document.error(
            f"expected exactly one of hub, file, generated, data (or data with hub); got {got}", "dataset"
        )
    published = (data.published,) if isinstance(data.published, PublishedFileSpec) else data.published or ()
    places = (data.data,) if isinstance(data.data, str) else data.data or ()
    if published and len(published) != len(places):
        raise document.error(
            f"expected a published file for each of the {len(places)} places of data; got {len(published)}",
            "dataset.published",
        )


def _check(document: Document, spec: TaskSpec) -> None:
    """What types alone cannot say."""
    _check_sources(document, spec.dataset)
    if spec.dataset.generated and spec.dataset.language not in ("en", "ja"):
        raise document.error(f"a generated data set needs language: en or ja; got {spec.dataset.language!r}", "dataset")
    ways = [key for key in ("question", "contexts", "turns") if getattr(spec.prompt, key) is not None]
    if len(ways) != 1:
        got = " and ".join(ways) or "none"
        raise document.error(f"expected exactly one of question, contexts, turns; got {got}", "prompt")
    if spec.sampling.samples < 1 or (spec.sampling.samples > 1 and spec.sampling.temperature <= 0):
        got = f"samples {spec.sampling.samples} at temperature {spec.sampling.temperature:g}"
        raise document.error(f"expected 1 or more; several need a temperature above 0; got {got}", "sampling.samples")
    if spec.prompt.turns is not None:
        _check_turns(document, spec)
    if spec.method == "multiple_choice" and spec.prompt.choices is None and spec.prompt.contexts is None:
        raise document.error("a multiple_choice task needs choices", "prompt")
    if spec.prompt.lettered and (spec.prompt.choices or spec.prompt.contexts) is None:
        raise document.error("lettered needs choices", "prompt")
    if spec.prompt.lettered and spec.method != "generate":
        raise document.error("lettered asks for a letter, so the method is generate", "prompt")
    if spec.prompt.contexts is not None and spec.prompt.answer is None:
        raise document.error("contexts need an answer that continues each of them", "prompt")
    if not spec.scorers:
        raise document.error("name at least one scorer, such as acc or exact_match", "scorers")
    keys = [scorer.key for scorer in spec.scorers]
    repeated = next((key for key in keys if keys.count(key) > 1), None)
    if repeated:
        raise document.error(
            f"two scorers make the metric {repeated!r}; give one a filter or another metric name", "scorers"
        )
    if not spec.languages:
        raise document.error("name at least one language, such as en or ja", "languages")
    if not re.fullmatch(r"[\w:. -]+", spec.name):
        raise document.error(f"expected letters, digits, '_', '-', '.'; got {spec.name!r}", "name")
    if spec.shots.default < 0:
        raise document.error(f"expected 0 or more; got {spec.shots.default}", "shots.default")


def _check_turns(document: Document, spec: TaskSpec) -> None:
    """A conversation is answered freely, and what would stand before its one question has no place in it."""
    if spec.method != "generate" or spec.prompt.choices is not None:
        raise document.error("turns are answered freely; they need method: generate and no choices", "prompt.turns")
    if not spec.prompt.turns:
        raise document.error("expected at least one turn", "prompt.turns")
    for key in ("description", "answer_prefix"):
        if getattr(spec.prompt, key):
            raise document.error(f"turns take no {key}; write it into a turn or into system", f"prompt.{key}")
    if spec.shots != ShotsSpec():
        raise document.error("turns take no worked examples", "shots")
    if spec.sampling.samples > 1:
        raise document.error("turns are answered once; several samples are for single questions", "sampling.samples")

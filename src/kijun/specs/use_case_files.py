"""Use cases by name or by file, checked for what types alone cannot say."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from kijun.specs.packaged import find_named, packaged, says_schema
from kijun.specs.reading import Document, as_mapping, convert, read_yaml
from kijun.specs.suites import SuiteEntry, SuiteSpec
from kijun.specs.use_cases import SCHEMA, GateSpec, RatingsSpec, UseCaseSpec, WeightSpec, in_languages

__all__ = ["find_use_case", "is_use_case", "read_use_case", "read_use_case_file", "suite_of_use_case", "use_cases"]

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]*")
_NAMED = {"en": {"en": "English", "ja": "Japanese"}, "ja": {"en": "英語", "ja": "日本語"}}
_MEASURE = re.compile(r"[^\s:][^:]*:\S.*")


@cache
def use_cases() -> dict[str, UseCaseSpec]:
    """The packaged use cases by name, and those of plugins (folder ``use_cases`` beside ``tasks``).

    Raises:
        SpecError: a file is broken, or a name is taken twice.
    """
    return packaged("use_cases", "use case", read_use_case_file)


def find_use_case(name: str) -> UseCaseSpec:
    """The use case with this name, or in this file where the name ends in ``.yaml``.

    Raises:
        UnknownNameError: no use case has this name.
        SpecError: what is wrong in the file.
    """
    return find_named(name, "use case", use_cases, read_use_case_file, "('kijun use-case list' shows them)")


def is_use_case(document: Document) -> bool:
    """Whether a parsed file says that it is a use case."""
    return says_schema(document, "kijun-use-case")


def read_use_case_file(path: Path) -> UseCaseSpec:
    """The use case of a file.

    Raises:
        SpecError: with file, line, key, what was expected and what was found.
    """
    return read_use_case(read_yaml(path))


def read_use_case(document: Document) -> UseCaseSpec:
    """The use case of a parsed file.

    Raises:
        SpecError: with file, line, key, what was expected and what was found.
    """
    data = dict(as_mapping(document, document.data, "use case"))
    if data.get("schema") != SCHEMA:
        raise document.error(f"a use case file says 'schema: {SCHEMA}'; got {data.get('schema')!r}", "schema")
    data["tasks"] = _named_tasks(data.get("tasks"))
    spec = convert(document, {**data, "origin": document.file}, UseCaseSpec)
    for key, problem in _problems(spec):
        raise document.error(problem, key)
    return spec


def suite_of_use_case(use_case: UseCaseSpec, language: str | None = None) -> SuiteSpec:
    """The tasks of a use case as a suite: in all its languages, or as ``NAME-LANGUAGE`` in one."""
    languages = use_case.languages if language is None else (language,)
    entries: dict[str, SuiteEntry] = {}
    for entry in use_case.tasks:
        for task in in_languages(entry.task, languages):
            entries.setdefault(task, msgspec.structs.replace(entry, task=task))
    return SuiteSpec(
        name=use_case.name if language is None else f"{use_case.name}-{language}",
        version=use_case.version,
        tasks=tuple(entries.values()),
        title=use_case.title if language is None else _title_in(use_case.title, language),
        about=use_case.about,
        origin=use_case.origin,
    )


def _title_in(title: Mapping[str, str], language: str) -> dict[str, str]:
    """The title with the language in words, so that the suites of one use case can be told apart."""
    shapes = {"en": "{title} ({named})", "ja": "{title}（{named}）"}
    return {
        shown: shapes.get(shown, shapes["en"]).format(title=text, named=_NAMED.get(shown, {}).get(language, language))
        for shown, text in title.items()
    }


def _named_tasks(listed: Any) -> Any:
    """Lets a task be written as its name alone."""
    if not isinstance(listed, list):
        return listed
    return [{"task": entry} if isinstance(entry, str) else entry for entry in listed]


def _problems(spec: UseCaseSpec) -> Iterator[tuple[str, str]]:
    """Key and what is wrong there."""
    if not _NAME.fullmatch(spec.name):
        yield "name", f"expected letters, digits and '-', beginning with a letter; got {spec.name!r}"
    if not spec.languages:
        yield "languages", "name at least one language, such as en or ja"
    if not spec.tasks:
        yield "tasks", "name at least one task to run"
    if not spec.gates:
        yield "gates", "a use case has at least one gate; without one every model would do"
    for index, gate in enumerate(spec.gates):
        yield from _gate_problems(gate, f"gates[{index}]")
    for index, wanted in enumerate(spec.ratings):
        yield from _rating_problems(wanted, f"ratings[{index}]")
    yield from _weight_problems(spec.weights)
    for key in ("cost", "seconds", "tokens"):
        limit = getattr(spec.limits, key)
        if limit is not None and limit <= 0:
            yield f"limits.{key}", f"expected a number above 0; got {limit!r}"


def _gate_problems(gate: GateSpec, key: str) -> Iterator[tuple[str, str]]:
    yield from _measure_problems(gate.measure, key)
    if (gate.at_most is None) == (gate.at_least is None):
        yield key, "expected exactly one of at_most, at_least"
    yield from _confidence_problems(gate.confidence, key)


def _rating_problems(wanted: RatingsSpec, key: str) -> Iterator[tuple[str, str]]:
    if wanted.at_most is not None and wanted.at_least is not None:
        yield key, "expected at_most or at_least, not both"
    if wanted.items < 1 or wanted.raters < 1:
        yield key, f"expected 1 or more items and raters; got {wanted.items} and {wanted.raters}"
    yield from _confidence_problems(wanted.confidence, key)


def _confidence_problems(confidence: float, key: str) -> Iterator[tuple[str, str]]:
    if not 0.5 <= confidence < 1:
        yield f"{key}.confidence", f"expected at least 0.5 and below 1, such as 0.95; got {confidence!r}"


def _measure_problems(measure: str, key: str) -> Iterator[tuple[str, str]]:
    if not _MEASURE.fullmatch(measure):
        yield f"{key}.measure", f"expected TASK:METRIC, such as safety_pairs_en:not_refused; got {measure!r}"


def _weight_problems(weights: tuple[WeightSpec, ...]) -> Iterator[tuple[str, str]]:
    for index, weight in enumerate(weights):
        key = f"weights[{index}]"
        yield from _measure_problems(weight.measure, key)
        low, high = weight.range
        if not 0 <= low <= high <= 1:
            yield f"{key}.range", f"expected [least, greatest] between 0 and 1; got {[low, high]!r}"
        if weight.scale is not None and weight.scale[0] == weight.scale[1]:
            yield f"{key}.scale", f"expected two different values, [worst, best]; got {list(weight.scale)!r}"
        if weight.measure in [other.measure for other in weights[:index]]:
            yield f"{key}.measure", f"{weight.measure!r} has a weight already"
    least, most = sum(weight.range[0] for weight in weights), sum(weight.range[1] for weight in weights)
    if weights and not (least <= 1 + 1e-9 and most >= 1 - 1e-9):
        yield (
            "weights",
            (f"weights add up to 1, but these ranges only allow sums from {least:.3g} to {most:.3g}; widen some"),
        )

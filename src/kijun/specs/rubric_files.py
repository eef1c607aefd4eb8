"""Rubrics by name or by file, checked for what types alone cannot say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from kijun.specs.packaged import find_named, packaged, says_schema
from kijun.specs.reading import Document, as_mapping, convert, read_yaml
from kijun.specs.rubric_values import read_value
from kijun.specs.rubrics import SCHEMA, DimensionSpec, RubricSpec

__all__ = ["find_rubric", "is_rubric", "read_rubric_file", "rubrics"]

_ID = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_KEYS_OF_VERDICTS = {"explanation", "confidence", "better", "passed"}
_TRUTH = {"True": "yes", "False": "no", "true": "yes", "false": "no"}


@cache
def rubrics() -> dict[str, RubricSpec]:
    """The packaged rubrics by name, and those of plugins (folder ``rubrics`` beside ``tasks``).

    Raises:
        SpecError: a file is broken, or a name is taken twice.
    """
    return packaged("rubrics", "rubric", read_rubric_file)


def find_rubric(name: str) -> RubricSpec:
    """The rubric with this name, or in this file where the name ends in ``.yaml``.

    Raises:
        UnknownNameError: no rubric has this name.
        SpecError: what is wrong in the file.
    """
    return find_named(name, "rubric", rubrics, read_rubric_file, "('kijun list rubrics' shows them)")


def is_rubric(document: Document) -> bool:
    """Whether a parsed file says that it is a rubric."""
    return says_schema(document, "kijun-rubric")


def read_rubric_file(path: Path) -> RubricSpec:
    """The rubric of a file.

    Raises:
        SpecError: with file, line, key, what was expected and what was found.
    """
    document = read_yaml(path)
    data = dict(as_mapping(document, document.data, "rubric"))
    if data.get("schema") != SCHEMA:
        raise document.error(f"a rubric file says 'schema: {SCHEMA}'; got {data.get('schema')!r}", "schema")
    data["dimensions"] = _with_texts_as_keys(data.get("dimensions"))
    rubric = convert(document, {**data, "origin": document.file}, RubricSpec)
    for key, problem in _problems(rubric):
        raise document.error(problem, key)
    return rubric


def _with_texts_as_keys(dimensions: Any) -> Any:
    """Points of a scale are written as keys (``1:``, ``yes:``), which YAML reads as numbers and truths."""
    if not isinstance(dimensions, list):
        return dimensions
    plain = []
    for entry in dimensions:
        if isinstance(entry, dict):
            entry = dict(entry)
            if isinstance(entry.get("anchors"), dict):
                entry["anchors"] = {_point(key): text for key, text in entry["anchors"].items()}
            if isinstance(entry.get("rationale"), dict) and isinstance(entry["rationale"].get("required_for"), list):
                wanted = [_TRUTH.get(str(p), p) for p in entry["rationale"]["required_for"]]
                entry["rationale"] = {**entry["rationale"], "required_for": wanted}
            if isinstance(entry.get("items"), list):
                entry["items"] = [
                    {"id": f"c{number}", **item} if isinstance(item, dict) else item
                    for number, item in enumerate(entry["items"], start=1)
                ]
        plain.append(entry)
    return plain


def _point(key: Any) -> str:
    return _TRUTH.get(str(key), str(key))


def _problems(rubric: RubricSpec) -> Iterator[tuple[str, str]]:
    """Key and fault, the first of which is told."""
    if not _ID.fullmatch(rubric.name):
        yield "name", f"expected letters, digits, '-', '_'; got {rubric.name!r}"
    if not rubric.languages:
        yield "languages", "name at least one language, such as en or ja"
    if not rubric.dimensions:
        yield "dimensions", "name at least one dimension"
    yield from _texts_missing(msgspec.to_builtins(rubric), rubric.languages, "")
    yield from _repeated("dimensions", [dimension.id for dimension in rubric.dimensions])
    yield from _repeated("principles", [principle.id for principle in rubric.principles])
    keys = [dimension.key for dimension in rubric.dimensions if dimension.key]
    yield from _repeated("dimensions", keys, "key")
    known = {principle.id for principle in rubric.principles}
    for index, dimension in enumerate(rubric.dimensions):
        place = f"dimensions[{index}]"
        for problem_key, problem in _dimension_problems(dimension):
            yield f"{place}.{problem_key}", problem
        for name in dimension.principles:
            if name not in known:
                yield f"{place}.principles", f"no principle {name!r}; there are: {', '.join(sorted(known)) or 'none'}"
    yield from _pairwise_problems(rubric)
    yield from _example_problems(rubric)


def _dimension_problems(dimension: DimensionSpec) -> Iterator[tuple[str, str]]:
    scale = dimension.scale
    if not _ID.fullmatch(dimension.id):
        yield "id", f"expected letters, digits, '-', '_'; got {dimension.id!r}"
    if dimension.id in _KEYS_OF_VERDICTS:
        yield "id", f"{dimension.id!r} has a meaning of its own in verdicts; choose another"
    if dimension.key is not None and len(dimension.key) != 1:
        yield "key", f"expected one character; got {dimension.key!r}"
    if scale.type in ("nominal", "ordinal"):
        if len(scale.points) < 2 or len(set(scale.points)) < len(scale.points):
            yield "scale", f"expected two or more different points; got {list(scale.points)!r}"
        if scale.type == "ordinal" and (
            any(isinstance(p, str) for p in scale.points) or list(scale.points) != sorted(scale.points)
        ):
            yield (
                "scale.points",
                f"an ordinal scale has growing numbers, explained by anchors; got {list(scale.points)!r}",
            )
    elif scale.points:
        yield "scale.points", f"only nominal and ordinal scales list points; this one is {scale.type}"
    if scale.type == "interval" and (
        scale.low is None or scale.high is None or scale.low >= scale.high or scale.step <= 0
    ):
        yield (
            "scale",
            f"an interval scale needs low < high and step > 0; got {scale.low!r}, {scale.high!r}, {scale.step!r}",
        )
    if (scale.type == "checklist") != bool(dimension.items):
        yield "items", "a checklist has items, and no other scale has"
    yield from _repeated("items", [item.id for item in dimension.items])
    for point in dimension.anchors:
        if read_value(dimension, point) is None:
            yield f"anchors.{point}", f"is no point of this {scale.type} scale"
    for point in dimension.rationale.required_for if dimension.rationale else ():
        if dimension.rationale and dimension.rationale.required_for != "all" and read_value(dimension, point) is None:
            yield "rationale.required_for", f"{point!r} is no point of this {scale.type} scale"
    if dimension.veto is True and scale.type != "binary":
        yield "veto", "'true' is for a binary scale; elsewhere give the number that an answer must reach"
    if dimension.veto is not False and scale.type in ("nominal", "checklist"):
        yield "veto", f"a {scale.type} scale has no order, so it cannot veto"


def _pairwise_problems(rubric: RubricSpec) -> Iterator[tuple[str, str]]:
    if rubric.pairwise is None:
        if rubric.unit == "pair":
            yield "pairwise", "a rubric whose unit is a pair says how two answers are compared"
        return
    if not {"A", "B"} <= set(rubric.pairwise.options):
        yield "pairwise.options", f"A and B must be among the options; got {list(rubric.pairwise.options)!r}"
    if not rubric.pairwise.overall and not rubric.pairwise.per_dimension:
        yield "pairwise", "ask about the whole (overall) or about dimensions (per_dimension)"
    ids = {dimension.id for dimension in rubric.dimensions}
    for name in rubric.pairwise.per_dimension:
        if name not in ids:
            yield "pairwise.per_dimension", f"no dimension {name!r}; there are: {', '.join(sorted(ids))}"


def _example_problems(rubric: RubricSpec) -> Iterator[tuple[str, str]]:
    ids = {dimension.id for dimension in rubric.dimensions}
    for index, example in enumerate(rubric.examples):
        for name, label in example.labels.items():
            place = f"examples[{index}].labels.{name}"
            if name not in ids:
                yield place, f"no dimension {name!r}; there are: {', '.join(sorted(ids))}"
            elif read_value(rubric.dimension(name), label) is None:
                yield place, f"{label!r} is no answer on this {rubric.dimension(name).scale.type} scale"
        if (example.preferred is not None) != bool(example.other):
            yield f"examples[{index}]", "'other' and 'preferred' belong together: two answers and the better one"


def _texts_missing(value: Any, languages: tuple[str, ...], path: str) -> Iterator[tuple[str, str]]:
    """Texts that are there in one of the rubric's languages but not in all of them."""
    if isinstance(value, dict):
        if value and path and set(value) & set(languages) and all(isinstance(text, str) for text in value.values()):
            missing = [language for language in languages if not value.get(language)]
            if missing:
                absent, wanted = " and ".join(missing), ", ".join(languages)
                yield path, f"the text is missing in {absent}; the rubric's languages are {wanted}"
            return
        for key, inner in value.items():
            yield from _texts_missing(inner, languages, f"{path}.{key}".lstrip("."))
    elif isinstance(value, list | tuple):
        for index, inner in enumerate(value):
            yield from _texts_missing(inner, languages, f"{path}[{index}]")


def _repeated(place: str, names: list[str], field: str = "id") -> Iterator[tuple[str, str]]:
    for index, name in enumerate(names):
        if name in names[:index]:
            yield f"{place}[{index}].{field}", f"{name!r} appears twice; ids and keys are unique"

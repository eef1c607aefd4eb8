"""People's labels out of a file: which of two answers is better, or an answer's place on each dimension."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median_low
from typing import Any
from urllib.parse import parse_qsl

import msgspec

from kijun.errors import SpecError
from kijun.specs import RubricSpec, RubricValue, read_value

__all__ = ["LabelColumns", "LabelledAnswer", "LabelledPair", "majority", "middle", "read_labels"]

_SIDES = {
    "A": ("a", "1", "1.0", "response_a", "output_1", "model_a", "left", "first", "answer_a"),
    "B": ("b", "2", "2.0", "response_b", "output_2", "model_b", "right", "second", "answer_b"),
    "tie": ("tie", "0", "0.0", "c", "equal", "draw", "same"),
    "both_bad": ("both_bad", "bothbad", "both bad", "tie (bothbad)"),
}
_SIDE = {name: side for side, names in _SIDES.items() for name in names}


class LabelColumns(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which column of a file of labels is what, as written after the ``?``; several columns are joined with a comma.

    Attributes:
        id: name of an item; a hash of the texts when None.
        prompt: what was asked; several columns are put under each other.
        response: the answer, for labels by dimension; each dimension has a column of its own name, or several as
            ``quality.1``, ``quality.2``.
        response_a, response_b: the answers of a pair.
        label: people's labels of a pair: ``A``/``B``/``tie`` or ``1``/``2``/``0``; a column for each person.
        reference: an answer known to be good.
        verdict, verdict_swapped: what a judge said before, in the order of the columns and with the answers swapped
            (still named by the columns: ``A`` is `response_a`).
    """

    id: str | None = None
    prompt: str = "prompt"
    response: str = "response"
    response_a: str = "response_a"
    response_b: str = "response_b"
    label: str = "label"
    reference: str = "reference"
    verdict: str = "verdict"
    verdict_swapped: str = "verdict_swapped"


class LabelledPair(msgspec.Struct, frozen=True):
    """Two answers and which one people preferred.

    Attributes:
        labels: each person's ``A``, ``B``, ``tie`` or ``both_bad``.
        recorded: what a judge said before: in this order, and swapped; ``?`` where it cannot be read, None where there
            is nothing.
    """

    id: str
    prompt: str
    a: str
    b: str
    labels: tuple[str, ...]
    reference: str | None = None
    recorded: tuple[str | None, str | None] = (None, None)


class LabelledAnswer(msgspec.Struct, frozen=True):
    """An answer and what people gave it; `labels`: dimension -> each person's value."""

    id: str
    prompt: str
    answer: str
    labels: dict[str, tuple[RubricValue, ...]]
    reference: str | None = None


def read_labels(
    location: str, rows: Sequence[Mapping[str, Any]], rubric: RubricSpec
) -> list[LabelledPair] | list[LabelledAnswer]:
    """The labelled items of a file, pairs or single answers, whichever its columns are.

    Args:
        location: ``FILE`` or ``FILE?prompt=COLUMN&label=COLUMN,COLUMN``.

    Raises:
        SpecError: an unknown setting, a column that is not there, a label that is none.
    """
    path, _, query = location.partition("?")
    try:
        columns = msgspec.convert(dict(parse_qsl(query, keep_blank_values=True)), LabelColumns)
    except msgspec.ValidationError as error:
        known = ", ".join(LabelColumns.__struct_fields__)
        raise SpecError(f"{location!r}: {error}; after the ? go {known}".replace("`", "")) from None
    there = list(dict.fromkeys(column for row in rows for column in row))
    if columns.response_a in there and columns.response_b in there:
        _need(path, there, columns.prompt, columns.label)
        return [_pair(path, number, row, columns) for number, row in enumerate(rows, start=1)]
    wanted = {
        dimension.id: [name for name in there if name == dimension.id or name.startswith(f"{dimension.id}.")]
        for dimension in rubric.dimensions
    }
    _need(path, there, columns.prompt, columns.response)
    if not any(wanted.values()):
        raise SpecError(
            f"no column holds labels: name columns after the rubric's dimensions ({', '.join(wanted)}), or give pairs "
            f"with response_a=, response_b= and label=; the file has {', '.join(there)}",
            file=path,
        )
    return [_answer(path, number, row, columns, wanted, rubric) for number, row in enumerate(rows, start=1)]


def _need(path: str, there: Sequence[str], *names: str) -> None:
    for name in (part for listed in names for part in listed.split(",")):
        if name not in there:
            raise SpecError(
                f"the file has no column {name!r}; it has {', '.join(there)}. Name yours: "
                f"{Path(path).name}?prompt=COLUMN&label=COLUMN",
                file=path,
            )


def _pair(path: str, number: int, row: Mapping[str, Any], columns: LabelColumns) -> LabelledPair:
    labels = []
    for name in columns.label.split(","):
        given = row.get(name)
        for label in given if isinstance(given, list) else [given]:
            side = _side(label)
            if side is None and label not in (None, ""):
                raise SpecError(
                    f"{name}: {label!r} is none of A, B, tie, both_bad (or 1, 2, 0)", file=path, line=number
                )
            labels += [side] if side is not None else []
    texts = _text(row, columns.prompt), _text(row, columns.response_a), _text(row, columns.response_b)
    recorded = tuple(
        None if name not in row else _side(row[name]) or "?" for name in (columns.verdict, columns.verdict_swapped)
    )
    return LabelledPair(
        _id(row, columns, *texts),
        *texts,
        labels=tuple(labels),
        reference=_text(row, columns.reference) or None,
        recorded=recorded,  # type: ignore[arg-type]
    )


def _answer(
    path: str,
    number: int,
    row: Mapping[str, Any],
    columns: LabelColumns,
    wanted: Mapping[str, Sequence[str]],
    rubric: RubricSpec,
) -> LabelledAnswer:
    labels: dict[str, tuple[RubricValue, ...]] = {}
    for dimension in rubric.dimensions:
        given = []
        for name in wanted[dimension.id]:
            if row.get(name) in (None, "", *dimension.abstain):
                continue
            value = read_value(dimension, row[name])
            if value is None:
                raise SpecError(
                    f"{name}: {row[name]!r} is no answer on this {dimension.scale.type} scale", file=path, line=number
                )
            given.append(value)
        if given:
            labels[dimension.id] = tuple(given)
    texts = _text(row, columns.prompt), _text(row, columns.response)
    return LabelledAnswer(
        _id(row, columns, *texts), *texts, labels=labels, reference=_text(row, columns.reference) or None
    )


def _side(label: Any) -> str | None:
    return _SIDE.get(str(label).strip().casefold())


def _text(row: Mapping[str, Any], names: str) -> str:
    found = [row.get(name) for name in names.split(",")]
    return "\n\n".join(str(text) for text in found if text not in (None, ""))


def _id(row: Mapping[str, Any], columns: LabelColumns, *texts: str) -> str:
    if columns.id is not None:
        return str(row.get(columns.id))
    return hashlib.sha256("\x1f".join(texts).encode()).hexdigest()[:16]


def majority(labels: Sequence[str]) -> str | None:
    """What more people said than anything else; None where they are divided or nobody said anything."""
    ranked = Counter(labels).most_common(2)
    return None if not ranked or (len(ranked) > 1 and ranked[0][1] == ranked[1][1]) else ranked[0][0]


def middle(values: Sequence[RubricValue]) -> RubricValue | None:
    """People's values as one: the lower median of numbers, the majority of anything else."""
    if all(isinstance(value, int | float) and not isinstance(value, bool) for value in values) and values:
        return median_low(values)  # type: ignore[type-var]
    said = {repr(value): value for value in values}
    name = majority([repr(value) for value in values])
    return None if name is None else said[name]

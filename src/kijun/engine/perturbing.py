"""A task in other ways: perturbed texts, other prompts, options in another order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random
from typing import Any

import msgspec

from kijun.errors import SpecError
from kijun.perturbations import (
    Perturbation,
    Structure,
    Variant,
    kept_texts,
    movable,
    option_columns,
    order_of_options,
    perturbed_columns,
    shifted_gold,
)
from kijun.prompts import ask
from kijun.records import Item
from kijun.specs import TaskSpec

__all__ = ["Gold", "Way", "varied"]

Gold = int | str | tuple[int | str, ...] | None


class Way(msgspec.Struct, frozen=True):
    """A task as one variant asks it; `golds` holds the gold answers that the rows no longer tell, by item."""

    task: TaskSpec
    items: list[Item]
    variant: Variant
    golds: dict[str, Gold] = {}


def varied(task: TaskSpec, items: Sequence[Item], variant: Variant, seed: int) -> Iterator[Way]:
    """The task as `variant` asks it: once, or for another order of options once for each cyclic shift.

    Items keep their ids, so that they can be paired with the unchanged ones.

    Raises:
        SpecError: a column that is to be perturbed and is no text.
    """
    shifts: Sequence[int] = (0,)
    if variant.structure("options"):
        columns = option_columns(task)
        assert columns is not None
        shifts = range(1, max((len(columns.read(item.row)) for item in items), default=1))
    for shift in shifts:
        this = variant
        if shift:
            this = msgspec.structs.replace(variant, label=f"{variant.label}#{shift}", number=shift)
        yield _way(task, items, this, shift, seed)


def _way(task: TaskSpec, items: Sequence[Item], variant: Variant, shift: int, seed: int) -> Way:
    changed, golds = task, {}
    rows = {item.id: item.row for item in items}
    for step in variant.steps:
        change = step.change
        if isinstance(change, Perturbation):
            rows = {
                item.id: _perturbed(task, item, rows[item.id], change, step.strength, f"{seed} {variant.number}")
                for item in items
            }
        elif change.acts_on == "prompt":
            changed = _changed_prompt(changed, change, variant.number)
        elif change.acts_on == "options":
            for item in items:
                moved = _with_options(task, rows[item.id], shift)
                if moved is not None:
                    rows[item.id], golds[item.id] = moved
    named = msgspec.structs.replace(changed, name=f"{task.name}@{variant.label}", perturbation=variant.versions)
    return Way(named, [msgspec.structs.replace(item, row=rows[item.id]) for item in items], variant, golds)


def _changed_prompt(task: TaskSpec, change: Structure, number: int) -> TaskSpec:
    # A structure with fewer forms than the variant has repeats starts again.
    changed = change.change(task, (number - 1) % max(change.count, 1) + 1)
    assert isinstance(changed, TaskSpec)
    return changed


def _with_options(task: TaskSpec, row: dict[str, Any], shift: int) -> tuple[dict[str, Any], Gold] | None:
    """The row with its options shifted, and its gold answer then; None where they cannot be."""
    columns = option_columns(task)
    assert columns is not None
    options = columns.read(row)
    if not movable(options, shift):
        return None
    shifted = columns.written(row, [options[place] for place in order_of_options(options, shift)])
    return shifted, shifted_gold(ask(task, row).question.gold, columns, row, shift)


def _perturbed(
    task: TaskSpec, item: Item, row: dict[str, Any], change: Perturbation, strength: float | None, seed: str
) -> dict[str, Any]:
    random = Random(f"{change.name} {change.version} {seed} {item.id}")
    columns = perturbed_columns(task)
    question = ask(task, item.row).question
    golds = question.gold if isinstance(question.gold, tuple) else (question.gold,)
    texts = (*question.choices, *(gold for gold in golds if isinstance(gold, str)))
    if task.prompt.contexts is not None:
        # Here the choices are whole contexts, which are what is to change.
        texts = ()
    keep = kept_texts(task, item.row, texts)

    def changed(text: str) -> str:
        return change.change(text, random, strength=strength, keep=keep)

    new = {}
    for column in columns[:1] if change.first_column_only else columns:
        value = row.get(column)
        if isinstance(value, str):
            new[column] = changed(value)
        elif _is_texts(value) and task.prompt.contexts is not None:
            new[column] = _beginning_changed(value, changed)
        elif _is_texts(value) and task.prompt.turns is not None:
            new[column] = [changed(text) for text in value]
        elif task.dataset.perturb is not None:
            message = f"column {column!r} of item {item.index + 1} is no text: {value!r:.60}"
            raise SpecError(message, file=task.origin, key="dataset.perturb")
    return {**row, **new}


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(text, str) for text in value)


def _beginning_changed(texts: Sequence[str], changed: Any) -> list[str]:
    """Contexts, one a choice: what they begin with in common changes alike in all, the rest stays."""
    common = 0
    while common < min(map(len, texts)) and len({text[common] for text in texts}) == 1:
        common += 1
    # Back to the end of a word, so that no word changes in a part alone.
    common = texts[0].rfind(" ", 0, common) + 1
    beginning = changed(texts[0][:common].rstrip(" ")) + " " if common else ""
    return [beginning + text[common:] for text in texts]

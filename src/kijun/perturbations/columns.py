"""Which columns of a task a perturbation may change, and which of them hold the options."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import msgspec

from kijun.specs import TaskSpec
from kijun.specs.templates import columns_of

__all__ = ["OptionColumns", "kept_texts", "option_columns", "perturbed_columns"]

_OPTION = re.compile(
    r"(?P<before>^[ \t]*\(?)(?P<mark>[A-Z]|-|[0-9])(?P<after>[).:．）：]*[ \t]*)"
    r"\{\{-?\s*(?P<column>\w+)(?:\[(?P<place>\d+)\])?[^{}]*\}\}",
    re.MULTILINE,
)
_LOOP = re.compile(r"\{%-?\s*for\s+\w+\s+in\s+(?P<column>\w+)\s*(?:\[[^\]]*\]\s*)?-?%\}(?=[^%]*loop\.index)")


class OptionColumns(msgspec.Struct, frozen=True):
    """Where a task keeps the options that its prompt lists: one column with a list, or a column each."""

    columns: tuple[str, ...]
    listed: bool

    def read(self, row: Mapping[str, Any]) -> list[Any]:
        """The options of a row, in order."""
        return list(row[self.columns[0]]) if self.listed else [row[column] for column in self.columns]

    def written(self, row: Mapping[str, Any], options: list[Any]) -> dict[str, Any]:
        """The row with other options in their places."""
        changed = {self.columns[0]: options} if self.listed else dict(zip(self.columns, options, strict=True))
        return {**row, **changed}


@lru_cache(maxsize=1024)
def _options_in(question: str) -> OptionColumns | None:
    loop = _LOOP.search(question)
    if loop:
        return OptionColumns((loop["column"],), True)
    found = list(_OPTION.finditer(question))
    if len(found) < 2:
        return None
    if all(match["place"] is not None for match in found) and len({match["column"] for match in found}) == 1:
        return OptionColumns((found[0]["column"],), True)
    columns = tuple(match["column"] for match in found)
    return OptionColumns(columns, False) if len(set(columns)) == len(columns) else None


def option_columns(task: TaskSpec) -> OptionColumns | None:
    """Where the options stand that the prompt lists with marks such as "A."; None if it lists none."""
    return _options_in(task.prompt.question or "")


def perturbed_columns(task: TaskSpec) -> tuple[str, ...]:
    """Columns whose text may change: those that the task names, else those that the question shows, in its order,
    without those that the gold answer, the choices or the options are made of.

    Empty where the task says that none may change, or the prompt shows no such column.
    """
    if task.dataset.perturb is not None:
        return task.dataset.perturb
    prompt = task.prompt
    turns = (prompt.turns,) if isinstance(prompt.turns, str) else prompt.turns or ()
    shown = tuple(
        dict.fromkeys(
            name for source in (prompt.contexts or prompt.question or "", *turns) for name in columns_of(source)
        )
    )
    choices = (prompt.choices,) if isinstance(prompt.choices, str) else prompt.choices or ()
    decided = {name for source in (*choices, str(prompt.gold)) for name in columns_of(source)}
    options = option_columns(task)
    decided |= set(options.columns) if options else set()
    return tuple(name for name in shown if name not in decided)


def kept_texts(task: TaskSpec, row: Mapping[str, Any], question_texts: tuple[str, ...]) -> frozenset[str]:
    """Texts that stay as they are wherever they stand in the perturbed columns of `row`.

    They are the choices and gold answers, every word of a free gold answer, the options, what the other columns of the
    prompt say, and whatever the row holds in lists and mappings, where keywords and accepted answers live.

    Args:
        question_texts: choices and gold answers as texts.
    """
    perturbed = set(perturbed_columns(task))
    kept = set(question_texts)
    if not task.prompt.choices:
        kept |= {word for text in question_texts if len(text) < 200 for word in re.findall(r"[^\W\d_]{3,}", text)}
    shown = set(columns_of(task.prompt.question or "")) - perturbed
    own = {text for column in perturbed for text in _texts(row.get(column))}
    for column, value in row.items():
        if column in perturbed:
            continue
        if column in shown or isinstance(value, list | tuple | dict):
            kept |= set(_texts(value))
    return frozenset(text for text in kept - own if len(text) > 1 or (text and ord(text) > 0x2E7F))


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for inner in value.values() for text in _texts(inner)]
    if isinstance(value, list | tuple):
        return [text for inner in value for text in _texts(inner)]
    return []

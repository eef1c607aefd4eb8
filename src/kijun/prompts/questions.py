"""A row as a question: its text, choices and gold answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from kijun.errors import SpecError
from kijun.prompts.lettered import LETTERS, lettered_text
from kijun.records import Question
from kijun.specs import TaskSpec
from kijun.specs.templates import evaluate, render

__all__ = ["QuestionText", "ask", "shot_text"]


class QuestionText(msgspec.Struct, frozen=True):
    """What the templates make of a row: one context, or one a choice, and what scorers need to know.

    Attributes:
        contexts: one text, or, for tasks with ``contexts``, one a choice.
        continuations: what follows, one a choice; empty for free answers.
        question: what scorers see.
        turns: the user's turns of a conversation; empty for a single question.
    """

    contexts: tuple[str, ...]
    continuations: tuple[str, ...]
    question: Question
    turns: tuple[str, ...] = ()


def ask(task: TaskSpec, row: Mapping[str, Any]) -> QuestionText:
    """Fills the task's templates with `row`.

    Raises:
        SpecError: a template that fails, choices that are no list of texts, or a gold answer out of range.
    """
    text = _filled(task, row)
    if not task.prompt.lettered:
        return text
    shown, question = lettered_text(task, text.contexts, text.continuations, text.question)
    return QuestionText((shown,), (), question)


def _filled(task: TaskSpec, row: Mapping[str, Any]) -> QuestionText:
    prompt, names = task.prompt, {**row, "each": task.each}
    choices = _choices(task, names)
    gold = _gold(task, names, choices)
    question = Question(choices=choices, gold=gold)
    if prompt.turns is not None:
        return QuestionText((), (), question, _listed(prompt.turns, names, "prompt.turns"))
    if prompt.contexts is not None:
        contexts = _texts(evaluate(prompt.contexts, names, "prompt.contexts"), "prompt.contexts")
        continuation = prompt.delimiter + render(prompt.answer or "", names, "prompt.answer")
        question = Question(choices=contexts, gold=_gold(task, names, contexts))
        return QuestionText(contexts, (continuation,) * len(contexts), question)
    assert prompt.question is not None
    text = render(prompt.question, names, "prompt.question")
    return QuestionText((text,), tuple(prompt.delimiter + choice for choice in choices), question)


def shot_text(task: TaskSpec, row: Mapping[str, Any]) -> tuple[str, str]:
    """``(question, answer)`` of a worked example; the answer has no delimiter."""
    if task.prompt.lettered:
        return _lettered_shot(ask(task, row))
    prompt, names = task.prompt, {**row, "each": task.each}
    answer_template = task.shots.answer or prompt.answer
    question_template = task.shots.question or prompt.question
    if prompt.contexts is not None:
        contexts = _texts(evaluate(prompt.contexts, names, "prompt.contexts"), "prompt.contexts")
        gold = _gold(task, names, contexts)
        assert isinstance(gold, int)
        return contexts[gold], render(answer_template or "", names, "prompt.answer")
    text = render(question_template or "", names, "prompt.question")
    if answer_template is not None:
        return text, render(answer_template, names, "shots.answer" if task.shots.answer else "prompt.answer")
    choices = _choices(task, names)
    gold = _gold(task, names, choices)
    first = gold[0] if isinstance(gold, tuple) else gold
    if isinstance(first, int):
        return text, choices[first]
    return text, first or ""


def _lettered_shot(text: QuestionText) -> tuple[str, str]:
    gold = text.question.gold
    first = gold[0] if isinstance(gold, tuple) else gold
    return text.contexts[0], LETTERS[first] if isinstance(first, int) else first or ""


def _choices(task: TaskSpec, names: Mapping[str, Any]) -> tuple[str, ...]:
    declared = task.prompt.choices
    return () if declared is None else _listed(declared, names, "prompt.choices")


def _listed(declared: tuple[str, ...] | str, names: Mapping[str, Any], key: str) -> tuple[str, ...]:
    """Texts written as a list of templates, or as one expression that gives a list."""
    if isinstance(declared, str):
        return _texts(evaluate(declared, names, key), key)
    return tuple(render(template, names, f"{key}[{index}]") for index, template in enumerate(declared))


def _texts(value: Any, key: str) -> tuple[str, ...]:
    if isinstance(value, dict):
        value = list(value.values())
    if not isinstance(value, list | tuple) or not value:
        raise SpecError(f"expected a list of texts; got {value!r:.80}", key=key)
    return tuple(text if isinstance(text, str) else str(text) for text in value)


def _gold(
    task: TaskSpec, names: Mapping[str, Any], choices: tuple[str, ...]
) -> int | str | tuple[int | str, ...] | None:
    declared = task.prompt.gold
    if declared is None:
        return None
    value = evaluate(declared, names, "prompt.gold") if isinstance(declared, str) else declared
    if not choices:
        return tuple(map(str, value)) if isinstance(value, list | tuple) else str(value)
    if isinstance(value, list | tuple):
        return tuple(_index(one, choices) for one in value)
    return _index(value, choices)


def _index(value: Any, choices: tuple[str, ...]) -> int:
    """Index of the gold choice given as index, as a number in text, or as the choice's own text."""
    if isinstance(value, bool):
        value = int(value)
    if isinstance(value, str):
        stripped = value.strip()
        if value in choices:
            return choices.index(value)
        if stripped.isascii() and stripped.isdigit():
            value = int(stripped)
        elif stripped in choices:
            return choices.index(stripped)
        elif len(letter := stripped.strip("()")) == 1 and letter.isascii() and letter.isalpha():
            value = ord(letter.upper()) - ord("A")
    if isinstance(value, int) and 0 <= value < len(choices):
        return value
    listed = ", ".join(repr(choice) for choice in choices)
    raise SpecError(
        f"the gold answer {value!r} is none of the {len(choices)} choices ({listed:.200}); "
        f"expected an index from 0 to {len(choices) - 1}, a letter, or the text of a choice",
        key="prompt.gold",
    )

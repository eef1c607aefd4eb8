"""Multiple choice asked freely: the choices stand below the question with letters, and one letter is asked for."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

from kijun.errors import SpecError
from kijun.records import Question
from kijun.specs import LetteredWording, TaskSpec, lettered_wording

__all__ = ["LETTERS", "lettered_text", "stable_order"]

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
# "Answer:", "A:", "答え：", "### 応答：" at the end of a question
_CUE = re.compile(r"(?:^|\n)[^\n:：]{1,12}[:：][ \t]*$")


def lettered_text(
    task: TaskSpec, contexts: Sequence[str], continuations: Sequence[str], question: Question
) -> tuple[str, Question]:
    """The question with its choices, and what scorers need to know, in the order in which the choices are shown.

    Choices that are the letters themselves are in the question already and keep their places; choices that are the same
    in every row (yes and no) keep the order of the task file; all others are shown in an order that follows from their
    texts, as the right one comes first in some data.

    Args:
        contexts: the question, or one text a choice where the choices are contexts.
        continuations: of each choice.

    Raises:
        SpecError: more choices than letters.
    """
    wording = lettered_wording(task)
    if len(contexts) > 1:
        shown = [context + continuation for context, continuation in zip(contexts, continuations, strict=True)]
        body = ""
    else:
        shown, body = [choice.strip() for choice in question.choices], _CUE.sub("", contexts[0]).rstrip()
    if len(shown) > len(LETTERS):
        raise SpecError(f"{len(shown)} choices are more than there are letters", key="prompt.choices")
    if [text.upper() for text in shown] == list(LETTERS[: len(shown)]):
        return _joined(body, "", wording), question
    order = list(range(len(shown))) if _is_fixed(task) else stable_order(contexts[0], shown)
    options = "\n".join(f"{LETTERS[place]}. {shown[index]}" for place, index in enumerate(order))
    ordered = tuple(shown[index] for index in order)
    return _joined(body, f"{wording.options}\n{options}", wording), Question(ordered, _moved(question, order))


def stable_order(context: str, choices: Sequence[str]) -> list[int]:
    """Numbers of the choices in the order of a hash of question and choice."""
    keys = [hashlib.sha256(f"{context}\x1f{choice}".encode()).digest() for choice in choices]
    return sorted(range(len(choices)), key=keys.__getitem__)


def _joined(body: str, options: str, wording: LetteredWording) -> str:
    parts = [part for part in (body, options, f"{wording.request}\n{wording.cue}") if part]
    return "\n\n".join(parts)


def _is_fixed(task: TaskSpec) -> bool:
    """The choices are written out in the task file."""
    choices = task.prompt.choices
    return isinstance(choices, tuple) and not any("{" in choice for choice in choices)


def _moved(question: Question, order: Sequence[int]) -> int | str | tuple[int | str, ...] | None:
    if isinstance(question.gold, tuple):
        return tuple(order.index(gold) if isinstance(gold, int) else gold for gold in question.gold)
    return order.index(question.gold) if isinstance(question.gold, int) else question.gold

"""Requests of an item: description, worked examples, question; as plain text or as turns of a chat."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from random import Random
from typing import Any

import msgspec

from kijun.errors import SpecError
from kijun.prompts.conversations import Conversation, RenderChat, request_of_turn
from kijun.prompts.questions import QuestionText, ask, shot_text
from kijun.records import Generate, Item, LogLikelihood, Message, Question, Request, Sampling
from kijun.specs import TaskSpec
from kijun.specs.templates import render

__all__ = ["PromptedItem", "Prompter"]


class PromptedItem(msgspec.Struct, frozen=True):
    """An item with what is asked about it, in the order of its choices.

    Attributes:
        requests: of a conversation, the first turn's alone; the others need the replies.
        conversation: None for a single question.
    """

    item: Item
    question: Question
    requests: tuple[Request, ...]
    conversation: Conversation | None = None


class Prompter:
    """Makes the requests of a task's items.

    Worked examples are drawn with one generator through the items in order, as lm-evaluation-harness does; so the
    requests of an item depend on the items before it, and `prompted` always starts from the first.

    Args:
        task: the task.
        shots: how many worked examples.
        shot_rows: rows that they are drawn from, already transformed; may be empty when `shots` is 0.
        seed: of the draw.
        render_chat: given when a chat template applies.
        system: system prompt, put before the task's own and the description.
        reorder_shots: puts the examples of each item into an order by chance, a different one for each number; 0 keeps
            the order in which they were drawn.
    """

    def __init__(
        self,
        task: TaskSpec,
        *,
        shots: int = 0,
        shot_rows: Sequence[dict[str, Any]] = (),
        seed: int = 1234,
        render_chat: RenderChat | None = None,
        system: str = "",
        reorder_shots: int = 0,
    ) -> None:
        self._task, self._shots, self._seed = task, shots, seed
        self._pool = list(task.shots.examples) or list(shot_rows)
        self._render_chat, self._system, self._reorder_shots = render_chat, system, reorder_shots
        needed = shots + (task.shots.spare and task.shots.sampler == "random")
        if shots and len(self._pool) < needed:
            raise SpecError(
                f"{task.name}: {shots} shots need {needed} rows to draw from; there are {len(self._pool)}", key="shots"
            )

    def prompted(self, items: Iterable[Item]) -> Iterator[PromptedItem]:
        """The items with their requests, in order.

        Raises:
            SpecError: a template fails; the message names the item.
        """
        random = Random(self._seed)
        for item in items:
            try:
                text = ask(self._task, item.row)
                if text.turns:
                    conversation = self._conversation(item, text.turns)
                    first = request_of_turn(conversation, (), self._render_chat)
                    yield PromptedItem(item, text.question, (first,), conversation)
                    continue
                examples = [shot_text(self._task, row) for row in self._draw(item.row, random)]
                if self._reorder_shots:
                    Random(f"order {self._reorder_shots} {self._seed} {item.id}").shuffle(examples)
                yield PromptedItem(item, text.question, self._requests(item, text, examples))
            except SpecError as error:
                raise SpecError(
                    f"item {item.index + 1} of {self._task.name}: {error.message}",
                    file=self._task.origin,
                    key=error.key,
                ) from None

    def _draw(self, row: dict[str, Any], random: Random) -> list[dict[str, Any]]:
        if self._shots == 0:
            return []
        if self._task.shots.sampler == "first":
            pool = [other for other in self._pool if other != row] if self._task.shots.spare else self._pool
            return pool[: self._shots]
        if not self._task.shots.spare:
            return random.sample(self._pool, self._shots)
        drawn = [other for other in random.sample(self._pool, self._shots + 1) if other != row][: self._shots]
        if len(drawn) == self._shots:
            return drawn
        # Rows equal to the evaluated one were drawn more than once; the harness then draws again without them.
        return random.sample([other for other in self._pool if other != row], self._shots)

    def _conversation(self, item: Item, turns: tuple[str, ...]) -> Conversation:
        system = self._system_message({**item.row, "each": self._task.each})
        return Conversation((Message("system", system),) if system else (), turns, self._sampling())

    def _system_message(self, names: dict[str, Any]) -> str:
        """The user's system prompt and the task's."""
        return _joined(self._system, render(self._task.prompt.system, names, "prompt.system"), "\n\n")

    def _sampling(self) -> Sampling:
        sampling = msgspec.convert(msgspec.structs.asdict(self._task.sampling), Sampling)
        return msgspec.structs.replace(sampling, seed=self._seed) if sampling.temperature > 0 else sampling

    def _samplings(self) -> list[Sampling]:
        """One for each sample; the first is that of a task with one sample."""
        first = self._sampling()
        return [
            first if first.seed is None else msgspec.structs.replace(first, seed=first.seed + place)
            for place in range(self._task.sampling.samples)
        ]

    def _requests(self, item: Item, text: QuestionText, examples: list[tuple[str, str]]) -> tuple[Request, ...]:
        prompt = self._task.prompt
        names = {**item.row, "each": self._task.each}
        system = self._system_message(names)
        if prompt.system and self._render_chat is None and not system[-1:].isspace():
            system += "\n\n"
        opening = _joined(system, render(prompt.description, names, "prompt.description"), "\n\n")
        prefix = render(prompt.answer_prefix, names, "prompt.answer_prefix")
        contexts, turns = [], []
        for question in text.contexts:
            messages = self._messages(opening, examples, question, prefix)
            turns.append(messages)
            rendered = self._render_chat(messages, continue_last=bool(prefix)) if self._render_chat else None
            contexts.append(self._plain(opening, examples, question, prefix) if rendered is None else rendered)
        if self._task.method == "generate":
            shown = tuple(turns[0]) if self._render_chat else ()
            return tuple(Generate(contexts[0], sampling, shown) for sampling in self._samplings())
        continuations = text.continuations
        if self._render_chat is not None and not (prefix and not prefix[-1].isspace()):
            continuations = tuple(continuation.removeprefix(prompt.delimiter) for continuation in continuations)
        if len(contexts) == 1:
            contexts *= len(continuations)
        return tuple(LogLikelihood(c, k) for c, k in zip(contexts, continuations, strict=True))

    def _plain(self, opening: str, examples: list[tuple[str, str]], question: str, prefix: str) -> str:
        delimiter, separator = self._task.prompt.delimiter, self._task.shots.separator
        parts = [opening]
        for shot, answer in examples:
            if answer == "":
                parts.append(shot)
            elif prefix:
                parts.append(_joined(shot, _joined(prefix, answer, " "), delimiter) + separator)
            else:
                parts.append(f"{shot}{delimiter}{answer}{separator}")
        parts.append(_joined(question, prefix, delimiter))
        return "".join(parts)

    def _messages(self, opening: str, examples: list[tuple[str, str]], question: str, prefix: str) -> list[Message]:
        messages = [Message("system", opening)] if opening else []
        for shot, answer in examples:
            messages += [Message("user", shot), Message("assistant", _joined(prefix, answer, " "))]
        messages.append(Message("user", question))
        return [*messages, Message("assistant", prefix)] if prefix else messages


def _joined(first: str, second: str, delimiter: str) -> str:
    """Both texts, with the delimiter between them unless one is empty or there is white space at the join."""
    if not first or not second:
        return first + second
    return first + second if first[-1].isspace() or second[0].isspace() else first + delimiter + second

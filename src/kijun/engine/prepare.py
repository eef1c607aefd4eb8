"""From chosen tasks to requests: rows, worked examples, prompts."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

from kijun.datasets.loading import load_items, load_shot_rows, prefetch
from kijun.datasets.rows import Source
from kijun.engine.perturbing import Gold, varied
from kijun.engine.score import applicable, make_scorers, sub_groups
from kijun.engine.select import ChosenTask
from kijun.errors import DatasetError, SpecError
from kijun.perturbations import Variant
from kijun.prompts import PromptedItem, Prompter, RenderChat
from kijun.records import Item, LogLikelihood, Request
from kijun.scorers import JudgedScorer, Scorer
from kijun.specs import TaskSpec
from kijun.specs.templates import evaluate

__all__ = ["LoadedTask", "PreparedTask", "load_tasks", "prepare", "requests_digest"]


class LoadedTask(msgspec.Struct, frozen=True):
    """A task with its rows.

    Attributes:
        sources: where ``items`` and ``shots`` came from.
        variant: how it differs from the task `base`; None for a task as it stands.
        golds: gold answers by item where they are not what the row says, as options stand in another order.
    """

    task: TaskSpec
    shots: int
    items: list[Item]
    shot_rows: list[dict[str, Any]]
    sources: dict[str, Source]
    scorers: dict[str, Scorer | JudgedScorer]
    base: str = ""
    variant: Variant | None = None
    golds: dict[str, Gold] = {}


class PreparedTask(msgspec.Struct, frozen=True):
    """A task with everything that will be asked.

    Attributes:
        base, variant: as in `LoadedTask`.
        render_chat: the chat format that it is asked in; None for plain text.
    """

    task: TaskSpec
    shots: int
    prompted: list[PromptedItem]
    sources: dict[str, Source]
    scorers: dict[str, Scorer | JudgedScorer]
    render_chat: RenderChat | None = None
    base: str = ""
    variant: Variant | None = None

    def scorers_of(self, item: Item) -> dict[str, Scorer | JudgedScorer]:
        """Those of the scorers whose metric is about this item.

        Raises:
            SpecError: an expression `where` that fails; the message names the item.
        """
        with _naming(self.task, item):
            return applicable(self.task, item.row, self.scorers)


def load_tasks(
    chosen: Sequence[ChosenTask],
    *,
    hub: Path | None,
    data: Path | None = None,
    seed: int,
    limit: int | None,
    tell: Callable[[str], None] = lambda text: None,
) -> tuple[list[LoadedTask], dict[str, str]]:
    """Reads the rows of all tasks.

    Args:
        hub, data: the user's folders, read before the network.

    Returns:
        The tasks, and those whose data cannot be had with the reason; only members of groups and suites are let off so.

    Raises:
        DatasetError: a task that the user named cannot be had, or none at all can.
        SpecError: a broken task or data file.
    """
    prefetch(_splits(chosen), hub=hub, data=data)
    loaded: list[LoadedTask] = []
    missing: dict[str, str] = {}
    for choice in chosen:
        tell(choice.task.name)
        try:
            loaded += _in_all_ways(choice, _load(choice, hub, data, seed, limit), seed)
        except DatasetError as error:
            if choice.named:
                raise
            missing[choice.task.name] = str(error)
    if not loaded:
        name, reason = next(iter(missing.items()))
        others = f" (and {len(missing) - 1} more tasks)" if len(missing) > 1 else ""
        raise DatasetError(f"{name}{others}: {reason}")
    return loaded, missing


def _splits(chosen: Sequence[ChosenTask]) -> Iterator[tuple[TaskSpec, str]]:
    """The splits that the tasks will read, each with its task."""
    for choice in chosen:
        yield choice.task, choice.task.dataset.split
        shots_split = choice.shots_split or choice.task.shots.split
        if choice.shots and shots_split and not choice.task.shots.examples:
            yield choice.task, shots_split


def _load(choice: ChosenTask, hub: Path | None, data: Path | None, seed: int, limit: int | None) -> LoadedTask:
    task = choice.task
    scorers = make_scorers(task)
    items, source = load_items(task, hub=hub, data=data, seed=seed, limit=limit)
    if task.dataset.cluster is not None:
        items = [_with_cluster(task, item) for item in items]
    for scorer in task.scorers:
        # An expression that fails is known now, not when all answers have been paid for.
        sub_groups(task, scorer.by, [item.row for item in items])
    for item in items:
        with _naming(task, item):
            applicable(task, item.row, scorers)
    sources, rows = {"items": source}, []
    if choice.shots:
        try:
            rows, shot_source = load_shot_rows(task, hub=hub, data=data, seed=seed, split=choice.shots_split)
        except DatasetError as error:
            raise DatasetError(f"{task.name} with {choice.shots} shots: {error}") from None
        if shot_source is not None:
            sources["shots"] = shot_source
    if choice.shots_split is not None:
        # Drawn from a split of their own, the evaluated item cannot be among them.
        spec = msgspec.structs.replace(task.shots, split=choice.shots_split, spare=False)
        task = msgspec.structs.replace(task, shots=spec)
    return LoadedTask(task, choice.shots, items, rows, sources, scorers, base=task.name)


def _in_all_ways(choice: ChosenTask, loaded: LoadedTask, seed: int) -> Iterator[LoadedTask]:
    """The task as it stands, where it is wanted so, and in its variants."""
    if choice.clean:
        yield loaded
    for variant in choice.variants:
        for way in varied(loaded.task, loaded.items, variant, seed):
            yield msgspec.structs.replace(loaded, task=way.task, items=way.items, variant=way.variant, golds=way.golds)


@contextmanager
def _naming(task: TaskSpec, item: Item) -> Iterator[None]:
    """Lets the message of an expression that fails name the item and the task file."""
    try:
        yield
    except SpecError as error:
        message = f"item {item.index + 1} of {task.name}: {error.message}"
        raise SpecError(message, file=task.origin, key=error.key) from None


def _with_cluster(task: TaskSpec, item: Item) -> Item:
    assert task.dataset.cluster is not None
    with _naming(task, item):
        value = evaluate(task.dataset.cluster, {**item.row, "each": task.each}, "dataset.cluster")
    return msgspec.structs.replace(item, cluster=str(value))


def prepare(loaded: LoadedTask, *, seed: int, render_chat: RenderChat | None = None, system: str = "") -> PreparedTask:
    """Makes the requests of a task.

    Raises:
        SpecError: a template that fails or a gold answer out of range; the message names file, item and key.
    """
    variant = loaded.variant
    prompter = Prompter(
        loaded.task,
        shots=loaded.shots,
        shot_rows=loaded.shot_rows,
        seed=seed,
        render_chat=render_chat,
        system=system,
        reorder_shots=variant.number if variant is not None and variant.structure("shots") else 0,
    )
    prompted = [_with_gold(entry, loaded.golds) for entry in prompter.prompted(loaded.items)]
    return PreparedTask(
        loaded.task, loaded.shots, prompted, loaded.sources, loaded.scorers, render_chat, loaded.base, variant
    )


def _with_gold(entry: PromptedItem, golds: Mapping[str, Gold]) -> PromptedItem:
    if entry.item.id not in golds:
        return entry
    question = msgspec.structs.replace(entry.question, gold=golds[entry.item.id])
    return msgspec.structs.replace(entry, question=question)


def requests_digest(prompted: Sequence[PromptedItem]) -> str:
    """SHA-256 over all requests in order: contexts and continuations, as the parity tests compare them.

    Of a conversation, the first request and the user's later turns.
    """
    texts = (text for entry in prompted for text in _texts(entry))
    return hashlib.sha256("\x1e".join(texts).encode()).hexdigest()


def _texts(entry: PromptedItem) -> Iterator[str]:
    yield from map(_text, entry.requests)
    if entry.conversation is not None:
        yield from entry.conversation.turns[1:]


def _text(request: Request) -> str:
    if isinstance(request, LogLikelihood):
        return f"{request.context}\x1f{request.continuation}"
    return request.context

"""From chosen tasks to requests: rows, worked examples, prompts."""

from __future__ import annotations

import hashlib
import marshal
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

from kijun.datasets.loading import load_items, load_shot_rows, prefetch
from kijun.datasets.rows import Source
from kijun.engine.perturbing import Gold, varied
from kijun.engine.score import applicable, groups_of, make_scorers
from kijun.engine.select import ChosenTask
from kijun.errors import DatasetError, SpecError
from kijun.perturbations import Variant
from kijun.prompts import Conversation, PromptedItem, Prompter, RenderChat
from kijun.records import Item, LogLikelihood, Question, Request
from kijun.scorers import JudgedScorer, Scorer
from kijun.specs import TaskSpec
from kijun.specs.templates import evaluate
from kijun.store import Spill, SpillFile

__all__ = ["LoadedTask", "PreparedTask", "load_tasks", "prepare"]


class LoadedTask(msgspec.Struct, frozen=True):
    """A task with its rows.

    Attributes:
        sources: where ``items`` and ``shots`` came from.
        variant: how it differs from the task `base`; None for a task as it stands.
        golds: gold answers by item where they are not what the row says, as options stand in another order.
        spill: holds the items, of which there may be more than memory can, and will hold the prompts.
    """

    task: TaskSpec
    shots: int
    spill: SpillFile
    items: Sequence[Item]
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
        prompted: its items with their prompts, read from disk one by one where they are many.
        requests_sha256: digest over all requests in order: contexts and continuations, as the parity tests compare
            them; of a conversation, the first request and the user's later turns.
        render_chat: the chat format that it is asked in; None for plain text.
    """

    task: TaskSpec
    shots: int
    prompted: Sequence[PromptedItem]
    requests_sha256: str
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
    spill = SpillFile()
    loaded: list[LoadedTask] = []
    missing: dict[str, str] = {}
    for choice in chosen:
        tell(choice.task.name)
        try:
            loaded += _in_all_ways(choice, _load(choice, hub, data, seed, limit, spill), seed)
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


def _load(
    choice: ChosenTask, hub: Path | None, data: Path | None, seed: int, limit: int | None, spill: SpillFile
) -> LoadedTask:
    task = choice.task
    scorers = make_scorers(task)
    found, source = load_items(task, hub=hub, data=data, seed=seed, limit=limit, spill=spill)
    items: Spill[Item] = Spill(spill, _pack_item, _unpack_item)
    for item in found:
        if task.dataset.cluster is not None:
            item = _with_cluster(task, item)
        with _naming(task, item):
            # An expression that fails is known now, not when all answers have been paid for.
            for scorer in task.scorers:
                groups_of(task, scorer.by, item.row)
            applicable(task, item.row, scorers)
        items.append(item)
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
    return LoadedTask(task, choice.shots, spill, items, rows, sources, scorers, base=task.name)


def _in_all_ways(choice: ChosenTask, loaded: LoadedTask, seed: int) -> Iterator[LoadedTask]:
    """The task as it stands, where it is wanted so, and in its variants."""
    if choice.clean:
        yield loaded
    for variant in choice.variants:
        for way in varied(loaded.task, loaded.items, variant, seed):
            items = _spilled(way.items, loaded.spill)
            yield msgspec.structs.replace(loaded, task=way.task, items=items, variant=way.variant, golds=way.golds)


def _spilled(items: Iterable[Item], spill: SpillFile) -> Spill[Item]:
    kept: Spill[Item] = Spill(spill, _pack_item, _unpack_item)
    for item in items:
        kept.append(item)
    return kept


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
    prompted: Spill[PromptedItem] = Spill(loaded.spill, _pack_prompted, _unpack_prompted)
    digest, separator = hashlib.sha256(), b""
    for entry in prompter.prompted(loaded.items):
        for text in _texts(entry):
            digest.update(separator + text.encode())
            separator = b"\x1e"
        prompted.append(_with_gold(entry, loaded.golds))
    return PreparedTask(
        loaded.task,
        loaded.shots,
        prompted,
        digest.hexdigest(),
        loaded.sources,
        loaded.scorers,
        render_chat,
        loaded.base,
        variant,
    )


def _with_gold(entry: PromptedItem, golds: Mapping[str, Gold]) -> PromptedItem:
    if entry.item.id not in golds:
        return entry
    question = msgspec.structs.replace(entry.question, gold=golds[entry.item.id])
    return msgspec.structs.replace(entry, question=question)


class _Prompts(msgspec.Struct, frozen=True, array_like=True):
    """What a `PromptedItem` holds besides its item."""

    question: Question
    requests: tuple[Request, ...]
    conversation: Conversation | None


_encode_prompts = msgspec.msgpack.Encoder().encode
_decode_prompts = msgspec.msgpack.Decoder(_Prompts).decode


def _pack_item(item: Item) -> bytes:
    return marshal.dumps((item.id, item.index, item.row, item.cluster))


def _unpack_item(data: bytes) -> Item:
    return Item(*marshal.loads(data))


def _pack_prompted(entry: PromptedItem) -> bytes:
    item, prompts = entry.item, _Prompts(entry.question, entry.requests, entry.conversation)
    return marshal.dumps((item.id, item.index, item.row, item.cluster, _encode_prompts(prompts)))


def _unpack_prompted(data: bytes) -> PromptedItem:
    *item, packed = marshal.loads(data)
    prompts = _decode_prompts(packed)
    return PromptedItem(Item(*item), prompts.question, prompts.requests, prompts.conversation)


def _texts(entry: PromptedItem) -> Iterator[str]:
    yield from map(_text, entry.requests)
    if entry.conversation is not None:
        yield from entry.conversation.turns[1:]


def _text(request: Request) -> str:
    if isinstance(request, LogLikelihood):
        return f"{request.context}\x1f{request.continuation}"
    return request.context

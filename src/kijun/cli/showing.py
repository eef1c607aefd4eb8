"""``kijun show``: a task as the model will see it."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.panel import Panel

from kijun.cli.table_look import table
from kijun.cli.terminal import open_console
from kijun.engine import load_tasks, prepare, select
from kijun.errors import DatasetError, SpecError
from kijun.prompts import PromptedItem
from kijun.records import Generate, LogLikelihood
from kijun.reports.texts import Texts
from kijun.specs import TaskSpec, catalogue
from kijun.workflows import data_folder, hub_folder

__all__ = ["is_veiled", "show_task", "veil"]


def show_task(
    say: Texts,
    name: str,
    *,
    shots: int | None,
    number: int,
    seed: int,
    hub: Path | None,
    data: Path | None,
    reveal: bool = False,
) -> None:
    """Prints a task and the exact prompt of one of its items; a group is shown with its members.

    Prompts of the safety axis are hidden, as they may disturb, unless `reveal` is set.

    Raises:
        SpecError, DatasetError: no such task or item, or its data cannot be had.
    """
    console = open_console()
    selection = select([name], shots=shots)
    group = catalogue().group(name)
    if group is not None:
        console.print(f"[bold]{escape(name)}[/bold]  {say('show.members')}: {', '.join(group.members)}")
    chosen = selection.tasks[0]
    if number < 1:
        raise SpecError(f"--item counts from 1; got {number}")
    try:
        loaded, _ = load_tasks([chosen], hub=hub_folder(hub), data=data_folder(data), seed=seed, limit=None)
    except DatasetError:
        # Who has the data and on what terms is the first thing to know of data that are not at hand.
        _print_facts(console, say, chosen.task, chosen.shots, "")
        raise
    prepared = prepare(loaded[0], seed=seed)
    if number > len(prepared.prompted):
        raise SpecError(f"{chosen.task.name} has {len(prepared.prompted)} items; got --item {number}")
    _print_facts(console, say, chosen.task, prepared.shots, str(prepared.sources["items"].location))
    console.print()
    console.print(f"[bold]{say('show.item', number=number, total=len(prepared.prompted))}[/bold]")
    prompted = prepared.prompted[number - 1]
    if is_veiled(chosen.task) and not reveal:
        console.print(Panel.fit(veil(say, prompted), title=say("show.prompt"), title_align="left"))
    else:
        _print_item(console, say, prompted)


def is_veiled(task: TaskSpec) -> bool:
    """Whether prompts of the task are shown on demand only."""
    return task.axis == "safety"


def veil(say: Texts, prompted: PromptedItem) -> str:
    """What stands in place of a prompt."""
    return f"[dim]{escape(say('show.veiled', n=len(prompted.requests[0].context)))}[/dim]"


def _print_facts(console: Console, say: Texts, task: TaskSpec, shots: int, location: str) -> None:
    console.print(f"[bold]{escape(task.name)}[/bold]  {escape(say.of(task.title))}")
    if task.about:
        console.print(escape(say.of(task.about)))
    facts = table({"": "left", " ": "left"})
    facts.show_header = False
    for key, value in (
        ("axis", say(f"axis.{task.axis}")),
        ("version", f"{task.version:g}" if task.version % 1 else f"{task.version:.1f}"),
        ("shots", str(shots)),
        ("scorers", ", ".join(scorer.key for scorer in task.scorers)),
        ("data", location),
        ("source", task.source),
        ("licence", task.licence),
        ("terms", say.of(task.terms) if task.terms else ""),
        ("citation", task.citation),
        ("compatible", task.compatible_with or ""),
    ):
        if value:
            facts.add_row(f"[dim]{say(f'show.{key}')}[/dim]", escape(value))
    console.print(facts)


def _print_item(console: Console, say: Texts, prompted: PromptedItem) -> None:
    requests, question = prompted.requests, prompted.question
    gold = question.gold if isinstance(question.gold, tuple) else (question.gold,)
    contexts = list(dict.fromkeys(request.context for request in requests))
    for place, context in enumerate(contexts, start=1):
        title = say("show.prompt") if len(contexts) == 1 else say("show.request", number=place)
        console.print(Panel.fit(escape(context), title=title, title_align="left"))
    for number, turn in enumerate(prompted.conversation.turns[1:] if prompted.conversation else (), start=2):
        console.print(Panel.fit(escape(turn), title=say("show.turn", number=number), title_align="left"))
    for index, request in enumerate(requests):
        if isinstance(request, LogLikelihood):
            mark = f"  [green]{say('show.gold_mark')}[/green]" if index in gold else ""
            console.print(f"  {index}: {escape(repr(request.continuation))}{mark}")
        elif isinstance(request, Generate):
            console.print(
                f"{say('show.stops')}: {escape(repr(list(request.sampling.stop)))}  (≤ {request.sampling.max_tokens})"
            )
            texts = [question.choices[one] if isinstance(one, int) else str(one) for one in gold]
            console.print(f"{say('show.gold')}: {escape(' | '.join(texts))}")

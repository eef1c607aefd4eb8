"""``kijun check``: a task file proves itself without a model."""

from __future__ import annotations

from pathlib import Path

import msgspec
from rich.markup import escape
from rich.panel import Panel

from kijun.cli.showing import is_veiled, veil
from kijun.cli.terminal import open_console
from kijun.engine import PreparedTask, load_tasks, prepare, select
from kijun.engine.score import metrics_of, score_item
from kijun.errors import SpecError
from kijun.prompts import PromptedItem
from kijun.records import Completed, Likelihood, Measured, Response
from kijun.reports.texts import Texts
from kijun.scorers.scenario import faults_of
from kijun.specs.reading import read_yaml
from kijun.specs.scenarios import CheckSpec, TurnSpec
from kijun.workflows import DEFAULT_SEED, data_folder, hub_folder

__all__ = ["check_file"]


def check_file(say: Texts, file: Path, *, hub: Path | None, data: Path | None) -> None:
    """Renders every row of a task file and lets the gold answers be scored.

    Raises:
        SpecError: what is wrong, with file, line, key and item.
    """
    console = open_console()
    selection = select([str(file)])
    folders = {"hub": hub_folder(hub), "data": data_folder(data)}
    loaded, _ = load_tasks(selection.tasks, **folders, seed=DEFAULT_SEED, limit=None)
    prepared = [prepare(part, seed=DEFAULT_SEED) for part in loaded]
    packs = [part for part in prepared if part.task.dataset.transform == "scenarios"]
    for part in prepared:
        (_prove_pack if part in packs else _prove)(say, part)
    items = sum(len(part.prompted) for part in prepared)
    console.print(f"[green]✓[/green] {escape(say('check.fine', file=file, tasks=len(prepared), items=items))}")
    chosen = all(part.task.method == "multiple_choice" for part in prepared)
    proof = "check.proof_pack" if packs else "check.proof" if chosen else "check.proof_free"
    console.print(f"[green]✓[/green] {say(proof)}")
    console.print(say("check.first"))
    first = prepared[0].prompted[0]
    veiled = is_veiled(prepared[0].task)
    console.print(Panel.fit(veil(say, first) if veiled else escape(first.requests[0].context)))
    console.print(say("check.run_it", command=f"[cyan]kijun run {escape(str(file))}[/cyan]"))


def _prove(say: Texts, part: PreparedTask) -> None:
    """The gold answer must come to the good end of every metric of single items, and a wrong choice to the bad end."""
    metrics = metrics_of(part.scorers)
    for prompted in part.prompted:
        for response_set, expected in _answers(prompted):
            sample = score_item(prompted, response_set, part.scorers_of(prompted.item))
            for key, score in sample.scores.items():
                single = isinstance(score, Measured) and isinstance(score.value, float)
                wanted = expected if metrics[key].higher_is_better else 1.0 - expected
                if metrics[key].rubric or metrics[key].aggregate != "proportion" or (single and score.value == wanted):
                    continue
                shown = score.value if isinstance(score, Measured) else f"'{score.reason}'"
                number = prompted.item.index + 1
                raise SpecError(
                    say("check.unproved", task=part.task.name, number=number, value=shown, metric=key),
                    file=part.task.origin,
                )


def _prove_pack(say: Texts, part: PreparedTask) -> None:
    """Every good reply must pass all checks of its turn, every bad one must fail one of them."""
    document = read_yaml(Path(str(part.task.origin)))
    for prompted in part.prompted:
        row = prompted.item.row
        for place, turn in enumerate(msgspec.convert(row["turns"], tuple[TurnSpec, ...])):
            for fault in faults_of(turn, row["handover"]):
                told = (
                    say("check.bad_reply", scenario=row["id"], reply=fault.reply)
                    if fault.check is None
                    else say("check.good_reply", scenario=row["id"], reply=fault.reply, check=_told(fault.check))
                )
                raise document.error(told, f"scenarios[{prompted.item.index}].turns[{place}].{fault.kind}")


def _told(check: CheckSpec) -> str:
    """The check as its file has it."""
    value = getattr(check, check.kind)
    return f"{check.kind}: {list(value) if isinstance(value, tuple) else value}"


def _answers(prompted: PromptedItem) -> list[tuple[list[Response], float]]:
    """What a perfect model would answer, and for multiple choice what the worst one would, with the score of each."""
    gold = prompted.question.gold if isinstance(prompted.question.gold, tuple) else (prompted.question.gold,)
    if prompted.question.choices and len(prompted.requests) == len(prompted.question.choices):
        right: list[Response] = [
            Likelihood(0.0 if i in gold else -1e6, i in gold) for i in range(len(prompted.requests))
        ]
        wrong: list[Response] = [
            Likelihood(-1e6 if i in gold else 0.0, i not in gold) for i in range(len(prompted.requests))
        ]
        return [(right, 1.0), (wrong, 0.0)]
    first = gold[0]
    turns = len(prompted.conversation.turns if prompted.conversation is not None else prompted.requests)
    return [([Completed(prompted.question.choices[first] if isinstance(first, int) else str(first))] * turns, 1.0)]

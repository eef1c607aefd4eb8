"""A run from requests to results."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kijun.engine.execute import Progress
from kijun.engine.judging import Case, Court, Judge, Judged, cases_of
from kijun.engine.limits import Budget, Limits
from kijun.engine.pieces import Piece
from kijun.engine.prepare import PreparedTask
from kijun.engine.robustness import RobustnessTally
from kijun.engine.rounds import Answers, ask_rounds, entries_of
from kijun.engine.score import estimate_average, estimate_group, metrics_of, score_item
from kijun.engine.select import Selection
from kijun.engine.tally import TaskTally
from kijun.models.base import Model
from kijun.prompts import PromptedItem
from kijun.records import RunResults, Sample
from kijun.scorers import is_judged
from kijun.specs import catalogue
from kijun.store import RunWriter

__all__ = ["Asking", "run_tasks"]


@dataclass(frozen=True, slots=True)
class Asking:
    """A model, what it is asked, where the answers go, and under which limits."""

    model: Model
    prepared: Sequence[PreparedTask]
    writer: RunWriter
    progress: Progress
    limits: Limits
    budget: Budget

    async def ask(self, piece: Piece | None = None) -> Answers:
        """Asks everything, or one piece of it; see `ask_rounds`."""
        journal = self.writer.journal
        return await ask_rounds(
            self.model,
            self.prepared,
            journal,
            self.progress,
            limits=self.limits,
            budget=self.budget,
            piece=piece,
        )


async def run_tasks(
    asking: Asking, selection: Selection, missing: dict[str, str], judges: Sequence[Judge] = ()
) -> RunResults:
    """Asks what is not answered yet, has it judged, scores, and writes samples and results.

    Raises:
        ModelError, StoreError: nothing that was answered is lost; the same command goes on from there.
    """
    prepared, writer, progress = asking.prepared, asking.writer, asking.progress
    answers = await asking.ask()
    court = await _judge(prepared, answers, judges, writer, progress, asking.limits)
    progress.stage("score")
    tasks = {}
    samples = _Samples(answers, court)
    robustness = RobustnessTally(prepared)
    for part in prepared:
        aggregates = {key: metric.aggregate for key, metric in metrics_of(part.scorers).items()}
        tally = TaskTally(part.task, part.shots, aggregates)
        writer.write_samples(part.task.name, robustness.passing(part, tally.passing(samples.of(part))))
        tasks[part.task.name] = tally.result()
    known = catalogue()
    groups, specs, leaves = {}, [], {}
    for name in selection.groups:
        group = known.group(name)
        assert group is not None
        leaves[name] = [task.name for task in known.expand(name)]
        groups[name] = estimate_group(group, leaves[name], tasks, missing)
        specs.append(group)
    suites = {
        suite.name: estimate_average(suite.average, tasks, groups, missing)
        for suite in selection.suites
        if suite.average is not None
    }
    results = RunResults(
        tasks=tasks, groups=groups, suites=suites, missing=missing, robustness=robustness.results(specs, leaves)
    )
    writer.write_results(results)
    return results


async def _judge(
    prepared: Sequence[PreparedTask],
    answers: Answers,
    judges: Sequence[Judge],
    writer: RunWriter,
    progress: Progress,
    limits: Limits,
) -> Court | None:
    """Has judged what needs a judge; None where there is no judge, or nothing for one to do."""
    if not judges or not any(is_judged(scorer) for part in prepared for scorer in part.scorers.values()):
        return None

    def cases() -> Iterator[Case]:
        for number, part, prompted in entries_of(prepared):
            yield from cases_of(number, part, prompted, answers)

    court = Court(judges, cases, writer.open_judgements())
    await court.hear(progress, limits)
    return court


class _Samples:
    """The items of a run, scored one after the other; tasks must come in the order of the run."""

    def __init__(self, answers: Answers, court: Court | None) -> None:
        self._answers, self._court = answers, court
        self._items = self._cases = 0

    def of(self, part: PreparedTask) -> Iterator[Sample]:
        """The next task's items."""
        for prompted in part.prompted:
            requests, responses = self._answers.of(self._items, part, prompted)
            judged = self._judged(part, prompted)
            yield score_item(
                prompted,
                responses,
                part.scorers_of(prompted.item),
                requests=requests,
                judged={key: score for one in judged for key, score in one.scores.items()},
                judgements=[judgement for one in judged for judgement in one.judgements],
            )
            self._items += 1

    def _judged(self, part: PreparedTask, prompted: PromptedItem) -> list[Judged]:
        if self._court is None:
            return []
        cases = cases_of(self._items, part, prompted, self._answers)
        judged = [self._court.judged(self._cases + place, case) for place, case in enumerate(cases)]
        self._cases += len(cases)
        return judged

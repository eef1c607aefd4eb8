"""Judging a finished run by a rubric; nothing that the run wrote is changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from kijun.engine import (
    Budget,
    Judge,
    Limits,
    Patience,
    Progress,
    SilentProgress,
    ask_judges,
    judge_entry,
    run_async,
)
from kijun.engine.judged_runs import (
    OTHER_ANSWER,
    case_of,
    free_tasks,
    judged_samples,
    judged_task,
    samples_to_judge,
)
from kijun.engine.judging import Case, Judged
from kijun.engine.jury import close_models, judge_identities, open_jury, opened_judges, usage_of
from kijun.errors import SpecError
from kijun.models import Model, ModelOptions
from kijun.scorers.judging import JudgeScorer
from kijun.specs import RubricSpec, find_rubric
from kijun.store import JudgedRecord, JudgedSample, JudgedTask, Run, RunWriter, digest, now

__all__ = ["judge_run"]


def judge_run(
    run: str | Path | Run,
    rubric: str | RubricSpec,
    judge: str | Model | Sequence[str | Model],
    *,
    against: str | Path | Run | None = None,
    tasks: Sequence[str] = (),
    dimensions: Sequence[str] = (),
    name: str | None = None,
    limit: int | None = None,
    judge_weights: Sequence[float] = (),
    tuned_on: Sequence[str] = (),
    options: ModelOptions = ModelOptions(),  # noqa: B008 - frozen
    max_cost: float | None = None,
    progress: Progress | None = None,
    limits: Limits | None = None,
) -> Run:
    """Judges the free answers of a finished run, and keeps the verdicts beside it.

    Nothing that the run wrote is changed. Called again with the same arguments it goes on where it stopped; what was
    judged is not asked again.

    Args:
        run: a run folder.
        rubric: name or file of a rubric.
        judge: a model, or several as a jury.
        against: another run of the same tasks: the answers are compared in pairs.
        tasks: which tasks; all with free answers when empty.
        dimensions: which of the rubric's; all when empty.
        name: first half of the metrics' names; that of the rubric when None.
        limit: most items a task, the first ones.
        judge_weights: of the judges' votes, in their order.
        tuned_on: campaigns on whose ratings a judge was tuned, which therefore cannot correct it.
        options: how the judges are loaded.
        max_cost: of all verdicts, by `options.price`.

    Returns:
        The run, whose `results` and `samples` show ``NAME.PART`` now.

    Raises:
        SpecError: something in the arguments, or the name is taken by another judgement.
        WorldError: judge or disk failed; what was judged is kept.
    """
    progress = progress or SilentProgress()
    judged_run = run if isinstance(run, Run) else Run(run)
    other = against if isinstance(against, Run) or against is None else Run(against)
    if limit is not None and limit < 1:
        raise SpecError(f"--limit takes 1 or more; got {limit}")
    spec = find_rubric(rubric) if isinstance(rubric, str) else rubric
    chosen = free_tasks(judged_run, tasks)
    own = name or spec.name
    _check_free(judged_run, own, chosen)
    settings = {"dimensions": list(dimensions), "judge": msgspec.to_builtins(spec.judge)}
    settings |= {"tuned_on": list(tuned_on)} if tuned_on else {}
    jury: list[Judge] = []
    try:
        budget = Budget(most_cost=max_cost, price=options.price)
        jury += open_jury(judge, judge_weights, options, budget, progress)
        empty = JudgedRecord(
            name=own,
            rubric=msgspec.to_builtins(msgspec.structs.replace(spec, origin=None)),
            sha256=spec.sha256,
            judges=judge_identities(jury),
            mode="pointwise" if other is None else "pairwise",
            against=None if other is None else str(other.manifest.model["name"]),
            settings=settings,
            tasks={},
            finished="",
        )
        _check_same(judged_run, empty)
        cases = {}
        for task in chosen:
            scorer = _scorer(judged_run, task, spec, dimensions, pairwise=other is not None)
            picked = samples_to_judge(judged_run, task, other=other, limit=limit)
            cases[task] = [case_of(task, own, scorer, index, *pair) for index, pair in enumerate(picked)]
        if not any(cases.values()):
            raise SpecError("there is nothing to judge: no item has an answer in both runs", file=judged_run.folder)
        limits = limits or Limits(Patience(timeout=options.timeout))
        with RunWriter(judged_run.folder, judged_run.manifest) as writer:
            flat = [case for some in cases.values() for case in some]
            found = run_async(ask_judges, jury, flat, writer.open_judgements(), progress, limits)
            usage = {one.model.identity.name: usage_of(one.model, one.budget, options) for one in jury}
            results, samples = _put_together(own, cases, found)
            known = () if other is not None else _agreement(judged_run, spec, empty.judges, results)
            record = msgspec.structs.replace(empty, tasks=results, finished=now(), usage=usage, agreement=known)
            writer.write_judged(record, samples)
    finally:
        close_models(opened_judges(judge, jury))
    return Run(judged_run.folder)


def _agreement(
    run: Run, rubric: RubricSpec, judges: Sequence[dict[str, Any]], results: Mapping[str, JudgedTask]
) -> tuple[dict[str, Any], ...]:
    metrics = dict.fromkeys(key for task in results.values() for key in task.metrics)
    languages = dict.fromkeys(code for name in results for code in run.manifest.tasks[name].spec.get("languages", ()))
    return tuple(judge_entry(rubric.name, rubric.sha256, judge, metrics, languages) for judge in judges)


def _scorer(run: Run, task: str, rubric: RubricSpec, dimensions: Sequence[str], *, pairwise: bool) -> JudgeScorer:
    """The scorer of a task, which asks in the task's language."""
    languages = [code for code in run.manifest.tasks[task].spec.get("languages", ()) if code in rubric.languages]
    return JudgeScorer(
        named=rubric,
        mode="pairwise" if pairwise else "pointwise",
        against=f"{{{{ {OTHER_ANSWER} }}}}" if pairwise else None,
        dimensions=tuple(dimensions),
        language=languages[0] if languages and languages[0] in ("en", "ja") else None,
    )


def _check_free(run: Run, name: str, tasks: Sequence[str]) -> None:
    for task in tasks:
        taken = [key for key in run.manifest.tasks[task].metrics if key == name or key.startswith(f"{name}.")]
        if taken:
            raise SpecError(
                f"{task} of this run has a metric {taken[0]!r} of its own; choose another name with --as",
                file=run.folder,
            )


def _check_same(run: Run, record: JudgedRecord) -> None:
    """The name must be free, or its judgement the same one, which then goes on or is done anew."""
    earlier = run.judged.get(record.name)
    if earlier is None:
        return
    changes = {
        "the rubric": (earlier.sha256[:12], record.sha256[:12]),
        "the judge": tuple(" and ".join(str(j["name"]) for j in one.judges) for one in (earlier, record)),
        "the other run": (earlier.against, record.against),
        "a setting": (earlier.settings, record.settings),
        "the judge's identity": tuple(digest(one.judges)[:12] for one in (earlier, record)),
    }
    for what, (was, now_is) in changes.items():
        if was != now_is:
            raise SpecError(
                f"the run is judged as {record.name!r} already, and {what} was {was!r:.60}, now {now_is!r:.60}; "
                "choose another name with --as",
                file=run.folder,
            )


def _put_together(
    name: str, cases: dict[str, list[Case]], found: Sequence[Judged]
) -> tuple[dict[str, JudgedTask], dict[str, list[JudgedSample]]]:
    results: dict[str, JudgedTask] = {}
    samples: dict[str, list[JudgedSample]] = {}
    rest = list(found)
    for task, own in cases.items():
        mine, rest = rest[: len(own)], rest[len(own) :]
        if own:
            scorer: Any = own[0].scorer
            results[task] = judged_task(name, scorer, own, mine)
            samples[task] = judged_samples(own, mine)
    return results, samples

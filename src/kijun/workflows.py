"""The things one does with Kijun, each as one function that reads as a sentence."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec

from kijun.analysis.anchored_differences import anchored_differences
from kijun.analysis.anchoring import anchored_figures
from kijun.decisions import DRAWS, compare_versions, decide_between
from kijun.engine import (
    Asking,
    Budget,
    Comparison,
    Forecast,
    Judge,
    Limits,
    Patience,
    Progress,
    SilentProgress,
    TaskComparison,
    agreement_entries,
    compare_runs,
    foresee,
    foresee_judging,
    join_answers,
    read_piece,
    run_async,
    run_tasks,
)
from kijun.engine.folders import data_folder, default_folder, hub_folder, model_folder_name
from kijun.engine.jury import (
    close_models,
    judge_identities,
    open_jury,
    opened_judges,
    reasoning_tokens,
    times_of,
    usage_of,
)
from kijun.engine.planning import plan_run
from kijun.errors import SpecError
from kijun.models import DEFAULT_MODEL, Model, ModelOptions
from kijun.profiles import ReadRun, build_profiles
from kijun.records import Decision, Profile, Regression
from kijun.specs import UseCaseSpec, find_use_case
from kijun.store import Journal, Run, RunWriter, now, read_trained_on

__all__ = [
    "DEFAULT_SEED",
    "Comparison",
    "Forecast",
    "TaskComparison",
    "compare",
    "data_folder",
    "decide",
    "default_folder",
    "evaluate",
    "forecast",
    "hub_folder",
    "model_folder_name",
    "profile",
    "regress",
]

DEFAULT_SEED = 1234


def evaluate(
    tasks: str | Sequence[str],
    model: str | Model = DEFAULT_MODEL,
    *,
    shots: int | None = None,
    limit: int | None = None,
    seed: int = DEFAULT_SEED,
    out: str | Path | None = None,
    hub: str | Path | None = None,
    data: str | Path | None = None,
    chat: bool = False,
    system: str = "",
    perturb: str | Sequence[str] = (),
    draws: int = 1,
    options: ModelOptions = ModelOptions(),  # noqa: B008 - frozen
    max_cost: float | None = None,
    max_tokens_total: int | None = None,
    judge: str | Model | Sequence[str | Model] = (),
    judge_weights: Sequence[float] = (),
    judge_options: ModelOptions = ModelOptions(),  # noqa: B008 - frozen
    piece: str | None = None,
    join: Sequence[str | Path] = (),
    limits: Limits | None = None,
    progress: Progress | None = None,
) -> Run:
    """Evaluates a model on tasks and keeps everything in a run folder.

    Calling it again with the same arguments goes on where an earlier call stopped; answered requests are not asked
    again.

    Args:
        tasks: names of tasks, groups or suites, or paths of task files.
        model: name of a model, or a model.
        shots: worked examples a task; None is each task's own number.
        limit: most items a task, in a group for each member; None is all.
        seed: of worked examples, generated items and sampling.
        out: the run folder; None derives one below ``runs/`` from the arguments.
        hub: folder that is read before the Hub (``KIJUN_HUB`` when None).
        data: folder with data sets in their original formats (``KIJUN_DATA`` when None).
        chat: apply the model's chat template.
        system: system prompt.
        perturb: perturbations or bundles, such as ``japanese-typing`` or ``typo:0.3``: every task to which they apply
            is asked in these ways as well, and `results.robustness` says what changes.
        draws: how often a perturbation that is drawn by chance is drawn.
        options: how the model is loaded.
        max_cost: of all answers of this run together, by `options.price`, and then of the judges' verdicts, by the
            price in `judge_options`; what has no room is named as not asked.
        max_tokens_total: the same in tokens, in and out together.
        judge: model, or several, for scorers that need a judge; without one their metrics are unscored. A finished run
            may be judged afterwards by the same call with a judge.
        judge_weights: of the judges' votes, in their order; none lets all count the same.
        judge_options: how the judges are loaded.
        piece: ``2/8`` asks the second of eight pieces of the run alone and keeps its answers; it is neither judged nor
            scored.
        join: folders of pieces of this run, whose answers are taken over before what is missing is asked.
        limits: shared by models that are asked by the same process; None makes new ones.
        progress: who is told how the work goes on.

    Returns:
        The finished run: `results`, `samples(task)`, `manifest`, `folder`. Of a piece, the folder alone.

    Raises:
        SpecError: something in the arguments or a named file is wrong.
        WorldError: data, model or disk failed; what was answered is kept.
    """
    if max_cost is not None and options.price is None:
        raise SpecError("--max-cost needs to know what tokens cost; add --price IN:OUT, for a million tokens each")
    limits = limits or Limits(Patience(timeout=options.timeout))
    chosen = {"shots": shots, "limit": limit, "seed": seed, "out": out, "hub": hub, "data": data}
    chosen |= {"chat": chat, "system": system, "perturb": perturb, "draws": draws}
    chosen |= {"piece": None if piece is None else read_piece(piece)}
    if piece is not None and (join or judge not in ((), [])):
        raise SpecError("a piece is neither joined nor judged; --join and --judge go with the run that joins pieces")
    progress = progress or SilentProgress()
    plan = plan_run(tasks, model, options, progress, **chosen)
    jury: list[Judge] = []
    try:
        budget = _budget(plan.model, options, max_cost, max_tokens_total)
        jury += open_jury(judge, judge_weights, judge_options, budget, progress)
        agreement = agreement_entries(plan.prepared, judges := judge_identities(jury))
        manifest = msgspec.structs.replace(plan.manifest, judges=judges, agreement=agreement)
        with RunWriter(plan.folder, manifest) as writer:
            join_answers(writer, join)
            asking = Asking(plan.model, plan.prepared, writer, progress, limits, budget)
            if piece is None:
                run_async(run_tasks, asking, plan.selection, plan.missing, jury)
            else:
                run_async(asking.ask, plan.piece)
            finished = msgspec.structs.replace(
                writer.manifest,
                finished=now(),
                usage=usage_of(plan.model, budget, options) | times_of(budget, writer.manifest.usage),
                judge_usage={one.model.identity.name: usage_of(one.model, one.budget, judge_options) for one in jury},
            )
            writer.write_manifest(finished)
    finally:
        close_models([*([plan.model] if isinstance(model, str) else []), *opened_judges(judge, jury)])
    return Run(plan.folder)


def forecast(
    tasks: str | Sequence[str],
    model: str | Model = DEFAULT_MODEL,
    *,
    shots: int | None = None,
    limit: int | None = None,
    seed: int = DEFAULT_SEED,
    out: str | Path | None = None,
    hub: str | Path | None = None,
    data: str | Path | None = None,
    chat: bool = False,
    system: str = "",
    perturb: str | Sequence[str] = (),
    draws: int = 1,
    options: ModelOptions = ModelOptions(),  # noqa: B008 - frozen
    judge: str | Model | Sequence[str | Model] = (),
    judge_options: ModelOptions = ModelOptions(),  # noqa: B008 - frozen
    progress: Progress | None = None,
) -> Forecast:
    """What `evaluate` with the same arguments would ask and cost. The model is asked nothing, nothing is written.

    Raises:
        SpecError, WorldError: as `evaluate`.
    """
    chosen = {"shots": shots, "limit": limit, "seed": seed, "out": out, "hub": hub, "data": data}
    chosen |= {"chat": chat, "system": system, "perturb": perturb, "draws": draws}
    progress = progress or SilentProgress()
    plan = plan_run(tasks, model, options, progress, check=False, **chosen)
    jury: list[Judge] = []
    try:
        jury += open_jury(judge, (), judge_options, Budget(), progress)
        with (
            Journal(plan.folder / "answers.jsonl", read_only=True) as known,
            Journal(plan.folder / "judgements.jsonl", read_only=True) as judged,
        ):
            room = reasoning_tokens(plan.model)
            asked, answers = foresee(plan.model, plan.prepared, known, price=options.price, reasoning_tokens=room)
            judges = {
                one.model.identity.name: foresee_judging(
                    one,
                    plan.prepared,
                    answers,
                    judged,
                    price=judge_options.price,
                    reasoning_tokens=reasoning_tokens(one.model),
                )
                for one in jury
            }
        return Forecast(asked, judges)
    finally:
        close_models([*([plan.model] if isinstance(model, str) else []), *opened_judges(judge, jury)])


def _budget(model: Model, options: ModelOptions, max_cost: float | None, max_tokens_total: int | None) -> Budget:
    return Budget(
        most_cost=max_cost,
        most_tokens=max_tokens_total,
        price=options.price,
        reasoning_tokens=reasoning_tokens(model),
    )


def compare(a: str | Path | Run, b: str | Path | Run, *, trained_on: str | Path | None = None) -> Comparison:
    """Compares run B with run A, item by item.

    Args:
        trained_on: export of preference data that one of the models was trained on; its training items are left out,
            and so are the figures of people's ratings, which are of all items.

    Raises:
        SpecError: not finished run folders, no task in common, or not an export.
        CorruptFileError: a damaged run or campaign folder.
    """
    first, second = (run if isinstance(run, Run) else Run(run) for run in (a, b))
    if trained_on is not None:
        return compare_runs(first, second, read_trained_on(Path(trained_on)))
    return msgspec.structs.replace(compare_runs(first, second), anchored=anchored_differences(first, second))


def profile(*runs: str | Path | Run) -> tuple[Profile, ...]:
    """What is known of each model of some finished runs, axis by axis; runs of one model are put together.

    Raises:
        SpecError: not finished run folders, or one model measured twice on the same task.
        CorruptFileError: a damaged run or campaign folder.
    """
    return build_profiles([ReadRun(run, anchored_figures(run)) for run in _opened(runs)])


def decide(
    use_case: str | Path | UseCaseSpec,
    *runs: str | Path | Run,
    languages: Sequence[str] = (),
    ratings: bool = True,
    draws: int = DRAWS,
    seed: int = 0,
) -> Decision:
    """Which of the models of some finished runs may be used for something, and which of them is best.

    Args:
        use_case: name, file, or the use case itself.
        languages: some of the use case's; none is all.
        ratings: whether what people must have rated counts.
        draws, seed: of the simulation behind the ranking.

    Raises:
        SpecError: no such use case, not finished run folders, one model measured twice on the same task.
        CorruptFileError: a damaged run or campaign folder.
    """
    opened = _opened(runs)
    return decide_between(
        _use_case(use_case),
        profile(*opened),
        {str(run.folder): run for run in opened},
        languages=tuple(languages),
        ratings=ratings,
        draws=draws,
        seed=seed,
    )


def regress(
    old: str | Path | Run,
    *new: str | Path | Run,
    use_case: str | Path | UseCaseSpec | None = None,
    languages: Sequence[str] = (),
    ratings: bool = True,
    seed: int = 0,
) -> Regression:
    """Whether a new version of a model is worse than the old one anywhere that matters.

    Args:
        use_case: its gates and weights say what matters; None: all figures of tasks and groups.

    Raises:
        SpecError: as `decide`; runs of more than one model; no figure in common.
    """
    (before,), now = _opened([old]), _opened(new)
    profiles = profile(*now)
    if len(profiles) != 1:
        names = ", ".join(one.name for one in profiles) or "none"
        raise SpecError(f"one new version is held against the old one; got runs of: {names}")
    runs = {str(run.folder): run for run in (before, *now)}
    chosen = None if use_case is None else _use_case(use_case)
    settings = {"languages": tuple(languages), "ratings": ratings, "seed": seed}
    return compare_versions(profile(before)[0], profiles[0], runs, chosen, **settings)


def _opened(runs: Sequence[str | Path | Run]) -> list[Run]:
    if not runs:
        raise SpecError("name at least one run folder")
    return [run if isinstance(run, Run) else Run(run) for run in runs]


def _use_case(use_case: str | Path | UseCaseSpec) -> UseCaseSpec:
    return use_case if isinstance(use_case, UseCaseSpec) else find_use_case(str(use_case))

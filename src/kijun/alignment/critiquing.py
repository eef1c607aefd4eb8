"""Critiques and revisions of a run's answers by the principles of a constitution; what the run wrote stays as it is."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from pathlib import Path

from kijun.alignment.drafts import Draft, taking_part
from kijun.alignment.prompts import critique_messages, revision_messages
from kijun.engine import Budget, Limits, Patience, Progress, SilentProgress, run_async
from kijun.engine.asking import ask
from kijun.engine.judged_runs import free_tasks, samples_to_judge
from kijun.engine.jury import close_models, reasoning_tokens
from kijun.engine.opening import open_model
from kijun.errors import ModelError, SpecError
from kijun.models import Asked, Model, ModelOptions
from kijun.prompts import addressed
from kijun.records import Completed, Critique, Generate, Item, Message, Response, Sample, Sampling, Truncated
from kijun.specs import PrincipleSpec, RubricSpec, find_rubric
from kijun.store import Journal, Run, RunWriter, read_critiques

__all__ = ["critique_run"]

_CRITIQUE_TOKENS = 512
"""For a few sentences; a critique that is cut off is one all the same."""

_Request = Callable[[Draft, PrincipleSpec], tuple[Message, ...]]


def critique_run(
    run: str | Path | Run,
    rubric: str | RubricSpec,
    model: str | Model,
    *,
    tasks: Sequence[str] = (),
    principles: Sequence[str] = (),
    rounds: int | None = None,
    seed: int = 1234,
    name: str | None = None,
    limit: int | None = None,
    options: ModelOptions = ModelOptions(),  # noqa: B008 - frozen
    max_cost: float | None = None,
    progress: Progress | None = None,
    limits: Limits | None = None,
) -> tuple[Critique, ...]:
    """Has a model criticise the free answers of a finished run by principles, one after the other, and revise them.

    The next principle is held against the revised answer, as in Constitutional AI (Bai et al. 2022, arXiv:2212.08073,
    section 3.1). The critiques are kept in ``critiques.jsonl`` in the run folder. Called again with the same arguments
    it goes on where it stopped; what was answered is not asked again.

    Args:
        run: a run folder.
        rubric: name or file of a rubric with principles that have a ``critique`` and a ``revision``.
        model: the critic.
        tasks: which tasks; all with free answers when empty.
        principles: which of the rubric's; all when empty.
        rounds: so many principles an answer, drawn by `seed`; None takes all, in the rubric's order.
        name: to keep the critiques under; that of the rubric when None.
        limit: most items a task, the first ones.
        options: how the critic is loaded.
        max_cost: of all replies, by `options.price`.

    Returns:
        The critiques of this call, in the order of the run.

    Raises:
        SpecError: something in the arguments, or the name is taken by critiques of another model or rubric.
        WorldError: critic or disk failed; what was answered is kept.
    """
    progress = progress or SilentProgress()
    run = run if isinstance(run, Run) else Run(run)
    if limit is not None and limit < 1:
        raise SpecError(f"--limit takes 1 or more; got {limit}")
    spec = find_rubric(rubric) if isinstance(rubric, str) else rubric
    chosen = _principles(spec, principles)
    if rounds is not None and not 1 <= rounds <= len(chosen):
        raise SpecError(f"--rounds takes 1 to {len(chosen)}, the number of principles; got {rounds}")
    drafts = [
        _draft(run, task, spec, sample, _order(chosen, rounds, seed, sample.id))
        for task in free_tasks(run, tasks)
        for sample, _ in samples_to_judge(run, task, other=None, limit=limit)
        if isinstance(sample.responses[-1], Completed | Truncated)
    ]
    if not drafts:
        raise SpecError("there is nothing to criticise: no item has an answer", file=run.folder)
    kept_as = name or spec.name
    progress.stage("model")
    critic = open_model(model, options, progress.stage_detail) if isinstance(model, str) else model
    try:
        budget = _budget(critic, options, max_cost)
        earlier = _earlier(run, kept_as, spec, critic)
        with RunWriter(run.folder, run.manifest) as writer:
            journal = writer.open_judgements()
            asking = _Asking(critic, kept_as, journal, progress, limits or Limits(Patience(options.timeout)), budget)
            done = run_async(asking.all_rounds, drafts)
            identity = str(run.manifest.model["name"])
            found = tuple(one.critique(kept_as, spec.sha256, critic.identity.name, identity) for one in done)
            writer.write_critiques([*_others(earlier, found), *found])
    finally:
        if isinstance(model, str):
            close_models([critic])
    return found


def _principles(rubric: RubricSpec, wanted: Sequence[str]) -> list[PrincipleSpec]:
    usable = {one.id: one for one in rubric.principles if one.critique and one.revision}
    if not usable:
        raise SpecError(
            f"the rubric {rubric.name} has no principles with 'critique' and 'revision'; 'constitution' has them",
            file=rubric.origin,
        )
    for id in wanted:
        if id not in usable:
            raise SpecError(f"{rubric.name} has no principle {id!r} to criticise by; it has: {', '.join(usable)}")
    return [usable[id] for id in wanted] or list(usable.values())


def _order(principles: Sequence[PrincipleSpec], rounds: int | None, seed: int, item: str) -> tuple[PrincipleSpec, ...]:
    if rounds is None:
        return tuple(principles)
    return tuple(random.Random(f"{seed} {item}").sample(list(principles), rounds))


def _draft(run: Run, task: str, rubric: RubricSpec, sample: Sample, principles: tuple[PrincipleSpec, ...]) -> Draft:
    record, last, reply = run.manifest.tasks[task].spec, sample.requests[-1], sample.responses[-1]
    assert isinstance(last, Generate) and isinstance(reply, Completed | Truncated)
    spoken = [code for code in record.get("languages", ()) if code in rubric.languages and code in ("en", "ja")]
    return Draft(
        task=task,
        item=sample.id,
        messages=last.messages or (Message("user", last.context),),
        original=reply.text,
        text=reply.text,
        principles=principles,
        max_tokens=max(rubric.judge.max_tokens, last.sampling.max_tokens),
        language=spoken[0] if spoken else "en",
        cluster=sample.cluster,
        axis=record.get("axis"),
    )


def _budget(critic: Model, options: ModelOptions, max_cost: float | None) -> Budget:
    if not critic.can("generate"):
        raise ModelError(f"{critic.identity.name} does not answer freely, which a critic must")
    if max_cost is not None and options.price is None and hasattr(critic, "account"):
        raise SpecError("--max-cost needs to know what tokens cost; add --price IN:OUT, for a million tokens each")
    return Budget(most_cost=max_cost, price=options.price, reasoning_tokens=reasoning_tokens(critic))


def _earlier(run: Run, name: str, rubric: RubricSpec, critic: Model) -> tuple[Critique, ...]:
    """All critiques that are there; those under the same name must be of the same rubric and critic."""
    earlier = read_critiques(run.folder)
    for one in earlier:
        if one.name == name and (one.rubric_sha256, one.critic) != (rubric.sha256, critic.identity.name):
            raise SpecError(
                f"the run has critiques kept as {name!r} already, by {one.critic} under a rubric with the hash "
                f"{one.rubric_sha256[:12]}, now {critic.identity.name} and {rubric.sha256[:12]}; choose another name "
                "with --as",
                file=run.folder,
            )
    return earlier


def _others(earlier: Sequence[Critique], found: Sequence[Critique]) -> list[Critique]:
    ids = {one.id for one in found}
    return [one for one in earlier if one.id not in ids]


class _Asking:
    """A critic, and where its replies are kept."""

    def __init__(
        self, critic: Model, name: str, journal: Journal, progress: Progress, limits: Limits, budget: Budget
    ) -> None:
        self._critic, self._name, self._journal = critic, name, journal
        self._progress, self._limits, self._budget = progress, limits, budget

    async def all_rounds(self, drafts: Sequence[Draft]) -> list[Draft]:
        """The drafts after as many rounds as they have principles."""
        now = list(drafts)
        for number in range(max(len(draft.principles) for draft in drafts)):
            part = taking_part(now, number)
            replies = await self._ask(now, part, f"critique {number + 1}", _critique_request)
            for (place, principle), reply in zip(part, replies, strict=True):
                now[place] = now[place].criticised(principle, reply)
            part = [(place, principle) for place, principle in part if now[place].finding]
            replies = await self._ask(now, part, f"revision {number + 1}", _revision_request)
            for (place, principle), reply in zip(part, replies, strict=True):
                now[place] = now[place].revised(principle, reply)
        return now

    async def _ask(
        self, drafts: Sequence[Draft], part: Sequence[tuple[int, PrincipleSpec]], what: str, request: _Request
    ) -> list[Response]:
        render = self._critic.render_chat if self._critic.can("chat") else None
        questions = []
        for place, principle in part:
            draft = drafts[place]
            sampling = Sampling(max_tokens=draft.max_tokens if draft.finding else _CRITIQUE_TOKENS)
            asked = addressed(request(draft, principle), sampling, render)
            item = Item(draft.item, place, {}, draft.cluster)
            questions.append([Asked(asked, draft.task, item, 0, 1, f"{self._name} {what}")])
        if not questions:
            return []
        answers = await ask(
            self._critic, questions, self._journal, self._progress, limits=self._limits, budget=self._budget
        )
        return [reply for (reply,) in answers]


def _critique_request(draft: Draft, principle: PrincipleSpec) -> tuple[Message, ...]:
    return critique_messages(principle, draft.messages, draft.text, draft.language)


def _revision_request(draft: Draft, principle: PrincipleSpec) -> tuple[Message, ...]:
    return revision_messages(principle, draft.messages, draft.text, draft.finding, draft.language)

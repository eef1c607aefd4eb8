"""A judge against people's labels."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec

from kijun.engine import Budget, Judge, Limits, Patience, Progress, SilentProgress, ask_judges, run_async
from kijun.engine.judged_runs import (
    OTHER_ANSWER,
)
from kijun.engine.judging import Case
from kijun.engine.jury import close_models, judge_identities, open_jury, opened_judges
from kijun.engine.labels import LabelledAnswer, LabelledPair, read_labels
from kijun.engine.validation import PairVerdict, PointVerdict, Validation, validate_pairs, validate_points
from kijun.errors import SpecError
from kijun.models import Model, ModelOptions
from kijun.records import Completed, Generate, Item, Judgement, Question, Unscored
from kijun.scorers.judging import JudgeScorer, confidence_in, read_pair, read_points
from kijun.specs import RubricSpec, find_rubric, text_in
from kijun.store import Journal

__all__ = ["validate_judges"]


def validate_judges(
    labels: str,
    rubric: str | RubricSpec,
    judge: str | Model | Sequence[str | Model] = (),
    *,
    confidence: bool = False,
    limit: int | None = None,
    out: str | Path | None = None,
    options: ModelOptions = ModelOptions(),  # noqa: B008 - frozen
    max_cost: float | None = None,
    progress: Progress | None = None,
    limits: Limits | None = None,
) -> list[Validation]:
    """Holds judges against people's labels.

    Verdicts are kept in the folder `out`, one file a judge; called again, nothing is asked twice.

    Args:
        labels: ``FILE`` or ``FILE?prompt=COLUMN&label=COLUMN,COLUMN``: pairs of answers with what people preferred, or
            answers with what people gave them on the rubric's dimensions (see `LabelColumns`).
        rubric: name or file of a rubric.
        judge: models; none takes the verdicts that the file has.
        confidence: ask how sure the judge is, which is another prompt than that of a run.
        limit: most items, the first ones.
        out: the folder; None derives one below ``runs/``.
        options, max_cost: as in `judge_run`, for each judge.

    Returns:
        One entry a judge, in order; the one of recorded verdicts where there is none.

    Raises:
        SpecError: something in the arguments or in the file is wrong.
        WorldError: judge or disk failed; what was judged is kept.
    """
    from kijun.datasets.files import read_file

    progress = progress or SilentProgress()
    spec = find_rubric(rubric) if isinstance(rubric, str) else rubric
    table = read_file(Path(labels.partition("?")[0]))
    shown = {text_in(example.prompt, language) for example in spec.examples for language in spec.languages}
    items = [item for item in read_labels(labels, table.rows, spec) if item.prompt not in shown][:limit]
    if not items:
        raise SpecError("there is nothing to validate with: no item, or only the rubric's own examples", file=labels)
    named = list(judge) if isinstance(judge, list | tuple) else [judge]
    if not named:
        return [_recorded(items, spec, table.source.sha256)]
    folder = Path(out) if out is not None else Path("runs") / f"judges-{spec.name}-{table.source.sha256[:8]}"
    found = []
    for one in named:
        jury: list[Judge] = []
        try:
            jury += open_jury(one, (), options, Budget(most_cost=max_cost, price=options.price), progress)
            folder.mkdir(parents=True, exist_ok=True)
            found.append(_validate(items, spec, jury[0], folder, confidence, progress, limits or _limits(options)))
        finally:
            close_models(opened_judges(one, jury))
    return found


def _limits(options: ModelOptions) -> Limits:
    return Limits(Patience(timeout=options.timeout))


def _recorded(items: Sequence[LabelledPair] | Sequence[LabelledAnswer], rubric: RubricSpec, sha256: str) -> Validation:
    pairs = [item for item in items if isinstance(item, LabelledPair) and item.recorded[0] is not None]
    if not pairs:
        raise SpecError(
            "name a judge with --judge, or the columns that hold recorded verdicts: "
            "FILE?verdict=COLUMN&verdict_swapped=COLUMN (pairs)"
        )
    verdicts = [
        PairVerdict(tuple(None if side == "?" else side for side in pair.recorded if side is not None))
        for pair in pairs
    ]
    return validate_pairs(pairs, verdicts, rubric, {"name": "recorded verdicts", "sha256": sha256})


def _validate(
    items: Sequence[LabelledPair] | Sequence[LabelledAnswer],
    rubric: RubricSpec,
    judge: Judge,
    folder: Path,
    confidence: bool,
    progress: Progress,
    limits: Limits,
) -> Validation:
    settings = msgspec.structs.replace(rubric.judge, confidence=confidence)
    paired = isinstance(items[0], LabelledPair)
    scorer = JudgeScorer(
        named=rubric,
        mode="pairwise" if paired else "pointwise",
        against=f"{{{{ {OTHER_ANSWER} }}}}" if paired else None,
        reference="{{ reference }}",
        language="ja" if _mostly_japanese(items) else "en",
        settings=settings,
    )
    cases = [_label_case(rubric.name, scorer, index, item) for index, item in enumerate(items)]
    journal = Journal(folder / f"{_file_name(judge)}.jsonl")
    try:
        judged = run_async(ask_judges, [judge], cases, journal, progress, limits)
    finally:
        journal.close()
    said = [one.judgements[0] for one in judged]
    identity = judge_identities([judge])[0] | {"settings_of_judging": msgspec.to_builtins(settings)}
    pairs = [item for item in items if isinstance(item, LabelledPair)]
    if paired:
        return validate_pairs(pairs, [_pair_verdict(rubric, one) for one in said], rubric, identity)
    answers = [item for item in items if isinstance(item, LabelledAnswer)]
    return validate_points(answers, [_point_verdict(rubric, one) for one in said], rubric, identity)


def _label_case(name: str, scorer: JudgeScorer, index: int, item: LabelledPair | LabelledAnswer) -> Case:
    row = {"reference": item.reference or ""}
    answer = item.a if isinstance(item, LabelledPair) else item.answer
    if isinstance(item, LabelledPair):
        row[OTHER_ANSWER] = item.b
    asked = (Generate(item.prompt),)
    return Case("labels", name, scorer, Item(item.id, index, row), Question(), asked, (Completed(answer),))


def _pair_verdict(rubric: RubricSpec, said: Judgement) -> PairVerdict:
    """The overall verdict in both orders, named by the columns of the file; of a rubric without one, the first
    dimension's."""
    key = "better" if rubric.pairwise is not None and rubric.pairwise.overall else rubric.pairwise.per_dimension[0]  # type: ignore[union-attr]
    sides: list[str | None] = []
    for place, verdict in enumerate(said.verdicts):
        side = read_pair(rubric, verdict)[key]
        shown = None if isinstance(side, Unscored) else side
        sides.append({"A": "B", "B": "A"}.get(shown, shown) if place and shown else shown)
    return PairVerdict(tuple(sides), _mean_confidence(said))


def _point_verdict(rubric: RubricSpec, said: Judgement) -> PointVerdict:
    read = read_points(rubric.dimensions, said.verdicts[0])
    values = {name: value for name, value in read.items() if not isinstance(value, Unscored)}
    return PointVerdict(values, _mean_confidence(said))


def _mean_confidence(said: Judgement) -> float | None:
    sure = [value for verdict in said.verdicts if (value := confidence_in(verdict)) is not None]
    return sum(sure) / len(sure) if sure else None


def _mostly_japanese(items: Sequence[LabelledPair] | Sequence[LabelledAnswer]) -> bool:
    japanese = sum(any("\u3040" <= letter <= "\u30ff" for letter in item.prompt) for item in items)
    return 2 * japanese > len(items)


def _file_name(judge: Judge) -> str:
    return "".join(c if c.isalnum() or c in "._-" else "-" for c in judge.model.identity.name)[-80:]

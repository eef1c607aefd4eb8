"""From a campaign's ratings to what may be trained on, with everything that was left out and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from kijun.alignment.answers import compared_answers, revisions, scaled_answers
from kijun.alignment.pairs import compared_pairs
from kijun.alignment.rated import DROPPED, Dropped, Method, Rated, Rules
from kijun.alignment.scales import scaled_pairs
from kijun.alignment.splitting import check_asked, prompt_id, prompts_of_run, splits
from kijun.alignment.vetoes import VetoRule
from kijun.alignment.votes import chosen_dimension, given, pseudonyms, rubric_of
from kijun.errors import SpecError, WorldError
from kijun.records import CampaignItem, Rating
from kijun.records.preferences import LabelledAnswer, PreferencePair, PreferenceSet, Split
from kijun.specs import catalogue
from kijun.store import CampaignFolder, Run, digest, now

__all__ = ["preferences"]

_Record = TypeVar("_Record", PreferencePair, LabelledAnswer)


def preferences(
    content: CampaignFolder,
    *,
    confidence: float = 0.9,
    dimension: str | None = None,
    method: Method = "votes",
    veto: VetoRule = "any",
    holdout: float | None = None,
    include_evaluation_prompts: bool = False,
    keep_out: Sequence[str | Path] = (),
    names: bool = False,
    licence: str = "",
) -> PreferenceSet:
    """Pairs and labelled answers out of a campaign.

    Args:
        content: the campaign with its ratings.
        confidence: least probability that the chosen answer is the better one, above 0.5 and below 1.
        dimension: of the rubric; None compares whole answers, or by the first dimension that is on a scale.
        method: see `Rules.method`; ``raters`` is for campaigns that compare.
        veto: ``any`` rater's veto keeps an answer from being taught as good, or the ``majority``'s.
        holdout: share of the prompts that stay for evaluation.
        include_evaluation_prompts: train on all prompts of the rated runs.
        keep_out: run folders whose prompts may not be in any split.
        names: keep the raters' pseudonyms of the campaign, instead of numbering them anew.
        licence: of the data, where it is known better than from the tasks.

    Raises:
        SpecError: an argument, or prompts of an evaluation without leave; says how to give it.
    """
    if not 0.5 < confidence < 1:
        raise SpecError(f"--confidence takes a probability above 0.5 and below 1, such as 0.9; got {confidence:g}")
    campaign, design = content.campaign, content.campaign.design
    if method == "raters" and design != "pairwise":
        raise SpecError(f"--method raters is for campaigns that compare two answers; this one is {design}")
    sampled = [item for item in content.items if item.kind == "sampled"]
    check_asked(Counter(item.task for item in sampled if item.task), holdout, include_evaluation_prompts)
    rubric = rubric_of(content)
    by = chosen_dimension(content, rubric, dimension)
    rated = given(content.ratings)
    kept = {rating.rater: rating.rater for rating in content.ratings} if names else pseudonyms(content.ratings)
    out = frozenset(prompt for run in keep_out for prompt in prompts_of_run(Path(run)))
    rules = Rules(rubric, confidence, by, method, veto, out, kept)
    items = [Rated(item, tuple(rated.get(item.id, ()))) for item in content.items]
    dropped: Dropped = Counter()
    dropped_answers: Dropped = Counter()
    pairs, answers = _made(items, rules, design, dropped, dropped_answers)
    side = splits(sampled, holdout or 0.0)
    pairs, answers = _split(pairs, side), _split(answers, side)
    used = [rating for item in items for rating in item.ratings]
    return PreferenceSet(
        campaign=campaign.name,
        title=campaign.title,
        design=design,
        rubric=rubric.name,
        rubric_version=rubric.version,
        rubric_sha256=campaign.rubric_sha256,
        dimension=by,
        settings={
            "confidence": confidence,
            "method": method,
            "veto": veto,
            "holdout": holdout,
            "include_evaluation_prompts": include_evaluation_prompts,
            "keep_out": [str(run) for run in keep_out],
            "names": names,
        },
        pairs=pairs,
        answers=answers,
        considered=len(pairs) + sum(dropped.values()),
        answers_considered=len(answers) + sum(dropped_answers.values()),
        dropped=_ordered(dropped),
        dropped_answers=_ordered(dropped_answers),
        n_raters=len({rating.rater for rating in used}),
        n_ratings=len(used),
        models=tuple(sorted({candidate.model for item in sampled for candidate in item.candidates})),
        tasks=_licences(content),
        trained_on=_items(record for record in [*pairs, *answers] if record.split == "train"),
        held_back=_items(item for item in sampled if side[prompt_id(item.candidates[0].messages)] == "test"),
        seen=_seen(used),
        licence=licence,
        created=now(),
        kijun=_version(),
    )


def _made(
    items: Sequence[Rated], rules: Rules, design: str, dropped: Dropped, dropped_answers: Dropped
) -> tuple[list[PreferencePair], list[LabelledAnswer]]:
    if design == "revision":
        return revisions(items, rules, dropped, dropped_answers)
    if design == "pairwise":
        pairs = list(compared_pairs(items, rules, dropped))
        return pairs, compared_answers(pairs, items, rules, dropped_answers)
    scale = rules.rubric.dimension(rules.dimension)
    answers = scaled_answers(items, scale, rules, dropped_answers)
    return list(scaled_pairs(items, scale, rules, dropped)), answers


def _split(records: Iterable[_Record], side: Mapping[str, Split]) -> tuple[_Record, ...]:
    return tuple(msgspec.structs.replace(record, split=side[record.prompt_id]) for record in records)


def _items(found: Iterable[PreferencePair | LabelledAnswer | CampaignItem]) -> dict[str, tuple[str, ...]]:
    """Task -> ids of the run's items, each once."""
    tasks: dict[str, dict[str, None]] = {}
    for one in found:
        if one.task:
            tasks.setdefault(one.task, {})[one.item] = None
    return {task: tuple(items) for task, items in tasks.items()}


def _ordered(dropped: Dropped) -> dict[str, int]:
    return {reason: dropped[reason] for reason in DROPPED if dropped[reason]}


def _licences(content: CampaignFolder) -> dict[str, str]:
    """Task -> licence of its data, by the run's own manifest where that is at hand, else by the catalogue."""
    found = {}
    for run in content.campaign.runs:
        specs: Mapping[str, Any] = {}
        with suppress(SpecError, WorldError):  # the run may be elsewhere by now, or another one in its place
            manifest = Run(run.folder).manifest
            if digest(manifest) == run.manifest:
                specs = {name: record.spec for name, record in manifest.tasks.items()}
        for task in run.tasks:
            known = catalogue().task(task)
            own = specs.get(task, {}).get("licence", "")
            found[task] = found.get(task) or own or (known.licence if known is not None else "") or ""
    return found


def _seen(ratings: Sequence[Rating]) -> dict[str, int]:
    return dict(Counter(what for rating in ratings for what in rating.shown))


def _version() -> str:
    from kijun import __version__

    return __version__

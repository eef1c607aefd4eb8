"""Made-up runs that a judge model has judged and people have rated, for tests of what ratings make of figures."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

import kijun
from kijun.judging import judge_run
from kijun.models.fake import ScriptedModel
from kijun.records import (
    Campaign,
    CampaignItem,
    Candidate,
    Completed,
    Generate,
    Message,
    RatedRun,
    Rating,
    Request,
    Response,
    Sample,
    StratumRecord,
)
from kijun.specs import RubricSpec, find_rubric
from kijun.store import CampaignFolder, Run, write_campaign

__all__ = ["RUBRIC", "TASK", "campaign_of", "chance", "judged_run", "make_run", "quality", "rating"]

RUBRIC = "helpful-safe-ethical"
TASK = "letters"
_KEYS = ("quality", "safety", "usefulness", "ethics")
_FORM = f"""name: {TASK}
version: 1.0
axis: instruction
languages: [en]
title: {{en: Letters}}
dataset: {{file: letters.csv}}
prompt: {{question: "{{{{ letter }}}}", gold: "{{{{ reply }}}}"}}
method: generate
scorers: [exact_match]
licence: our own
"""


def chance(*names: object) -> float:
    """A number from 0 to 1, always the same for the same names."""
    return int(hashlib.sha256(repr(names).encode()).hexdigest()[:13], 16) / 16**13


def quality(name: object) -> int:
    """What an item's answer is worth, 1 to 5, in truth."""
    return 1 + int(5 * chance("quality", name))


def make_run(folder: Path, items: int, model: str = "fake/writer") -> Run:
    """A run of a task of `items` letters; answer ``worth 3 (17)`` to letter 17 is worth 3."""
    folder.mkdir(parents=True, exist_ok=True)
    kinds = ("even", "odd")
    rows = "".join(f"Letter {n} to {model}: what shall I reply?,reply {n},{kinds[n % 2]}\n" for n in range(items))
    (folder / "letters.csv").write_text(f"letter,reply,kind\n{rows}", encoding="utf-8")
    (folder / "letters.yaml").write_text(_FORM, encoding="utf-8")

    def answer(request: Request) -> Response:
        number = int(request.context.split("Letter ")[-1].split(" ")[0])
        return Completed(f"worth {quality((model, number))} ({number})")

    return kijun.evaluate(str(folder / "letters.yaml"), ScriptedModel(answer, name=model), out=folder / "run")


def judged_run(
    folder: Path, items: int, model: str = "fake/writer", rubric: str | RubricSpec = RUBRIC, **more: Any
) -> Run:
    """The run, judged by one that gives most answers a point too much."""
    run = make_run(folder, items, model)

    def verdict(request: Request) -> Response:
        assert isinstance(request, Generate)
        text = request.context.split("worth ")[-1]
        worth, number = int(text[0]), text.split("(")[1].split(")")[0]
        given = min(worth + (chance("judge", number) < 0.7), 5)
        return Completed(json.dumps({"explanation": "so", **dict.fromkeys(_KEYS, given)}))

    return judge_run(run, rubric, ScriptedModel(verdict, name="fake/judge"), **more)


def rating(item: CampaignItem, rater: str, **given: Any) -> Rating:
    """A rating of an item by a rater, under the packaged rubric."""
    moment = int(1_000_000 * chance("time", item.id, rater))
    values: dict[str, Any] = {
        "id": f"{item.id}-{rater}",
        "item": item.id,
        "rater": rater,
        "design": "pointwise",
        "rubric_sha256": find_rubric(RUBRIC).sha256,
        "submitted": f"2026-11-27T{moment // 3600 % 24:02d}:{moment // 60 % 60:02d}:{moment % 60:02d}Z",
        "active_seconds": 20.0 + 40 * chance("seconds", item.id, rater),
        "kind": item.kind,
        "inclusion_probability": item.inclusion_probability,
    }
    return Rating(**(values | given))


def _near(truth: int, item: CampaignItem, rater: str, dimension: str) -> int:
    """The truth, or one beside it once in five."""
    drawn = chance(dimension, item.id, rater)
    return min(max(truth + (1 if drawn < 0.1 else -1 if drawn > 0.9 else 0), 1), 5)


def campaign_of(
    run: Run,
    drawn: float | Callable[[Sample], float],
    *,
    raters: Sequence[str] = ("ann", "bob"),
    rater: Callable[[CampaignItem, str], Mapping[str, Any]] | None = None,
    rubric: RubricSpec | None = None,
    write: bool = True,
    **changed: Any,
) -> CampaignFolder:
    """Items drawn by a known chance (or by one that depends on the sample) and rated, kept beside the run.

    Args:
        rater: item and rater -> fields of the rating; None answers near the truth.
        changed: fields of the campaign.
    """
    spec = rubric or find_rubric(RUBRIC)
    known = drawn if callable(drawn) else lambda sample: drawn
    items = []
    for sample in run.samples(TASK):
        p = known(sample)
        if chance("drawn", sample.id) < p:
            last = sample.responses[-1]
            assert isinstance(last, Completed)
            asked = (Message("user", sample.requests[0].context),)
            judge = {key: float(s.value) for key, s in sample.scores.items() if hasattr(s, "value")}  # type: ignore[arg-type]
            candidate = Candidate(str(run.manifest.model["name"]), asked, last.text, judge)
            items.append(CampaignItem(f"i{len(items)}", TASK, sample.id, (candidate,), inclusion_probability=p))
    campaign = Campaign(
        name="pilot",
        design="pointwise",
        rubric=msgspec.to_builtins(spec),
        rubric_sha256=spec.sha256,
        runs=(RatedRun(str(run.manifest.model["name"]), str(run.folder), "", (TASK,)),),
        languages=("en",),
        overlap=len(raters),
        seed=1,
        sampling="stratified" if not callable(drawn) else "uncertainty",
        strata=(StratumRecord("all", 0, len(items)),),
        created="2026-11-27T00:00:00Z",
    )
    campaign = msgspec.structs.replace(campaign, **changed)
    ratings = [
        rating(item, name, **{"rubric_sha256": campaign.rubric_sha256, **(rater or _answers)(item, name)})
        for item in items
        for name in raters
    ]
    folder = CampaignFolder(campaign, tuple(items), tuple(ratings))
    if write:
        write_campaign(run.folder / "ratings" / campaign.name, folder)
    return folder


def _answers(item: CampaignItem, rater: str) -> dict[str, Any]:
    truth = int(item.candidates[0].response.split("worth ")[1][0])
    return {"answers": {key: _near(truth, item, rater, key) for key in _KEYS}}

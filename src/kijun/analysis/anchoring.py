"""The figures of a run, corrected by people who rated some of its answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec
import numpy as np

from kijun import statistics
from kijun.analysis.people import chances_of, people_alone, score_bounds
from kijun.analysis.scores import HumanScore, counted_ratings, human_scores, metric_parts, rubric_of
from kijun.records import AnchoredFigure, Campaign, CampaignItem, Completed, Measured, Refused, Sample, Truncated
from kijun.records.anchored import Refusal
from kijun.specs import RubricSpec
from kijun.statistics import CorrectedMean
from kijun.store import CampaignFolder, Run, campaign_folders, read_campaign

__all__ = ["anchored_figures"]

_FEWEST = 2
_FEWEST_IN_A_STRATUM = 5
_SAME_WITHIN_A_TASK = ("task", "axis", "model")


class _Rated(NamedTuple):
    """A drawn item of a task with what people gave it; `score` is for the run's model."""

    item: CampaignItem
    human: HumanScore
    score: float | None
    response: str


class _Beside(NamedTuple):
    """The automatic metric that stands beside a human one.

    Attributes:
        key: its name; None where the run has none.
        point: the answer whose share is meant, where the metric itself is a number; else None.
        rubric: hash of the rubric that it goes by; None for what goes by none.
        tuned_on: campaigns on whose ratings the judge was tuned.
        examples: whether the judge saw the rubric's examples.
    """

    key: str | None
    point: str | None = None
    rubric: str | None = None
    tuned_on: tuple[str, ...] = ()
    examples: bool = False


def anchored_figures(run: Run, proxies: Mapping[str, str] | None = None) -> tuple[AnchoredFigure, ...]:
    """What the campaigns beside a run (``RUN/ratings/NAME``) make of its figures, task by task.

    A judge's metric stands beside people's where it went by the same rubric, hash for hash. The correction is made
    within strata where the campaign drew within some of the task's items, plain where all of them had the same chance,
    and goes by the stored chances else, those of a stratum lowered to the share of its drawn items that people have
    scored. Adjudicated verdicts stand in place of raters'
    means.

    Args:
        proxies: dimension -> automatic metric of the run that stands beside it instead of a judge's, on any scale.

    Raises:
        CorruptFileError: a campaign's folder or the run is damaged.
    """
    found: list[AnchoredFigure] = []
    for path in campaign_folders(run.folder):
        folder = read_campaign(path)
        found += _Campaign(folder, run, proxies or {}).figures()
    return tuple(found)


class _Campaign:
    """One campaign beside one run."""

    def __init__(self, folder: CampaignFolder, run: Run, proxies: Mapping[str, str]) -> None:
        self.folder, self.run, self.proxies = folder, run, proxies
        self.rubric = rubric_of(folder.campaign)
        self.model = str(run.manifest.model["name"])
        self.seen = {rating.item for rating in counted_ratings(folder) if "judge" in rating.shown}
        self.scores = human_scores(folder, self.rubric)
        self.example_prompts = _example_prompts(self.rubric)

    def figures(self) -> Iterator[AnchoredFigure]:
        """Task by task, in the run's order; none of revisions, whose ratings are of other texts than the run's."""
        if self.folder.campaign.design == "revision":
            return
        tasks = {
            item.task for item in self.folder.items if item.kind == "sampled" and self._candidate(item) is not None
        }
        for task in self.run.manifest.tasks:
            if task in tasks:
                samples = {sample.id: sample for sample in self.run.samples(task)}
                for part, higher in metric_parts(self.folder, self.rubric).items():
                    for against in self._opponents(task):
                        yield self._figure(task, part, higher, samples, against)

    def _opponents(self, task: str) -> Sequence[str | None]:
        """The other models of pairs; nobody for single answers."""
        if self.folder.campaign.design != "pairwise":
            return [None]
        items = [item for item in self.folder.items if item.task == task and item.kind == "sampled"]
        pairs = [{c.model for c in item.candidates} for item in items if self._candidate(item) is not None]
        return sorted({name for models in pairs for name in models - {self.model}})

    def _candidate(self, item: CampaignItem) -> int | None:
        """Which of the item's candidates is this run's; None where none is."""
        places = [place for place, candidate in enumerate(item.candidates) if candidate.model == self.model]
        return places[0] if places else None

    def _figure(
        self, task: str, part: str, higher: bool, samples: Mapping[str, Sample], against: str | None
    ) -> AnchoredFigure:
        beside = self._beside(task, part, against)
        drawn = [i for i in self.folder.items if i.kind == "sampled" and i.task == task and self._is_meant(i, against)]
        rated = [one for item in drawn if (one := self._rated(item, part)) is not None]
        scored = [one for one in rated if one.score is not None]
        judged = {} if beside.key is None else _judged(samples.values(), beside)
        refusal, more = self._refusal(drawn, scored, samples, beside)
        strata = _strata(self.folder.campaign, samples)
        return _Frame(drawn, scored, samples, judged, score_bounds(self.rubric, part), strata).figure(
            AnchoredFigure(
                campaign=self.folder.campaign.name,
                task=task,
                metric=f"{self.rubric.name}.{part}",
                beside=beside.key,
                judge=None,
                human=None,
                corrected=None,
                weight=None,
                correlation=None,
                effective_n=None,
                n_items=len(judged) or len(drawn),
                n_rated=len(scored),
                n_left_out=len(rated) - len(scored),
                n_adjudicated=sum(isinstance(one.human.adjudicated, Measured) for one in scored),
                higher_is_better=higher,
                against=against,
                refused=refusal,
                more=more,
            )
        )

    def _is_meant(self, item: CampaignItem, against: str | None) -> bool:
        names = [candidate.model for candidate in item.candidates]
        return self.model in names and (against is None or against in names)

    def _rated(self, item: CampaignItem, part: str) -> _Rated | None:
        human = self.scores[part].get(item.id)
        if human is None:
            return None
        place = self._candidate(item) or 0
        score = human.final.value if isinstance(human.final, Measured) else None
        if score is not None and self.folder.campaign.design == "pairwise" and place == 1:
            score = 1 - float(score)  # type: ignore[arg-type]
        return _Rated(item, human, score, item.candidates[place].response)  # type: ignore[arg-type]

    def _beside(self, task: str, part: str, against: str | None) -> _Beside:
        """The automatic metric for a part: the one that was named, else a judge's by this rubric."""
        dimension, _, point = part.partition("=")
        known = self.run.metrics(task)
        named = self.proxies.get(dimension)
        if named is not None and named in known:
            return _Beside(named)
        mode = "pairwise" if self.folder.campaign.design == "pairwise" else "pointwise"
        for record in self.run.judged.values():
            if record.rubric["name"] != self.rubric.name or record.mode != mode or record.against != against:
                continue
            for key, exact in ((f"{record.name}.{part}", True), (f"{record.name}.{dimension}", False)):
                if task in record.tasks and key in record.tasks[task].about:
                    tuned = tuple(record.settings.get("tuned_on", ()))
                    shown = bool(record.settings.get("judge", {}).get("examples"))
                    return _Beside(key, None if exact else point, record.sha256, tuned, shown)
        for key, about in known.items():
            rubric = about.get("rubric", {})
            ending = key.partition(".")[2]
            if rubric.get("name") == self.rubric.name and ending in (part, dimension) and against is None:
                return _Beside(
                    key, point if ending != part else None, rubric["sha256"], (), bool(self.rubric.judge.examples)
                )
        return _Beside(None)

    def _refusal(
        self, drawn: Sequence[CampaignItem], scored: Sequence[_Rated], samples: Mapping[str, Sample], beside: _Beside
    ) -> tuple[Refusal | None, str]:
        campaign = self.folder.campaign
        if campaign.sampling == "chosen":
            return "chosen", ""
        if any(one.item.inclusion_probability is None for one in scored):
            return "chance", ""
        if any(not _same_answer(one, samples.get(one.item.item)) for one in scored):
            return "other_answers", ""
        if not scored:
            return "no_score", _reasons(drawn, self.scores)
        if beside.key is None:
            return "no_judge", ""
        if beside.rubric is not None and beside.rubric != campaign.rubric_sha256:
            return "rubric", beside.rubric[:12]
        prompts = {message.content for one in scored for c in one.item.candidates for message in c.messages[-1:]}
        if campaign.name in beside.tuned_on or (beside.examples and prompts & self.example_prompts):
            return "tuned", ""
        if beside.rubric is not None and self.seen & {one.item.id for one in scored}:
            return "shown", ""
        return ("few", "") if len(scored) < _FEWEST else (None, "")


class _Frame:
    """The items of a task: rated ones, and all that have the automatic metric."""

    def __init__(
        self,
        drawn: Sequence[CampaignItem],
        scored: Sequence[_Rated],
        samples: Mapping[str, Sample],
        judged: Mapping[str, float],
        bounds: tuple[float, float] | None,
        strata: Mapping[str, str],
    ) -> None:
        self.scored, self.samples, self.judged, self.bounds = scored, samples, judged, bounds
        self.strata = strata
        self.chances = chances_of(drawn, [one.item for one in scored])
        self.clustered = any(sample.cluster for sample in samples.values())

    def figure(self, figure: AnchoredFigure) -> AnchoredFigure:
        """The figure filled with its estimates, as far as it may be."""
        judge = None
        if self.judged:
            names = [self._cluster(i) for i in self.judged] if self.clustered else None
            judge = statistics.mean(list(self.judged.values()), clusters=names)
        if figure.refused in ("chosen", "chance", "other_answers", "no_score"):
            return msgspec.structs.replace(figure, judge=judge)
        both = [one for one in self.scored if one.item.item in self.judged]
        human = people_alone(
            [float(one.score or 0.0) for one in self.scored],
            [self.chances[one.item.id] for one in self.scored],
            [self._cluster(one.item.item) for one in self.scored],
            self.bounds,
        )
        if figure.refused is not None or len(both) < _FEWEST:
            refused = figure.refused or "few"
            return msgspec.structs.replace(figure, judge=judge, human=human, refused=refused)
        found = self._estimate(both, self.judged)
        alone = found.corrected.method.startswith("ratings alone")
        return msgspec.structs.replace(
            figure,
            judge=judge,
            human=human,
            corrected=None if alone else found.corrected,
            weight=None if alone else found.weight,
            correlation=found.correlation,
            effective_n=found.effective_n,
            refused="few" if alone else None,
        )

    def _estimate(self, rated: Sequence[_Rated], judged: Mapping[str, float]) -> CorrectedMean:
        scores = {one.item.item: float(one.score or 0.0) for one in rated}
        others = [identity for identity in judged if identity not in scores]
        chances = {one.item.item: self.chances[one.item.id] for one in rated}
        if self._stratified(scores):
            return statistics.corrected_mean_by_strata(
                list(scores.values()),
                [judged[i] for i in scores],
                [self.strata[i] for i in scores],
                [judged[i] for i in others],
                [self.strata[i] for i in others],
                bounds=self.bounds,
            )
        if np.ptp(list(chances.values())) < 1e-9:
            names = ([self._cluster(i) for i in scores], [self._cluster(i) for i in others])
            return statistics.corrected_mean(
                list(scores.values()),
                [judged[i] for i in scores],
                [judged[i] for i in others],
                bounds=self.bounds,
                clusters=names[0] if self.clustered else None,
                clusters_only=names[1] if self.clustered else None,
            )
        order = [*scores, *others]
        return statistics.corrected_mean_by_design(
            [scores.get(i, 0.0) for i in order],
            [i in scores for i in order],
            [judged[i] for i in order],
            [chances.get(i, 1.0) for i in order],
            bounds=self.bounds,
            clusters=[self._cluster(i) for i in order] if self.clustered else None,
        )

    def _stratified(self, scores: Mapping[str, float]) -> bool:
        """Whether strata are known within the task, each with ratings enough, and items stand alone."""
        rated = Counter(self.strata.get(i) for i in scores)
        known = {self.strata.get(i) for i in self.judged}
        whole = None not in known and all(rated[name] >= _FEWEST_IN_A_STRATUM for name in known)
        return len(known) > 1 and whole and not self.clustered

    def _cluster(self, identity: str) -> str | None:
        sample = self.samples.get(identity)
        return None if sample is None else sample.cluster


def _strata(campaign: Campaign, samples: Mapping[str, Sample]) -> dict[str, str]:
    """Sample id -> its stratum within the task, as the campaign drew them; empty where it drew without or unequally."""
    names = [name for name in campaign.by if name not in _SAME_WITHIN_A_TASK]
    if campaign.sampling != "stratified" or not names:
        return {}
    return {
        identity: " / ".join(str(sample.item.get(name, sample.item.get("lang", ""))) for name in names)
        for identity, sample in samples.items()
    }


def _judged(samples: Any, beside: _Beside) -> dict[str, float]:
    """Sample id -> what the automatic metric gave, where it gave a number."""
    found = {}
    for sample in samples:
        score = sample.scores.get(beside.key)
        if isinstance(score, Measured) and isinstance(score.value, int | float):
            value = float(score.value)
            found[sample.id] = value if beside.point is None else float(f"{value:g}" == _plain(beside.point))
    return found


def _plain(point: str) -> str:
    return {"yes": "1", "no": "0"}.get(point, point)


def _same_answer(one: _Rated, sample: Sample | None) -> bool:
    """Whether the run's answer to the item is the one that was rated."""
    last = sample.responses[-1] if sample is not None and sample.responses else None
    return isinstance(last, Completed | Truncated | Refused) and last.text == one.response


def _reasons(drawn: Sequence[CampaignItem], scores: Mapping[str, Mapping[str, HumanScore]]) -> str:
    counted = Counter(
        score.raters.reason
        for by_item in scores.values()
        for item in drawn
        if (score := by_item.get(item.id)) is not None and not isinstance(score.raters, Measured)
    )
    return counted.most_common(1)[0][0] if counted else ""


def _example_prompts(rubric: RubricSpec) -> set[str]:
    texts = [example.prompt for example in rubric.examples]
    return {text for one in texts for text in ([one] if isinstance(one, str) else one.values())}

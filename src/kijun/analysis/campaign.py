"""All that a campaign's ratings say, in one record."""

from __future__ import annotations

from kijun import statistics
from kijun.analysis.agreement import analyse_dimensions, figures_of_models
from kijun.analysis.judges import judges_beside_people
from kijun.analysis.plans import plan_ratings
from kijun.analysis.rankings import rank_models
from kijun.analysis.raters import rater_qualities, time_spent
from kijun.analysis.scores import counted_ratings, human_scores, rubric_of
from kijun.records import Estimate
from kijun.records.analysis import CampaignAnalysis
from kijun.specs import RubricSpec
from kijun.store import CampaignFolder

__all__ = ["analyse_campaign"]


def analyse_campaign(folder: CampaignFolder, *, half_width: float | None = None) -> CampaignAnalysis:
    """Agreement, distributions, rankings, raters, judges, time and plan. The same folder gives the same figures.

    Args:
        half_width: wanted of the intervals, for the plan; see `kijun.analysis.plans.live_plans`.

    Raises:
        CorruptFileError: the campaign carries no valid rubric.
    """
    campaign, rubric = folder.campaign, rubric_of(folder.campaign)
    ratings = counted_ratings(folder)
    kinds = {item.id: item.kind for item in folder.items}
    return CampaignAnalysis(
        campaign=campaign.name,
        title=campaign.title,
        design=campaign.design,
        sampling=campaign.sampling,
        rubric=f"{rubric.name} {rubric.version:g}",
        rubric_sha256=campaign.rubric_sha256,
        n_items=sum(kind == "sampled" for kind in kinds.values()),
        n_rated=len({rating.item for rating in ratings}),
        n_ratings=len(ratings),
        n_raters=len({rating.rater for rating in ratings}),
        n_skipped=sum(rating.skipped is not None for rating in ratings),
        n_flagged=sum(rating.flag is not None for rating in ratings),
        n_other_rubric=sum(rating.rubric_sha256 != campaign.rubric_sha256 for rating in folder.ratings),
        dimensions=analyse_dimensions(folder, rubric),
        rankings=rank_models(folder, rubric),
        raters=rater_qualities(folder, rubric),
        judges=judges_beside_people(folder, rubric),
        plans=plan_ratings(folder, rubric, half_width),
        time=time_spent(folder),
        passed=_passed(folder, rubric),
        verdicts=_verdicts(folder),
    )


def _passed(folder: CampaignFolder, rubric: RubricSpec) -> dict[str, Estimate]:
    scores = human_scores(folder, rubric)
    if "passed" not in scores:
        return {}
    found = figures_of_models(folder, rubric, {"passed": scores["passed"]})
    return {model: parts["passed"] for model, parts in found.items()}


def _verdicts(folder: CampaignFolder) -> dict[str, Estimate]:
    """Of revisions: how many are accepted, edited, rejected; raters of one item are not independent."""
    given = [(r.item, r.verdict) for r in counted_ratings(folder) if r.verdict is not None and r.role == "rater"]
    items = [item for item, _ in given]
    return {
        name: statistics.proportion([float(verdict == name) for _, verdict in given], clusters=items)
        for name in ("accept", "edit", "reject")
        if given
    }

"""Two runs whose answers were rated in one campaign: how far apart people's ratings put them."""

from __future__ import annotations

from collections.abc import Iterator

from kijun import statistics
from kijun.analysis.anchoring import anchored_figures
from kijun.records import AnchoredDifference, AnchoredFigure, Campaign
from kijun.store import Run, campaign_folders, read_campaign

__all__ = ["anchored_differences"]


def anchored_differences(a: Run, b: Run) -> tuple[AnchoredDifference, ...]:
    """Run B minus run A, for each figure of single answers that one and the same campaign has of both.

    Corrected figures are compared where both runs have one, else those of the ratings alone. Ratings of different
    campaigns are not compared: other raters may be stricter.

    Raises:
        CorruptFileError: a campaign's folder or a run is damaged.
    """
    shared = [campaign.name for campaign in _campaigns(a) if campaign in _campaigns(b)]
    if not shared:
        return ()
    others = {_place(figure): figure for figure in anchored_figures(b)}
    pairs = [(figure, others.get(_place(figure))) for figure in anchored_figures(a) if figure.campaign in shared]
    return tuple(row for first, second in pairs if second is not None for row in _difference(first, second))


def _campaigns(run: Run) -> list[Campaign]:
    found = [read_campaign(path).campaign for path in campaign_folders(run.folder)]
    return [campaign for campaign in found if campaign.design == "pointwise"]


def _place(figure: AnchoredFigure) -> tuple[str, str, str]:
    return figure.campaign, figure.task, figure.metric


def _difference(first: AnchoredFigure, second: AnchoredFigure) -> Iterator[AnchoredDifference]:
    if first.corrected is not None and second.corrected is not None:
        way, a, b = "corrected", first.corrected, second.corrected
    elif first.human is not None and second.human is not None:
        way, a, b = "human", first.human, second.human
    else:
        return
    yield AnchoredDifference(
        campaign=first.campaign,
        task=first.task,
        metric=first.metric,
        way=way,  # type: ignore[arg-type]
        a=a,
        b=b,
        difference=statistics.difference_of_estimates(b, a),
        n_rated=(first.n_rated, second.n_rated),
        higher_is_better=first.higher_is_better,
    )

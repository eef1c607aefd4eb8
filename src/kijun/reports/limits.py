"""What may not be concluded from the figures of a report, in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kijun.records import AXES, Estimate, Report
from kijun.reports.caveats import caveats
from kijun.reports.figures import Figure
from kijun.reports.texts import Texts

__all__ = ["limits_of"]

_WIDE = 0.2
"""Width of an interval from which a share is called rough: 10 points on either side."""


def limits_of(report: Report, shown: Sequence[Figure], say: Texts) -> list[str]:
    """Sentences, the weightiest first.

    Args:
        shown: the figures that are told up front.
    """
    return [
        *_axes(shown, say),
        *_precision(report, shown, say),
        *_languages(shown, say),
        *_left_out(report, say),
        *_missing(report, say),
        *_evidence(report, say),
    ]


def _axes(shown: Sequence[Figure], say: Texts) -> Iterator[str]:
    measured = {figure.axis for figure in shown if figure.measured}
    absent = [axis for axis in AXES if axis not in measured]
    if absent:
        yield say("report.limit_axes", axes=say("list.comma").join(say(f"axis.{axis}") for axis in absent))


def _precision(report: Report, shown: Sequence[Figure], say: Texts) -> Iterator[str]:
    known = [one for figure in shown if figure.unit == "share" for one in figure.estimates if _has_interval(one)]
    wide = [one for one in known if one.high - one.low > _WIDE]  # type: ignore[union-attr, operator]
    if wide:
        yield say("report.limit_wide", wide=len(wide), all=len(known), n=min(one.n for one in wide if one is not None))
    chances = [(figure, one) for figure in shown if figure.chance is not None for one in figure.estimates]
    guessing = sum(
        one.low <= figure.chance <= one.high  # type: ignore[union-attr, operator]
        for figure, one in chances
        if _has_interval(one)
    )
    if guessing:
        yield say("report.limit_chance", n=guessing, all=len([1 for _, one in chances if _has_interval(one)]))
    if len(report.runs) > 1:
        pairs = [figure for figure in shown if sum(map(_has_interval, figure.estimates)) > 1]
        together = sum(_overlap(figure.estimates) for figure in pairs)
        if together:
            yield say("report.limit_together", n=together, all=len(pairs))


def _has_interval(estimate: Estimate | None) -> bool:
    return estimate is not None and estimate.low is not None and estimate.high is not None


def _overlap(estimates: Sequence[Estimate | None]) -> bool:
    known = [one for one in estimates if one is not None and _has_interval(one)]
    return max(one.low for one in known) <= min(one.high for one in known)  # type: ignore[type-var, return-value]


def _languages(shown: Sequence[Figure], say: Texts) -> Iterator[str]:
    told = {language for figure in shown for language in figure.languages}
    absent = [language for language in ("en", "ja") if language not in told]
    if absent and told:
        yield say("report.limit_language", language=say(f"language.{absent[0]}"))


def _left_out(report: Report, say: Texts) -> Iterator[str]:
    for run in report.runs:
        failed = sum(task.n_failed for task in run.results.tasks.values())
        unscored = sum(task.n_unscored for task in run.results.tasks.values())
        if failed or unscored:
            yield say("report.limit_left_out", model=run.label, failed=failed, unscored=unscored)


def _missing(report: Report, say: Texts) -> Iterator[str]:
    for run in report.runs:
        if run.results.missing:
            yield say("report.limit_missing", model=run.label, tasks=say("list.comma").join(run.results.missing))


def _evidence(report: Report, say: Texts) -> Iterator[str]:
    unjudged = dict.fromkeys(
        metric
        for run in report.runs
        if not run.judges
        for task in run.tasks.values()
        for metric, about in task.metrics.items()
        if "rubric" in about and _unmeasured(run.results.tasks.get(task.name), metric)
    )
    if unjudged:
        yield say("report.limit_unjudged", n=len(unjudged))
    yield say("report.limit_contamination")
    told = dict.fromkeys(line for run in report.runs for line in caveats(run.results, run.agreement, say))
    yield from told


def _unmeasured(task: object, metric: str) -> bool:
    found = getattr(task, "metrics", {}).get(metric)
    return found is None or found.value is None

"""What organisers' pages show of figures, raters and disagreements, in words and places on a line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from kijun.ratings.adjudication import Disagreement
from kijun.ratings.agreement import AgreementLine, RaterQuality
from kijun.ratings.status import RaterStatus
from kijun.records import Campaign, Estimate, Rating
from kijun.records.analysis import RatingPlan
from kijun.reports.texts import Texts
from kijun.specs import RubricSpec, text_in
from kijun.web.markdown import as_html
from kijun.web.questions import Option, Row, questions_of
from kijun.web.words import answer_text

__all__ = ["agreement_views", "case_view", "plan_lines", "question_title", "rater_views"]

_LEFT, _RIGHT = -0.2, 1.0
_WIDTH = 240.0
_PREFERENCES = ("first", "second", "tie", "both_bad")


def question_title(say: Texts, rubric: RubricSpec, question: str) -> str:
    """The name of a question as `AgreementLine.question` writes it."""
    titles = {dimension.id: text_in(dimension.title, say.language) or dimension.id for dimension in rubric.dimensions}
    if question == "verdict":
        return say("org.verdict")
    first, _, rest = question.partition(".")
    if first == "preference":
        return say("org.preference") + (f": {titles.get(rest, rest)}" if rest else "")
    if not rest:
        return titles.get(first, first)
    criteria = {item.id: text_in(item.criterion, say.language) for item in rubric.dimension(first).items}
    return f"{titles[first]}: {criteria.get(rest, rest)}"


def agreement_views(say: Texts, rubric: RubricSpec, lines: Sequence[AgreementLine]) -> list[dict[str, Any]]:
    """Lines of the table of agreement, and the answers given."""
    return [
        {
            "title": question_title(say, rubric, line.question),
            "is_distribution": line.aggregate == "distribution",
            "n_ratings": line.n_ratings,
            "n_items": line.n_items,
            "alpha": _number(line.alpha.value),
            "interval": _interval(line.alpha) or say("org.too_few"),
            "chart": _chart(line.alpha),
            "raw": _percent(line.raw.value),
            "counts": [(_count_title(say, rubric, line.question, name), n) for name, n in line.counts.items()],
            "most": max(line.counts.values(), default=0) or 1,
        }
        for line in lines
    ]


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{value:.0%}"


def _interval(estimate: Estimate) -> str:
    if estimate.low is None or estimate.high is None:
        return ""
    return f"{estimate.low:.2f} – {estimate.high:.2f}"


def _chart(estimate: Estimate) -> dict[str, float] | None:
    """Places on a line from -0.2 to 1; what lies further left is shown at its end."""
    if estimate.value is None or estimate.low is None or estimate.high is None:
        return None
    values = {"at": estimate.value, "low": estimate.low, "high": estimate.high}
    return {
        name: round(6 + (_WIDTH - 12) * (min(max(value, _LEFT), _RIGHT) - _LEFT) / (_RIGHT - _LEFT), 1)
        for name, value in values.items()
    }


def _count_title(say: Texts, rubric: RubricSpec, question: str, name: str) -> str:
    if name in ("cannot_judge", "not_applicable"):
        return say(f"work.{name}")
    first = question.partition(".")[0]
    if first == "preference":
        return say(f"org.prefers_{name}")
    if first == "verdict":
        return say(f"work.verdict_{name}")
    if name in ("yes", "no"):
        return say(f"work.{name}")
    dimension = rubric.dimension(first)
    anchor = text_in(dimension.anchors.get(name, ""), say.language)
    return (anchor or name) if dimension.scale.type == "nominal" else name


def rater_views(
    say: Texts, raters: Sequence[RaterStatus], qualities: Sequence[RaterQuality], fast_seconds: float
) -> list[dict[str, Any]]:
    """Lines of the table of raters; those who never worked are left out."""
    by_rater: dict[str, list[RaterQuality]] = {}
    for quality in qualities:
        by_rater.setdefault(quality.rater, []).append(quality)
    views = []
    for rater in raters:
        if not (rater.role == "rater" or rater.done or rater.skipped or rater.in_hand):
            continue
        known = by_rater.get(rater.pseudonym, [])
        weight = sum(quality.n for quality in known)
        accuracy = sum(quality.accuracy * quality.n for quality in known) / weight if weight else None
        median = rater.median_seconds
        views.append(
            {
                "name": rater.name or rater.pseudonym,
                "pseudonym": rater.pseudonym if rater.name else "",
                "done": rater.done,
                "skipped": rater.skipped,
                "median": "–" if median is None else say("org.seconds", n=round(median)),
                "gold": f"{rater.gold_right} / {rater.gold_total}" if rater.gold_total else "–",
                "accuracy": _percent(accuracy),
                "remarks": _remarks(say, rater, fast_seconds),
            }
        )
    return views


def _remarks(say: Texts, rater: RaterStatus, fast_seconds: float) -> list[tuple[str, str]]:
    remarks = []
    if rater.doubtful:
        remarks.append(("bad", say("org.remark_gold")))
    if rater.hasty:
        remarks.append(("warn", say("org.remark_hasty", n=rater.hasty, seconds=f"{fast_seconds:g}")))
    if rater.alike >= 8:
        remarks.append(("warn", say("org.remark_alike", n=rater.alike)))
    if rater.stopped:
        remarks.append(("warn", say("org.stopped")))
    return remarks


def plan_lines(say: Texts, rubric: RubricSpec, plans: Sequence[RatingPlan]) -> list[str]:
    """About how many more items bring each interval within what is wanted."""
    lines = []
    for plan in plans:
        if plan.n_rated == 0:
            continue
        question = plan.dimension.replace("_", ".", 1) if plan.dimension.startswith("preference_") else plan.dimension
        known = question.partition(".")[0] in {"preference", "verdict", *(d.id for d in rubric.dimensions)}
        title = question_title(say, rubric, question) if known else say("org.vetoes_passed")
        gaps: dict[str, Any] = {"title": title, "model": plan.model, "rated": plan.n_rated}
        gaps |= {"width": f"{plan.half_width:g}", "more": plan.more}
        kind = "unknown" if plan.more is None else "reached" if plan.more == 0 else "more"
        lines.append(say(f"org.plan_{kind}", **gaps))
    return lines


def case_view(
    say: Texts, rubric: RubricSpec, campaign: Campaign, case: Disagreement, filled: Mapping[str, Any] | None, error: str
) -> dict[str, Any]:
    """One item on which raters differ, with what a verdict would answer.

    Args:
        filled: a verdict that was just sent and could not be taken; None shows what is kept.
    """
    shared = {dimension.id for dimension in rubric.dimensions if dimension.aggregate == "distribution"}
    draft = dict(filled) if filled is not None else _verdict_draft(case)
    decided = {name.partition(".")[0] for name in case.open}
    asked = () if campaign.design == "pairwise" else questions_of(rubric, say, draft, {}, required=False)
    return {
        "item": case.item,
        "verdict": case.verdict,
        "version": case.verdict.version if case.verdict else 0,
        "veiled": case.item.axis == "safety",
        "raters": [rating.rater for rating in case.ratings],
        "answers": [
            {
                "label": "AB"[place],
                "model": candidate.model,
                "html": Markup(as_html(candidate.response, _spans(case.ratings, place))),
            }
            for place, candidate in enumerate(case.item.candidates)
        ],
        "rows": [
            {
                "title": question_title(say, rubric, name),
                "is_distribution": name.removeprefix("preference.").partition(".")[0] in shared,
                "apart": apart,
                "cells": [_cell(say, rubric, rating, name) for rating in case.ratings],
            }
            for name, apart in case.spread.items()
        ],
        "asked": [question for question in asked if question.id in decided],
        "choices": _choices(say, rubric, campaign, case, draft),
        "reason": draft.get("rationale", {}).get("overall", ""),
        "error": error,
    }


def _verdict_draft(case: Disagreement) -> dict[str, Any]:
    if case.verdict is None:
        return {}
    rating = case.verdict.rating
    sides = {"first": "A", "second": "B"}
    preference = rating.preference
    return {
        "answers": rating.answers,
        "rationale": rating.rationale,
        "preference": sides.get(preference, preference) if preference else None,
        "preferences": {name: sides.get(one, one) for name, one in rating.preferences.items()},
        "verdict": rating.verdict,
    }


def _spans(ratings: Sequence[Rating], place: int) -> tuple[Any, ...]:
    return tuple(span for rating in ratings for span in rating.spans if span.candidate == place)


def _cell(say: Texts, rubric: RubricSpec, rating: Rating, question: str) -> dict[str, str]:
    first, _, rest = question.partition(".")
    if first == "preference":
        value = rating.preferences.get(rest) if rest else rating.preference
        answer = say(f"org.prefers_{value}") if value in _PREFERENCES else "–"
        return {"answer": answer, "reason": rating.rationale.get(rest or "overall", "")}
    if first == "verdict":
        answer = say(f"work.verdict_{rating.verdict}") if rating.verdict else "–"
        return {"answer": answer, "reason": rating.rationale.get("overall", "")}
    given = rating.answers.get(first)
    if isinstance(given, dict):
        given = given.get(rest)
    if given is None and first in rating.abstained:
        return {"answer": say(f"work.{rating.abstained[first]}"), "reason": rating.rationale.get(first, "")}
    answer = answer_text(say, rubric, first, given, titled=False)
    return {"answer": answer, "reason": rating.rationale.get(first, "")}


def _choices(
    say: Texts, rubric: RubricSpec, campaign: Campaign, case: Disagreement, draft: Mapping[str, Any]
) -> list[Row]:
    """Questions of a verdict that are no dimension's: preferences, and what becomes of a revision."""
    rows = []
    for name in case.open:
        first, _, rest = name.partition(".")
        if first == "preference" and rubric.pairwise is not None:
            now = draft.get("preferences", {}).get(rest) if rest else draft.get("preference")
            options = [(one, say(f"work.side_{one}")) for one in ("A", "B", "tie", "both_bad")]
            options = [pair for pair in options if pair[0] in rubric.pairwise.options]
            field = f"prefer.{rest}" if rest else "overall"
        elif first == "verdict":
            now, field = draft.get("verdict"), "verdict"
            options = [(one, say(f"work.verdict_{one}")) for one in ("accept", "reject")]
        else:
            continue
        shown = tuple(Option(value, text, "", "", value == now) for value, text in options)
        rows.append(Row(field, question_title(say, rubric, name), shown))
    return rows

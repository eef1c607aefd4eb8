"""What the page says of a decision: the answer first, then everything it rests on."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from kijun.records import Decision, ModelDecision, Report, Risk
from kijun.reports.analysis import Section
from kijun.reports.charts import Chart
from kijun.reports.decision_charts import gates_chart, ranks_chart
from kijun.reports.decision_tables import decision_notes, gate_table, rank_cells
from kijun.reports.decision_words import (
    answer_lines,
    in_question,
    measure_name,
    reason_lines,
    risk_lines,
    settle_lines,
    shown,
    unmet_lines,
)
from kijun.reports.gap_words import not_tested_lines
from kijun.reports.pages.cells import look_classes
from kijun.reports.texts import Texts

__all__ = ["decision_charts", "decision_page", "decision_sections"]

_JOINER = "\u2060"
_FIRST = 3
_FIRST_RISKS, _FIRST_GAPS, _FIRST_UNMET = 4, 5, 2
_WEIGHT = {"high": 0, "medium": 1, "low": 2}


def decision_page(report: Report, say: Texts) -> dict[str, Any]:
    """The first page: answer, how sure, the three reasons, the risks, what was not tested.

    Raises:
        AssertionError: the report has no decision.
    """
    decision = report.decision
    assert decision is not None
    answer, *sure = answer_lines(decision, say)
    names = [profile.name for profile in report.profiles]
    meant = in_question(decision)
    risks = risk_lines(_in_turn([risk for risk in decision.risks if risk.model in meant]), say)
    gaps = not_tested_lines(decision, say)
    if decision.recommendation.kind == "unsettled":
        sure += [say("report.settle", line=line) for line in settle_lines(decision, say)[:1]]
    confidence = min((gate.confidence for model in decision.models for gate in model.gates), default=0.95)
    return {
        "use_case": say.of(decision.title, decision.use_case),
        "about": say.of(decision.about),
        "kind": decision.recommendation.kind,
        "answer": _unbroken(answer, names),
        "sure": sure,
        "limits": say("report.sure", chance=f"{100 - 100 * confidence:g} %"),
        "reasons": reason_lines(decision, say)[:_FIRST],
        "risks": risks[:_FIRST_RISKS],
        "more_risks": max(0, len(risks) - _FIRST_RISKS),
        "gaps": gaps[:_FIRST_GAPS],
        "more_gaps": max(0, len(gaps) - _FIRST_GAPS),
        "not_asked": [say.of(text) for text in decision.not_asked],
        "verdicts": [_verdict(decision, model, names, say) for model in decision.models],
        "ranked": sum(model.rank is not None for model in decision.models) > 1,
        "notes": [(title, list(dict.fromkeys(lines))) for title, lines in decision_notes(decision, say) if lines],
    }


def _unbroken(text: str, names: Sequence[str]) -> str:
    """The text with names that no line breaks at their hyphens and strokes."""
    for name in names:
        text = text.replace(name, re.sub(r"(?<=[-/])|(?=[-/])", _JOINER, name))
    return text


def _in_turn(risks: Sequence[Risk]) -> list[Risk]:
    """The severe ones first, and among equals one of each kind before the second of any."""
    seen: Counter[str] = Counter()
    turns = []
    for risk in risks:
        turns.append((_WEIGHT[risk.severity], seen[risk.kind], risk))
        seen[risk.kind] += 1
    return [risk for _, _, risk in sorted(turns, key=lambda turn: turn[:2])]


def _verdict(decision: Decision, model: ModelDecision, names: Sequence[str], say: Texts) -> dict[str, Any]:
    unmet = unmet_lines(decision, model, say)
    more = [say("report.gates_more", n=len(unmet) - _FIRST_UNMET)] if len(unmet) > _FIRST_UNMET else []
    return {
        "model": model.model,
        "look": look_classes(names.index(model.model)),
        "kind": model.verdict,
        "verdict": say(f"decide.{model.verdict}"),
        "gates": [*unmet[:_FIRST_UNMET], *more] or [say("report.gates_all", n=len(model.gates))],
        "best": shown(model.rank.probability_best, "share") if model.rank is not None else "–",
    }


def decision_charts(report: Report, say: Texts) -> list[Chart]:
    """Requirements, and ranks where there is more than one model left."""
    decision = report.decision
    assert decision is not None
    names = [profile.name for profile in report.profiles]
    return [chart for chart in (gates_chart(decision, names, say), ranks_chart(decision, say)) if chart is not None]


def decision_sections(decision: Decision, say: Texts) -> Iterator[Section]:
    """Requirements, ranking and weights as tables."""
    (first, *others), rows = gate_table(decision, say)
    columns = {first: "left"} | dict.fromkeys(others, "right")
    yield Section(say("decide.gates_title"), columns, tuple(map(tuple, rows)), notes=(say("decide.legend"),))
    if ranks := rank_cells(decision, say):
        headings = ("column.model", "decide.verdict", "decide.best", "decide.ranks", "decide.tier", "decide.front")
        note = say("decide.ranking_note", draws=f"{decision.draws:,}")
        ranked = tuple(map(tuple, ranks))
        yield Section(say("decide.ranking_title"), dict.fromkeys(map(say, headings), "left"), ranked, notes=(note,))
    if weights := list(_weights(decision, say)):
        ranked_names = [model.model for model in decision.models if model.rank is not None]
        headings = {say("decide.figure"): "left", say("report.weight_range"): "right"}
        headings |= {say("report.central_weight", model=name): "right" for name in ranked_names}
        yield Section(say("report.weights"), headings, tuple(weights), notes=(say("report.weights_note"),))


def _weights(decision: Decision, say: Texts) -> Iterator[tuple[str, ...]]:
    ranks = [model.rank for model in decision.models if model.rank is not None]
    for weight in decision.weights if len(ranks) > 1 else ():
        central = (rank.central_weights.get(weight.measure) for rank in ranks)
        cells = ("–" if one is None else f"{one:.2f}" for one in central)
        name = measure_name(weight.measure, say, decision.titles)
        yield name, f"{weight.low:.2f}–{weight.high:.2f}", *cells

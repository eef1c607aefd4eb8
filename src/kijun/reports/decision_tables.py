"""Profiles, decisions and comparisons of versions as rows, and as Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from kijun.records import AXES, Decision, Estimate, GateOutcome, Measure, ModelDecision, Profile, Regression
from kijun.reports.decision_words import (
    difference_lines,
    flip_line,
    headline,
    in_question,
    limit_text,
    measure_name,
    measure_names,
    regression_lines,
    risk_lines,
    settle_lines,
    shown,
)
from kijun.reports.gap_words import gap_lines, not_tested_lines
from kijun.reports.texts import Texts

__all__ = [
    "ProfileRow",
    "axis_name",
    "decision_markdown",
    "decision_notes",
    "gate_cell",
    "gate_rows",
    "gate_table",
    "gate_text",
    "models_go_down",
    "profile_gaps",
    "profile_rows",
    "profiles_markdown",
    "rank_cells",
    "regression_cells",
    "regression_markdown",
    "shown_with_interval",
]

_MARKS = {"passed": "✓", "failed": "✗", "cannot_tell": "?"}
_OTHERS = ("languages", "integrity", "cost", "speed")


class ProfileRow(msgspec.Struct, frozen=True):
    """A figure beside each other: one of each model, None where a model has none."""

    axis: str
    key: str
    name: str
    measures: tuple[Measure | None, ...]


def profile_rows(profiles: Sequence[Profile], say: Texts, *, everything: bool = False) -> list[ProfileRow]:
    """The figures of all models, axis by axis; without `everything` those that stand for themselves and are first of
    their task, or are needed to read one that is."""
    keys: dict[str, dict[str, Measure]] = {axis: {} for axis in (*AXES, *_OTHERS)}
    for profile in profiles:
        needed = {key for measure in profile.measures if measure.main for key in measure.partner}
        both_sides = {measure.name for measure in profile.measures if measure.metric == "over_refusal"}
        for measure in profile.measures:
            # Requests that were not declined stand beside those that were, whatever a task puts first.
            needed_here = measure.key in needed or (measure.metric == "not_refused" and measure.name in both_sides)
            wanted = (measure.main and not measure.within) or needed_here or measure.kind == "human"
            if measure.axis in keys and (everything or (wanted and not measure.within)):
                keys[measure.axis].setdefault(measure.key, measure)
    return [
        ProfileRow(axis, key, _name(one, say), tuple(profile.measure(key) for profile in profiles))
        for axis, measures in keys.items()
        for key, one in measures.items()
    ]


def _name(measure: Measure, say: Texts) -> str:
    arrow = "" if measure.scale.higher_is_better or measure.scale.ideal is not None else " ↓"
    return measure_name(measure.key, say, {measure.name: measure.title}) + arrow


def profile_gaps(profiles: Sequence[Profile], say: Texts) -> list[str]:
    """What is not known of which model."""
    titles = {measure.name: measure.title for profile in profiles for measure in profile.measures}
    gaps = [(profile.name, gap) for profile in profiles for gap in profile.gaps]
    return gap_lines(gaps, [profile.name for profile in profiles], say, titles)


def axis_name(axis: str, say: Texts) -> str:
    """Of one of the six, or of what stands beside them."""
    return say(f"axis.{axis}") if f"axis.{axis}" in say else say(f"gap_axis.{axis}")


def shown_with_interval(estimate: Estimate, unit: str) -> str:
    """``12.5 % (8.1–18.9)``."""
    value = shown(estimate.value, unit)
    if estimate.low is None or estimate.high is None:
        return value
    low, high = (shown(end, unit).removesuffix(" %").removesuffix(" s") for end in (estimate.low, estimate.high))
    return f"{value} ({low}–{high})"


def gate_rows(decision: Decision) -> list[tuple[GateOutcome, tuple[GateOutcome, ...]]]:
    """Each requirement with its outcome for each model."""
    by_place = zip(*(model.gates for model in decision.models), strict=True)
    return [(outcomes[0], outcomes) for outcomes in by_place]


def models_go_down(decision: Decision) -> bool:
    """Whether a table of requirements has a row a model, as there are many models and few requirements."""
    return len(decision.models) > max(3, len(decision.models[0].gates))


def gate_text(gate: GateOutcome, decision: Decision, say: Texts) -> str:
    """A requirement: what figure, its limit, how sure."""
    name = measure_name(gate.measure, say, decision.titles)
    return say("use_case.gate", name=name, limit=limit_text(gate, say), confidence=f"{100 * gate.confidence:g} %")


def gate_table(decision: Decision, say: Texts) -> tuple[list[str], list[list[str]]]:
    """Heading and rows: requirements by models, or models by requirements."""
    verdicts = [say(f"decide.{model.verdict}") for model in decision.models]
    names = [model.model for model in decision.models]
    told = [gate_text(gate, decision, say) for gate, _ in gate_rows(decision)]
    cells = [[gate_cell(gate) for gate in model.gates] for model in decision.models]
    if models_go_down(decision):
        rows = [[name, *row, verdict] for name, row, verdict in zip(names, cells, verdicts, strict=True)]
        return [say("column.model"), *told, say("decide.verdict")], rows
    rows = [[text, *row] for text, *row in zip(told, *cells, strict=True)]
    return [say("decide.requirement"), *names], [*rows, [say("decide.verdict"), *verdicts]]


def gate_cell(gate: GateOutcome) -> str:
    """``✓ 3.1 %``: the verdict and the bound that decides."""
    bound = gate.opposite if gate.verdict == "failed" else gate.bound
    return f"{_MARKS[gate.verdict]} {shown(bound, gate.unit)}" if bound is not None else _MARKS[gate.verdict]


def rank_cells(decision: Decision, say: Texts) -> list[list[str]]:
    """Model, verdict, chance of being best, ranks, tier, front: of those that are left, where that is more than one."""
    rows: list[list[str]] = []
    ranked = [one for one in decision.models if one.rank is not None]
    for one in ranked if len(ranked) > 1 else ():
        if rank := one.rank:
            ranks = str(rank.best) if rank.best == rank.worst else say("decide.range", best=rank.best, worst=rank.worst)
            cells = [one.model, say(f"decide.{one.verdict}"), shown(rank.probability_best, "share"), ranks]
            rows.append([*cells, str(rank.tier), say("decide.yes" if rank.on_front else "decide.no")])
    return rows


def decision_notes(decision: Decision, say: Texts) -> Iterator[tuple[str, list[str]]]:
    """Headings with their lines: what would settle it, what would change it, risks, what was not tested or asked."""
    left = [model for model in decision.models if model.verdict != "failed"]
    # What a requirement misses as well is told there.
    lacking = {one.model: [key for key in one.unranked if key not in _missed(one)] for one in left}
    unranked = [
        say("decide.unranked", model=model, names=measure_names(keys, say, decision.titles))
        for model, keys in lacking.items()
        if keys
    ]
    risks = [risk for risk in decision.risks if risk.model in in_question(decision)]
    yield say("decide.settle_title"), settle_lines(decision, say)
    yield say("decide.differences_title"), [*unranked, *difference_lines(decision, say)]
    yield say("decide.flips_title"), [flip_line(flip, decision, say) for flip in decision.flips]
    yield say("decide.risks_title"), risk_lines(risks, say)
    yield say("decide.not_tested_title"), not_tested_lines(decision, say)
    yield say("decide.not_asked_title"), [say.of(text) for text in decision.not_asked]


def _missed(model: ModelDecision) -> set[str]:
    return {gate.measure for gate in model.gates if gate.more is not None and gate.more.of == "run"}


def _markdown_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    told = ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in (header, *rows)]
    return [told[0], "|" + "---|" * len(header), *told[1:]]


def decision_markdown(decision: Decision, say: Texts) -> str:
    """The whole decision."""
    lines = [f"**{headline(decision, say)[0]}**", "", *headline(decision, say)[1:], ""]
    header, rows = gate_table(decision, say)
    lines += [f"### {say('decide.gates_title')}", "", *_markdown_table(header, rows), "", say("decide.legend"), ""]
    ranks = rank_cells(decision, say)
    if ranks:
        columns = ["column.model", "decide.verdict", "decide.best", "decide.ranks", "decide.tier", "decide.front"]
        lines += [f"### {say('decide.ranking_title')}", "", *_markdown_table([say(key) for key in columns], ranks)]
        lines += ["", say("decide.ranking_note", draws=f"{decision.draws:,}"), ""]
    for title, told in decision_notes(decision, say):
        if told:
            lines += [f"### {title}", ""] if title else []
            lines += [f"- {line}" for line in told] + [""]
    return "\n".join(lines).rstrip("\n")


def profiles_markdown(profiles: Sequence[Profile], say: Texts) -> str:
    """A table an axis with a column a model, and what was not measured."""
    lines: list[str] = []
    rows = profile_rows(profiles, say)
    for axis in dict.fromkeys(row.axis for row in rows):
        header = [say("decide.figure"), *(profile.name for profile in profiles)]
        cells = [
            [row.name, *("–" if m is None else shown_with_interval(m.estimate, m.scale.unit) for m in row.measures)]
            for row in rows
            if row.axis == axis
        ]
        lines += [f"### {axis_name(axis, say)}", "", *_markdown_table(header, cells), ""]
    if told := profile_gaps(profiles, say):
        lines += [f"### {say('decide.not_tested_title')}", "", *(f"- {line}" for line in told), ""]
    return "\n".join(lines).rstrip("\n")


def regression_cells(found: Regression, say: Texts) -> list[list[str]]:
    """Figure, items, difference, interval, adjusted p-value, verdict."""
    rows = []
    for row in found.differences:
        difference = row.difference
        low, high = difference.low, difference.high
        unit = found.units.get(row.measure, "")
        interval = "" if low is None or high is None else f"{_change(low, unit)} … {_change(high, unit)}"
        p = "–" if row.p_adjusted is None else f"{row.p_adjusted:.4f}"
        value = "–" if difference.value is None else _change(difference.value, unit)
        name = measure_name(row.measure, say, found.titles) + ("" if row.higher_is_better else " ↓")
        rows.append([name, str(difference.n), value, interval, p, say(f"decide.{row.verdict}")])
    return rows


def _change(value: float, unit: str) -> str:
    """A difference with its sign; of shares in points of per cent: ``-4.2 pt``."""
    return f"{100 * value:+.1f} pt" if unit == "share" else shown(value, unit, signed=True)


def regression_markdown(found: Regression, say: Texts) -> str:
    """The comparison of two versions."""
    columns = [
        "decide.figure",
        "column.n",
        "column.difference_versions",
        "column.interval",
        "column.p",
        "decide.verdict",
    ]
    lines = [f"**{say('decide.regression_title', new=found.new, old=found.old)}**", ""]
    lines += _markdown_table([say(key) for key in columns], regression_cells(found, say))
    return "\n".join([*lines, "", *regression_lines(found, say)])

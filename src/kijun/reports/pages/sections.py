"""Sections of tables: what people say, and what is known of judges and scorers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from kijun.records import Report
from kijun.reports.analysis import Section, analysis_heading, analysis_sections, summary_lines
from kijun.reports.anchored import anchored_headings, anchored_notes, anchored_rows
from kijun.reports.decision_tables import ProfileRow, profile_rows, shown_with_interval
from kijun.reports.texts import Texts

__all__ = ["Part", "beside_sections", "judge_sections", "people_sections"]


_BESIDE = (
    (("languages",), "languages", "languages_note"),
    (("integrity",), "integrity", "integrity_note"),
    (("cost", "speed"), "costs", "costs_note"),
)


class Part(msgspec.Struct, frozen=True):
    """Sections under one heading, with lines before them."""

    title: str
    lines: tuple[str, ...]
    sections: tuple[Section, ...]


def people_sections(report: Report, say: Texts) -> list[Part]:
    """Figures that ratings correct, run by run, then campaign by campaign what raters say and how far they agree."""
    parts = [Part(run.label, (), (_anchored(run.anchored, say),)) for run in report.runs if run.anchored]
    for campaign in report.campaigns:
        sections = tuple(analysis_sections(campaign, say))
        parts.append(Part(analysis_heading(campaign, say), tuple(summary_lines(campaign, say)), sections))
    return parts


def _anchored(figures: Sequence, say: Texts) -> Section:  # type: ignore[type-arg]
    rows = list(anchored_rows(figures, say))
    columns = dict(zip(anchored_headings(say), ("left", "right", "whole", "right"), strict=True))
    heads = frozenset(number for number, row in enumerate(rows) if row.heads or row.strong)
    notes = tuple(anchored_notes(figures, say))
    return Section(say("anchored.title"), columns, tuple(row.cells for row in rows), heads, notes)


def beside_sections(report: Report, say: Texts) -> list[Section]:
    """What stands beside the axes: gaps between languages, contamination, cost and speed, and what was not measured."""
    rows = profile_rows(report.profiles, say)
    columns = {say("decide.figure"): "left"} | {profile.name: "right" for profile in report.profiles}
    made = []
    for axes, title, note in _BESIDE:
        found = tuple(_row(row) for row in rows if row.axis in axes)
        if found:
            made.append(Section(say(f"report.{title}"), columns, found, notes=(say(f"report.{note}"),)))
    return made


def _row(row: ProfileRow) -> tuple[str, ...]:
    cells = ("–" if one is None else shown_with_interval(one.estimate, one.scale.unit) for one in row.measures)
    return row.name, *cells


def judge_sections(report: Report, say: Texts) -> list[Section]:
    """How far scorers and judge models agree with human labels, as it was known when the runs were made."""
    columns = {say("report.judge_scorer"): "left", say("report.judge_data"): "left", say("column.n"): "right"}
    columns |= {say("report.judge_agreement"): "right", say("report.judge_kappa"): "right"}
    rows = dict.fromkeys(row for run in report.runs for entry in run.agreement for row in _checks(entry, say))
    return [Section(say("report.judges"), columns, tuple(rows), notes=(say("report.judges_note"),))] if rows else []


def _checks(entry: dict, say: Texts) -> Iterator[tuple[str, ...]]:  # type: ignore[type-arg]
    name = f"{entry['scorer']} ({entry['judge']})" if entry["judge"] else str(entry["scorer"])
    for check in entry["checks"]:
        language = f"language.{check['language']}"
        data = f"{check['data']} ({say(language) if language in say else check['language']})"
        yield name, data, str(check["n"]), _share(check["agreement"]), _plain(check.get("kappa"))
    if not entry["checks"]:
        yield name, say("report.judge_unchecked"), "0", "–", "–"


def _share(bounds: Sequence[float]) -> str:
    value, low, high = (100 * one for one in bounds)
    return f"{value:.0f} % ({low:.0f}–{high:.0f} %)"


def _plain(bounds: Sequence[float] | None) -> str:
    if not bounds:
        return "–"
    return f"{bounds[0]:.2f} ({bounds[1]:.2f}–{bounds[2]:.2f})"

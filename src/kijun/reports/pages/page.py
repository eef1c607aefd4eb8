"""Puts a report into its page."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
import msgspec
from markupsafe import Markup, escape

from kijun.records import AXES, Report
from kijun.reports.axis_charts import axis_chart, places_of, radar_chart
from kijun.reports.charts import Chart, on_paper
from kijun.reports.evidence import bearings, frameworks
from kijun.reports.figures import Figure, figures, top_names
from kijun.reports.limits import limits_of
from kijun.reports.pages.cells import look_classes
from kijun.reports.pages.decision import decision_charts, decision_page, decision_sections
from kijun.reports.pages.packing import packed_items, task_title
from kijun.reports.pages.parts import axis_cards, panels, static_items, task_tables
from kijun.reports.pages.sections import beside_sections, judge_sections, people_sections
from kijun.reports.robustness import robustness_headings, robustness_names, robustness_notes, robustness_rows
from kijun.reports.texts import Texts

__all__ = ["render_page", "visible"]

_FOLDER = Path(__file__).parent / "templates"
_WITHOUT_SCRIPTS, _ON_PAPER = 24, 8
"""Items that are told where there is no browser of items."""
_BROWSER_WORDS = (
    "count", "nothing", "veiled", "veiled_line", "question", "gold", "answers", "scores", "unscored", "cut", "empty",
    "not_asked", "mark_good", "mark_bad", "mark_part", "mark_open", "mark_none", "status_truncated", "status_filtered",
    "status_refused", "status_failed",
)  # fmt: skip


# Control characters are no HTML; their pictures are shown. Line feed and tab stay.
_PICTURES = {code: chr(0x2400 + code) for code in range(32) if code not in (9, 10)}
_PICTURES |= {code: 0xFFFD for code in (*range(0x7F, 0xA0), 0xFFFE, 0xFFFF)}


def visible(text: str) -> str:
    """The text without characters that a page cannot hold, and with signs of per cent that no line begins with; markup
    stays as it is."""
    shown = str(text).replace("\r\n", "\n").translate(_PICTURES)
    return Markup(shown) if isinstance(text, Markup) else shown.replace(" %", "\u00a0%")


@cache
def _environment() -> jinja2.Environment:
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_FOLDER),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
        finalize=lambda value: visible(value) if isinstance(value, str) else value,
    )
    # What models and data say, to the letter.
    made.filters["verbatim"] = escape
    return made


def render_page(report: Report, say: Texts, *, paper: bool = False) -> str:
    """One HTML file with everything in it.

    Args:
        paper: for printing: without the item browser and its data.
    """
    all_figures = figures(report)
    top = top_names(report)
    shown = [figure for figure in all_figures if figure.first and figure.name in top]
    script = (_FOLDER / "browser.js").read_text(encoding="utf-8")
    context: dict[str, Any] = {
        "report": report,
        "say": say,
        "language": say.language,
        "paper": paper,
        "css": Markup((_FOLDER / "report.css").read_text(encoding="utf-8")),
        "script": Markup(script),
        "policy": _policy(script),
        "models": [run.label for run in report.runs],
        "profile_names": [profile.name for profile in report.profiles],
        "cards": axis_cards(report, shown, say),
        "limits": limits_of(report, shown, say),
        "overview": _overview(report, shown, say, paper),
        "panels": [on_paper(one) if paper else one for one in panels(report, shown, say)],
        "tables": task_tables(report, all_figures, say),
        "robustness": _robustness(report, say),
        "frameworks": _frameworks(report, shown, say),
        "beside": beside_sections(report, say),
        "look_classes": look_classes,
        "decision": None,
        "people": people_sections(report, say),
        "judges": judge_sections(report, say),
        "items": static_items(report, say, _ON_PAPER if paper else _WITHOUT_SCRIPTS),
        "axes": [axis for axis in AXES if any(figure.axis == axis for figure in all_figures)],
        "title": lambda name: task_title(report, name, say),
        "task_names": list(dict.fromkeys(item.task for item in report.items)),
    }
    if report.decision is not None:
        charts = decision_charts(report, say)
        context["decision"] = decision_page(report, say) | {
            "charts": [on_paper(chart) if paper else chart for chart in charts],
            "sections": list(decision_sections(report.decision, say)),
        }
    if not paper:
        words = {name: say(f"browser.{name}") for name in _BROWSER_WORDS}
        words["axes"] = {axis: say(f"axis.{axis}") for axis in AXES}  # type: ignore[assignment]
        context |= {"words": _data_block(words), "packed": Markup(packed_items(report, say))}
    return _environment().get_template("report.html.jinja").render(context)


def _policy(script: str) -> str:
    """What the page may do: run this one script, style itself, and nothing else; no address is ever asked."""
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return (
        f"default-src 'none'; script-src 'sha256-{digest}'; style-src 'unsafe-inline'; "
        "base-uri 'none'; form-action 'none'"
    )


def _data_block(content: Mapping[str, Any]) -> Markup:
    """JSON for a script element of data: nothing in it can end the element."""
    return Markup(msgspec.json.encode(content).decode().replace("<", "\\u003c"))


def _overview(report: Report, shown: list[Figure], say: Texts, paper: bool) -> list[Chart]:
    """All axes at once, and the radar beside it."""
    places = places_of(shown)
    charts = [chart for chart in (axis_chart(report, places, say), radar_chart(report, places, say)) if chart]
    return [on_paper(chart) if paper else chart for chart in charts]


def _frameworks(report: Report, shown: list[Figure], say: Texts) -> list[dict[str, Any]]:
    perturbed = list(dict.fromkeys(name for run in report.runs for name in robustness_names(run.results)))
    return [
        {"title": say.of(framework.title), "bearings": bearings(framework, shown, perturbed)}
        for framework in frameworks()
    ]


def _robustness(report: Report, say: Texts) -> list[dict[str, Any]]:
    return [
        {
            "model": run.label,
            "headings": robustness_headings(say),
            "rows": list(robustness_rows(run.results, say)),
            "notes": robustness_notes(run.results, say),
        }
        for run in report.runs
        if run.results.robustness
    ]

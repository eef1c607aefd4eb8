"""A report as Markdown: what the page says, without its charts and items."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kijun.records import AXES, Report
from kijun.reports.analysis import Section
from kijun.reports.decision_tables import decision_markdown
from kijun.reports.decision_words import answer_lines
from kijun.reports.evidence import bearings, frameworks
from kijun.reports.figures import Figure, figures, shown_interval_of, shown_value_of, top_names
from kijun.reports.limits import limits_of
from kijun.reports.metric_words import capital, metric_words
from kijun.reports.pages.packing import task_title
from kijun.reports.pages.sections import judge_sections, people_sections
from kijun.reports.robustness import robustness_markdown, robustness_names
from kijun.reports.texts import Texts

__all__ = ["report_markdown"]


def report_markdown(report: Report, say: Texts) -> str:
    """Headings, tables and lists that any Markdown reader shows; texts of models and data are escaped."""
    every = figures(report)
    top = top_names(report)
    shown = [figure for figure in every if figure.first and figure.name in top]
    lines = _beginning(report, say)
    lines += [f"## {say('report.axes')}", "", *_axes(report, shown, say)]
    lines += [f"### {say('report.limits')}", "", *(f"- {_plain(line)}" for line in limits_of(report, shown, say)), ""]
    lines += [f"## {say('report.figures')}", "", say("report.figures_note"), "", *_axes(report, every, say)]
    for run in report.runs:
        if run.results.robustness:
            lines += [f"## {_plain(run.label)}", "", robustness_markdown(run.results, say), ""]
    lines += _people(report, say)
    for section in judge_sections(report, say):
        lines += [f"## {section.title}", "", *_section(section)]
    lines += [*_evidence(report, shown, say), *_reproduce(report, say)]
    return "\n".join(lines).rstrip() + "\n"


def _beginning(report: Report, say: Texts) -> list[str]:
    """The answer and all that it rests on, or that there is none without a use case."""
    made = [say("report.made", date=report.created[:10], version=report.kijun), ""]
    if report.decision is None:
        models = say("list.comma").join(run.label for run in report.runs)
        return [f"# {_plain(say('report.title', models=models))}", "", *made, say("report.no_use_case"), ""]
    answer, *_ = answer_lines(report.decision, say)
    told = decision_markdown(report.decision, say).partition("\n")[2].strip("\n")
    return [f"# {_plain(answer)}", "", *made, told, ""]


def _plain(text: str) -> str:
    """Text that no Markdown reader takes for markup."""
    for sign in "\\`*_[]<>#|":
        text = text.replace(sign, f"\\{sign}")
    return " ".join(text.split())


def _table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    lines = ["| " + " | ".join(map(_plain, headings)) + " |", "|" + "---|" * len(headings)]
    return [*lines, *("| " + " | ".join(map(_plain, row)) + " |" for row in rows), ""]


def _section(section: Section) -> list[str]:
    return [*_table(list(section.columns), section.rows), *(f"{_plain(note)}  " for note in section.notes), ""]


def _axes(report: Report, shown: Sequence[Figure], say: Texts) -> Iterator[str]:
    headings = [say("column.name"), say("column.metric"), *(run.label for run in report.runs)]
    for axis in ("", *AXES):
        rows = [_row(report, figure, say) for figure in shown if figure.axis == axis and figure.measured]
        if rows:
            yield from (f"**{say(f'axis.{axis}') if axis else say('report.mixed')}**", "", *_table(headings, rows))


def _row(report: Report, figure: Figure, say: Texts) -> list[str]:
    words = capital(metric_words(figure.metric, say)) + (f" [{figure.part}]" if figure.part else "")
    cells = []
    for estimate in figure.estimates:
        interval = shown_interval_of(estimate, figure.unit)
        cells.append(shown_value_of(estimate, figure.unit) + (f" ({interval})" if interval else ""))
    return [task_title(report, figure.name, say), words + (" ↓" if figure.falls else ""), *cells]


def _people(report: Report, say: Texts) -> Iterator[str]:
    parts = people_sections(report, say)
    if parts:
        yield from (f"## {say('report.people')}", "", say("report.people_note"), "")
    for part in parts:
        yield from (f"### {_plain(part.title)}", "", *(f"{_plain(line)}  " for line in part.lines), "")
        for section in part.sections:
            yield from (f"**{_plain(section.title)}**", "", *_section(section))


def _evidence(report: Report, shown: Sequence[Figure], say: Texts) -> Iterator[str]:
    yield from (f"## {say('report.evidence')}", "", say("report.evidence_note"), "")
    headings = [say(f"report.evidence_{name}") for name in ("point", "state", "far")]
    perturbed = list(dict.fromkeys(name for run in report.runs for name in robustness_names(run.results)))
    for framework in frameworks():
        found = bearings(framework, shown, perturbed)
        rows = [[say.of(one.point.title), say(f"report.state_{one.state}"), say.of(one.point.note)] for one in found]
        yield from (f"**{say.of(framework.title)}**", "", *_table(headings, rows))


def _reproduce(report: Report, say: Texts) -> Iterator[str]:
    yield from (f"## {say('report.reproduce')}", "", say("report.reproduce_note"), "")
    for run in report.runs:
        yield from (f"**{_plain(run.label)}**", "", _code(run.command), "")
        yield from (f"- manifest.json `{run.manifest_sha256}`", f"- results.json `{run.results_sha256}`", "")


def _code(text: str) -> str:
    """An indented block, which no text within can end."""
    return "\n".join(f"    {line}" for line in text.splitlines())

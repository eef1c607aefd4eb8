"""Results as rows, and rows as text that other programs read."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

import msgspec

from kijun.records import AXES, AnchoredFigure, Estimate, RunResults
from kijun.reports.anchored import anchored_markdown, anchored_sheet
from kijun.reports.robustness import robustness_lines, robustness_markdown, without_variants
from kijun.reports.texts import Texts

__all__ = [
    "MIXED",
    "Facts",
    "ResultRow",
    "as_csv",
    "as_json",
    "as_markdown",
    "missing_lines",
    "result_rows",
    "shown_interval",
    "shown_metric",
    "shown_value",
]


MIXED = ""
"""Stands for the axis of a group or suite whose tasks lie on several."""


class Facts(msgspec.Struct, frozen=True):
    """What one must know of a run's tasks to read their figures.

    Attributes:
        axes: task -> axis.
        metric_axes: task -> metric -> axis, for metrics that speak for another axis than their task.
        falling: task -> its metrics that are better the lower they are; not those that are best in between.
    """

    axes: Mapping[str, str] = {}
    falling: Mapping[str, frozenset[str]] = {}
    metric_axes: Mapping[str, Mapping[str, str]] = {}

    @classmethod
    def of(cls, tasks: Mapping[str, Mapping[str, Any]], metrics: Mapping[str, Mapping[str, Any]]) -> Facts:
        """From the specs of the tasks and what the manifest says of their metrics."""
        falling = {
            name: frozenset(k for k, entry in entries.items() if not entry["higher_is_better"] and "ideal" not in entry)
            for name, entries in metrics.items()
        }
        own = {
            name: {_key(scorer): scorer["axis"] for scorer in spec.get("scorers", ()) if scorer.get("axis")}
            for name, spec in tasks.items()
        }
        return cls({name: spec["axis"] for name, spec in tasks.items()}, falling, own)

    def axis(self, name: str, metric: str, results: RunResults) -> str:
        """Axis of a metric of a task, group or suite; `MIXED` where its members lie on several."""
        if name in self.axes:
            return self.metric_axes.get(name, {}).get(metric.partition("[")[0], self.axes[name])
        pooled = results.groups.get(name) or results.suites.get(name)
        found = {self.axis(member, metric, results) for member in (pooled.members if pooled else ())}
        return found.pop() if len(found) == 1 else MIXED

    def falls(self, name: str, metric: str, results: RunResults) -> bool:
        """Whether the lower the better; of a group what its tasks say."""
        if name in self.falling:
            return metric.partition("[")[0] in self.falling[name]
        pooled = results.groups.get(name) or results.suites.get(name)
        return pooled is not None and any(self.falls(member, metric, results) for member in pooled.members)


def _key(scorer: Mapping[str, Any]) -> str:
    metric = scorer.get("metric") or scorer["name"]
    return f"{metric},{scorer['filter']}" if scorer.get("filter") else metric


class ResultRow(msgspec.Struct, frozen=True):
    """One figure: of a ``task``, ``group`` or ``suite``, ``robustness`` or ``anchored`` (by people's ratings).

    Counts are None where they do not apply.
    """

    kind: str
    name: str
    metric: str
    value: float | None
    low: float | None
    high: float | None
    stderr: float | None
    n: int
    method: str
    shots: int | None = None
    version: float | None = None
    n_unscored: int | None = None
    n_failed: int | None = None
    axis: str = MIXED
    higher_is_better: bool = True


def _row(kind: str, name: str, metric: str, estimate: Estimate, **counts: int | float | str) -> ResultRow:
    return ResultRow(
        kind,
        name,
        metric,
        estimate.value,
        estimate.low,
        estimate.high,
        estimate.stderr,
        estimate.n,
        estimate.method,
        **counts,  # type: ignore[arg-type]
    )


def result_rows(results: RunResults, facts: Facts = Facts()) -> list[ResultRow]:  # noqa: B008 - frozen
    """All figures: axis by axis, on each of them suites and groups first, then tasks; what is mixed comes first."""
    order = (MIXED, *AXES)
    return sorted(_rows(results, facts), key=lambda row: order.index(row.axis) if row.axis in order else len(order))


def _rows(results: RunResults, facts: Facts) -> Iterator[ResultRow]:
    def told(name: str, metric: str) -> dict[str, Any]:
        return {"axis": facts.axis(name, metric, results), "higher_is_better": not facts.falls(name, metric, results)}

    for kind, entries in (("suite", results.suites), ("group", results.groups)):
        for name, result in entries.items():
            for metric, estimate in result.metrics.items():
                yield _row(kind, name, metric, estimate, **told(name, metric))
    for name, task in results.tasks.items():
        counts = {"shots": task.shots, "version": task.version}
        counts |= {"n_unscored": task.n_unscored, "n_failed": task.n_failed}
        for metric, estimate in task.metrics.items():
            yield _row("task", name, metric, estimate, **counts, **told(name, metric))


def shown_value(value: float | None) -> str:
    """Four decimals, or a dash where there is no number."""
    return "–" if value is None else f"{value:.4f}"


def shown_interval(row: ResultRow) -> str:
    """``0.3982–0.5095``, or empty."""
    return "" if row.low is None or row.high is None else f"{row.low:.4f}–{row.high:.4f}"


def as_json(results: RunResults, anchored: Sequence[AnchoredFigure] = ()) -> str:
    """The content of ``results.json``, indented, with what people's ratings make of it under ``anchored``."""
    told = msgspec.to_builtins(results) | ({"anchored": msgspec.to_builtins(anchored)} if anchored else {})
    return msgspec.json.format(msgspec.json.encode(told), indent=2).decode()


def as_csv(
    results: RunResults,
    facts: Facts = Facts(),  # noqa: B008 - frozen
    anchored: Sequence[AnchoredFigure] = (),
) -> str:
    """One line a figure, with a header."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(ResultRow.__struct_fields__)
    people = [
        _row("anchored", task, name, estimate, axis=facts.axes.get(task, MIXED), higher_is_better=higher)
        for task, name, estimate, higher in anchored_sheet(anchored)
    ]
    for row in [*result_rows(results, facts), *_robustness_rows(results), *people]:
        writer.writerow(["" if value is None else value for value in msgspec.structs.astuple(row)])
    return buffer.getvalue()


def _robustness_rows(results: RunResults) -> Iterator[ResultRow]:
    """Figures of perturbed items, with ``METRIC drop@LABEL`` and such as the metric's name."""
    for name, metrics in results.robustness.items():
        for metric, result in metrics.items():
            for line in robustness_lines(name, metric, result):
                estimate = line.drop or line.estimate
                figure = f"{metric} drop@{line.label}" if line.label else f"{metric} {line.what}"
                rises = line.what not in ("variant", "drop", "relative_drop", "spread") and (
                    result.higher_is_better or line.what not in ("clean", "worst_case")
                )
                yield _row("robustness", name, figure, estimate, axis="robustness", higher_is_better=rises)


def as_markdown(
    results: RunResults,
    say: Texts,
    facts: Facts = Facts(),  # noqa: B008 - frozen
    anchored: Sequence[AnchoredFigure] = (),
) -> str:
    """A Markdown table an axis, and a line for whatever is missing."""
    header = [
        say(f"column.{name}") for name in ("name", "metric", "shots", "value", "interval", "stderr", "n", "left_out")
    ]
    heading = ["| " + " | ".join(header) + " |", "|" + "---|" * len(header)]
    lines: list[str] = []
    by_axis = [
        (axis, list(rows))
        for axis, rows in groupby(result_rows(without_variants(results), facts), key=lambda row: row.axis)
    ]
    for axis, rows in by_axis:
        if len(by_axis) > 1 and axis:
            lines += ["", f"**{say(f'axis.{axis}')}**", ""]
        lines += [*heading, *map(_markdown_row, rows)]
    lines += [f"\n{text}" for text in missing_lines(results, say)]
    lines += ["", robustness_markdown(results, say)] if results.robustness else []
    lines += ["", anchored_markdown(anchored, say)] if anchored else []
    return "\n".join(lines).lstrip("\n") + "\n"


def _markdown_row(row: ResultRow) -> str:
    cells = [row.name, shown_metric(row), "" if row.shots is None else str(row.shots), shown_value(row.value)]
    cells += [shown_interval(row), shown_value(row.stderr), str(row.n), _left_out(row)]
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def shown_metric(row: ResultRow) -> str:
    """The metric's name, with an arrow where the lower is the better."""
    return row.metric if row.higher_is_better else f"{row.metric} ↓"


def _left_out(row: ResultRow) -> str:
    return "" if not (row.n_unscored or row.n_failed) else f"{row.n_unscored} / {row.n_failed}"


def missing_lines(results: RunResults, say: Texts) -> list[str]:
    """What could not be measured, in words."""
    lines = [say("results.missing_task", name=name, reason=reason) for name, reason in results.missing.items()]
    for name, group in [*results.groups.items(), *results.suites.items()]:
        if group.missing:
            lines.append(say("results.missing_group", name=name, missing=", ".join(group.missing)))
    return lines

"""Results as rows, and rows as text that other programs read."""

from __future__ import annotations

import csv
import io

import msgspec

from kijun.records import Estimate, RunResults
from kijun.reports.texts import Texts

__all__ = [
    "ResultRow",
    "as_csv",
    "as_json",
    "as_markdown",
    "missing_lines",
    "result_rows",
    "shown_interval",
    "shown_value",
]


class ResultRow(msgspec.Struct, frozen=True):
    """One figure. `kind` is ``task``, ``group`` or ``suite``; counts are None where they do not apply."""

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


def _row(kind: str, name: str, metric: str, estimate: Estimate, **counts: int | float) -> ResultRow:
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


def result_rows(results: RunResults) -> list[ResultRow]:
    """All figures: suites and groups first, then tasks."""
    rows = [
        _row(kind, name, metric, estimate)
        for kind, entries in (("suite", results.suites), ("group", results.groups))
        for name, result in entries.items()
        for metric, estimate in result.metrics.items()
    ]
    for name, task in results.tasks.items():
        for metric, estimate in task.metrics.items():
            counts = {"n_unscored": task.n_unscored, "n_failed": task.n_failed}
            rows.append(_row("task", name, metric, estimate, shots=task.shots, version=task.version, **counts))
    return rows


def shown_value(value: float | None) -> str:
    """Four decimals, or a dash where there is no number."""
    return "–" if value is None else f"{value:.4f}"


def shown_interval(row: ResultRow) -> str:
    """``0.3982–0.5095``, or empty."""
    return "" if row.low is None or row.high is None else f"{row.low:.4f}–{row.high:.4f}"


def as_json(results: RunResults) -> str:
    """The content of ``results.json``, indented."""
    return msgspec.json.format(msgspec.json.encode(results), indent=2).decode()


def as_csv(results: RunResults) -> str:
    """One line a figure, with a header."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(ResultRow.__struct_fields__)
    for row in result_rows(results):
        writer.writerow(["" if value is None else value for value in msgspec.structs.astuple(row)])
    return buffer.getvalue()


def as_markdown(results: RunResults, say: Texts) -> str:
    """A Markdown table, and a line for whatever is missing."""
    header = [
        say(f"column.{name}") for name in ("name", "metric", "shots", "value", "interval", "stderr", "n", "left_out")
    ]
    lines = ["| " + " | ".join(header) + " |", "|" + "---|" * len(header)]
    for row in result_rows(results):
        left_out = _left_out(row)
        cells = [row.name, row.metric, "" if row.shots is None else str(row.shots), shown_value(row.value)]
        cells += [shown_interval(row), shown_value(row.stderr), str(row.n), left_out]
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    lines += [f"\n{text}" for text in missing_lines(results, say)]
    return "\n".join(lines) + "\n"


def _left_out(row: ResultRow) -> str:
    return "" if not (row.n_unscored or row.n_failed) else f"{row.n_unscored} / {row.n_failed}"


def missing_lines(results: RunResults, say: Texts) -> list[str]:
    """What could not be measured, in words."""
    lines = [say("results.missing_task", name=name, reason=reason) for name, reason in results.missing.items()]
    for name, group in [*results.groups.items(), *results.suites.items()]:
        if group.missing:
            lines.append(say("results.missing_group", name=name, missing=", ".join(group.missing)))
    return lines

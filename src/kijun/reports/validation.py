"""What is known of judges, as rows and as Markdown."""

from __future__ import annotations

import msgspec

from kijun.records import Estimate
from kijun.reports.texts import Texts

__all__ = ["ValidationRow", "validation_markdown", "validation_rows"]


class ValidationRow(msgspec.Struct, frozen=True):
    """One figure of a validation, with its name in words; `dimension` is empty for pairs."""

    dimension: str
    key: str
    name: str
    value: str
    interval: str
    n: int


def validation_rows(metrics: dict[str, Estimate], say: Texts) -> list[ValidationRow]:
    """All figures in the order to be read."""
    rows = []
    for key, estimate in metrics.items():
        dimension, _, name = key.rpartition(".")
        value = "–" if estimate.value is None else f"{estimate.value:.3f}"
        interval = "" if estimate.low is None or estimate.high is None else f"{estimate.low:.3f} – {estimate.high:.3f}"
        rows.append(ValidationRow(dimension, name, say(f"validation.{name}"), value, interval, estimate.n))
    return rows


def validation_markdown(rows: list[ValidationRow], say: Texts) -> str:
    """A Markdown table."""
    header = [say(f"column.{name}") for name in ("metric", "value", "interval", "n")]
    lines = ["| " + " | ".join(header) + " |", "|---|---|---|---|"]
    for row in rows:
        name = f"{row.dimension}: {row.name}" if row.dimension else row.name
        lines.append(f"| {name} | {row.value} | {row.interval} | {row.n} |".replace("  ", " "))
    return "\n".join(lines)

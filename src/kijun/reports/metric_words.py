"""Metrics in plain words; what is said of each is data, in ``locales/metrics.yaml``."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import yaml

from kijun.reports.texts import Texts

__all__ = ["capital", "metric_words"]


@cache
def _metric_table() -> Mapping[str, Mapping[str, str]]:
    path = Path(__file__).resolve().parents[1] / "locales" / "metrics.yaml"
    return yaml.safe_load(path.read_bytes())  # type: ignore[no-any-return]


def metric_words(metric: str, say: Texts) -> str:
    """A metric in plain words; its own name where none are known."""
    table = _metric_table()
    metric, _, way = metric.partition("@")
    if way:
        key = {"drop": "drop_of", "worst_case": "worst_case_of", "consistency": "consistency_of"}[way]
        return say(f"robustness.{key}", metric=metric_words(metric, say))
    whole = metric.partition("[")[0]
    for key in (whole, whole.partition(",")[0], whole.partition(".")[0], whole.partition(",")[0].partition(".")[0]):
        if key in table:
            words = say.of(table[key])
            rest = whole[len(key) :].lstrip(".,")
            return f"{words} ({rest})" if rest else words
    return whole


def capital(text: str) -> str:
    """The text with a capital at its beginning, for where it stands alone."""
    return text[:1].upper() + text[1:]

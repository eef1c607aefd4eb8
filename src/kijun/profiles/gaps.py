"""Figures between two others: one language and another, public items and fresh ones."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import msgspec

from kijun import statistics
from kijun.records import Estimate, Measure, Scale

__all__ = ["TWINS", "language_gaps", "overfitting_gaps"]

TWINS = {
    "gsm8k:exact_match,flexible-extract": "core_numbers_en_free:exact_match",
    "ifeval:prompt_level_strict_acc": "follow_1_en:prompt_level_strict_acc",
    "m_ifeval_ja:prompt_level_strict_acc": "follow_1_ja:prompt_level_strict_acc",
}
"""Public figure -> figure of the same kind on items that are made fresh from the seed and that nobody can have seen.
The two are not equally hard, so their gap is read beside that of other models, not against 0."""

_ENGLISH = re.compile(r"_en(?=_|$)")


def language_gaps(measures: Sequence[Measure]) -> Iterator[Measure]:
    """Japanese minus English of figures that a model has in both languages."""
    known = {measure.key: measure for measure in measures}
    for english in measures:
        if english.kind not in ("task", "group") or english.within or not _ENGLISH.search(english.name):
            continue
        name = _ENGLISH.sub("_ja", english.name)
        japanese = known.get(f"{name}:{english.metric}")
        if japanese is not None:
            estimate = statistics.difference_of_estimates(japanese.estimate, english.estimate)
            if estimate.value is not None:
                yield _between(japanese, english, "languages", "languages", "ja-en", estimate)


def overfitting_gaps(measures: Sequence[Measure]) -> Iterator[Measure]:
    """Public minus fresh figures, where a model has both."""
    known = {measure.key: measure for measure in measures}
    for public, fresh in TWINS.items():
        if public in known and fresh in known:
            estimate = statistics.difference_of_estimates(known[public].estimate, known[fresh].estimate)
            if estimate.value is not None:
                yield _between(known[public], known[fresh], "integrity", "overfitting", "public-fresh", estimate)


def _between(a: Measure, b: Measure, axis: str, kind: str, name: str, estimate: Estimate) -> Measure:
    low, high = a.scale.low, a.scale.high
    width = None if low is None or high is None else high - low
    scale = Scale(None if width is None else -width, width, None, a.scale.higher_is_better, 0.0, a.scale.unit)
    return msgspec.structs.replace(
        a,
        key=f"{a.key}@{name}",
        axis=axis,
        metric=f"{a.metric}@{name}",
        kind=kind,
        estimate=estimate,
        scale=scale,
        languages=tuple(dict.fromkeys((*a.languages, *b.languages))),
        left_out=0,
        partner=(a.key, b.key),
        between=(a.key, b.key),
    )

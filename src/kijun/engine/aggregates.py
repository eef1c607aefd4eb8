"""How the scores of a task's items become one estimate: a registry of aggregates by name.

A scorer names its aggregate; what its scores hold (a number, or a tuple) is what that aggregate reads.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from kijun import statistics
from kijun.records import Estimate

__all__ = ["AGGREGATES", "Aggregate"]

Aggregate = Callable[[Sequence[Any], Sequence[str] | None], Estimate]
"""Values of the measured items and their clusters (None where items stand alone), to an estimate."""

# Bootstraps are seeded, so that the same scores always give the same interval.
_BOOTSTRAP_SEED = 20261123


def _of_pairs(estimator: Callable[..., Estimate]) -> Aggregate:
    """An estimator of (gold, predicted) pairs."""

    def estimate(pairs: Sequence[tuple[float, float]], clusters: Sequence[str] | None) -> Estimate:
        rng = np.random.default_rng(_BOOTSTRAP_SEED)
        return estimator([pair[0] for pair in pairs], [pair[1] for pair in pairs], rng=rng, clusters=clusters)

    return estimate


def _macro_f1(scores: Sequence[tuple[float, float, float]], clusters: Sequence[str] | None) -> Estimate:
    gold, picked, sizes = zip(*scores, strict=True) if scores else ((), (), ())
    labels = range(int(max(sizes, default=0)))
    rng = np.random.default_rng(_BOOTSTRAP_SEED)
    return statistics.macro_f1(gold, picked, rng=rng, labels=labels, clusters=clusters)


def _of_parts(lists: Sequence[tuple[float, ...]], clusters: Sequence[str] | None) -> Estimate:
    """Share of all parts, such as the instructions of all prompts; parts of one item are not independent."""
    names = clusters if clusters is not None else [str(number) for number in range(len(lists))]
    owners = [name for name, parts in zip(names, lists, strict=True) for _ in parts]
    return statistics.proportion([part for parts in lists for part in parts], clusters=owners)


AGGREGATES: dict[str, Aggregate] = {
    "proportion": lambda values, clusters: statistics.proportion(values, clusters=clusters),
    "share": lambda values, clusters: statistics.mean(values, clusters=clusters, bounds=(0.0, 1.0)),
    "mean": lambda values, clusters: statistics.mean(values, clusters=clusters),
    "parts": _of_parts,
    "f1": _of_pairs(statistics.binary_f1),
    "macro_f1": _macro_f1,
    "mcc": _of_pairs(statistics.matthews),
    "pearson": _of_pairs(statistics.pearson),
    "spearman": _of_pairs(statistics.spearman),
}

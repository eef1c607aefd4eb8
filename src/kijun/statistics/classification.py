"""F1, macro F1 and Matthews correlation: metrics of a whole task, from gold and predicted classes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kijun.records import Estimate
from kijun.statistics.bootstrap import REPLICATES, Statistic, Units, bootstrap_totals, dirichlet_limits
from kijun.statistics.clusters import Clusters, effective_clusters, group_clusters
from kijun.statistics.intervals import t_quantile
from kijun.statistics.means import nothing_measured, proportion

__all__ = [
    "ClassCodes",
    "ConfusionMetric",
    "binary_f1",
    "class_codes",
    "f1_of_tables",
    "macro_f1",
    "macro_f1_of_tables",
    "matthews",
    "matthews_of_tables",
    "table_units",
]

ConfusionMetric = Callable[[NDArray[np.float64]], NDArray[np.float64]]
"""(..., k, k) confusion tables, gold in rows, predicted in columns, to (...) values; 0 where undefined, never NaN."""


def binary_f1(
    gold: ArrayLike,
    predicted: ArrayLike,
    *,
    rng: np.random.Generator,
    clusters: Clusters | None = None,
    positive: float = 1,
    level: float = 0.95,
    replicates: int = REPLICATES,
) -> Estimate:
    """F1 of the class `positive`: 2 tp / (2 tp + fp + fn).

    The value is scikit-learn's f1_score; 0, as there, when the class occurs neither in gold nor in predictions (its
    interval is then 0 to 1). `stderr` is a bootstrap over items, as lm-evaluation-harness's. The interval needs no
    bootstrap: F1 = 2q / (1 + q) with q = tp / (tp + fp + fn), a proportion, whose (cluster-)Wilson limits are carried
    over, so it collapses neither at 0 nor at 1.

    Args:
        gold, predicted: (n,) classes.
        rng: source of the resamples.
        clusters: n names; items with the same name are not independent, None stands alone.

    Source: Takahashi, Nishiyama, Yamamoto et al. (2022), Appl. Intell. 52:4961-4972, for F1 as a function of binomial
    shares; conditioning on tp + fp + fn is ours.
    """
    cells = class_codes(gold, predicted, (positive,))
    if cells.gold.size == 0:
        return nothing_measured(level)
    codes = group_clusters(clusters, len(cells.gold))
    units = table_units(cells.gold * 2 + cells.predicted, 4, None)

    def f1(sums: NDArray[np.float64]) -> NDArray[np.float64]:
        # class 0 is `positive`, class 1 everything else: turned round, as f1_of_tables takes the last class
        return f1_of_tables(sums.reshape(*sums.shape[:-1], 2, 2)[..., ::-1, ::-1])

    value = float(f1(units.total))
    stderr = _bootstrap_stderr(units, f1, rng, replicates)
    concerned = (cells.gold == 0) | (cells.predicted == 0)
    if not concerned.any():
        return Estimate(value, stderr, 0.0, 1.0, level, len(cells.gold), "no positive item: F1 counts as 0")
    both = ((cells.gold == 0) & (cells.predicted == 0))[concerned]
    names = None if codes is None else codes[concerned].tolist()
    share = proportion(both, clusters=names, level=level)
    method = share.method if share.low is None else f"{share.method}-f1"
    limits = (None, None) if share.low is None else (2 * share.low / (1 + share.low), 2 * share.high / (1 + share.high))
    return Estimate(value, stderr, *limits, level, len(cells.gold), method)


def matthews(
    gold: ArrayLike,
    predicted: ArrayLike,
    *,
    rng: np.random.Generator,
    clusters: Clusters | None = None,
    level: float = 0.95,
    replicates: int = REPLICATES,
) -> Estimate:
    """Matthews correlation of gold and predicted classes, two or more of them.

    The value is scikit-learn's matthews_corrcoef; 0, as there, when gold or predictions are all one class. Standard
    error and interval as `macro_f1`.

    Source: Matthews (1975), Biochim. Biophys. Acta 405:442-451; more classes: Gorodkin (2004), Comput. Biol. Chem.
    28:367-374.
    """
    return _table_estimate(matthews_of_tables, gold, predicted, None, rng, clusters, level, replicates)


def macro_f1(
    gold: ArrayLike,
    predicted: ArrayLike,
    *,
    rng: np.random.Generator,
    labels: Sequence[float] | None = None,
    clusters: Clusters | None = None,
    level: float = 0.95,
    replicates: int = REPLICATES,
) -> Estimate:
    """Plain mean of the F1 of every class in `labels`, each against the rest.

    A class that occurs neither in gold nor in predictions counts as 0, as in scikit-learn and in the CommitmentBank of
    lm-evaluation-harness. `stderr` is a bootstrap over items, as the harness's is where it has one. The interval is
    `dirichlet_limits` on the confusion table; with clusters at the effective sample size, that is n over the design
    effect (squared ratio of a bootstrap over clusters to one over items, never below 1), with Student's t allowed for.

    Args:
        labels: the classes to average over; None takes those that occur.
    """
    known = np.unique(np.concatenate([gold, predicted])).tolist() if labels is None else list(labels)

    def metric(tables: NDArray[np.float64]) -> NDArray[np.float64]:
        return macro_f1_of_tables(tables, len(known))

    return _table_estimate(metric, gold, predicted, known, rng, clusters, level, replicates)


def f1_of_tables(tables: NDArray[np.float64]) -> NDArray[np.float64]:
    """(..., k, k) tables to the F1 of the last class; 0 where it does not occur."""
    hits = tables[..., -1, -1]
    return _ratio(2 * hits, tables[..., -1, :].sum(-1) + tables[..., :, -1].sum(-1))


def macro_f1_of_tables(tables: NDArray[np.float64], classes: int | None = None) -> NDArray[np.float64]:
    """(..., k, k) tables to the mean F1 of the first `classes` classes (all by default)."""
    hits = np.diagonal(tables, axis1=-2, axis2=-1)
    return _ratio(2 * hits, tables.sum(-1) + tables.sum(-2))[..., :classes].mean(-1)


def matthews_of_tables(tables: NDArray[np.float64]) -> NDArray[np.float64]:
    """(..., k, k) tables to the Matthews correlation; 0 where gold or predictions are all one class."""
    golds, predictions = tables.sum(-1), tables.sum(-2)
    n = golds.sum(-1)
    covariance = np.trace(tables, axis1=-2, axis2=-1) * n - (golds * predictions).sum(-1)
    spread = (n**2 - (golds**2).sum(-1)) * (n**2 - (predictions**2).sum(-1))
    return _ratio(covariance, np.sqrt(np.maximum(spread, 0)))


class ClassCodes(NamedTuple):
    """Gold and predicted classes as numbers 0 .. `classes` - 1, each (n,); `classes` is 2 at least."""

    gold: NDArray[np.intp]
    predicted: NDArray[np.intp]
    classes: int


def class_codes(gold: ArrayLike, predicted: ArrayLike, labels: Sequence[float] | None) -> ClassCodes:
    """Numbers the classes in the order of `labels`, all others together last; without labels, sorted.

    Raises:
        ValueError: gold and predicted differ in length.
    """
    golds, predictions = np.asarray(gold), np.asarray(predicted)
    if golds.ndim != 1 or golds.shape != predictions.shape:
        raise ValueError(f"gold and predicted are flat and of one length, not {golds.shape} and {predictions.shape}")
    if labels is None:
        names, codes = np.unique(np.concatenate([golds, predictions]), return_inverse=True)
        return ClassCodes(codes[: len(golds)], codes[len(golds) :], max(len(names), 2))
    numbered = [np.full(len(golds), len(labels), dtype=np.intp) for _ in range(2)]
    for place, label in enumerate(labels):
        numbered[0][golds == label] = place
        numbered[1][predictions == label] = place
    outside = any(np.any(numbers == len(labels)) for numbers in numbered)
    return ClassCodes(*numbered, max(len(labels) + outside, 2))


def table_units(cells: NDArray[np.intp], n_cells: int, codes: NDArray[np.intp] | None) -> Units:
    """Units whose sums are counts of the cells: items, or clusters of items where `codes` numbers them."""
    if codes is None:
        counts = np.bincount(cells, minlength=n_cells)
        seen = np.flatnonzero(counts)
        return Units(np.eye(n_cells)[seen], counts[seen])
    table = np.bincount(codes * n_cells + cells, minlength=(codes.max() + 1) * n_cells).reshape(-1, n_cells)
    rows, counts = np.unique(table, axis=0, return_counts=True)
    return Units(rows.astype(float), counts)


def _table_estimate(
    metric: ConfusionMetric,
    gold: ArrayLike,
    predicted: ArrayLike,
    labels: Sequence[float] | None,
    rng: np.random.Generator,
    clusters: Clusters | None,
    level: float,
    replicates: int,
) -> Estimate:
    cells = class_codes(gold, predicted, labels)
    n, k = len(cells.gold), cells.classes
    if n == 0:
        return nothing_measured(level)
    codes = group_clusters(clusters, n)
    cell = cells.gold * k + cells.predicted
    units = table_units(cell, k * k, None)

    def statistic(sums: NDArray[np.float64]) -> NDArray[np.float64]:
        return metric(sums.reshape(*sums.shape[:-1], k, k))

    value = float(statistic(units.total))
    stderr = _bootstrap_stderr(units, statistic, rng, replicates)
    if codes is None:
        independent, method = float(n), "dirichlet"
    elif codes.max() == 0:
        return Estimate(value, stderr, None, None, level, n, "one cluster only: no interval")
    else:
        clustered = _bootstrap_stderr(table_units(cell, k * k, codes), statistic, rng, replicates)
        independent, method = _effective_items(stderr, clustered, codes, level), "cluster-dirichlet"
    limits = dirichlet_limits(value, units.total, independent, statistic, rng, level, replicates)
    return Estimate(value, stderr, *limits, level, n, method)


def _effective_items(simple: float | None, clustered: float | None, codes: NDArray[np.intp], level: float) -> float:
    """Effective sample size: n over the design effect, Student's t for few clusters allowed for (Korn and Graubard)."""
    n, independent = len(codes), effective_clusters(codes)
    if not simple or not clustered:
        return independent
    few = t_quantile(level, max(independent - 1, 1)) / t_quantile(level, n - 1)
    return n / (max(clustered / simple, 1.0) * max(few, 1.0)) ** 2


def _bootstrap_stderr(units: Units, statistic: Statistic, rng: np.random.Generator, replicates: int) -> float | None:
    if units.size == 1:
        return None
    return float(statistic(bootstrap_totals(units, rng, replicates)).std(ddof=1))


def _ratio(above: NDArray[np.float64], below: NDArray[np.float64]) -> NDArray[np.float64]:
    """Above over below, 0 where below is 0."""
    return np.divide(above, below, out=np.zeros(np.shape(below)), where=np.asarray(below) > 0)

"""Proportions and means: golden values, parity with lm-evaluation-harness, properties, coverage by simulation."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from kijun.records import Estimate
from kijun.statistics import mean, proportion, rare_share, wilson
from kijun.statistics.clusters import cluster_variance, effective_clusters, group_clusters

# statsmodels 0.15.0, proportion_confint(count, n, alpha=0.05 | 0.1, method="wilson")
WILSON = [
    (0, 10, 0.95, 0.0, 0.27753279986288926),
    (3, 10, 0.95, 0.10779126740630104, 0.6032218525388546),
    (10, 10, 0.95, 0.7224672001371106, 1.0),
    (1, 1, 0.95, 0.2065493143772374, 1.0),
    (214, 300, 0.95, 0.6597183711272249, 0.7615539611503023),
    (0, 10, 0.9, 0.0, 0.2129419700834071),
    (214, 300, 0.9, 0.6686325312489244, 0.7542206432896877),
]
SCORES = [0.2, 0.4, 0.3, 0.9, 0.8, 0.7, 0.1, 0.0, 0.2, 0.5, 0.6, 0.9]


@pytest.mark.parametrize(("count", "n", "level", "low", "high"), WILSON)
def test_wilson_equals_statsmodels(count: int, n: int, level: float, low: float, high: float) -> None:
    estimate = proportion([1] * count + [0] * (n - count), level=level)
    assert estimate.low == pytest.approx(low, abs=1e-12)
    assert estimate.high == pytest.approx(high, abs=1e-12)
    assert (estimate.n, estimate.method, estimate.level) == (n, "wilson", level)


def test_t_interval_equals_statsmodels() -> None:
    # statsmodels 0.15.0, OLS on a constant: bse and conf_int()
    estimate = mean(SCORES)
    assert (estimate.stderr, estimate.low, estimate.high) == pytest.approx((0.09073215, 0.26696655, 0.66636678))
    assert estimate.method == "t"


def test_cluster_t_equals_statsmodels_for_clusters_of_one_size() -> None:
    # statsmodels 0.15.0, OLS on a constant, fit(cov_type="cluster", use_t=True): conf_int()
    estimate = mean(SCORES, clusters=["a"] * 3 + ["b"] * 3 + ["c"] * 3 + ["d"] * 3)
    assert (estimate.low, estimate.high) == pytest.approx((-0.0475827, 0.98091603))
    assert estimate.stderr == mean(SCORES).stderr
    assert estimate.method == "cluster-t"
    assert mean(SCORES, clusters=["a"] * 3 + ["b"] * 3 + ["c"] * 3 + ["d"] * 3, bounds=(0, 1)).low == 0


def test_cluster_variance_equals_its_matrix_form() -> None:
    """CR2 and Bell and McCaffrey's degrees of freedom with the full matrices of a regression on a constant."""
    rng = np.random.default_rng(3)
    sizes = [1, 2, 7, 4, 1, 12]
    codes = np.repeat(np.arange(len(sizes)), sizes)
    values = rng.normal(size=len(codes)) + rng.normal(size=len(sizes))[codes]
    n = len(values)
    residual_maker = np.eye(n) - np.ones((n, n)) / n
    columns = []
    for cluster in range(len(sizes)):
        inside = np.flatnonzero(codes == cluster)
        eigenvalues, vectors = np.linalg.eigh(residual_maker[np.ix_(inside, inside)])
        root = vectors @ np.diag(eigenvalues**-0.5) @ vectors.T
        columns.append(residual_maker[:, inside] @ root @ np.ones(len(inside)) / n)
    bend = np.stack(columns, axis=1)
    eigenvalues = np.linalg.eigvalsh(bend.T @ bend)
    found = cluster_variance(values, codes)
    assert found is not None
    assert found.variance == pytest.approx(float(np.sum((bend.T @ values) ** 2)), rel=1e-10)
    assert found.dof == pytest.approx(eigenvalues.sum() ** 2 / np.sum(eigenvalues**2), rel=1e-10)


def test_clusters_of_one_item_change_nothing() -> None:
    names = [f"item {k}" for k in range(len(SCORES))]
    assert mean(SCORES, clusters=names) == mean(SCORES) == mean(SCORES, clusters=[None] * len(SCORES))
    assert group_clusters(["a", None, "b", None], 4) is None
    codes = group_clusters(["a", None, "a", None], 4)
    assert codes is not None and len(set(codes.tolist())) == 3
    values = np.array(SCORES)
    alone = cluster_variance(values, np.arange(len(values)))
    assert alone == pytest.approx((values.var(ddof=1) / len(values), len(values) - 1))


@pytest.mark.parametrize("bit", [0, 1])
def test_clustered_proportion_does_not_collapse_at_the_edge(bit: int) -> None:
    estimate = proportion([bit] * 30, clusters=[f"passage {k // 6}" for k in range(30)])
    assert (estimate.value, estimate.stderr, estimate.method) == (bit, 0.0, "cluster-wilson")
    assert (estimate.low, estimate.high) == wilson(bit, 5)


def test_equal_scores_do_not_collapse_within_bounds() -> None:
    estimate = mean([0.25] * 20, bounds=(0, 1))
    missed = 1 - 0.05 ** (1 / 20)
    assert (estimate.low, estimate.high) == pytest.approx((0.25 - missed * 0.25, 0.25 + missed * 0.75))
    assert (estimate.value, estimate.stderr, estimate.method) == (0.25, 0.0, "rule-of-three")
    assert rare_share(300) == pytest.approx(3 / 300, rel=0.01)
    clustered = mean([0.25] * 20, bounds=(0, 1), clusters=[f"c{k // 5}" for k in range(20)])
    assert clustered.high == pytest.approx(0.25 + (1 - 0.05 ** (1 / 4)) * 0.75)


def test_scores_on_the_bounds_are_a_proportion() -> None:
    estimate, plain = mean([-1, 1, 1, 1, -1], bounds=(-1, 1)), proportion([0, 1, 1, 1, 0])
    assert plain.low is not None and plain.high is not None
    assert (estimate.low, estimate.high) == pytest.approx((2 * plain.low - 1, 2 * plain.high - 1))
    assert (estimate.value, estimate.method) == (pytest.approx(0.2), "wilson")


@pytest.mark.parametrize(
    ("estimate", "method"),
    [
        (mean([0.5]), "one item: no interval"),
        (mean([0.5, 0.5]), "all scores equal: no interval"),
        (mean([0.5, 0.7], clusters=["a", "a"], bounds=(0, 1)), "one cluster only: no interval"),
        (proportion([0, 1], clusters=["a", "a"]), "one cluster only: no interval"),
    ],
)
def test_no_interval_says_why(estimate: Estimate, method: str) -> None:
    assert estimate.value is not None
    assert (estimate.low, estimate.high, estimate.method) == (None, None, method)


@pytest.mark.parametrize("estimator", [mean, proportion])
def test_nothing_measured(estimator: Callable[..., Estimate]) -> None:
    assert estimator([]) == Estimate(None, None, None, None, 0.95, 0, "no measured items")


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: proportion([0, 0.5]), "not 0.5"),
        (lambda: mean([0.0, math.nan]), "NaN"),
        (lambda: mean([0.0, 2.0], bounds=(0, 1)), "2.0 lies outside"),
        (lambda: mean([0.0], bounds=(1, 0)), "bounds"),
        (lambda: mean([[0.0]]), "flat"),
        (lambda: mean([0.0], clusters=["a", "b"]), "2 cluster names for 1 items"),
        (lambda: proportion([1], level=95), "such as 0.95"),
        (lambda: wilson(1.5, 3), "share"),
        (lambda: wilson(0.5, 0), "trials"),
        (lambda: rare_share(0), "draws"),
    ],
)
def test_wrong_calls_say_what_is_wrong(call: Callable[[], object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()


def test_stderr_equals_the_harness_on_every_golden_task(shared: Path) -> None:
    """A 0/1 metric's value and n give back its items, so its golden stderr can be checked for every task."""
    golden = json.loads((shared / "golden" / "lm_eval_hash_model.json").read_text(encoding="utf-8"))
    checked = 0
    for entry in (entry for key, entry in golden.items() if key != "_about"):
        for task in entry["tasks"].values():
            for metric, value in task["metrics"].items():
                name, pipeline = metric.split(",")
                ones = value * task["n"]
                if name not in ("acc", "acc_norm", "exact_match") or abs(ones - round(ones)) > 1e-9:
                    continue
                estimate = proportion([1] * round(ones) + [0] * (task["n"] - round(ones)))
                assert estimate.value == pytest.approx(value, abs=1e-9)
                assert estimate.stderr == pytest.approx(task["metrics"][f"{name}_stderr,{pipeline}"], abs=1e-9)
                checked += 1
    assert checked > 200


@given(st.lists(st.booleans(), min_size=1, max_size=60), st.sampled_from([0.5, 0.9, 0.95, 0.99]))
def test_wilson_contains_the_value_and_stays_inside(values: list[bool], level: float) -> None:
    estimate = proportion(values, level=level)
    assert estimate.value is not None and estimate.low is not None and estimate.high is not None
    assert 0 <= estimate.low <= estimate.value <= estimate.high <= 1
    assert estimate.low < estimate.high
    assert (estimate.stderr is None) == (len(values) == 1)


@given(st.integers(0, 40), st.integers(1, 40))
def test_wilson_narrows_with_n_and_mirrors(ones: int, more: int) -> None:
    n = max(ones, 1) + more
    low, high = wilson(ones / n, n)
    low_twice, high_twice = wilson(ones / n, 2 * n)
    assert high_twice - low_twice < high - low
    assert wilson(1 - ones / n, n) == pytest.approx((1 - high, 1 - low), abs=1e-12)


@given(
    st.lists(st.tuples(st.floats(0, 1), st.sampled_from(["a", "b", "c", None])), min_size=1, max_size=40),
    st.randoms(use_true_random=False),
)
def test_mean_contains_its_value_in_any_order(items: list[tuple[float, str | None]], random: object) -> None:
    shuffled = list(items)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    first, second = (
        mean([score for score, _ in order], clusters=[name for _, name in order], bounds=(0, 1))
        for order in (items, shuffled)
    )
    assert first.method == second.method
    for ours, theirs in zip(_numbers(first), _numbers(second), strict=True):
        assert ours == (None if theirs is None else pytest.approx(theirs, abs=1e-9))
    if first.low is not None and first.high is not None and first.value is not None:
        assert 0 <= first.low <= first.value <= first.high <= 1


def _numbers(estimate: Estimate) -> tuple[float | None, ...]:
    return estimate.value, estimate.stderr, estimate.low, estimate.high


@pytest.mark.parametrize("n", [30, 100, 400])
def test_wilson_covers(n: int) -> None:
    """Exactly, without drawing: the binomial probability of the counts whose interval holds the truth."""
    limits = [wilson(k / n, n) for k in range(n + 1)]
    coverage = []
    for share in np.linspace(0.05, 0.95, 46).tolist():
        chances = (
            math.exp(math.log(math.comb(n, k)) + k * math.log(share) + (n - k) * math.log1p(-share))
            for k in range(n + 1)
        )
        coverage.append(
            sum(chance for chance, (low, high) in zip(chances, limits, strict=True) if low <= share <= high)
        )
    assert np.mean(coverage) == pytest.approx(0.95, abs=0.003)
    assert min(coverage) > 0.925
    assert max(coverage) < 0.98


@pytest.mark.parametrize(("share", "cluster_sizes"), [(0.5, [6] * 20), (0.9, [6] * 40), (0.7, [2, 3, 4, 5, 16] * 8)])
def test_clustered_intervals_cover_where_naive_ones_do_not(share: float, cluster_sizes: list[int]) -> None:
    rng = np.random.default_rng(11)
    codes = np.repeat(np.arange(len(cluster_sizes)), cluster_sizes)
    names = codes.tolist()
    spread = 0.7 / 0.3  # intra-cluster correlation 0.3
    hits = {"naive": 0, "proportion": 0, "mean": 0}
    rounds = 400
    for _ in range(rounds):
        chances = rng.beta(share * spread, (1 - share) * spread, size=len(cluster_sizes))
        values = (rng.random(len(codes)) < chances[codes]).astype(float)
        hits["naive"] += _holds(proportion(values), share)
        hits["proportion"] += _holds(proportion(values, clusters=names), share)
        hits["mean"] += _holds(mean(values + _noise(rng, codes), clusters=names), share)
    assert hits["naive"] < 0.85 * rounds
    assert 0.92 * rounds <= hits["proportion"] <= 0.985 * rounds
    assert 0.88 * rounds <= hits["mean"] <= 0.985 * rounds


def _noise(rng: np.random.Generator, codes: NDArray[np.intp]) -> NDArray[np.float64]:
    return rng.normal(scale=0.01, size=len(codes))


def _holds(estimate: Estimate, truth: float) -> bool:
    return estimate.low is not None and estimate.high is not None and estimate.low <= truth <= estimate.high


def test_effective_clusters() -> None:
    assert effective_clusters(np.array([0, 0, 1, 1, 2, 2])) == pytest.approx(3)
    assert effective_clusters(np.array([0, 0, 0, 0, 1])) == pytest.approx(25 / 17)

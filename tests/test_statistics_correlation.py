"""Pearson and Spearman: golden values, undefined cases, clusters, coverage."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kijun.records import Estimate
from kijun.statistics import pearson, pearson_spearman_mean, spearman
from kijun.statistics.bootstrap import Units, bca_limits, bootstrap_totals

GOLD = [0.0, 1.5, 2.0, 2.0, 3.2, 4.0, 4.6, 5.0, 1.0, 3.2]
PREDICTED = [0.4, 1.0, 2.5, 1.9, 2.5, 4.8, 3.9, 4.8, 0.0, 3.0]
ALL = [pearson, spearman, pearson_spearman_mean]


def generator() -> np.random.Generator:
    return np.random.default_rng(8)


def test_values_equal_scipy() -> None:
    # scipy 1.17.1, pearsonr and spearmanr, with ties in both
    assert pearson(GOLD, PREDICTED, rng=generator()).value == pytest.approx(0.9391207120674337, abs=1e-12)
    assert spearman(GOLD, PREDICTED, rng=generator()).value == pytest.approx(0.9509202453987731, abs=1e-12)
    both = pearson_spearman_mean(GOLD, PREDICTED, rng=generator())
    assert both.value == pytest.approx((0.9391207120674337 + 0.9509202453987731) / 2, abs=1e-12)


def test_bca_agrees_with_scipy() -> None:
    # scipy 1.17.1, stats.bootstrap(pearsonr, paired=True, n_resamples=20000), method BCa, on the same 60 pairs
    rng = np.random.default_rng(0)
    gold = rng.normal(size=60)
    predicted = gold + rng.normal(size=60) * 0.7
    found = pearson(gold, predicted, rng=generator(), replicates=20_000)
    assert found.value == pytest.approx(0.7580263613937579, abs=1e-12)
    assert found.stderr == pytest.approx(0.04485106682967733, rel=0.02)
    assert (found.low, found.high) == pytest.approx((0.6509807393275787, 0.8304396935001704), abs=0.005)
    assert found.method == "bootstrap-bca"


@pytest.mark.parametrize("metric", ALL)
def test_undefined_says_why(metric: Callable[..., Estimate]) -> None:
    assert metric([], [], rng=generator()).method == "no measured items"
    constant = metric([1, 2, 3], [2, 2, 2], rng=generator())
    assert (constant.value, constant.method) == (None, "undefined: all predicted values are equal")
    perfect = metric(range(9), range(9), rng=generator())
    assert (perfect.value, perfect.low) == (pytest.approx(1), None)
    assert perfect.method == "every resample gives the same correlation: no interval"
    few = metric([1, 2], [2, 3], rng=generator())
    assert (few.value, few.method) == (pytest.approx(1), "fewer than three items or clusters: no interval")
    with pytest.raises(ValueError, match="one length"):
        metric([1, 2], [1], rng=generator())


@pytest.mark.parametrize("metric", ALL)
def test_repeated_items_are_one_cluster(metric: Callable[..., Estimate]) -> None:
    """Every item five times over: with clusters the interval of the items once, draw for draw."""
    gold, predicted = np.repeat(GOLD, 5), np.repeat(PREDICTED, 5)
    once = metric(GOLD, PREDICTED, rng=generator())
    clustered = metric(gold, predicted, clusters=np.repeat(np.arange(10), 5).tolist(), rng=generator())
    assert (clustered.low, clustered.high) == pytest.approx((once.low, once.high))
    assert clustered.method == "cluster-bootstrap-bca"


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=1, max_size=12))
def test_any_numbers(pairs: list[tuple[int, int]]) -> None:
    for metric in ALL:
        found = metric([g for g, _ in pairs], [p for _, p in pairs], rng=generator(), replicates=50)
        if found.low is not None and found.high is not None and found.value is not None:
            assert -1 <= found.low <= found.value <= found.high <= 1


@pytest.mark.parametrize("metric", [pearson, spearman])
def test_intervals_cover(metric: Callable[..., Estimate]) -> None:
    rng = np.random.default_rng(2)
    truth = 0.6 if metric is pearson else 6 / np.pi * np.arcsin(0.6 / 2)
    hits, rounds = 0, 200
    for _ in range(rounds):
        gold = rng.normal(size=80)
        predicted = 0.6 * gold + 0.8 * rng.normal(size=80)
        found = metric(gold, predicted, rng=rng, replicates=400)
        assert found.low is not None and found.high is not None
        hits += found.low <= truth <= found.high
    assert 0.9 * rounds <= hits <= 0.985 * rounds


@pytest.mark.parametrize("kinds", [3, 400])
def test_bootstrap_totals_have_the_mean_and_spread_of_resampling(kinds: int) -> None:
    """Both ways of drawing: by kind where kinds are few, by unit where they are many."""
    rng = np.random.default_rng(4)
    rows = rng.normal(size=(kinds, 2))
    counts = rng.integers(1, 4 if kinds > 3 else 300, size=kinds)
    units = Units(rows, counts)
    totals = bootstrap_totals(units, rng, 20_000)
    spread = np.repeat(rows, counts, axis=0).std(axis=0) * np.sqrt(units.size)
    assert totals.shape == (20_000, 2)
    assert totals.mean(axis=0) == pytest.approx(units.total, abs=4 * float(spread.max()) / np.sqrt(20_000))
    assert totals.std(axis=0) == pytest.approx(spread, rel=0.03)


def test_same_seed_same_numbers() -> None:
    assert pearson(GOLD, PREDICTED, rng=generator()) == pearson(GOLD, PREDICTED, rng=generator())


def test_bca_without_spread_is_none() -> None:
    assert bca_limits(1.0, np.ones(10), np.ones(3), np.ones(3, dtype=np.int64), 0.95) is None

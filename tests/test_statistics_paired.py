"""Two models on the same items, many comparisons, unscored items: golden values and properties."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kijun.statistics import (
    benjamini_hochberg,
    bounds_for_unscored,
    compare,
    f1_of_tables,
    holm,
    matthews,
    matthews_of_tables,
    minimal_detectable_difference,
    paired_bootstrap,
)

A = [0.0, 1.5, 2.0, 2.0, 3.2, 4.0, 4.6, 5.0, 1.0, 3.2]
B = [0.4, 1.0, 2.5, 1.9, 2.5, 4.8, 3.9, 4.8, 0.0, 3.0]


def generator() -> np.random.Generator:
    return np.random.default_rng(31)


def test_t_test_equals_scipy() -> None:
    # scipy 1.17.1, ttest_rel(A, B) and its confidence_interval(); pearsonr
    found = compare(A, B)
    assert found.p_value == pytest.approx(0.3821610178910631, abs=1e-12)
    assert (found.difference.low, found.difference.high) == pytest.approx((-0.24855002150231295, 0.5885500215023131))
    assert found.correlation == pytest.approx(0.9391207120674337)
    assert (found.wins, found.losses, found.ties, found.n, found.method) == (7, 3, 0, 10, "t")


def test_mcnemar_equals_published_and_statsmodels() -> None:
    # discordant pairs 1 and 7, the example of Fagerland, Lydersen and Laake (2013): mid-p 0.039; statsmodels 0.15.0
    # mcnemar(exact=True) gives 0.0703125, of which the observed count's probability is taken off
    first, second = [1] * 57 + [0] * 11, [1] * 50 + [0] * 7 + [1] + [0] * 10
    found = compare(first, second)
    assert (found.wins, found.losses, found.ties) == (7, 1, 60)
    assert found.p_value == pytest.approx(0.0390625, abs=1e-12)
    assert found.method == "mcnemar-midp"
    assert found.difference.value == pytest.approx(6 / 68)
    assert found.difference.method == "bonett-price"
    won, lost = 8 / 70, 2 / 70
    half = 1.959963984540054 * math.sqrt((won + lost - (won - lost) ** 2) / 70)
    assert (found.difference.low, found.difference.high) == pytest.approx((won - lost - half, won - lost + half))


def test_paired_stderr_is_that_of_the_differences() -> None:
    found = compare(A, B)
    a, b = np.array(A), np.array(B)
    covariance = np.cov(a, b)
    spread = covariance[0, 0] + covariance[1, 1] - 2 * covariance[0, 1]
    assert found.difference.stderr == pytest.approx(math.sqrt(spread / 10))


def test_clusters_raise_the_p_value() -> None:
    rng = np.random.default_rng(1)
    a = np.repeat(rng.normal(0.3, 1, size=20), 8)
    b = np.zeros(160)
    names = np.repeat(np.arange(20), 8).tolist()
    naive, clustered, once = compare(a, b), compare(a, b, clusters=names), compare(a[::8], b[::8])
    assert naive.p_value is not None and clustered.p_value is not None
    assert naive.p_value < clustered.p_value == pytest.approx(once.p_value)
    assert clustered.difference.low == pytest.approx(once.difference.low)
    assert (clustered.method, clustered.correlation) == ("cluster-t", None)
    assert compare(a[:8], b[:8] + a[::20], clusters=names[:8]).method == "one cluster only: no test"
    bits = compare(a > 0, b > 0, clusters=names)
    assert (bits.method, bits.difference.method) == ("cluster-t", "cluster-t")


def test_equal_answers_keep_a_width() -> None:
    found = compare([1, 0] * 50, [1, 0] * 50)
    assert (found.p_value, found.ties, found.difference.value, found.correlation) == (1, 100, 0, pytest.approx(1))
    assert found.difference.low == pytest.approx(-found.difference.high)  # type: ignore[operator]
    assert found.difference.high == pytest.approx(0.027, abs=0.001)
    graded = compare([0.5] * 60, [0.5] * 60, bounds=(0, 1))
    assert (graded.p_value, graded.method, graded.difference.method) == (1, "sign-flip", "rule-of-three")
    shifted = compare([0.75] * 6, [0.5] * 6)
    assert (shifted.p_value, shifted.difference.low) == (2**-5, None)


def test_nothing_to_compare() -> None:
    assert compare([], []).method == "no measured items"
    assert paired_bootstrap(f1_of_tables, [], [], [], rng=generator()).difference.value is None
    with pytest.raises(ValueError, match="same items"):
        compare([1, 0], [1])
    with pytest.raises(ValueError, match="one length"):
        paired_bootstrap(f1_of_tables, [1], [1, 0], [1], rng=generator())


@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=40))
def test_swapping_the_models_mirrors_the_comparison(pairs: list[tuple[bool, bool]]) -> None:
    a, b = [first for first, _ in pairs], [second for _, second in pairs]
    there, back = compare(a, b), compare(b, a)
    assert there.p_value == pytest.approx(back.p_value)
    assert 0 < there.p_value <= 1  # type: ignore[operator]
    assert (there.wins, there.losses) == (back.losses, back.wins)
    assert (there.difference.low, there.difference.high) == pytest.approx(
        (-back.difference.high, -back.difference.low)  # type: ignore[operator]
    )


def test_paired_bootstrap_of_a_task_metric() -> None:
    rng = np.random.default_rng(2)
    gold = rng.integers(0, 2, size=400)
    a = np.where(rng.random(400) < 0.85, gold, 1 - gold)
    b = np.where(rng.random(400) < 0.7, gold, 1 - gold)
    found = paired_bootstrap(matthews_of_tables, gold, a, b, rng=generator())
    values = [matthews(gold, answers, rng=generator(), replicates=10).value for answers in (a, b)]
    assert found.difference.value == pytest.approx(values[0] - values[1])  # type: ignore[operator]
    assert found.difference.low is not None and found.difference.low > 0.1
    assert found.p_value == pytest.approx(1 / 10_001)
    assert (found.wins, found.losses) == (
        int(np.sum((a == gold) & (b != gold))),
        int(np.sum((a != gold) & (b == gold))),
    )
    assert found.method == "swap"
    pairs = paired_bootstrap(
        matthews_of_tables, gold, a, b, clusters=[f"p{k // 2}" for k in range(400)], rng=generator()
    )
    assert pairs.difference.method == "cluster-bootstrap-bca"
    assert pairs.p_value is not None and pairs.p_value < 0.01


def test_paired_bootstrap_of_the_same_answers() -> None:
    found = paired_bootstrap(f1_of_tables, [0, 1] * 20, [0, 1] * 20, [0, 1] * 20, rng=generator())
    assert (found.difference.value, found.p_value, found.difference.method) == (0, 1, "dirichlet")
    assert found.difference.low is not None and found.difference.high is not None
    assert found.difference.low < 0 < found.difference.high
    assert paired_bootstrap(f1_of_tables, [1], [1], [0], rng=generator()).difference.low is None


def test_swap_test_holds_its_level() -> None:
    rng = np.random.default_rng(6)
    rejected, rounds = 0, 200
    for _ in range(rounds):
        gold = rng.integers(0, 2, size=60)
        a, b = (np.where(rng.random(60) < 0.75, gold, 1 - gold) for _ in range(2))
        found = paired_bootstrap(f1_of_tables, gold, a, b, rng=rng, replicates=300)
        assert found.p_value is not None
        rejected += found.p_value <= 0.05
    assert rejected <= 0.09 * rounds


def test_adjusted_p_values_equal_statsmodels() -> None:
    # statsmodels 0.15.0, multipletests(method="holm" | "fdr_bh")
    p_values = [0.01, 0.04, 0.03, 0.005, 0.5, 0.04]
    assert holm(p_values) == pytest.approx([0.05, 0.12, 0.12, 0.03, 0.5, 0.12])
    assert benjamini_hochberg(p_values) == pytest.approx([0.03, 0.048, 0.048, 0.03, 0.5, 0.048])
    assert holm([]).size == benjamini_hochberg([]).size == 0
    with pytest.raises(ValueError, match="from 0 to 1"):
        holm([1.5])


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_adjusting_only_raises_and_keeps_the_order(p_values: list[float]) -> None:
    strict, lenient = holm(p_values), benjamini_hochberg(p_values)
    assert np.all(strict >= lenient - 1e-12)
    assert np.all(lenient >= np.array(p_values) - 1e-12)
    assert np.all(strict <= 1)
    order = np.argsort(p_values, kind="stable")
    assert np.all(np.diff(strict[order]) >= 0)
    assert np.all(np.diff(lenient[order]) >= 0)


def test_minimal_detectable_difference_equals_statsmodels() -> None:
    # statsmodels 0.15.0, NormalIndPower().solve_power(nobs1=n, alpha=0.05, power=0.8, ratio=0) times the spread
    assert minimal_detectable_difference(300, 0.5) == pytest.approx(0.08087469973577376, rel=1e-5)
    assert minimal_detectable_difference(1319, 0.6) == pytest.approx(0.046284133410258305, rel=1e-5)
    with pytest.raises(ValueError, match="needs items"):
        minimal_detectable_difference(0, 0.5)
    with pytest.raises(ValueError, match="power"):
        minimal_detectable_difference(10, 0.5, power=1)


def test_bounds_for_unscored() -> None:
    assert bounds_for_unscored(0.8, 90, 10) == pytest.approx((0.72, 0.82))
    assert bounds_for_unscored(0.8, 90, 0) == pytest.approx((0.8, 0.8))
    assert bounds_for_unscored(None, 0, 5, low=-1) == (-1, 1)
    with pytest.raises(ValueError, match="not negative"):
        bounds_for_unscored(0.5, 1, -1)
    with pytest.raises(ValueError, match="outside"):
        bounds_for_unscored(1.5, 1, 1)

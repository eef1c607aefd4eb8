"""AUC: hand-worked values, ties, clusters, and coverage by simulation; two detectors on the same items."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import mannwhitneyu, norm

from kijun.statistics import auc, compare_auc


def rng() -> np.random.Generator:
    return np.random.default_rng(7)


def test_by_hand() -> None:
    # ones at 3, 1; zeros at 2, 0: three of four pairs in order
    assert auc([1, 0, 1, 0], [3, 2, 1, 0], rng=rng()).value == 0.75
    # a tie counts half
    assert auc([1, 0], [1, 1], rng=rng()).value == 0.5
    assert compare_auc([1, 0, 1, 0], [3, 2, 1, 0], [0, 1, 2, 3], rng=rng()).value == pytest.approx(0.75 - 0.25)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.integers(-3, 3)), min_size=2, max_size=40))
def test_it_is_mann_whitneys_statistic(pairs: list[tuple[bool, int]]) -> None:
    labels, scores = [int(label) for label, _ in pairs], [score for _, score in pairs]
    found = auc(labels, scores, rng=rng(), replicates=20)
    ones = [score for label, score in zip(labels, scores, strict=True) if label]
    zeros = [score for label, score in zip(labels, scores, strict=True) if not label]
    if not ones or not zeros:
        assert found.value is None and found.method == "items of one class only"
    else:
        expected = mannwhitneyu(ones, zeros).statistic / (len(ones) * len(zeros))
        assert found.value == pytest.approx(expected)
        assert found.low is None or found.low <= found.value <= found.high  # type: ignore[operator]


def test_wrong_input_has_clear_messages() -> None:
    with pytest.raises(ValueError, match="zeros and ones"):
        auc([0, 2], [1, 2], rng=rng())
    with pytest.raises(ValueError, match="needs a score"):
        auc([0, 1], [1], rng=rng())
    with pytest.raises(ValueError, match="finite"):
        auc([0, 1], [1, float("nan")], rng=rng())


def test_clusters_widen_the_interval() -> None:
    source = np.random.default_rng(1)
    labels = np.repeat(source.integers(0, 2, 30), 8)
    scores = np.repeat(labels[::8] + source.normal(size=30), 8)
    alone = auc(labels, scores, rng=rng(), replicates=1000)
    together = auc(labels, scores, rng=rng(), clusters=np.repeat(np.arange(30), 8).tolist(), replicates=1000)
    assert together.value == alone.value
    assert together.high - together.low > 1.8 * (alone.high - alone.low)  # type: ignore[operator]
    assert together.method == "cluster-bootstrap-bca"


def test_the_interval_covers_the_truth() -> None:
    """Normal scores one standard deviation apart: the area is Φ(1/√2) = 0.760."""
    truth, source, covered = norm.cdf(1 / np.sqrt(2)), np.random.default_rng(2), 0
    for _ in range(200):
        labels = source.integers(0, 2, 60)
        labels[:2] = 0, 1
        found = auc(labels, labels + source.normal(size=60), rng=source, replicates=400)
        covered += found.low <= truth <= found.high  # type: ignore[operator]
    assert covered >= 180


def test_a_difference_uses_the_pairing() -> None:
    source = np.random.default_rng(3)
    labels = source.integers(0, 2, 200)
    noise = source.normal(size=200)
    better, worse = labels + noise, 0.8 * labels + noise
    gain = compare_auc(labels, better, worse, rng=source, replicates=2000)
    assert gain.low is not None and gain.low > 0
    assert auc(labels, better, rng=source, replicates=500).low < auc(labels, worse, rng=source, replicates=500).high  # type: ignore[operator]

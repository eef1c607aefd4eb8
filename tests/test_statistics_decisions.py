"""Bounds, weight ranges and rank acceptability: against other software, hand-worked cases, and known truth."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy import stats

from kijun.statistics import (
    acceptability,
    ahead_for_all_weights,
    bound_of_mean,
    bound_of_share,
    corners_of_weights,
    draw_weights,
    front_shares,
    rank_sets,
    tiers,
    weights_near,
)


@pytest.mark.parametrize(("k", "n"), [(0, 30), (1, 48), (7, 50), (50, 50), (299, 300)])
@pytest.mark.parametrize("confidence", [0.8, 0.95, 0.99])
def test_bounds_of_shares_are_clopper_and_pearsons(k: int, n: int, confidence: float) -> None:
    above = stats.binomtest(k, n, alternative="less").proportion_ci(confidence, method="exact").high
    below = stats.binomtest(k, n, alternative="greater").proportion_ci(confidence, method="exact").low
    assert bound_of_share(k / n, n, confidence=confidence) == pytest.approx(above, abs=1e-12)
    assert bound_of_share(k / n, n, confidence=confidence, upper=False) == pytest.approx(below, abs=1e-12)


def test_no_failure_in_300_shows_one_in_a_hundred() -> None:
    """The rule that requirements are planned with: 3/n."""
    assert bound_of_share(0.0, 299) < 0.01 < bound_of_share(0.0, 298)


@pytest.mark.parametrize("upper", [True, False])
def test_gaffkes_bound_is_clopper_and_pearsons_for_zeros_and_ones(upper: bool) -> None:
    """Asked for with bounds that hide that these are zeros and ones of a share."""
    scores = np.repeat([0.0, 2.0], [45, 5])
    found, method = bound_of_mean(scores, rng=np.random.default_rng(1), bounds=(0.0, 2.0), upper=upper)
    assert method == "gaffke"
    assert found == pytest.approx(2 * bound_of_share(0.1, 50, upper=upper), rel=0.02)


def test_bounds_of_shares_in_clusters_are_wider() -> None:
    scores = np.repeat([1.0, 0.0, 1.0, 1.0, 0.0, 1.0, 1.0, 1.0, 0.0, 1.0], 10)
    clusters = [str(i // 10) for i in range(100)]
    alone, _ = bound_of_mean(scores, rng=np.random.default_rng(1), bounds=(0.0, 1.0))
    together, method = bound_of_mean(scores, rng=np.random.default_rng(1), bounds=(0.0, 1.0), clusters=clusters)
    assert method == "cluster-clopper-pearson"
    assert together > alone + 0.1


def test_bounds_without_ends_are_students() -> None:
    scores = np.array([1.0, 2.0, 4.0, 7.0])
    found, method = bound_of_mean(scores, rng=np.random.default_rng(1), bounds=None, upper=False)
    expected = scores.mean() - stats.t.ppf(0.95, 3) * scores.std(ddof=1) / 2
    assert method == "t"
    assert found == pytest.approx(expected)


RANGES = [(0.1, 0.5), (0.2, 0.4), (0.0, 0.6), (0.05, 0.3)]


def test_weights_are_drawn_uniformly() -> None:
    """Against rejection from the whole simplex, which is uniform for certain; the old way of clipping would be off."""
    rng = np.random.default_rng(5)
    simplex = rng.dirichlet(np.ones(4), size=400_000)
    low, high = np.array(RANGES).T
    expected = simplex[np.all((simplex >= low) & (simplex <= high), axis=1)]
    found = draw_weights(RANGES, 20_000, np.random.default_rng(6))
    assert len(expected) > 10_000
    for criterion in range(4):
        assert stats.ks_2samp(found[:, criterion], expected[:, criterion]).statistic < 0.02
    assert np.corrcoef(found.T) == pytest.approx(np.corrcoef(expected.T), abs=0.03)


@settings(deadline=None, max_examples=50)
@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=7), st.integers(0, 1000))
@example([(0.0, 0.9999999999999999)], 0)
def test_weights_keep_their_ranges(pairs: list[tuple[float, float]], seed: int) -> None:
    ranges = [(min(pair), max(pair)) for pair in pairs]
    low, high = np.array(ranges).T
    if low.sum() > 1 + 1e-9 or high.sum() < 1 - 1e-9:
        with pytest.raises(ValueError, match="cannot add up to 1"):
            draw_weights(ranges, 2, np.random.default_rng(seed))
        return
    drawn = draw_weights(ranges, 20, np.random.default_rng(seed))
    corners = corners_of_weights(ranges, np.random.default_rng(seed))
    for weights in (*drawn, *corners, weights_near(low, ranges)):
        assert weights.sum() == pytest.approx(1)
        assert np.all((weights >= low - 1e-9) & (weights <= high + 1e-9))


def test_corners_of_a_square_cut_by_the_simplex() -> None:
    corners = corners_of_weights([(0.2, 0.6), (0.1, 0.5), (0.1, 0.3)], np.random.default_rng(0))
    expected = [[0.2, 0.5, 0.3], [0.4, 0.5, 0.1], [0.6, 0.1, 0.3], [0.6, 0.3, 0.1]]
    assert corners == pytest.approx(np.array(expected))


def test_many_weights_have_corners_too() -> None:
    corners = corners_of_weights([(0.0, 0.2)] * 14, np.random.default_rng(0))
    at_an_end = (corners < 1e-9) | (corners > 0.2 - 1e-9)
    assert np.all(at_an_end.sum(axis=1) >= 13)


def test_acceptability_of_known_scores() -> None:
    """Two criteria, two options: A is first where its criterion weighs more than a half; B's weights lie beyond."""
    weights = draw_weights([(0, 1), (0, 1)], 20_000, np.random.default_rng(1))
    scores = np.tile(np.array([[1.0, 0.0], [0.0, 1.0], [0.0, 0.0]]), (20_000, 1, 1))
    found = acceptability(scores, weights, np.random.default_rng(2))
    assert found.ranks[0] == pytest.approx([0.5, 0.5, 0], abs=0.02)
    assert found.ranks[2].tolist() == [0, 0, 1]
    assert found.central_weights[0] == pytest.approx([0.75, 0.25], abs=0.01)
    assert found.confidence[:2].tolist() == [1, 1]
    assert found.pairwise[0] == pytest.approx([0.5, 0.5, 1], abs=0.02)


def test_equal_options_share_the_first_rank() -> None:
    scores = np.ones((10_000, 4, 2))
    found = acceptability(scores, np.full((10_000, 2), 0.5), np.random.default_rng(2))
    assert found.ranks == pytest.approx(np.full((4, 4), 0.25), abs=0.02)


def test_who_else_is_compared_changes_no_pair() -> None:
    """Borda's mean win rate turns round when two weak options join (.90 .90 .50 and .85 .85 .60); this does not."""
    options = np.array([[0.90, 0.90, 0.50], [0.85, 0.85, 0.60], [0.1, 0.1, 0.55], [0.1, 0.1, 0.56]])
    weights = draw_weights([(0.2, 0.5)] * 3, 5000, np.random.default_rng(1))
    alone = acceptability(np.tile(options[:2], (5000, 1, 1)), weights, np.random.default_rng(2))
    joined = acceptability(np.tile(options, (5000, 1, 1)), weights, np.random.default_rng(2))
    assert joined.pairwise[0, 1] == alone.pairwise[0, 1]
    assert joined.ranks[:2, 0] == pytest.approx(alone.ranks[:2, 0])


def test_ahead_only_where_every_weight_says_so() -> None:
    rng = np.random.default_rng(3)
    points = np.array([[0.9, 0.5], [0.8, 0.6], [0.3, 0.3]])
    scores = points + rng.normal(0, 0.005, size=(4000, 3, 2))
    corners = corners_of_weights([(0.2, 0.8), (0.2, 0.8)], rng)
    ahead = ahead_for_all_weights(points, scores, corners, 1e6)
    assert ahead.tolist() == [[False, False, True], [False, False, True], [False, False, False]]
    assert [(one.best, one.worst) for one in rank_sets(ahead)] == [(1, 2), (1, 2), (3, 3)]
    assert tiers(ahead) == [1, 1, 2]
    decided = ahead_for_all_weights(points, scores, corners_of_weights([(0.6, 0.9), (0.1, 0.4)], rng), 1e6)
    assert decided[0, 1]


def test_front() -> None:
    scores = np.tile(np.array([[0.9, 0.1], [0.1, 0.9], [0.1, 0.1], [0.9, 0.1]]), (10, 1, 1))
    assert front_shares(scores).tolist() == [1, 1, 0, 1]

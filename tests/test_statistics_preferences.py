"""How sure ratings make one: hand-worked cases, and what must hold for all."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kijun.statistics import RatingSpread, mean_confidence, pooled_spread, vote_confidence

COUNTS = st.integers(min_value=0, max_value=60)


def exact(votes_for: int, votes_against: int) -> float:
    """P(p > 1/2) of Beta(1 + a, 1 + b), by counting: the chance of at most a heads in a + b + 1 throws."""
    n = votes_for + votes_against + 1
    return sum(math.comb(n, k) for k in range(votes_for + 1)) / 2**n


@pytest.mark.parametrize(("votes", "sure"), [((1, 0), 0.75), ((2, 0), 0.875), ((3, 0), 0.9375), ((2, 1), 0.6875)])
def test_hand_worked_votes(votes: tuple[int, int], sure: float) -> None:
    assert vote_confidence(*votes) == pytest.approx(sure, abs=1e-12)


@given(COUNTS, COUNTS)
def test_votes_as_counted(votes_for: int, votes_against: int) -> None:
    assert vote_confidence(votes_for, votes_against) == pytest.approx(exact(votes_for, votes_against), abs=1e-10)


@given(COUNTS, COUNTS, COUNTS)
def test_sides_are_alike_and_ties_make_nobody_surer(votes_for: int, votes_against: int, ties: int) -> None:
    sure = vote_confidence(votes_for, votes_against, ties)
    assert sure + vote_confidence(votes_against, votes_for, ties) == pytest.approx(1)
    assert abs(vote_confidence(votes_for, votes_against, ties + 1) - 0.5) <= abs(sure - 0.5) + 1e-12


def test_counts_below_zero_are_none() -> None:
    with pytest.raises(ValueError, match="counted from 0"):
        vote_confidence(-1, 2)


def test_the_spread_pools_answers() -> None:
    found = pooled_spread([[1, 3], [2, 2], [5, 5, 5], [4]], step=1)
    assert found is not None
    assert found.dof == 4
    assert found.deviation == pytest.approx(math.sqrt(2 / 4))


def test_raters_who_always_agree_are_as_far_apart_as_rounding_is() -> None:
    found = pooled_spread([[3, 3], [4, 4, 4]], step=1)
    assert found == RatingSpread(1 / math.sqrt(12), 3)


def test_without_two_ratings_of_an_answer_nothing_is_known() -> None:
    assert pooled_spread([[1], [2], []], step=1) is None


def test_hand_worked_difference() -> None:
    # One degree of freedom is Cauchy's: with t = 1 three quarters lie below.
    assert mean_confidence(math.sqrt(2), RatingSpread(1.0, 1), 1, 1) == pytest.approx(0.75)
    assert mean_confidence(0, RatingSpread(0.5, 9), 3, 3) == 0.5
    with pytest.raises(ValueError, match="one rating or more"):
        mean_confidence(1, RatingSpread(1.0, 5), 0)

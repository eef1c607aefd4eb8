"""Planned numbers of ratings against what simulated ratings turn out to need."""

from __future__ import annotations

import numpy as np
import pytest

from kijun.statistics import corrected_mean, ratings_needed, ratings_to_go, running_mean, split_budget


def test_textbook_numbers() -> None:
    assert ratings_needed(0.05, 0.5) == 385
    assert ratings_needed(0.10, 0.5) == 97
    assert ratings_needed(0.01, 0.5, items=5000) == ratings_needed(0.01, 0.5, items=5000, correlation=-0.5) is None


@pytest.mark.parametrize("correlation", [0.3, 0.7, 0.9])
def test_the_planned_number_gives_the_wanted_width(correlation: float) -> None:
    rng, wanted, items = np.random.default_rng(2), 0.08, 3000
    n = ratings_needed(wanted, 1.0, correlation=correlation, items=items)
    assert n is not None
    halves = []
    for _ in range(100):
        y = rng.normal(size=items)
        f = correlation * y + np.sqrt(1 - correlation**2) * rng.normal(size=items)
        found = corrected_mean(y[:n], f[:n], f[n:]).corrected
        assert found.low is not None and found.high is not None
        halves.append((found.high - found.low) / 2)
    assert np.mean(halves) == pytest.approx(wanted, rel=0.04)


def test_a_cheap_good_judge_takes_most_of_the_work() -> None:
    rated, judged = split_budget(1000, 0.9, 0.01)
    assert rated < 300 and judged > rated
    # The effective number of ratings is what was asked for.
    assert rated * (rated + judged) / (rated + (1 - 0.81) * judged) == pytest.approx(1000, rel=0.02)
    assert split_budget(1000, 0.0, 0.01) == split_budget(1000, 0.3, 1.0) == (1000, 0)


def test_looking_again_and_again_keeps_the_promise_that_ordinary_intervals_break() -> None:
    rng, running, ordinary, runs = np.random.default_rng(3), 0, 0, 400
    for _ in range(runs):
        draws = (rng.random(1000) < 0.3).astype(float)
        n = np.arange(30, 1001)
        means = np.cumsum(draws)[n - 1] / n
        sds = np.sqrt(np.maximum(means * (1 - means), 1e-12) * n / (n - 1))
        ordinary += bool(np.any(np.abs(means - 0.3) > 1.96 * sds / np.sqrt(n)))
        found = [running_mean(draws[:k]) for k in range(30, 1001, 10)]
        running += any(not (e.low <= 0.3 <= e.high) for e in found if e.low is not None and e.high is not None)
    assert running / runs < 0.06
    assert ordinary / runs > 0.2


def test_ratings_to_go_arrive_where_they_say() -> None:
    more = ratings_to_go(50, 0.07, 0.45)
    assert more is not None and more > 0
    draws = np.resize([0.0, 1.0], 50 + more)
    draws = (draws - 0.5) * 0.45 / draws.std(ddof=1)
    found = running_mean(draws)
    assert found.low is not None and found.high is not None
    assert (found.high - found.low) / 2 <= 0.07 + 1e-9
    shorter = running_mean(draws[:-1] * 0.45 / draws[:-1].std(ddof=1))
    assert shorter.low is not None and shorter.high is not None and (shorter.high - shorter.low) / 2 > 0.07 - 1e-9
    assert ratings_to_go(50, 0.5, 0.45) == 0
    assert ratings_to_go(50, 1e-9, 0.45) is None


@pytest.mark.parametrize(
    "call", [lambda: ratings_needed(0, 1), lambda: split_budget(0, 0, 1), lambda: ratings_to_go(1, 0, 1)]
)
def test_what_cannot_be_planned_says_why(call: object) -> None:
    with pytest.raises(ValueError, match="needs"):
        call()  # type: ignore[operator]

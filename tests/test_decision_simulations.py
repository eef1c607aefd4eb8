"""Small versions of benchmarks/decision_simulations.py: decisions keep their promises where the truth is known."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "benchmarks"))

import decision_simulations as simulations

# An error of 5 % shows as more than this in less than 1 of 1,000 runs of so many repetitions.
_REPETITIONS, _MOST = 120, 0.12


@pytest.mark.parametrize("name", sorted(simulations.GATES))
def test_a_model_at_the_limit_seldom_passes_and_seldom_fails(name: str) -> None:
    draw, limit, n = simulations.GATES[name]
    passed, failed = simulations.gate_errors(draw, limit, n, repetitions=_REPETITIONS, seed=7)
    assert passed <= _MOST
    assert failed <= _MOST


def test_many_gates_do_not_add_up_their_errors() -> None:
    passed, failed = simulations.family_errors(8, repetitions=60, seed=8)
    assert passed == 0
    assert failed <= 0.14


@pytest.mark.parametrize(("hits", "n", "limit"), simulations.NEEDS)
def test_how_many_more_is_what_the_simulated_median_needs(hits: int, n: int, limit: float) -> None:
    said, true = simulations.need(hits, n, limit, repetitions=20_000, seed=9)
    assert said is not None
    assert abs(said - true) <= max(0.2 * true, 1)


def test_ranks_lie_in_their_sets_and_equal_models_are_tied() -> None:
    held, equal, width = simulations.rank_coverage(0.1, 100, repetitions=25, seed=10, draws=150)
    assert held >= 0.85
    assert equal >= 0.85
    assert width < 4


def test_stated_chances_of_being_best_come_true() -> None:
    stated, best = simulations.chances_of_being_best(60, repetitions=120, seed=11, draws=200)
    for low, high in ((0.0, 0.2), (0.2, 0.8), (0.8, 1.01)):
        inside = (stated >= low) & (stated < high)
        error = np.sqrt(0.25 / inside.sum())
        assert abs(stated[inside].mean() - best[inside].mean()) < 3 * error
    assert stated.sum() == pytest.approx(120)

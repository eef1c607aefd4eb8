"""Two raters, and whether confidences mean what they say; hand-worked figures, and the same formula written anew."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kijun.statistics import brier, calibration_error, cohen_kappa, gwet_ac1


def rng() -> np.random.Generator:
    return np.random.default_rng(7)


def spread(table: list[list[int]]) -> tuple[list[int], list[int]]:
    """Ratings of which this is the table."""
    pairs = [(i, j) for i, row in enumerate(table) for j, count in enumerate(row) for _ in range(count)]
    return [i for i, _ in pairs], [j for _, j in pairs]


def test_by_hand() -> None:
    # 35 of 50 agree; by their shares 0.5 are expected to: (0.7 - 0.5) / 0.5.
    one, other = spread([[20, 5], [10, 15]])
    kappa = cohen_kappa(one, other, rng=rng())
    assert kappa.value == pytest.approx(0.4) and kappa.n == 50
    # The asymptotic standard error of Fleiss, Cohen and Everitt (1969) is 0.1270 here.
    assert kappa.stderr == pytest.approx(0.1270, abs=0.01)
    assert kappa.low == pytest.approx(0.4 - 1.96 * 0.1270, abs=0.04) and kappa.high == pytest.approx(0.648, abs=0.04)
    # Mean share of the first value 0.55, chance 2 x 0.55 x 0.45: (0.7 - 0.495) / 0.505.
    assert gwet_ac1(one, other, rng=rng()).value == pytest.approx(0.205 / 0.505)


def test_where_nearly_all_is_of_one_kind_kappa_collapses_and_ac1_does_not() -> None:
    one, other = spread([[118, 5], [2, 0]])
    assert cohen_kappa(one, other, rng=rng()).value == pytest.approx(-0.0234, abs=1e-3)
    assert gwet_ac1(one, other, rng=rng()).value == pytest.approx(0.9408, abs=1e-3)


@given(st.lists(st.tuples(st.integers(1, 4), st.integers(1, 4)), min_size=2, max_size=30), st.sampled_from([1, 2]))
def test_weighted_kappa_is_disagreement_against_all_pairings(pairs: list[tuple[int, int]], power: int) -> None:
    one, other = [a for a, _ in pairs], [b for _, b in pairs]
    every = [abs(a - b) ** power for a, b in itertools.product(one, other)]
    found = cohen_kappa(
        one, other, rng=rng(), weights="linear" if power == 1 else "quadratic", order=[1, 2, 3, 4], replicates=20
    )
    if sum(every) == 0:
        assert found.value == 1.0
        return
    seen = sum(abs(a - b) ** power for a, b in pairs) / len(pairs)
    assert found.value == pytest.approx(1 - seen / (sum(every) / len(every)))


def test_full_agreement_is_not_certainty() -> None:
    found = cohen_kappa("ab" * 10, "ab" * 10, rng=rng())
    assert (found.value, found.high) == (1.0, 1.0) and found.low is not None and 0.6 < found.low < 0.8
    assert "wilson" in found.method


def test_undefined_says_why() -> None:
    assert cohen_kappa("aaa", "aaa", rng=rng()).method == "undefined: all ratings are equal"
    assert gwet_ac1([], [], rng=rng()).method == "undefined: no items"
    with pytest.raises(ValueError, match="got 2 and 3 ratings"):
        cohen_kappa("ab", "abc", rng=rng())
    with pytest.raises(ValueError, match="none of the values"):
        gwet_ac1("ab", "ac", rng=rng(), order="ab")


def test_confidences() -> None:
    # 50 at 0.9 of which 40 are right, 50 at 0.6 of which 30 are: gaps 0.1 and 0.
    sure, right = [0.9] * 50 + [0.6] * 50, [1] * 40 + [0] * 10 + [1] * 30 + [0] * 20
    error = calibration_error(sure, right, rng=rng(), debiased=False)
    assert error.value == pytest.approx(0.05) and error.low is not None and error.low < 0.05
    by_hand = (40 * 0.01 + 10 * 0.81 + 30 * 0.16 + 20 * 0.36) / 100
    assert brier(sure, right).value == pytest.approx(by_hand)
    assert calibration_error([1.0, 0.0], [1, 0], rng=rng(), debiased=False).value == 0.0

"""Calibration: hand-worked values, no dependence on order, coverage by simulation."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kijun.statistics import area_under_risk, brier, calibration_error, selective_accuracy

CONFIDENCES = st.lists(st.tuples(st.integers(0, 10), st.booleans()), min_size=1, max_size=40)


def rng() -> np.random.Generator:
    return np.random.default_rng(11)


def test_brier_by_hand() -> None:
    assert brier([1.0, 0.8, 0.5], [1, 0, 1]).value == pytest.approx((0 + 0.64 + 0.25) / 3)
    assert brier([0.5] * 4, [0, 1, 0, 1]).value == 0.25


def test_calibration_error_by_hand() -> None:
    # two bins: 0.2 with accuracy 0.5, 0.9 with accuracy 0.5; half of the items each
    confidence, correct = [0.2, 0.2, 0.9, 0.9], [0, 1, 1, 0]
    plain = calibration_error(confidence, correct, rng=rng(), bins=2, debiased=False, resamples=50)
    assert plain.value == pytest.approx(0.5 * 0.3 + 0.5 * 0.4)
    less = calibration_error(confidence, correct, rng=rng(), bins=2, resamples=50)
    assert 0 <= less.value < plain.value  # type: ignore[operator]
    assert "debiased" in less.method and "debiased" not in plain.method


def test_risk_by_hand() -> None:
    # from the most confident on: right, wrong, right; risks 0, 1/2, 1/3
    confidence, correct = [0.5, 0.9, 0.7], [1, 1, 0]
    assert area_under_risk(confidence, correct, rng=rng(), resamples=50).value == pytest.approx((0 + 1 / 2 + 1 / 3) / 3)
    half = selective_accuracy(confidence, correct, coverage=2 / 3, rng=rng(), resamples=50)
    assert half.value == 0.5
    # one confidence for all tells nothing: the error rate, whatever the order
    for order in ([1, 0, 0, 0], [0, 0, 0, 1]):
        assert area_under_risk([0.4] * 4, order, rng=rng(), resamples=50).value == pytest.approx(0.75)


@settings(max_examples=25, deadline=None)
@given(CONFIDENCES, st.randoms())
def test_the_order_of_the_data_changes_nothing(pairs: list[tuple[int, bool]], random: object) -> None:
    other = list(pairs)
    random.shuffle(other)  # type: ignore[attr-defined]

    def figures(listed: list[tuple[int, bool]]) -> list[float]:
        p, y = [tenths / 10 for tenths, _ in listed], [float(right) for _, right in listed]
        return [
            brier(p, y).value,  # type: ignore[list-item]
            calibration_error(p, y, rng=rng(), resamples=5).value,
            selective_accuracy(p, y, coverage=0.5, rng=rng(), resamples=5).value,
            area_under_risk(p, y, rng=rng(), resamples=5).value,
        ]

    assert figures(pairs) == pytest.approx(figures(other))
    assert all(0 <= value <= 1 for value in figures(pairs))


def test_an_interval_does_not_collapse_where_nothing_varies() -> None:
    """Always sure and always wrong: 20 items can still miss a share of others."""
    found = calibration_error([0.95] * 20, [0] * 20, rng=rng(), resamples=50)
    assert found.value == pytest.approx(0.95, abs=0.01)
    assert found.low < 0.85 < found.value <= found.high <= 1  # type: ignore[operator]


def test_nothing_measured_and_one_item() -> None:
    assert calibration_error([], [], rng=rng()).value is None
    one = area_under_risk([0.5], [1], rng=rng())
    assert (one.value, one.low) == (0.0, None)
    with pytest.raises(ValueError, match="from 0 to 1"):
        brier([1.2], [1])
    with pytest.raises(ValueError, match="zeros and ones"):
        brier([0.2], [0.5])
    with pytest.raises(ValueError, match="coverage"):
        selective_accuracy([0.5], [1], coverage=0, rng=rng())


@pytest.mark.parametrize(("shift", "truth"), [(0.0, 0.0), (0.15, 0.15)])
def test_calibration_error_is_nearly_unbiased_and_its_interval_covers(shift: float, truth: float) -> None:
    """A model that is right with its confidence minus `shift`, confidences from Beta(4, 2), 250 items."""
    source, values, plain, covered = np.random.default_rng(5), [], [], 0
    for _ in range(80):
        p = source.beta(4, 2, 250)
        y = (source.random(250) < np.clip(p - shift, 0, 1)).astype(float)
        found = calibration_error(p, y, rng=source, resamples=150)
        values.append(found.value)
        plain.append(calibration_error(p, y, rng=source, resamples=2, debiased=False).value)
        covered += found.low <= truth <= found.high  # type: ignore[operator]
    assert covered >= 70
    assert abs(np.mean(values) - truth) < 0.045  # type: ignore[arg-type]
    if shift == 0:
        assert np.mean(values) < 0.7 * np.mean(plain)  # type: ignore[arg-type]


def test_intervals_of_risk_cover() -> None:
    source, covered, selected = np.random.default_rng(6), 0, 0
    p = source.beta(4, 2, 200_000)
    errors = 1 - (source.random(len(p)) < p)[np.argsort(-p)]
    truth = (np.cumsum(errors) / np.arange(1, len(p) + 1)).mean()
    best = 1 - errors[: len(p) // 2].mean()
    for _ in range(80):
        q = source.beta(4, 2, 150)
        y = (source.random(150) < q).astype(float)
        area = area_under_risk(q, y, rng=source, resamples=150)
        half = selective_accuracy(q, y, coverage=0.5, rng=source, resamples=150)
        covered += area.low <= truth <= area.high  # type: ignore[operator]
        selected += half.low <= best <= half.high  # type: ignore[operator]
    assert covered >= 69 and selected >= 69

"""F1, Matthews correlation and macro F1: golden values, undefined cases, clusters, coverage."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kijun.records import Estimate
from kijun.statistics import (
    binary_f1,
    f1_of_tables,
    macro_f1,
    macro_f1_of_tables,
    matthews,
    matthews_of_tables,
    wilson,
)

GOLD = [1, 0, 1, 1, 0, 1, 0, 0, 1, 1, 0, 1, 0, 0, 0, 1]
PREDICTED = [1, 0, 0, 1, 0, 1, 1, 0, 1, 0, 0, 1, 0, 1, 0, 1]
GOLD_3 = [0, 0, 1, 2, 1, 0, 1, 2, 0, 1, 1, 0]
PREDICTED_3 = [0, 1, 1, 0, 1, 0, 0, 2, 0, 1, 2, 0]
# gold and predictions of lm-evaluation-harness 0.4.13 under its golden hash model, entries cola:0:300
COLA_TABLE = [[77, 26], [154, 43]]


def generator() -> np.random.Generator:
    return np.random.default_rng(20)


def test_values_equal_scikit_learn() -> None:
    # scikit-learn 1.9.1: f1_score, matthews_corrcoef, f1_score(average="macro"), mean of one-vs-rest f1_score
    rng = generator()
    assert binary_f1(GOLD, PREDICTED, rng=rng).value == pytest.approx(0.75, abs=1e-12)
    assert matthews(GOLD, PREDICTED, rng=rng).value == pytest.approx(0.5, abs=1e-12)
    assert matthews(GOLD_3, PREDICTED_3, rng=rng).value == pytest.approx(0.47193990372426947, abs=1e-12)
    assert macro_f1(GOLD_3, PREDICTED_3, rng=rng).value == pytest.approx(0.6313131313131314, abs=1e-12)
    assert macro_f1(GOLD_3, PREDICTED_3, labels=(0, 1, 2, 3), rng=rng).value == pytest.approx(0.4734848484848485)


def test_a_class_outside_the_labels_is_wrong_but_not_averaged() -> None:
    # f1 of class 0: tp 1, fn 1; of class 1: tp 1, fp 0, fn 0
    found = macro_f1([0, 0, 1], [0, 7, 1], labels=(0, 1), rng=generator())
    assert found.value == pytest.approx((2 / 3 + 1) / 2)


def test_matthews_equals_the_harness_on_cola() -> None:
    """Value to 1e-9; its stderr is a bootstrap there too, so within 3 %."""
    cells = np.repeat(np.arange(4), np.array(COLA_TABLE).ravel())
    found = matthews(cells // 2, cells % 2, rng=generator())
    assert found.value == pytest.approx(-0.03853461052482138, abs=1e-9)
    assert found.stderr == pytest.approx(0.058195137827363186, rel=0.03)


def test_golden_cola_entry_still_says_so(shared: Path) -> None:
    golden = json.loads((shared / "golden" / "lm_eval_hash_model.json").read_text(encoding="utf-8"))
    assert golden["cola:0:300"]["tasks"]["cola"]["metrics"] == {
        "mcc,none": -0.03853461052482138,
        "mcc_stderr,none": 0.058195137827363186,
    }


def test_f1_limits_are_wilsons_carried_over() -> None:
    # tp 6, fp 2, fn 2
    found = binary_f1(GOLD, PREDICTED, rng=generator())
    low, high = wilson(6 / 10, 10)
    assert (found.low, found.high) == pytest.approx((2 * low / (1 + low), 2 * high / (1 + high)))
    assert found.method == "wilson-f1"


def test_other_positive_class() -> None:
    flipped = binary_f1(GOLD, PREDICTED, positive=0, rng=generator())
    assert flipped == binary_f1([1 - g for g in GOLD], [1 - p for p in PREDICTED], rng=generator())


@pytest.mark.parametrize(
    ("estimate", "value"),
    [
        (binary_f1([0, 0], [0, 0], rng=generator()), 0.0),
        (matthews([1, 1, 0], [1, 1, 1], rng=generator()), 0.0),
        (matthews([1, 1], [1, 1], rng=generator()), 0.0),
        (binary_f1([1] * 20, [1] * 20, rng=generator()), 1.0),
        (matthews([0, 1] * 20, [0, 1] * 20, rng=generator()), 1.0),
        (macro_f1([0, 1, 2] * 10, [0, 1, 2] * 10, rng=generator()), 1.0),
        (matthews([1], [1], rng=generator()), 0.0),
        (macro_f1([1], [1], rng=generator()), 1.0),
    ],
)
def test_undefined_and_extreme_values_keep_a_width(estimate: Estimate, value: float) -> None:
    """Values as scikit-learn's (0 with a warning); a bootstrap would say that there is no uncertainty at all."""
    assert estimate.value == value
    assert estimate.low is not None and estimate.high is not None
    assert estimate.high - estimate.low > 0.01
    assert estimate.low <= value <= estimate.high


@pytest.mark.parametrize("metric", [binary_f1, matthews, macro_f1])
def test_nothing_measured_and_one_cluster(metric: Callable[..., Estimate]) -> None:
    assert metric([], [], rng=generator()).method == "no measured items"
    alone = metric(GOLD, PREDICTED, clusters=["a"] * len(GOLD), rng=generator())
    assert alone.value == metric(GOLD, PREDICTED, rng=generator()).value
    assert (alone.low, alone.method.startswith("one cluster only")) == (None, True)
    with pytest.raises(ValueError, match="one length"):
        metric([1], [1, 0], rng=generator())


@pytest.mark.parametrize("metric", [binary_f1, matthews, macro_f1])
def test_repeated_items_widen_the_interval_only_as_clusters(metric: Callable[..., Estimate]) -> None:
    """Every item ten times over: as clusters, about the interval of the items once."""
    gold, predicted, names = (np.repeat(column, 10) for column in (GOLD * 4, PREDICTED * 4, np.arange(64)))
    once = metric(GOLD * 4, PREDICTED * 4, rng=generator())
    naive = metric(gold, predicted, rng=generator())
    clustered = metric(gold, predicted, clusters=names.tolist(), rng=generator())
    assert clustered.stderr == naive.stderr
    assert clustered.method.startswith("cluster-")
    assert _width(naive) < 0.45 * _width(once)
    assert _width(clustered) == pytest.approx(_width(once), rel=0.15)


def _width(estimate: Estimate) -> float:
    assert estimate.low is not None and estimate.high is not None
    return estimate.high - estimate.low


@given(
    st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), min_size=1, max_size=30),
    st.randoms(use_true_random=False),
)
def test_any_answers_any_order(items: list[tuple[int, int]], random: object) -> None:
    shuffled = list(items)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    for metric, least in ((binary_f1, 0), (matthews, -1), (macro_f1, 0)):
        first, second = (
            metric([g for g, _ in order], [p for _, p in order], rng=generator(), replicates=200)
            for order in (items, shuffled)
        )
        assert first == second
        assert first.value is not None and first.low is not None and first.high is not None
        assert least - 1e-12 <= first.low <= first.value <= first.high <= 1 + 1e-12


def test_tables_of_any_shape() -> None:
    tables = np.array([[[5, 1], [2, 8]], [[0, 0], [0, 0]], [[3, 0], [0, 0]]], dtype=float)
    assert f1_of_tables(tables) == pytest.approx([16 / 19, 0, 0])
    assert matthews_of_tables(tables)[1:] == pytest.approx([0, 0])
    assert macro_f1_of_tables(tables)[2] == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("cells", "n"),
    [([4, 1, 1, 4], 100), ([20, 1, 4, 75], 60), ([90, 3, 4, 3], 250), ([10, 20, 23, 47], 100)],
)
def test_intervals_cover(cells: list[float], n: int) -> None:
    rng = np.random.default_rng(5)
    shares = np.array(cells) / sum(cells)
    truths = {
        binary_f1: float(f1_of_tables(shares.reshape(2, 2))),
        matthews: float(matthews_of_tables(shares.reshape(2, 2))),
        macro_f1: float(macro_f1_of_tables(shares.reshape(2, 2))),
    }
    rounds = 200
    hits = dict.fromkeys(truths, 0)
    for _ in range(rounds):
        drawn = np.repeat(np.arange(4), rng.multinomial(n, shares))
        for metric, truth in truths.items():
            found = metric(drawn // 2, drawn % 2, rng=rng, replicates=400)
            assert found.low is not None and found.high is not None
            hits[metric] += found.low <= truth <= found.high
    for metric, count in hits.items():
        assert 0.905 * rounds <= count <= 0.99 * rounds, metric

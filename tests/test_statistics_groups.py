"""Group figures: every golden group, intervals by simulation, the leaderboard's normalisation."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kijun.records import Estimate
from kijun.statistics import binary_f1, mean, normalised_mean, pooled_group, pooled_stderr, proportion

# the four categories of MMLU (Hendrycks et al. 2021, arXiv:2009.03300, appendix B), "other" being the rest
CATEGORIES = {
    "humanities": (
        "formal_logic high_school_european_history high_school_us_history high_school_world_history international_law "
        "jurisprudence logical_fallacies moral_disputes moral_scenarios philosophy prehistory professional_law "
        "world_religions"
    ),
    "social sciences": (
        "econometrics high_school_geography high_school_government_and_politics high_school_macroeconomics "
        "high_school_microeconomics high_school_psychology human_sexuality professional_psychology public_relations "
        "security_studies sociology us_foreign_policy"
    ),
    "stem": (
        "abstract_algebra anatomy astronomy college_biology college_chemistry college_computer_science "
        "college_mathematics college_physics computer_security conceptual_physics electrical_engineering "
        "elementary_mathematics high_school_biology high_school_chemistry high_school_computer_science "
        "high_school_mathematics high_school_physics high_school_statistics machine_learning"
    ),
}


def shares(values: list[float], sizes: list[int]) -> list[Estimate]:
    return [
        proportion([1] * round(value * n) + [0] * (n - round(value * n)))
        for value, n in zip(values, sizes, strict=True)
    ]


def test_every_golden_group(shared: Path) -> None:
    golden = json.loads((shared / "golden" / "lm_eval_hash_model.json").read_text(encoding="utf-8"))
    checked = 0
    for entry in (entry for key, entry in golden.items() if "groups" in entry and key != "_about"):
        for group, expected in entry["groups"].items():
            leaves = [task for name, task in entry["tasks"].items() if _belongs(name, group)]
            members = shares([task["metrics"]["acc,none"] for task in leaves], [task["n"] for task in leaves])
            found = pooled_group(members)
            assert found.n == expected["sample_len"]
            assert found.value == pytest.approx(expected["acc,none"], abs=1e-9)
            assert found.stderr == pytest.approx(expected["acc_stderr,none"], abs=1e-9)
            assert found.low is not None and found.high is not None
            assert found.high - found.low == pytest.approx(2 * 1.96 * expected["acc_stderr,none"], rel=0.1)
            checked += 1
    assert checked == 15


def _belongs(task: str, group: str) -> bool:
    subject = task.removeprefix("mmlu_").removesuffix("_continuation")
    category = next((name for name, subjects in CATEGORIES.items() if subject in subjects.split()), "other")
    wanted = group.removeprefix("mmlu").removeprefix("_continuation").lstrip(":_").replace("_", " ")
    return wanted in ("", category)


def test_plain_mean_keeps_the_harness_stderr_and_has_its_own_interval() -> None:
    members = shares([0.5, 0.9], [1000, 10])
    weighted, plain = pooled_group(members), pooled_group(members, weighted_by_size=False)
    assert weighted.value == pytest.approx((500 + 9) / 1010)
    assert plain.value == pytest.approx(0.7)
    assert plain.stderr == weighted.stderr
    assert _width(plain) > 2 * _width(weighted)


def test_pooled_stderr_is_none_where_the_harness_has_none() -> None:
    assert pooled_stderr([None, 0.1], [1, 10]) is None
    assert pooled_stderr([0.0, 0.0], [1, 1]) is None


def test_one_member_is_itself() -> None:
    member = proportion([1] * 30 + [0] * 70)
    found = pooled_group([member])
    assert (found.value, found.stderr, found.n) == (member.value, pytest.approx(member.stderr), 100)
    assert (found.low, found.high) == pytest.approx((member.low, member.high), abs=1e-3)


def test_members_all_right_or_all_wrong_do_not_collapse() -> None:
    right, mixed = pooled_group(shares([1, 1], [10, 20])), pooled_group(shares([1, 0], [10, 20]))
    assert right.low == pytest.approx(proportion([1] * 30).low)
    assert right.high == 1
    assert mixed.stderr == 0
    assert _width(mixed) > 0.1


def test_clusters_of_members_all_right_carry_through() -> None:
    members = [proportion([1] * 30, clusters=[f"p{k // 6}" for k in range(30)])] * 2
    assert pooled_group(members).low == pytest.approx(proportion([1] * 10).low)


def test_members_of_one_item_each_are_no_surer_than_one_sample() -> None:
    values = [1, 0, 0, 1, 1, 0, 1, 0, 0, 0] * 5
    apart, together = pooled_group([proportion([value]) for value in values]), proportion(values)
    assert apart.low == pytest.approx(together.low, abs=0.005) and apart.high == pytest.approx(together.high, abs=0.005)
    assert apart.high - apart.low >= together.high - together.low


def test_members_that_know_nothing() -> None:
    unknown = binary_f1([0, 0], [0, 0], rng=np.random.default_rng(0))
    found = pooled_group([unknown, unknown])
    assert (found.value, found.low, found.high) == (0, 0, pytest.approx(1, abs=1e-6))
    collapsed = Estimate(0.5, 0.0, 0.5, 0.5, 0.95, 10, "from elsewhere")
    assert pooled_group([collapsed]).method == "a member has no interval: no interval"


def test_clusters_of_members_carry_through() -> None:
    values, names = [1] * 30 + [0] * 30, [f"p{k // 10}" for k in range(60)]
    plain = pooled_group([proportion(values)] * 2)
    clustered = pooled_group([proportion(values, clusters=names)] * 2)
    assert clustered.stderr == plain.stderr
    assert _width(clustered) > 1.8 * _width(plain)


def test_without_bounds_the_interval_is_normal() -> None:
    members = [mean([3.0, 4.0, 8.0]), mean([1.0, 5.0, 6.0])]
    found = pooled_group(members, bounds=None)
    half = 1.959963984540054 * np.sqrt(sum(member.stderr**2 for member in members if member.stderr)) / 2
    assert (found.low, found.high) == pytest.approx((4.5 - half, 4.5 + half))
    assert found.method == "stratified"


def test_incomplete_groups_say_so() -> None:
    assert pooled_group([]).method == "no measured items"
    assert pooled_group([proportion([]), proportion([1, 0])]).method == "undefined: 1 of 2 members"
    assert normalised_mean([], []).method == "no measured items"
    assert normalised_mean([proportion([]), proportion([1, 0])], [0, 0]).method == "undefined: 1 of 2 members"
    unknown = [proportion([1, 0]), mean([3.0, 3.0])]
    assert pooled_group(unknown).method == "a member has no interval: no interval"
    assert normalised_mean([mean([0.5]), proportion([1, 0])], [0, 0]).low is None


@pytest.mark.parametrize(
    ("truths", "sizes"),
    [
        (np.linspace(0.15, 0.35, 57), [5] * 57),
        (np.linspace(0.3, 0.9, 40), [20, 60] * 20),
        (np.array([0.95, 0.9, 0.97]), [20, 20, 20]),
        (np.array([0.5, 0.9]), [300, 10]),
    ],
)
def test_group_intervals_cover(truths: np.ndarray, sizes: list[int]) -> None:
    rng = np.random.default_rng(9)
    n = np.array(sizes)
    hits, rounds = {True: 0, False: 0}, 150
    for _ in range(rounds):
        members = shares((rng.binomial(n, truths) / n).tolist(), sizes)
        for weighted in hits:
            weights = n / n.sum() if weighted else np.full(len(n), 1 / len(n))
            found = pooled_group(members, weighted_by_size=weighted)
            assert found.low is not None and found.high is not None
            hits[weighted] += found.low <= float(weights @ truths) <= found.high
    assert all(count >= 0.92 * rounds for count in hits.values())


def test_normalised_mean_rescales_and_clips() -> None:
    members = shares([0.625, 0.2, 0.5], [400, 500, 100])
    found = normalised_mean(members, [0.25, 0.25, 0])
    assert found.value == pytest.approx((0.5 + 0 + 0.5) / 3)
    assert found.n == 1000
    assert found.low is not None and found.high is not None
    assert 0 <= found.low < 1 / 3 < found.high
    with pytest.raises(ValueError, match="1 lower bounds for 3"):
        normalised_mean(members, [0.25])
    with pytest.raises(ValueError, match="below 1"):
        normalised_mean(members, [0.25, 1, 0])


@pytest.mark.parametrize("lift", [0.0, 0.01, 0.3])
def test_normalised_intervals_cover_at_chance_too(lift: float) -> None:
    rng = np.random.default_rng(12)
    chance = np.array([0.5, 0.25, 0.2, 0.1] * 6)
    truths = chance + lift * (1 - chance)
    hits, rounds = 0, 100
    for _ in range(rounds):
        found = normalised_mean(shares((rng.binomial(250, truths) / 250).tolist(), [250] * 24), chance.tolist())
        assert found.low is not None and found.high is not None
        hits += found.low <= lift + 1e-12 and lift <= found.high
    assert hits >= 0.92 * rounds


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(1, 9)), min_size=1, max_size=8), st.booleans())
def test_group_intervals_hold_their_value(counts: list[tuple[int, int]], weighted: bool) -> None:
    members = [proportion([1] * ones + [0] * zeros) for ones, zeros in counts]
    for found in (
        pooled_group(members, weighted_by_size=weighted),
        normalised_mean(members, [0.25] * len(members)),
    ):
        assert found.value is not None and found.low is not None and found.high is not None
        assert 0 <= found.low <= found.value <= found.high <= 1


def _width(estimate: Estimate) -> float:
    assert estimate.low is not None and estimate.high is not None
    return estimate.high - estimate.low

"""Tests of the draw: chances that are recorded are the chances that items have."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kijun.errors import SpecError
from kijun.ratings.drawing import allocate, draw_stratified, draw_unequal, inclusion_chances


@given(
    st.dictionaries(st.text(min_size=1, max_size=3), st.integers(1, 60), min_size=1, max_size=8),
    st.integers(1, 200),
    st.sampled_from(["proportional", "equal"]),
)
def test_an_allocation_adds_up_and_takes_no_more_than_there_is(populations, wanted, how):
    total = sum(populations.values())
    wanted = min(wanted, total)
    drawn = allocate(populations, wanted, how)
    assert sum(drawn.values()) == wanted
    assert all(0 <= drawn[name] <= populations[name] for name in populations)
    if wanted >= len(populations):
        assert min(drawn.values()) >= 1


def test_allocations_by_hand():
    assert allocate({"a": 60, "b": 30, "c": 10}, 10) == {"a": 6, "b": 3, "c": 1}
    assert allocate({"a": 60, "b": 30, "c": 10}, 30, "equal") == {"a": 10, "b": 10, "c": 10}
    assert allocate({"a": 60, "b": 30, "c": 2}, 12, "equal") == {"a": 5, "b": 5, "c": 2}
    assert allocate({"a": 97, "b": 1, "c": 1, "d": 1}, 10) == {"a": 7, "b": 1, "c": 1, "d": 1}
    for sample in (0, 101):
        with pytest.raises(SpecError, match="1 to 100"):
            allocate({"a": 60, "b": 40}, sample)


@given(st.lists(st.floats(0, 100), min_size=1, max_size=40), st.data())
def test_chances_are_above_none_at_most_one_and_add_up(sizes, data):
    number = data.draw(st.integers(1, len(sizes)))
    chances = inclusion_chances(np.array(sizes), number)
    assert np.all(chances > 0) and np.all(chances <= 1 + 1e-12)
    assert chances.sum() == pytest.approx(number)
    order = np.argsort(sizes)
    assert np.all(np.diff(chances[order]) >= -1e-12)


@settings(max_examples=30)
@given(st.integers(0, 2**32 - 1), st.integers(1, 30), st.sampled_from(["equal chances", "unequal chances"]))
def test_a_draw_takes_nothing_twice_and_records_its_strata(seed, sample, kind):
    rng = np.random.default_rng(seed)
    strata = [f"s{n % 3}" for n in range(30)]
    if kind == "equal chances":
        draw = draw_stratified(strata, sample, rng)
    else:
        draw = draw_unequal(strata, rng.random(30).tolist(), sample, rng)
    assert len(set(draw.chosen)) == len(draw.chosen) == sample == len(draw.chances)
    assert list(draw.chosen) == sorted(draw.chosen)
    counts = Counter(strata[place] for place in draw.chosen)
    assert all(stratum.population == 10 and stratum.drawn == counts[stratum.name] for stratum in draw.strata)


@pytest.mark.parametrize("kind", ["equal chances", "unequal chances"])
def test_items_are_drawn_as_often_as_their_chances_say(kind):
    """Frequencies of 4000 draws against recorded chances: each within five standard errors, all together by chi²."""
    rng = np.random.default_rng(20261127)
    strata = ["a"] * 12 + ["b"] * 7 + ["c"] * 3
    sizes = [0.0, 0.1, 0.5, 0.9, 1.0, 5.0] * 3 + [0.2, 0.0, 0.0, 1.0]
    times, counts, chances = 4000, np.zeros(22), np.zeros(22)
    for _ in range(times):
        draw = draw_stratified(strata, 9, rng) if kind == "equal chances" else draw_unequal(strata, sizes, 9, rng)
        counts[list(draw.chosen)] += 1
        chances[list(draw.chosen)] = draw.chances
    assert np.all(chances > 0)
    spread = np.sqrt(np.maximum(chances * (1 - chances), 1e-12) / times)
    away = (counts / times - chances) / spread
    uncertain = chances < 1
    assert np.all(np.abs(away[uncertain]) < 5)
    assert np.all(counts[~uncertain] == times)
    # Without replacement the squares add up to a little less than one for each item.
    assert np.sum(away[uncertain] ** 2) < uncertain.sum() + 5 * np.sqrt(2 * uncertain.sum())
    # Weighted by 1 / chance, a total is met on average (Horvitz and Thompson 1952).
    assert np.sum(counts[chances > 0] / chances[chances > 0]) / times == pytest.approx(22, rel=0.02)


def test_more_is_drawn_where_the_judge_is_unsure():
    rng = np.random.default_rng(1)
    draw = draw_unequal(["all"] * 100, [1.0] * 50 + [0.0] * 50, 20, rng)
    chances = dict(zip(draw.chosen, draw.chances, strict=True))
    assert sum(place < 50 for place in draw.chosen) > 14
    assert {round(chance, 6) for chance in chances.values()} <= {0.35, 0.05}

"""Agreement among raters and models of raters: published figures, hand-worked cases, undefined ones."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from kijun.statistics import (
    cohen_kappa,
    dawid_skene,
    fleiss_kappa,
    gwet_ac1,
    krippendorff_alpha,
    many_rater_ac1,
    raw_agreement,
)
from kijun.statistics.reliability import Scale


def rng() -> np.random.Generator:
    return np.random.default_rng(0)


@pytest.mark.parametrize("scale", ["nominal", "ordinal", "interval", "ratio"])
def test_alpha_on_the_published_example(shared: Path, scale: Scale) -> None:
    """Three coders, fifteen units, gaps; the values are those of krippendorff 0.9.0."""
    folder = shared / "data" / "krippendorff"
    with (folder / "example_3coders_15units.csv").open(newline="") as file:
        coders = list(csv.reader(file))[1:]
    units = [[float(coder[unit]) for coder in coders if coder[unit]] for unit in range(1, 16)]
    expected = json.loads((folder / "example_3coders_15units_expected.json").read_text())
    found = krippendorff_alpha(units, scale, rng=rng())
    assert found.value == pytest.approx(expected[scale], abs=1e-12)
    assert found.low is not None and found.high is not None and found.low < found.value < found.high


@pytest.mark.parametrize(
    ("scale", "alpha"), [("nominal", 0.7434), ("ordinal", 0.8154), ("interval", 0.8491), ("ratio", 0.7974)]
)
def test_alpha_on_krippendorff_s_own_example(scale: Scale, alpha: float) -> None:
    """Four observers, twelve units (Krippendorff 2011)."""
    rows = ["1 2 3 3 2 1 4 1 2 . . .", "1 2 3 3 2 2 4 1 2 5 . 3", ". 3 3 3 2 3 4 2 2 5 1 .", "1 2 3 3 2 4 4 1 2 5 1 ."]
    columns = zip(*(row.split() for row in rows), strict=True)
    units = [[int(value) for value in column if value != "."] for column in columns]
    assert krippendorff_alpha(units, scale, rng=rng()).value == pytest.approx(alpha, abs=5e-5)


def test_alpha_of_123_raters_of_safety(shared: Path) -> None:
    """JUDGE-BENCH's results file for DICES-350 says 0.16086."""
    data = json.loads((shared / "data" / "dices" / "dices_350_crowdsourced.json").read_text(encoding="utf-8"))
    units = [item["annotations"]["safety"]["individual_human_scores"] for item in data["instances"]]
    found = krippendorff_alpha(units, rng=rng())
    assert found.value == pytest.approx(0.16086, abs=5e-6)
    assert found.n == 350


def test_fleiss_on_its_own_table() -> None:
    """Fleiss (1971), ten subjects, fourteen raters, five categories: 0.210 (0.2099...)."""
    table = [
        [0, 0, 0, 0, 14], [0, 2, 6, 4, 2], [0, 0, 3, 5, 6], [0, 3, 9, 2, 0], [2, 2, 8, 1, 1],
        [7, 7, 0, 0, 0], [3, 2, 6, 3, 0], [2, 5, 3, 2, 2], [6, 5, 2, 1, 0], [0, 2, 2, 3, 7],
    ]  # fmt: skip
    units = [[category for category, count in enumerate(row) for _ in range(count)] for row in table]
    assert fleiss_kappa(units, rng=rng()).value == pytest.approx(0.20993, abs=1e-5)
    assert raw_agreement(units, rng=rng()).value == pytest.approx(0.37802, abs=1e-5)


def test_disagreement_shows() -> None:
    same = [["a", "a"], ["b", "b"]] * 10
    one_off = [*same[:-1], ["b", "a"]]
    assert krippendorff_alpha(same, rng=rng()).value == 1
    assert (krippendorff_alpha(one_off, rng=rng()).value or 1) < 1
    opposite = krippendorff_alpha([["a", "b"], ["b", "a"]] * 10, rng=rng())
    assert opposite.value is not None and opposite.value < 0


@pytest.mark.parametrize(
    ("units", "reason"),
    [
        ([["a"], ["b"]], "undefined: no item has two ratings"),
        ([["a", "a"], ["a", "a"]], "undefined: all ratings are equal"),
    ],
)
def test_what_is_undefined_says_why(units: list[list[str]], reason: str) -> None:
    for measure in (krippendorff_alpha, fleiss_kappa):
        found = measure(units, rng=rng())
        assert (found.value, found.low, found.method) == (None, None, reason)


def test_alpha_s_interval_covers() -> None:
    """The truth is alpha of a population of 20,000 items, from which 80 are drawn."""
    draw = np.random.default_rng(6)
    population = draw.integers(1, 6, size=(20_000, 1)) + draw.integers(-1, 2, size=(20_000, 3))
    truth = krippendorff_alpha(population.tolist(), "interval", rng=draw, replicates=10).value
    hits = 0
    for _ in range(200):
        sample = population[draw.integers(len(population), size=80)].tolist()
        found = krippendorff_alpha(sample, "interval", rng=draw, replicates=500)
        assert found.low is not None and found.high is not None and truth is not None
        hits += found.low <= truth <= found.high
    assert hits / 200 == pytest.approx(0.95, abs=0.045)


def test_values_that_a_scale_cannot_take_are_named() -> None:
    with pytest.raises(ValueError, match="an interval scale takes numbers; got 'good'"):
        krippendorff_alpha([["good", "bad"]], "interval", rng=rng(), order=["good", "bad"])
    with pytest.raises(ValueError, match="'fair' is none of the values in order"):
        krippendorff_alpha([["good", "fair"]], "ordinal", rng=rng(), order=["bad", "good"])


def anaesthetists(shared: Path) -> list[dict[str, str]]:
    with (shared / "data" / "dawid_skene" / "anesthesia.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def test_the_table_of_1979(shared: Path) -> None:
    """In print: shares .40 .42 .11 .07, and rows of .89/.11, .07/.88/.05, .34/.66 and .56/.44 for observer 1.

    The copy at hand (of R's package rater) leads to .91/.09 in the first row, and to the print in all else.
    """
    rows = anaesthetists(shared)
    found = dawid_skene(*([row[key] for row in rows] for key in ("item", "rater", "rating")))
    assert found.converged
    assert found.shares == pytest.approx([0.40, 0.42, 0.11, 0.07], abs=0.005)
    assert found.confusion[0, 1] == pytest.approx([0.07, 0.88, 0.05, 0], abs=0.005)
    assert found.confusion[0, 2] == pytest.approx([0, 0.34, 0.66, 0], abs=0.005)
    assert found.confusion[0, 3] == pytest.approx([0, 0, 0.56, 0.44], abs=0.005)
    assert found.confusion[0, 0] == pytest.approx([0.89, 0.11, 0, 0], abs=0.02)
    assert found.posterior.sum(axis=1) == pytest.approx(np.ones(45))


def test_one_coin_finds_the_bad_rater() -> None:
    draw = np.random.default_rng(1)
    truth = draw.integers(0, 3, size=400)
    items, raters, ratings = [], [], []
    for rater, skill in enumerate((0.9, 0.8, 0.7, 1 / 3)):
        right = draw.random(400) < skill
        values = np.where(right, truth, (truth + draw.integers(1, 3, size=400)) % 3)
        items += range(400)
        raters += [rater] * 400
        ratings += values.tolist()
    found = dawid_skene(items, raters, ratings, kind="one-coin")
    assert found.accuracy == pytest.approx([0.9, 0.8, 0.7, 1 / 3], abs=0.07)
    assert np.mean(found.posterior.argmax(axis=1) == truth) > 0.9


def test_ratings_of_one_class_teach_nothing() -> None:
    with pytest.raises(ValueError, match="one class only"):
        dawid_skene([1, 2], ["a", "a"], ["yes", "yes"])


def test_three_raters_of_pairs_as_other_software_has_them(shared: Path) -> None:
    """PandaLM's first 500 pairs: kappas by scikit-learn 1.9.1, Fleiss by statsmodels 0.15, alpha by evalica 0.4.2."""
    path = shared / "data" / "pandalm" / "testset-v1_first500.json"
    rows = [[row[f"annotator{k}"] for k in (1, 2, 3)] for row in json.loads(path.read_text(encoding="utf-8"))]
    one, two, three = zip(*rows, strict=True)
    kappas = [cohen_kappa(a, b, rng=rng(), replicates=50).value for a, b in ((one, two), (one, three), (two, three))]
    assert kappas == pytest.approx([0.8187484100737725, 0.8495017547454978, 0.8428246300091791])
    assert fleiss_kappa(rows, rng=rng(), replicates=50).value == pytest.approx(0.8369194579795803)
    assert krippendorff_alpha(rows, rng=rng(), replicates=50).value == pytest.approx(0.8370281783409272)


def test_ac1_of_many_is_that_of_two_where_there_are_two() -> None:
    drawn = rng().integers(0, 3, (80, 2)).tolist()
    many, two = many_rater_ac1(drawn, rng=rng()), gwet_ac1(*zip(*drawn, strict=True), rng=rng())
    assert many.value == pytest.approx(two.value)
    # An item that only one rater has seen counts for how often each value is given, not for agreement.
    ratings = [["a", "a"], ["a", "b"], ["b"]]
    shares = (1 + 0.5 + 0) / 3, (0 + 0.5 + 1) / 3
    chance = sum(share * (1 - share) for share in shares)
    assert many_rater_ac1(ratings, rng=rng()).value == pytest.approx((0.5 - chance) / (1 - chance))


def test_agreement_on_everything_is_no_point() -> None:
    ratings = [["a", "a", "a"], ["b", "b"]] * 15
    for figure in (raw_agreement, many_rater_ac1):
        found = figure(ratings, rng=rng())
        assert found.value == 1 and found.high == 1 and found.low is not None and 0.7 < found.low < 0.95

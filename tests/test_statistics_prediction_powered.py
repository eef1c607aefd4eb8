"""Ratings that correct a judge: a published figure, coverage by simulation, and what bad judges must not do."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from kijun.statistics import corrected_mean, corrected_mean_by_design, corrected_mean_by_strata
from kijun.statistics.prediction_powered import CorrectedMean

Values = NDArray[np.float64]


def covers(found: CorrectedMean, truth: float) -> bool:
    assert found.corrected.low is not None and found.corrected.high is not None
    return found.corrected.low <= truth <= found.corrected.high


def test_galaxies_give_the_published_interval(shared: Path) -> None:
    """README of ppi-python 0.2.3: seed 0, 1,000 labels, 90 %; its judged-only part is an unshuffled tail."""
    data = np.load(shared / "data" / "ppi" / "galaxies.npz")
    order = np.random.RandomState(0).permutation(len(data["Y"]))[:1000]
    ratings, judged = data["Y"][order], data["Yhat"][order]
    found = corrected_mean(ratings, judged, data["Yhat"][1000:], level=0.9, convention="ppi-python")
    assert (found.corrected.low, found.corrected.high) == pytest.approx((0.2322466, 0.2626039), abs=1e-7)


@pytest.mark.parametrize("n", [50, 100, 300])
def test_the_interval_covers_on_galaxies(shared: Path, n: int) -> None:
    data = np.load(shared / "data" / "ppi" / "galaxies.npz")
    y, f = data["Y"], data["Yhat"]
    rng = np.random.default_rng(n)
    runs = []
    for _ in range(1000):
        order = rng.permutation(len(y))
        runs.append(corrected_mean(y[order[:n]], f[order[:n]], f[order[n:]]))
    # Three standard errors of a simulated 95 % are 2 %.
    assert np.mean([covers(found, y.mean()) for found in runs]) == pytest.approx(0.95, abs=0.02)
    assert np.mean([found.effective_n or n for found in runs]) > 1.9 * n


def pandalm(shared: Path) -> tuple[Values, Values]:
    """Whether most of three people call a pair a tie, and whether GPT-3.5 does."""
    folder = shared / "data" / "pandalm"
    people = json.loads((folder / "testset-v1_first500.json").read_text(encoding="utf-8"))
    judge = json.loads((folder / "gpt-3.5-turbo-testset-v1_first500.json").read_text(encoding="utf-8"))
    votes = [[row[f"annotator{k}"] for k in (1, 2, 3)] for row in people]
    ties = [max(set(row), key=row.count) == 0 for row in votes]
    return np.array(ties, float), np.array([row["gpt_result"] in (0, "0", "Tie") for row in judge], float)


def test_a_confident_judge_is_wrong_and_the_corrected_interval_covers(shared: Path) -> None:
    ties, judged = pandalm(shared)
    truth, rng = ties.mean(), np.random.default_rng(5)
    runs = []
    for _ in range(400):
        order = rng.permutation(len(ties))
        runs.append(corrected_mean(ties[order[:150]], judged[order[:150]], judged[order[150:]]))
    naive = runs[0].judge
    assert naive.high is not None and naive.high < truth
    assert np.mean([covers(found, truth) for found in runs]) > 0.93


@pytest.mark.parametrize("agreement", [-0.9, 0.0, 0.3])
def test_a_bad_judge_never_hurts(agreement: float) -> None:
    rng = np.random.default_rng(2)
    widths = []
    for _ in range(300):
        y = rng.normal(size=600)
        f = agreement * y + np.sqrt(1 - agreement**2) * rng.normal(size=600)
        found = corrected_mean(y[:100], f[:100], f[100:])
        assert found.corrected.stderr is not None and found.human.stderr is not None
        widths.append(found.corrected.stderr / found.human.stderr)
    assert np.mean(widths) < 1.005


def test_a_perfect_judge_leaves_only_the_spread_of_all_items() -> None:
    rng = np.random.default_rng(4)
    y = rng.normal(size=2000)
    found = corrected_mean(y[:50], y[:50], y[50:])
    assert found.weight > 0.9
    assert found.effective_n is not None and found.effective_n > 800


def test_few_ratings_or_few_of_a_kind_are_not_corrected() -> None:
    few = corrected_mean([1.0, 2.0, 3.0], [1.0, 2.0, 3.0], [2.0] * 50)
    assert few.corrected.method == "ratings alone: fewer than 10 to find the judge's weight on"
    rare = corrected_mean([1.0] * 3 + [0.0] * 60, [1.0] * 3 + [0.0] * 60, [0.0] * 200)
    assert rare.corrected.method == "ratings alone: fewer than 5 of a kind"
    assert (rare.corrected.low, rare.corrected.high) == (rare.human.low, rare.human.high)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([], [], [1.0]), "nothing was rated"),
        (([1.0], [1.0, 2.0], [1.0]), "1 ratings, 2 scores"),
        (([1.0, np.nan], [1.0, 2.0], [1.0]), "finite numbers"),
    ],
)
def test_what_cannot_be_corrected_says_why(arguments: tuple[list[float], ...], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        corrected_mean(*arguments)


def drawn_by_chance(rng: np.random.Generator) -> CorrectedMean:
    """Items on which the judge is unsure are rated more often; the mean is 0.3 whatever the draw."""
    size = 1500
    y = (rng.random(size) < 0.3).astype(float)
    f = np.clip(0.15 + 0.6 * y + 0.15 * rng.normal(size=size), 0, 1)
    chance = np.clip(0.05 + 0.6 * (0.5 - np.abs(f - 0.5)), 0.05, 1.0)
    rated = rng.random(size) < chance
    return corrected_mean_by_design(np.where(rated, y, np.nan), rated, f, chance)


def test_unequal_known_chances_cover() -> None:
    rng = np.random.default_rng(7)
    runs = [drawn_by_chance(rng) for _ in range(800)]
    assert np.mean([covers(found, 0.3) for found in runs]) == pytest.approx(0.95, abs=0.023)
    assert np.mean([found.corrected.value or 0 for found in runs]) == pytest.approx(0.3, abs=0.003)
    assert np.mean([found.effective_n or 0 for found in runs]) > np.mean([found.corrected.n for found in runs])


def test_a_chance_of_zero_is_refused() -> None:
    with pytest.raises(ValueError, match="lies above 0"):
        corrected_mean_by_design([1.0, 0.0], [True, False], [1.0, 0.0], [0.5, 0.0])


def test_strata_cover_and_a_stratum_without_ratings_is_named() -> None:
    rng = np.random.default_rng(8)
    hits = []
    for _ in range(600):
        hard = rng.random(1000) < 0.2
        y = np.where(hard, 0.4, 0.8) + 0.3 * rng.normal(size=1000)
        f = y + 0.2 * rng.normal(size=1000) + 0.1 * hard
        names = np.where(hard, "hard", "easy")
        order = rng.permutation(1000)
        rated = np.concatenate([order[hard[order]][:60], order[~hard[order]][:60]])
        rest = np.setdiff1d(order, rated)
        found = corrected_mean_by_strata(y[rated], f[rated], list(names[rated]), f[rest], list(names[rest]))
        hits.append(covers(found, y.mean()))
    assert np.mean(hits) > 0.93
    with pytest.raises(ValueError, match="stratum 'hard' has 0 ratings"):
        corrected_mean_by_strata([1.0, 0.0], [1.0, 0.0], ["easy", "easy"], [1.0], ["hard"])


@pytest.fixture
def llmbar(shared: Path) -> tuple[Values, Values]:
    """Whether people prefer the first answer, and whether GPT-4 does (both orders; half where it changes its mind)."""
    human, judged = [], []
    for part in ("Natural", "Adversarial_Manual"):
        path = shared / "data" / "llmbar" / f"LLMBar_{part}_GPT-4_Vanilla_result.json"
        for row in json.loads(path.read_text(encoding="utf-8")):
            human.append(row["label"] == 1)
            winners = [verdict["winner"] for verdict in row["results"][0].values()]
            judged.append(np.mean([winner == "1" for winner in winners]))
    return np.array(human, float), np.array(judged, float)


def test_a_good_judge_helps_and_its_opposite_never_hurts(llmbar: tuple[Values, Values]) -> None:
    human, judge = llmbar
    rng = np.random.default_rng(9)
    good, opposite = [], []
    for _ in range(300):
        order = rng.permutation(len(human))
        own, rest = order[:60], order[60:]
        good.append(corrected_mean(human[own], judge[own], judge[rest]))
        opposite.append(corrected_mean(human[own], 1 - judge[own], 1 - judge[rest]))
    assert np.mean([found.effective_n or 60 for found in good]) > 1.3 * 60
    assert np.mean([covers(found, human.mean()) for found in good]) > 0.95
    assert {found.weight for found in opposite} == {0.0}
    assert all(found.corrected.value == pytest.approx(found.human.value) for found in opposite)

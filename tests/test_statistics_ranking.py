"""Bradley-Terry: published figures, derivatives by differences, coverage by simulation, and what cannot be ranked."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from kijun.statistics import bradley_terry
from kijun.statistics.ranking import LOSS, TIE, WIN, Ranking
from kijun.statistics.tie_models import TieModel, derivatives

OUTCOMES = {"left": WIN, "right": LOSS, "tie": TIE}


@pytest.fixture(scope="module")
def votes(shared: Path) -> dict[str, list[str]]:
    with (shared / "data" / "llmfao" / "llmfao.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {name: [row[name] for row in rows] for name in ("left", "right", "winner", "worker", "prompt")}


def ranked(votes: dict[str, list[str]], ties: TieModel, *, side: bool) -> Ranking:
    outcome = [OUTCOMES[winner] for winner in votes["winner"]]
    return bradley_terry(
        votes["left"], votes["right"], outcome, ties=ties, side=side, clusters=[votes["worker"], votes["prompt"]]
    )


def test_strengths_equal_evalica_s(votes: dict[str, list[str]]) -> None:
    """evalica 0.4.2 on the same votes (ties half a win), scaled to a sum of 1; its published file agrees to 3.4e-10."""
    found = ranked(votes, "half", side=False)
    scale = np.exp(found.strengths) / np.exp(found.strengths).sum()
    best = int(np.argmax(scale))
    assert found.names[best] == "GPT 4"
    assert scale[best] == pytest.approx(0.041218, abs=5e-7)


@pytest.mark.parametrize(
    ("ties", "loss", "side", "tie"), [("davidson", 8981.6, 0.16, 0.395), ("rao-kupper", 8964.9, 0.10, None)]
)
def test_tie_models_fit_as_published(
    votes: dict[str, list[str]], ties: TieModel, loss: float, side: float, tie: float | None
) -> None:
    found = ranked(votes, ties, side=True)
    assert -found.loglikelihood == pytest.approx(loss, abs=0.05)
    assert found.side is not None and found.side.value == pytest.approx(side, abs=0.005)
    assert found.tie is not None and (tie is None or found.tie.value == pytest.approx(tie, abs=5e-4))
    assert not found.note


@pytest.mark.parametrize("ties", ["half", "davidson", "rao-kupper"])
def test_derivatives_are_those_of_the_likelihood(ties: TieModel) -> None:
    rng, step, tie = np.random.default_rng(1), 1e-5, 0.7
    d, outcome = rng.normal(size=60), np.resize([WIN, TIE, LOSS], 60).astype(np.int64)

    def value(d: NDArray[np.float64], t: float) -> NDArray[np.float64]:
        return derivatives(ties, outcome, d, t).value

    found = derivatives(ties, outcome, d, tie)
    assert found.d == pytest.approx((value(d + step, tie) - value(d - step, tie)) / (2 * step), abs=1e-7)
    up, down = derivatives(ties, outcome, d + step, tie), derivatives(ties, outcome, d - step, tie)
    assert found.dd == pytest.approx((up.d - down.d) / (2 * step), abs=1e-7)
    assert found.dt == pytest.approx((up.t - down.t) / (2 * step), abs=1e-7)
    if ties != "half":
        assert found.t == pytest.approx((value(d, tie + step) - value(d, tie - step)) / (2 * step), abs=1e-7)
        more, less = derivatives(ties, outcome, d, tie + step), derivatives(ties, outcome, d, tie - step)
        assert found.tt == pytest.approx((more.t - less.t) / (2 * step), abs=1e-7)


STRENGTHS = np.array([0.6, 0.2, 0.0, -0.3, -0.5])


def simulated(rng: np.random.Generator, raters: int, each: int, taste: float) -> tuple[list[str], ...]:
    """Votes of raters, each with a taste of its own for every player."""
    m = len(STRENGTHS)
    rater = np.repeat(np.arange(raters), each)
    left = rng.integers(0, m, raters * each)
    right = (left + rng.integers(1, m, raters * each)) % m
    own = taste * rng.normal(size=(raters, m))
    gap = STRENGTHS[left] - STRENGTHS[right] + own[rater, left] - own[rater, right]
    won = rng.random(len(gap)) < 1 / (1 + np.exp(-gap))
    names = [f"m{k}" for k in range(m)]
    return [names[k] for k in left], [names[k] for k in right], list(np.where(won, WIN, LOSS)), list(rater)


def test_clustered_intervals_cover_where_raters_have_tastes_and_plain_ones_do_not() -> None:
    rng, hits = np.random.default_rng(3), {"clustered": 0, "plain": 0}
    # Tastes average a strength towards 0: the truth is what infinitely many raters would give.
    truth_votes = simulated(rng, 4000, 40, 0.8)
    truth = bradley_terry(*truth_votes[:3], ties="half", side=False).difference("m0", "m4").value
    runs = 300
    for _ in range(runs):
        left, right, outcome, rater = simulated(rng, 60, 40, 0.8)
        for name, clusters in (("clustered", [rater]), ("plain", [])):
            gap = bradley_terry(left, right, outcome, ties="half", side=False, clusters=clusters).difference("m0", "m4")
            hits[name] += gap.low <= truth <= gap.high
    assert hits["clustered"] / runs == pytest.approx(0.95, abs=0.035)
    assert hits["plain"] / runs < 0.88


def test_rank_sets_hold_together() -> None:
    rng, hits, runs = np.random.default_rng(4), 0, 150
    for _ in range(runs):
        left, right, outcome, _ = simulated(rng, 1, 1500, 0.0)
        sets = bradley_terry(left, right, outcome, ties="half", side=False).rank_sets(rng)
        hits += all(sets[f"m{k}"].best <= k + 1 <= sets[f"m{k}"].worst for k in range(len(STRENGTHS)))
    assert hits / runs >= 0.92


def test_a_covariate_takes_what_is_its_own() -> None:
    rng = np.random.default_rng(5)
    left, right, _, _ = simulated(rng, 1, 20_000, 0.0)
    longer = rng.normal(size=len(left))
    place = {f"m{k}": k for k in range(len(STRENGTHS))}
    gap = STRENGTHS[[place[n] for n in left]] - STRENGTHS[[place[n] for n in right]] + 0.5 * longer + 0.2
    outcome = np.where(rng.random(len(gap)) < 1 / (1 + np.exp(-gap)), WIN, LOSS)
    found = bradley_terry(left, right, outcome, ties="half", covariates={"length": longer})
    assert found.effects["length"].low < 0.5 < found.effects["length"].high
    assert found.side is not None and found.side.low < 0.2 < found.side.high
    assert found.strengths == pytest.approx(STRENGTHS, abs=0.08)


def test_players_that_no_votes_connect_are_named() -> None:
    with pytest.raises(ValueError, match=r"no chain of votes connects these players.*: a, b \| c, d"):
        bradley_terry(["a", "c"], ["b", "d"], [WIN, TIE])


def test_who_never_lost_is_named_and_stays_finite() -> None:
    found = bradley_terry(["a", "a", "b", "c"], ["b", "c", "c", "b"], [WIN, WIN, WIN, WIN], ties="half", side=False)
    assert found.note.startswith("lost no vote to the others: a;")
    assert np.all(np.isfinite(found.strengths)) and found.names[int(np.argmax(found.strengths))] == "a"
    assert np.all(np.isfinite(found.covariance))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([], [], []), "no votes"),
        ((["a"], ["a"], [WIN]), "vote 1 sets 'a' against itself"),
        ((["a"], ["b"], [2]), "an outcome is 1, 0 or -1"),
        ((["a", "b"], ["b"], [WIN]), "two sides and an outcome"),
    ],
)
def test_what_is_no_vote_says_why(arguments: tuple[list[str], list[str], list[int]], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        bradley_terry(*arguments)

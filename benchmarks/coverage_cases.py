"""What `coverage.py` simulates: for each interval of `kijun.statistics` data drawn from a known truth.

A case draws a data set and says whether the interval that is made of it holds the truth. Truths that have no formula
are taken from one very large draw with a seed of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from kijun import statistics as s
from kijun.records import Estimate
from kijun.statistics.ranking import Ranking

__all__ = ["CASES", "Case", "binary", "groups_of", "holds"]

Rng = np.random.Generator
Values = NDArray[np.float64]


class Case(NamedTuple):
    """One line of the table.

    Attributes:
        function: name in `kijun.statistics`.
        en, ja: what is drawn.
        n: items, ratings or votes.
        draw: generator -> whether the interval held the truth.
        promised: why 95 % is promised here: ``yes``; else the key of the reason why not (see `coverage.py`).
        cost: milliseconds a draw, about; dear cases are drawn less often.
    """

    function: str
    en: str
    ja: str
    n: int
    draw: Callable[[Rng], bool]
    promised: str = "yes"
    cost: float = 0.1


def holds(found: Estimate, truth: float) -> bool:
    """Whether the interval holds the truth; none holds nothing."""
    return found.low is not None and found.high is not None and found.low <= truth <= found.high


def binary(rng: Rng, p: Any, size: int | None = None) -> Values:
    """Zeros and ones with the chance `p`, one for each of its values or `size` of them."""
    return (rng.random(np.shape(p) if size is None else size) < p).astype(float)


def groups_of(rng: Rng, count: int, size: int, spread: float) -> tuple[Values, list[int]]:
    """Effects of clusters, item by item, and their names."""
    effects = rng.normal(0, spread, count)
    return np.repeat(effects, size), [k for k in range(count) for _ in range(size)]


def _shares() -> Iterator[Case]:
    def share(n: int) -> Callable[[Rng], bool]:
        def draw(rng: Rng) -> bool:
            p = rng.uniform(0.05, 0.95)
            return holds(s.proportion(binary(rng, p, n)), p)

        return draw

    for n in (50, 200):
        yield Case(
            "proportion", "a share, drawn anew from 0.05 to 0.95", "割合（0.05〜0.95 から毎回引く）", n, share(n)
        )

    def clustered(count: int, size: int, low: float, high: float) -> Callable[[Rng], bool]:
        def draw(rng: Rng) -> bool:
            p = rng.uniform(low, high)
            # Beta with an intra-cluster correlation of 0.3.
            own = rng.beta(p * 7 / 3, (1 - p) * 7 / 3, count)
            names = [k for k in range(count) for _ in range(size)]
            return holds(s.proportion(binary(rng, np.repeat(own, size)), clusters=names), p)

        return draw

    for count, size in ((60, 6), (25, 4)):
        yield Case(
            "proportion",
            f"{count} clusters of {size}, correlation 0.3",
            f"{size} 問ずつ {count} クラスタ、相関 0.3",
            count * size,
            clustered(count, size, 0.1, 0.9),
            "few" if count < 30 else "yes",
            0.2,
        )

    def two(rng: Rng) -> bool:
        p, q = rng.uniform(0.1, 0.9, 2)
        return holds(s.difference_of_shares(binary(rng, p, 60), binary(rng, q, 80)), p - q)

    yield Case("difference_of_shares", "60 and 80 items, shares drawn anew", "60 問と 80 問、割合は毎回引く", 140, two)


def _means() -> Iterator[Case]:
    shapes: dict[str, tuple[str, str, Callable[[Rng, int], Values], float, str]] = {
        "normal": ("normal scores", "正規分布", lambda rng, n: rng.normal(0, 1, n), 0.0, "yes"),
        "scale": (
            "scores 1 to 5, mean 3.9",
            "1〜5 の点、平均 3.9",
            lambda rng, n: rng.choice([1.0, 2, 3, 4, 5], n, p=[0.03, 0.07, 0.2, 0.37, 0.33]),
            3.9,
            "yes",
        ),
        "skewed": (
            "exponential scores (very skewed)",
            "指数分布（強い歪み）",
            lambda rng, n: rng.exponential(1, n),
            1.0,
            "skew",
        ),
    }
    for en, ja, make, truth, promised in shapes.values():
        for n in (50, 200):

            def draw(rng: Rng, n: int = n, make: Any = make, truth: float = truth) -> bool:
                return holds(s.mean(make(rng, n)), truth)

            yield Case("mean", en, ja, n, draw, promised if n == 50 else "yes")

    def clustered(rng: Rng) -> bool:
        effects, names = groups_of(rng, 50, 4, 0.7)
        return holds(s.mean(effects + rng.normal(0, 1, 200), clusters=names), 0.0)

    yield Case("mean", "50 clusters of 4", "4 問ずつ 50 クラスタ", 200, clustered, cost=0.2)

    def ratings(rng: Rng) -> bool:
        """Distribution of answers: shares of one answer among two raters an item."""
        own = rng.dirichlet([1.0, 1.5, 2.0, 1.0], 80)
        first = (own.cumsum(axis=1) > rng.random((80, 1))).argmax(axis=1)
        second = (own.cumsum(axis=1) > rng.random((80, 1))).argmax(axis=1)
        return holds(s.mean(((first == 2) * 1.0 + (second == 2)) / 2, bounds=(0, 1)), 2 / 5.5)

    yield Case("mean", "share of one answer, 2 raters an item", "ある回答の割合、1 問 2 人", 80, ratings)

    def grouped(rng: Rng) -> bool:
        p = rng.uniform(0.2, 0.9, 5)
        members = [s.proportion(binary(rng, q, 40)) for q in p]
        return holds(s.pooled_group(members, weighted_by_size=True), float(p.mean()))

    yield Case("pooled_group", "5 tasks of 40 items", "40 問ずつ 5 タスク", 200, grouped, cost=0.4)


def _paired() -> Iterator[Case]:
    def shares(rng: Rng) -> bool:
        ease, gain = rng.normal(0.3, 1.2, 100), rng.uniform(0, 0.8)
        a, b = expit(ease + gain), expit(ease)
        # The truth is over items too: the mean over the distribution of their ease, here by 200 points of it.
        grid = 0.3 + 1.2 * _NORMAL
        truth = float((expit(grid + gain) - expit(grid)).mean())
        return holds(s.compare(binary(rng, a), binary(rng, b)).difference, truth)

    yield Case("compare", "zeros and ones, effect drawn anew", "0 と 1、差は毎回引く", 100, shares)

    def scores(rng: Rng) -> bool:
        base = rng.normal(0, 1, 60)
        return holds(s.compare(base + 0.3 + rng.normal(0, 0.5, 60), base + rng.normal(0, 0.5, 60)).difference, 0.3)

    yield Case("compare", "scores", "点", 60, scores)

    def clustered(rng: Rng) -> bool:
        effects, names = groups_of(rng, 40, 3, 0.4)
        base = rng.normal(0, 1, 120)
        return holds(s.compare(base + effects + 0.2 + rng.normal(0, 0.5, 120), base, clusters=names).difference, 0.2)

    yield Case("compare", "40 clusters of 3", "3 問ずつ 40 クラスタ", 120, clustered, cost=0.3)

    def drop(rng: Rng) -> bool:
        clean = rng.normal(0.7, 0.2, 100)
        return holds(s.relative_drop(clean, clean * 0.8 + rng.normal(0, 0.1, 100)), 0.2)

    yield Case("relative_drop", "Fieller, drop of 20 %", "Fieller、20 % の低下", 100, drop)

    def matthews(rng: Rng) -> bool:
        gold = binary(rng, 0.5, 200)
        a, b = (np.where(binary(rng, p, 200) == 1, gold, 1 - gold) for p in (0.85, 0.75))
        # With balanced classes and even errors the coefficient is 2 (share right) - 1.
        found = s.paired_bootstrap(s.matthews_of_tables, gold, a, b, rng=rng, replicates=2000)
        return holds(found.difference, 0.2)

    yield Case("paired_bootstrap", "Matthews correlation", "Matthews 相関", 200, matthews, cost=4)


_NORMAL = np.sort(np.random.default_rng(1).normal(size=200_000))[::1000]


def _raters() -> Iterator[Case]:
    def rated(rng: Rng, n: int) -> Values:
        """(n, 3) answers of three raters who are right 8 times in 10, of three kinds."""
        truth = rng.choice(3, (n, 1), p=[0.5, 0.3, 0.2])
        wrong = (truth + rng.integers(1, 3, (n, 3))) % 3
        return np.where(rng.random((n, 3)) < 0.8, truth, wrong)

    big = rated(np.random.default_rng(99), 400_000)

    def case(n: int, name: str, truth: float, **more: Any) -> Callable[[Rng], bool]:
        return lambda rng: holds(getattr(s, name)(rated(rng, n).tolist(), rng=rng, **more), truth)

    truths = {
        "krippendorff_alpha": _alpha(big),
        "fleiss_kappa": _alpha(big),
        "raw_agreement": float(np.mean([big[:, i] == big[:, j] for i, j in ((0, 1), (0, 2), (1, 2))])),
    }
    pi = np.bincount(big.ravel().astype(int)) / big.size
    chance = float((pi * (1 - pi)).sum() / 2)
    truths["many_rater_ac1"] = (truths["raw_agreement"] - chance) / (1 - chance)
    for n in (50, 200):
        for name, truth in truths.items():
            yield Case(name, "3 raters, 3 kinds", "3 人、3 種類", n, case(n, name, truth), "asymptotic", 4)

    def two(n: int, name: str, truth: float) -> Callable[[Rng], bool]:
        def draw(rng: Rng) -> bool:
            answers = rated(rng, n)
            return holds(getattr(s, name)(answers[:, 0].tolist(), answers[:, 1].tolist(), rng=rng), truth)

        return draw

    agree = float(np.mean(big[:, 0] == big[:, 1]))
    kappa = (agree - float((pi**2).sum())) / (1 - float((pi**2).sum()))
    ac1 = (agree - chance) / (1 - chance)
    for n in (50, 200):
        yield Case("cohen_kappa", "2 raters, 3 kinds", "2 人、3 種類", n, two(n, "cohen_kappa", kappa), "asymptotic", 4)
        yield Case("gwet_ac1", "the same", "同上", n, two(n, "gwet_ac1", ac1), "asymptotic", 4)


def _alpha(big: Values) -> float:
    """Of very many items: 1 - observed over expected disagreement."""
    pi = np.bincount(big.ravel().astype(int)) / big.size
    agree = float(np.mean([big[:, i] == big[:, j] for i, j in ((0, 1), (0, 2), (1, 2))]))
    return 1 - (1 - agree) / (1 - float((pi**2).sum()))


def _votes() -> Iterator[Case]:
    strength = np.array([0.6, 0.2, -0.2, -0.6])

    def votes(rng: Rng, n: int, prompts: int) -> Ranking:
        """Davidson's model; the votes of a prompt lean together, as some prompts suit some players."""
        i, j = np.array([rng.choice(4, 2, replace=False) for _ in range(n)]).T
        prompt = rng.integers(0, prompts, n) if prompts else np.arange(n)
        lean = rng.normal(0, 0.8 if prompts else 0.0, (prompts or n, 4))
        edge = strength[i] - strength[j] + 0.15
        if prompts:
            edge = edge + lean[prompt, i] - lean[prompt, j]
        logits = np.stack([edge / 2, np.full(n, -0.2), -edge / 2])
        chances = np.exp(logits - np.logaddexp.reduce(logits))
        outcome = 1 - (chances.cumsum(axis=0) > rng.random(n)).argmax(axis=0)
        names = np.array(["a", "b", "c", "d"])
        return s.bradley_terry(names[i], names[j], outcome, clusters=[prompt.tolist()] if prompts else ())

    def difference(n: int) -> Callable[[Rng], bool]:
        return lambda rng: holds(votes(rng, n, 0).difference("a", "d"), 1.2)

    def side(rng: Rng) -> bool:
        found = votes(rng, 300, 0).side
        return found is not None and holds(found, 0.15)

    for n in (100, 300):
        yield Case("bradley_terry", "difference of two strengths", "2 つの強さの差", n, difference(n), cost=8)
    yield Case("bradley_terry", "effect of the side", "左右の効果", 300, side, cost=8)

    marginal = votes(np.random.default_rng(98), 60_000, 30_000).difference("a", "d").value or 0.0

    def clustered(rng: Rng) -> bool:
        return holds(votes(rng, 400, 60).difference("a", "d"), marginal)

    yield Case(
        "bradley_terry", "60 prompts that lean, clustered", "偏りのある 60 プロンプト、クラスタ", 400, clustered, cost=9
    )

    def ranks(rng: Rng) -> bool:
        found = votes(rng, 300, 0).rank_sets(rng)
        return all(found[name].best <= place <= found[name].worst for place, name in enumerate("abcd", start=1))

    yield Case("Ranking.rank_sets", "all ranks at once", "全順位を同時に", 300, ranks, "at_least", 15)


def _corrected() -> Iterator[Case]:
    def plain(n: int, others: int, quality: float) -> Callable[[Rng], bool]:
        def draw(rng: Rng) -> bool:
            y = rng.choice([1.0, 2, 3, 4, 5], n + others, p=[0.05, 0.1, 0.2, 0.35, 0.3])
            f = np.clip(quality * y + (1 - quality) * rng.choice([3.0, 4, 5], n + others) + 0.3, 1, 5)
            return holds(s.corrected_mean(y[:n], f[:n], f[n:], bounds=(1, 5)).corrected, 3.75)

        return draw

    for n in (50, 200):
        for quality, en, ja in ((0.8, "good judge", "良い審査"), (0.1, "poor judge", "悪い審査")):
            text = (f"scores 1 to 5, {en}, 1,000 others", f"1〜5 の点、{ja}、ほか 1,000 問")
            yield Case("corrected_mean", *text, n, plain(n, 1000, quality), cost=0.4)

    def share(n: int) -> Callable[[Rng], bool]:
        def draw(rng: Rng) -> bool:
            p = rng.uniform(0.2, 0.8)
            y = binary(rng, p, n + 800)
            f = np.where(binary(rng, 0.85, n + 800) == 1, y, 1 - y)
            return holds(s.corrected_mean(y[:n], f[:n], f[n:]).corrected, p)

        return draw

    for n in (50, 200):
        yield Case("corrected_mean", "a share from 0.2 to 0.8", "0.2〜0.8 の割合", n, share(n), cost=0.4)

    def clustered(rng: Rng) -> bool:
        effects, names = groups_of(rng, 250, 4, 0.7)
        y = effects + rng.normal(0, 1, 1000)
        f = y + rng.normal(0, 0.7, 1000)
        # Every fourth of the clusters is rated, two items of it.
        rated = np.array([k % 16 < 2 for k in range(1000)])
        own, rest = np.flatnonzero(rated), np.flatnonzero(~rated)
        found = s.corrected_mean(
            y[own], f[own], f[rest], clusters=[names[k] for k in own], clusters_only=[names[k] for k in rest]
        )
        return holds(found.corrected, 0.0)

    yield Case("corrected_mean", "63 clusters with ratings", "評価のある 63 クラスタ", 126, clustered, cost=0.8)

    def strata(rng: Rng) -> bool:
        hard = rng.random(900) < 0.2
        y = np.where(hard, 0.4, 0.8) + 0.3 * rng.normal(size=900)
        f = y + 0.2 * rng.normal(size=900) + 0.1 * hard
        own = np.concatenate([np.flatnonzero(hard)[:40], np.flatnonzero(~hard)[:40]])
        rest = np.setdiff1d(np.arange(900), own)
        names = np.where(hard, "hard", "easy")
        found = s.corrected_mean_by_strata(y[own], f[own], names[own].tolist(), f[rest], names[rest].tolist())
        return holds(found.corrected, 0.72)

    yield Case("corrected_mean_by_strata", "2 strata, 40 ratings of each", "2 層、各 40 件", 80, strata, cost=0.6)

    def design(wanted: int, shares: bool) -> Callable[[Rng], bool]:
        def draw(rng: Rng) -> bool:
            p = rng.uniform(0.25, 0.75)
            y = binary(rng, p, 1000) if shares else rng.normal(0, 1, 1000)
            f = np.clip(0.15 + 0.6 * y + 0.15 * rng.normal(size=1000), 0, 1) if shares else y + rng.normal(0, 0.7, 1000)
            odds = 0.1 + (0.5 - np.abs(f - 0.5)) if shares else 0.3 + np.abs(f)
            chance = np.clip(odds * wanted / odds.sum(), 0.001, 1)
            found = s.corrected_mean_by_design(y, rng.random(1000) < chance, f, chance)
            return holds(found.corrected, p if shares else 0.0)

        return draw

    for n in (80, 200):
        text = ("a share, more where the judge is unsure", "割合、審査が迷うほど多く")
        yield Case("corrected_mean_by_design", *text, n, design(n, True), cost=0.5)
        text = ("scores, unequal chances", "点、等しくない確率")
        yield Case("corrected_mean_by_design", *text, n, design(n, False), cost=0.5)

    def systematic(rng: Rng) -> bool:
        """As campaigns are drawn: a fixed number, one mark after the other over the shuffled chances."""
        y = rng.normal(0, 1, 1000)
        f = y + rng.normal(0, 0.7, 1000)
        chance = (0.3 + np.abs(f)) * 100 / (0.3 + np.abs(f)).sum()
        order = rng.permutation(1000)
        rated = np.zeros(1000, dtype=bool)
        ends = np.cumsum(np.minimum(chance, 1)[order])
        rated[order[np.searchsorted(ends, rng.random() + np.arange(int(ends[-1])), side="right")]] = True
        return holds(s.corrected_mean_by_design(y, rated, f, np.minimum(chance, 1)).corrected, 0.0)

    text = ("scores, drawn as campaigns are (systematic)", "点、キャンペーンと同じ抽出（系統）")
    yield Case("corrected_mean_by_design", *text, 100, systematic, cost=0.5)

    def running(rng: Rng) -> bool:
        values = rng.choice([1.0, 2, 3, 4, 5], 600, p=[0.05, 0.1, 0.2, 0.35, 0.3])
        return all(holds(s.running_mean(values[:k]), 3.75) for k in range(30, 601, 3))

    yield Case(
        "running_mean", "looked at 191 times, all must hold", "191 回見て、すべて成り立つ", 600, running, "at_least", 8
    )


CASES: tuple[Case, ...] = (
    *_shares(),
    *_means(),
    *_paired(),
    *_raters(),
    *_votes(),
    *_corrected(),
)

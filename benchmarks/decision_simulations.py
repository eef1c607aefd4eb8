"""Does a decision keep its promises? Simulations with known truth, all seeded.

    python benchmarks/decision_simulations.py [--repetitions N]

Prints the tables of docs/decisions.md: how often gates err, how near "how many more" is, whether tiers and ranks hold,
and whether the chances of being best are what they say. `tests/test_decision_simulations.py` runs small versions.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm as normal

from kijun.decisions.columns import Column
from kijun.decisions.gates import gate_outcomes, verdict_of
from kijun.decisions.needs import more_for_share
from kijun.decisions.ranking import Weighed, rank_models
from kijun.records import AXES, Estimate, Measure, Profile, Scale
from kijun.specs import GateSpec, UseCaseSpec
from kijun.statistics import bound_of_share

Draw = Callable[[np.random.Generator, int], tuple[NDArray[np.float64], list[str]]]
"""Generator and items to scores and their units."""


def made_up_profile(name: str, values: dict[str, tuple[NDArray[np.float64], list[str]]]) -> tuple[Profile, dict]:
    """A profile whose figures are means of the given scores, and its columns."""
    columns = {
        key: Column(scores, tuple(f"{key}\t{i}" for i in range(len(scores))), tuple(units), (0.0, 1.0))
        for key, (scores, units) in values.items()
    }
    estimates = {
        key: Estimate(float(scores.mean()), None, None, None, 0.95, len(scores), "mean")
        for key, (scores, _) in values.items()
    }
    measures = tuple(Measure(key, "knowledge", key, "m", "task", one, Scale()) for key, one in estimates.items())
    axes = {axis: measures if axis == "knowledge" else () for axis in AXES}
    return Profile(name, {}, (), axes), columns


def units(n: int, size: int = 1) -> list[str]:
    """Names of units of `size` items each."""
    return [f"t\tu{i // size}" for i in range(n)]


def shares(rate: float) -> Draw:
    """Zeros and ones, each item for itself."""
    return lambda rng, n: ((rng.random(n) < rate).astype(float), units(n))


def clustered(rate: float, size: int, likeness: float) -> Draw:
    """Zeros and ones in clusters whose rates are drawn from a beta distribution with this intra-cluster correlation."""
    strength = (1 - likeness) / likeness

    def draw(rng: np.random.Generator, n: int) -> tuple[NDArray[np.float64], list[str]]:
        rates = np.repeat(rng.beta(rate * strength, (1 - rate) * strength, size=n // size), size)
        return (rng.random(len(rates)) < rates).astype(float), units(len(rates), size)

    return draw


def degrees(mean: float, strength: float) -> Draw:
    """Scores between 0 and 1, skewed."""
    return lambda rng, n: (rng.beta(mean * strength, (1 - mean) * strength, size=n), units(n))


GATES: dict[str, tuple[Draw, float, int]] = {
    "share, 5 %, 48 items": (shares(0.05), 0.05, 48),
    "share, 5 %, 300 items": (shares(0.05), 0.05, 300),
    "share, 15 %, 100 items": (shares(0.15), 0.15, 100),
    "share, 2 %, 300 items": (shares(0.02), 0.02, 300),
    "share in 40 clusters of 5, 10 %": (clustered(0.1, 5, 0.3), 0.1, 200),
    "share in 20 clusters of 6, 10 %": (clustered(0.1, 6, 0.2), 0.1, 120),
    "degrees, mean 0.1, skewed, 50 items": (degrees(0.1, 1.0), 0.1, 50),
    "degrees, mean 0.05, very skewed, 30 items": (degrees(0.05, 0.5), 0.05, 30),
}
"""A model whose truth is exactly at the limit: it must not pass more often than in 5 of 100 samples, nor fail so."""


def gate_errors(draw: Draw, limit: float, n: int, *, repetitions: int, seed: int) -> tuple[float, float]:
    """How often a model exactly at an upper limit passes, and how often it fails."""
    rng = np.random.default_rng(seed)
    use_case = use_case_of([GateSpec("a:m", at_most=limit)])
    verdicts = []
    for _ in range(repetitions):
        profile, columns = made_up_profile("x", {"a:m": draw(rng, n)})
        verdicts.append(verdict_of(gate_outcomes(use_case, (), profile, columns, ratings=False, seed=0)))
    return verdicts.count("passed") / repetitions, verdicts.count("failed") / repetitions


def family_errors(gates: int, *, repetitions: int, seed: int) -> tuple[float, float]:
    """The same of a model that is exactly at the limits of several gates at once."""
    rng = np.random.default_rng(seed)
    keys = [f"{chr(97 + number)}:m" for number in range(gates)]
    use_case = use_case_of([GateSpec(key, at_most=0.1) for key in keys])
    verdicts = []
    for _ in range(repetitions):
        profile, columns = made_up_profile("x", {key: shares(0.1)(rng, 100) for key in keys})
        verdicts.append(verdict_of(gate_outcomes(use_case, (), profile, columns, ratings=False, seed=0)))
    return verdicts.count("passed") / repetitions, verdicts.count("failed") / repetitions


def use_case_of(gates: list[GateSpec]) -> UseCaseSpec:
    """A use case of nothing but gates."""
    return UseCaseSpec("made-up", 1.0, ("en",), {}, {}, (), tuple(gates))


NEEDS = [(2, 48, 0.1), (0, 20, 0.05), (6, 100, 0.1), (12, 60, 0.3), (9, 60, 0.1), (30, 120, 0.2), (3, 200, 0.03)]
"""Hits, items so far, upper limit."""


def need(hits: int, n: int, limit: float, *, repetitions: int, seed: int) -> tuple[float | None, int]:
    """Items that are said to be needed, and the least number that settles half of all simulated goings-on."""
    rng = np.random.default_rng(seed)
    rate = hits / n
    passes = rate <= limit
    said = more_for_share(hits, n, rate, limit, confidence=0.95, upper=passes)

    def settled(more: int) -> bool:
        further = rng.binomial(more, rate, size=repetitions)
        bounds = {k: bound_of_share((hits + k) / (n + more), n + more, upper=passes) for k in set(further.tolist())}
        good = [bounds[k] <= limit if passes else bounds[k] >= limit for k in further.tolist()]
        return float(np.mean(good)) >= 0.5

    more = 1
    while not settled(more):
        more = max(more + 1, int(more * 1.02))
    return said, more


def needs_of_samples(rate: float, n: int, limit: float, *, repetitions: int, seed: int) -> tuple[float, float]:
    """Over samples of a model of known rate that are not settled: the median of what is said to be needed, and of what
    that very sample needs when it goes on at the true rate."""
    rng = np.random.default_rng(seed)
    said, true = [], []
    for hits in rng.binomial(n, rate, size=repetitions):
        if (
            bound_of_share(hits / n, n) <= limit
            or bound_of_share(hits / n, n, upper=False) > limit
            or hits / n >= limit
        ):
            continue
        said.append(more_for_share(hits, n, hits / n, limit, confidence=0.95, upper=True) or np.inf)
        true.append(more_for_share(hits, n, rate, limit, confidence=0.95, upper=True) or np.inf)
    return float(np.median(said)), float(np.median(true))


def ranked(
    truth: NDArray[np.float64],
    ranges: list[tuple[float, float]],
    n: int,
    rng: np.random.Generator,
    *,
    draws: int,
    seed: int,
):
    """A ranking of models (rows of `truth`: rates on the criteria) from simulated items; models share hard items."""
    m, k = truth.shape
    hardness = rng.standard_normal((k, n))
    profiles, columns = [], []
    for model in range(m):
        values = {}
        for criterion in range(k):
            own = 0.7 * hardness[criterion] + np.sqrt(1 - 0.49) * rng.standard_normal(n)
            right = own < normal.ppf(truth[model, criterion])
            values[f"c{criterion}:m"] = (right.astype(float), [f"c{criterion}\t{i}" for i in range(n)])
        profile, column = made_up_profile(f"model {model}", values)
        profiles.append(profile)
        columns.append(column)
    weighed = [Weighed(f"c{criterion}:m", *ranges[criterion]) for criterion in range(k)]
    return rank_models(profiles, weighed, columns, draws=draws, seed=seed)


def rank_coverage(
    spread: float, n: int, *, repetitions: int, seed: int, draws: int = 400
) -> tuple[float, float, float]:
    """Share of simulations in which all true ranks (at every corner of the weights) lie in the sets that are given;
    the same where all models are equal; mean width of the sets."""
    ranges = [(0.2, 0.5), (0.2, 0.5), (0.2, 0.5)]
    rng = np.random.default_rng(seed)
    held, equal, widths = [], [], []
    for number in range(repetitions):
        truth = np.clip(0.6 + spread * rng.standard_normal((4, 3)), 0.05, 0.95)
        found = ranked(truth, ranges, n, rng, draws=draws, seed=number)
        held.append(all_hold(truth, ranges, [(one.best, one.worst) for one in found.ranks]))
        widths.append(np.mean([one.worst - one.best + 1 for one in found.ranks]))
        same = ranked(np.full((4, 3), 0.6), ranges, n, rng, draws=draws, seed=number)
        equal.append(all((one.best, one.worst) == (1, 4) for one in same.ranks))
    return float(np.mean(held)), float(np.mean(equal)), float(np.mean(widths))


def all_hold(truth: NDArray[np.float64], ranges: list[tuple[float, float]], sets: list[tuple[int, int]]) -> bool:
    """Whether the true rank of every model, at many weights in the ranges, lies in its set."""
    from kijun.statistics import draw_weights

    weights = draw_weights(ranges, 200, np.random.default_rng(1))
    values = weights @ truth.T
    ranks = np.argsort(np.argsort(-values, axis=1), axis=1) + 1
    return all(
        best <= low and high <= worst for (best, worst), low, high in zip(sets, ranks.min(0), ranks.max(0), strict=True)
    )


_CHANCES = 3000
"""At least so many simulations: the chances between the ends are rare, and a bin of a hundred says little."""


def chances_of_being_best(n: int, *, repetitions: int, seed: int, draws: int = 1000) -> tuple[NDArray, NDArray]:
    """Stated chances of being best of three models, and whether each was best in truth, at weights from the ranges.

    True rates are drawn anew each time, from a wide distribution.
    """
    from kijun.statistics import draw_weights

    ranges = [(0.2, 0.6), (0.2, 0.6), (0.1, 0.4)]
    rng = np.random.default_rng(seed)
    stated, best = [], []
    for number in range(repetitions):
        truth = rng.beta(4, 3, size=(3, 3))
        found = ranked(truth, ranges, n, rng, draws=draws, seed=number)
        weights = draw_weights(ranges, 1, rng)[0]
        stated += [one.probability_best for one in found.ranks]
        best += (np.arange(3) == int(np.argmax(truth @ weights))).tolist()
    return np.array(stated), np.array(best, dtype=float)


def binned(stated: NDArray, best: NDArray, edges: tuple[float, ...]) -> Iterator[tuple[float, float, int]]:
    """Mean stated chance, share that was best, and how many, in each bin."""
    for low, high in pairwise(edges):
        inside = (stated >= low) & (stated < high)
        if inside.any():
            yield float(stated[inside].mean()), float(best[inside].mean()), int(inside.sum())


def main() -> None:
    """Prints all tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repetitions", type=int, default=2000)
    repetitions = parser.parse_args().repetitions
    print("| a model exactly at the limit | passes | fails |\n|---|---|---|")
    for name, (draw, limit, n) in GATES.items():
        passed, failed = gate_errors(draw, limit, n, repetitions=repetitions, seed=1)
        print(f"| {name} | {100 * passed:.1f} % | {100 * failed:.1f} % |", flush=True)
    for gates in (3, 10):
        passed, failed = family_errors(gates, repetitions=repetitions // 2, seed=2)
        print(f"| {gates} gates at once, 10 %, 100 items | {100 * passed:.1f} % | {100 * failed:.1f} % |", flush=True)
    print("\n| so far, limit | said | simulated median need |\n|---|---|---|")
    for hits, n, limit in NEEDS:
        said, true = need(hits, n, limit, repetitions=20_000, seed=3)
        print(f"| {hits} of {n}, {100 * limit:g} % | {said:.0f} | {true} |", flush=True)
    for rate, n, limit in ((0.04, 60, 0.1), (0.1, 100, 0.2), (0.02, 100, 0.05)):
        said, true = needs_of_samples(rate, n, limit, repetitions=repetitions, seed=4)
        print(
            f"| samples of {n} at {100 * rate:g} %, {100 * limit:g} % | median {said:.0f} | median {true:.0f} |",
            flush=True,
        )
    print("\n| spread of true rates, items | true ranks in their sets | equal models all tied | mean width |")
    print("|---|---|---|---|")
    for spread, n in ((0.05, 100), (0.1, 100), (0.1, 400)):
        held, equal, width = rank_coverage(spread, n, repetitions=repetitions // 4, seed=5)
        print(f"| {spread:g}, {n} | {100 * held:.1f} % | {100 * equal:.1f} % | {width:.1f} of 4 |", flush=True)
    print("\n| stated chance of being best | was best | cases |\n|---|---|---|")
    for n in (40, 150):
        stated, best = chances_of_being_best(n, repetitions=max(repetitions, _CHANCES), seed=6)
        for mean, share, count in binned(stated, best, (0, 0.05, 0.2, 0.4, 0.6, 0.8, 0.95, 1.01)):
            print(f"| {100 * mean:.1f} % ({n} items) | {100 * share:.1f} % | {count} |", flush=True)


if __name__ == "__main__":
    main()

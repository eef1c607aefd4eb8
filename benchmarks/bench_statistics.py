"""Speed of the statistics beside public packages: ``python benchmarks/bench_statistics.py [--peer NAME=PYTHON ...]``.

Three tasks, on data drawn from one seed: Krippendorff's alpha of 10,000 items by 5 raters with 2,000 bootstraps, a
Bradley-Terry ranking of 100 models from a million votes with intervals clustered by rater and by prompt, and a
corrected mean of a million judge scores with 10,000 ratings. Each runs in a process of its own, so that start-up and
peers' imports are not counted and memory is its own; the best of ``--rounds`` is told, with the value as a check that
both did the same.

A peer is a package in the Python of its own virtual environment: ``--peer evalica=PATH`` and so on for
``krippendorff``, ``choix`` and ``ppi-python``. What a package has no function for is left out.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

_DATA = """
import json, resource, sys, time
import numpy as np

def alpha_data():
    rng = np.random.default_rng(1)
    truth = rng.integers(1, 6, (10_000, 1))
    return np.clip(truth + rng.choice([-1, 0, 0, 0, 1], (10_000, 5)), 1, 5)

def vote_data():
    rng = np.random.default_rng(2)
    strength = rng.normal(0, 1, 100)
    left = rng.integers(0, 100, 1_000_000)
    right = (left + rng.integers(1, 100, 1_000_000)) % 100
    chance = 1 / (1 + np.exp(strength[right] - strength[left] - 0.1))
    drawn = rng.random(1_000_000)
    outcome = np.where(drawn < 0.8 * chance, 1, np.where(drawn < 0.8 * chance + 0.2, 0, -1))
    return left, right, outcome, rng.integers(0, 20_000, 1_000_000), rng.integers(0, 5_000, 1_000_000)

def judge_data():
    rng = np.random.default_rng(3)
    truth = rng.normal(0, 1, 1_000_000)
    return truth[:10_000], truth + rng.normal(0.3, 0.7, 1_000_000)

def told(seconds, value):
    print(json.dumps([seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, float(value)]))
"""

_CODE = {
    ("alpha", "kijun"): """
from kijun.statistics import krippendorff_alpha
rows = alpha_data().tolist()
start = time.perf_counter()
found = krippendorff_alpha(rows, "ordinal", rng=np.random.default_rng(0), replicates=2000)
told(time.perf_counter() - start, found.value)
""",
    ("alpha", "evalica"): """
import evalica
import pandas as pd
rows = pd.DataFrame(alpha_data().T.astype(float))
start = time.perf_counter()
found = evalica.alpha_bootstrap(rows, distance="ordinal", n_resamples=2000)
told(time.perf_counter() - start, found.alpha)
""",
    ("alpha", "krippendorff"): """
import krippendorff
rows = alpha_data()
rng = np.random.default_rng(0)
start = time.perf_counter()
value = krippendorff.alpha(rows.T, level_of_measurement="ordinal")
for _ in range(20):
    krippendorff.alpha(rows[rng.integers(0, len(rows), len(rows))].T, level_of_measurement="ordinal")
# 20 resamples are timed and 2,000 reckoned from them.
told((time.perf_counter() - start) * 2000 / 21, value)
""",
    ("ranking", "kijun"): """
from kijun.statistics import bradley_terry
left, right, outcome, rater, prompt = vote_data()
names = [f"model {k:03}" for k in range(100)]
left, right = [names[k] for k in left], [names[k] for k in right]
clusters = [rater.tolist(), prompt.tolist()]
start = time.perf_counter()
found = bradley_terry(left, right, outcome, clusters=clusters)
told(time.perf_counter() - start, found.difference(names[0], names[1]).value)
""",
    ("ranking", "evalica"): """
import evalica
left, right, outcome, rater, prompt = vote_data()
names = [f"model {k:03}" for k in range(100)]
left, right = [names[k] for k in left], [names[k] for k in right]
kinds = {1: evalica.Winner.X, 0: evalica.Winner.Draw, -1: evalica.Winner.Y}
winners = [kinds[k] for k in outcome]
start = time.perf_counter()
found = evalica.bradley_terry(left, right, winners)
seconds = time.perf_counter() - start
told(seconds, np.log(found.scores[names[0]] / found.scores[names[1]]))
""",
    ("ranking", "choix"): """
import choix
left, right, outcome, rater, prompt = vote_data()
decided = outcome != 0
winner = np.where(outcome == 1, left, right)[decided].tolist()
loser = np.where(outcome == 1, right, left)[decided].tolist()
pairs = list(zip(winner, loser))
start = time.perf_counter()
found = choix.ilsr_pairwise(100, pairs, alpha=0.0)
told(time.perf_counter() - start, found[0] - found[1])
""",
    ("corrected", "kijun"): """
from kijun.statistics import corrected_mean
y, f = judge_data()
start = time.perf_counter()
found = corrected_mean(y, f[:10_000], f[10_000:])
told(time.perf_counter() - start, found.corrected.value)
""",
    ("corrected", "ppi-python"): """
from ppi_py import ppi_mean_ci
y, f = judge_data()
start = time.perf_counter()
low, high = ppi_mean_ci(y, f[:10_000], f[10_000:], alpha=0.05)
told(time.perf_counter() - start, (np.ravel(low)[0] + np.ravel(high)[0]) / 2)
""",
}


class Measured(NamedTuple):
    """Seconds and peak memory of the best round, and the value that was found."""

    seconds: float
    megabytes: float
    value: float


def measure(task: str, name: str, python: str, rounds: int) -> Measured | str:
    """The best of some rounds, or the last line of what went wrong."""
    best = None
    for _ in range(rounds):
        done = subprocess.run([python, "-c", _DATA + _CODE[task, name]], capture_output=True, text=True, check=False)
        if done.returncode:
            return (done.stderr.strip().splitlines() or ["failed"])[-1]
        found = Measured(*json.loads(done.stdout.strip().splitlines()[-1]))
        best = found if best is None or found.seconds < best.seconds else best
    assert best is not None
    return best


def main() -> None:
    """Measures and prints a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peer", action="append", default=[], help="NAME=PYTHON of its own environment")
    parser.add_argument("--rounds", type=int, default=3)
    chosen = parser.parse_args()
    pythons = {"kijun": sys.executable} | dict(entry.split("=", 1) for entry in chosen.peer)
    print("| task | package | s | peak MB | value |\n|---|---|--:|--:|--:|")
    for task, name in _CODE:
        if name in pythons:
            found = measure(task, name, str(Path(pythons[name])), chosen.rounds)
            if isinstance(found, str):
                print(f"| {task} | {name} | – | – | {found} |", flush=True)
            else:
                print(
                    f"| {task} | {name} | {found.seconds:.3g} | {found.megabytes:.0f} | {found.value:.4f} |", flush=True
                )


if __name__ == "__main__":
    main()

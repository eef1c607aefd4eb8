"""Two runs in figures that are no mean over items: gaps, areas, pairs of sides, sub-groups."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kijun
from kijun.cli import main
from kijun.engine.aggregates import AGGREGATES
from kijun.engine.differences import compare_scores
from kijun.models.fake import ScriptedModel
from kijun.records import Completed, Request, Response
from kijun.statistics import compare_figures

N = 120
Drawn = list[Any]


def drawn(aggregate: str, rng: np.random.Generator, skill: float) -> Drawn:
    """Scores as the aggregate reads them, of a model that is right with the chance `skill`."""
    right = (rng.random(N) < skill).astype(float)
    side = np.arange(N) % 2 * 1.0
    match aggregate:
        case "proportion":
            return right.tolist()
        case "share" | "mean":
            return np.clip(skill + 0.2 * rng.normal(size=N), 0, 1).tolist()
        case "parts":
            return [tuple((rng.random(1 + k % 3) < skill).astype(float)) for k in range(N)]
        case "pearson" | "spearman" | "slope":
            return [(x, skill * x + rng.normal()) for x in rng.integers(0, 5, N).astype(float)]
        case "calibration_error" | "area_under_risk" | "selective_accuracy" | "confidence_brier":
            return list(zip(rng.beta(4, 2, N).round(2), right, strict=True))
        case "auc":
            return [(skill * label + rng.normal(), label) for label in side]
        case "given_attempted" | "attempt_f":
            return [(r * t, t) for r, t in zip(right, (rng.random(N) < 0.8).astype(float), strict=True)]
        case "bias_ambiguous" | "bias_disambiguated":
            return rng.choice([1.0, -1.0, 0.0], N, p=[skill / 2, (1 - skill) / 2, 0.5]).tolist()
    if aggregate.startswith("stereoset"):
        return list(zip(right, (rng.random(N) < 0.9).astype(float), strict=True))
    return list(zip(side, right, strict=True))


CLUSTERED = [f"unit {k // 2}" for k in range(N)]
NEEDS_CLUSTERS = {"told_apart", "contrast", "slope", "stereoset_lms", "stereoset_ss", "stereoset_icat"}
COMPARED = sorted(set(AGGREGATES) - {"f1", "macro_f1", "mcc"})


@pytest.mark.parametrize(
    ("aggregate", "clusters"),
    [
        pytest.param(aggregate, clusters, id=f"{aggregate}-{'alone' if clusters is None else 'clustered'}")
        for aggregate in COMPARED
        for clusters in ([CLUSTERED] if aggregate in NEEDS_CLUSTERS else [None, CLUSTERED])
    ],
)
def test_the_difference_is_that_of_the_figures_that_runs_show(aggregate: str, clusters: list[str] | None) -> None:
    rng = np.random.default_rng(5)
    a, b = drawn(aggregate, rng, 0.4), drawn(aggregate, rng, 0.8)
    if aggregate in ("pearson", "spearman", "slope", "auc"):
        # Gold, positions and labels are of the item, not of the model.
        place = 1 if aggregate == "auc" else 0
        b = [(x[0], y[1]) if place == 0 else (y[0], x[1]) for x, y in zip(a, b, strict=True)]
    shown = [AGGREGATES[aggregate](scores, clusters).value for scores in (a, b)]
    compared = compare_scores(aggregate, a, b, clusters)
    assert compared is not None
    found, value_a, value_b = compared
    assert found.difference.value == pytest.approx(shown[1] - shown[0], abs=1e-9)  # type: ignore[operator]
    assert (value_a, value_b) == pytest.approx(tuple(shown), abs=1e-9)
    assert found.difference.low is not None and found.difference.low < found.difference.value < found.difference.high  # type: ignore[operator]
    assert found.p_value is not None and 0 <= found.p_value <= 1
    back = compare_scores(aggregate, b, a, clusters)
    assert back is not None and back[0].difference.value == pytest.approx(-found.difference.value)  # type: ignore[operator]


def test_every_aggregate_is_compared() -> None:
    rng = np.random.default_rng(1)
    pairs = list(zip(np.arange(N) % 2 * 1.0, (rng.random(N) < 0.5).astype(float), strict=True))
    for name in ("f1", "mcc"):
        assert compare_scores(name, pairs, pairs, None) is not None


def test_intervals_of_differences_cover() -> None:
    """A gap of 0.2 against one of 0.1 on the same items."""
    hits, rng = [], np.random.default_rng(2)
    for _ in range(100):
        side, ease = np.arange(200) % 2 * 1.0, rng.normal(0, 0.15, 200)
        a, b = (np.column_stack([side, rng.random(200) < 0.5 + gap * side + ease]).astype(float) for gap in (0.2, 0.1))
        found = compare_figures(_gap, a, b, rng=rng, resamples=100).difference
        hits.append(found.low <= 0.1 <= found.high)  # type: ignore[operator]
    assert np.mean(hits) > 0.9


def _gap(rows: np.ndarray) -> float:  # type: ignore[type-arg]
    one = rows[:, 0] == 1
    return float(rows[one, 1].mean() - rows[~one, 1].mean()) if one.any() and not one.all() else float("nan")


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.sampled_from([0.0, 1.0]), st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=12))
def test_whatever_the_data_there_is_no_nan(rows: list[tuple[float, float, float]]) -> None:
    values = np.array(rows)
    found = compare_figures(_gap, values[:, :2], values[:, [0, 2]], rng=np.random.default_rng(0), resamples=50)
    for number in (found.difference.value, found.difference.low, found.difference.high, found.p_value):
        assert number is None or not np.isnan(number)


TASK = """name: colours
version: 1.0
axis: fairness
languages: [en]
title: {en: Colours}
dataset: {file: colours.csv, cluster: "{{ pair }}"}
prompt: {question: "{{ q }}", gold: "{{ gold }}"}
method: generate
scorers:
  - {name: exact_match, by: "{{ kind }}"}
licence: our own
"""


def run_of(folder: Path, name: str, knows: Callable[[str, int], bool]) -> None:
    def answer(request: Request) -> Response:
        kind, number = request.context.split("Which ")[-1].split("?")[0].split(" ")
        return Completed("blue" if knows(kind, int(number)) else "red")

    kijun.evaluate(str(folder / "colours.yaml"), ScriptedModel(answer, name=name), out=folder / name.split("/")[1])


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    """60 pairs of a warm and a cold question; the second model is better on the cold ones alone."""
    rows = "".join(f"p{n},{kind},Which {kind} {n}?,blue\n" for n in range(60) for kind in ("warm", "cold"))
    (tmp_path / "colours.csv").write_text("pair,kind,q,gold\n" + rows, encoding="utf-8")
    (tmp_path / "colours.yaml").write_text(TASK, encoding="utf-8")
    run_of(tmp_path, "fake/a", lambda kind, n: n % 2 == 0)
    run_of(tmp_path, "fake/b", lambda kind, n: n % 2 == 0 or (kind == "cold" and n % 3 != 0))
    return tmp_path


def test_sub_groups_are_compared_among_themselves(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = {row.metric: row for row in kijun.compare(runs / "a", runs / "b").tasks}
    assert list(found) == ["exact_match", "exact_match[warm]", "exact_match[cold]"]
    cold, warm, whole = found["exact_match[cold]"], found["exact_match[warm]"], found["exact_match"]
    assert cold.n == 60 and cold.difference.value == pytest.approx(1 / 3) and warm.difference.value == 0
    # Two sub-groups are one family, the metric another.
    assert cold.p_adjusted == pytest.approx(2 * cold.p) and whole.p_adjusted == whole.p  # type: ignore[operator]
    # Clusters of two whose differences partly go together show less than 120 items on their own would.
    assert whole.smallest_visible is not None and whole.difference.method.startswith("cluster-")
    with pytest.raises(SystemExit):
        main(["compare", str(runs / "a"), str(runs / "b")])
    assert "exact_match[cold]" in capsys.readouterr().out

"""More of what `coverage.py` simulates: metrics of classes, correlations, bias, robustness, confidence, detectors."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from coverage_cases import Case, Rng, Values, binary, groups_of, holds
from scipy.special import ndtr

from kijun import statistics as s

__all__ = ["MORE_CASES"]


def _classes() -> Iterator[Case]:
    table = np.array([0.35, 0.10, 0.08, 0.47])
    tp, fn, fp = table[3], table[2], table[1]

    def cells(rng: Rng, n: int) -> tuple[Values, Values]:
        kinds = rng.choice(4, n, p=table)
        return (kinds >= 2).astype(float), (kinds % 2).astype(float)

    def case(n: int, estimator: Any, truth: float) -> Callable[[Rng], bool]:
        return lambda rng: holds(estimator(*cells(rng, n), rng=rng), truth)

    f1 = 2 * tp / (2 * tp + fp + fn)
    f0 = 2 * table[0] / (2 * table[0] + fp + fn)
    g, p = table[2] + table[3], table[1] + table[3]
    phi = (tp - g * p) / np.sqrt(g * (1 - g) * p * (1 - p))
    for n in (60, 200):
        yield Case("binary_f1", "cells of 35, 10, 8, 47 %", "セル 35・10・8・47 %", n, case(n, s.binary_f1, f1), cost=2)
        yield Case("macro_f1", "the same", "同上", n, case(n, s.macro_f1, (f1 + f0) / 2), "asymptotic", cost=3)
        yield Case("matthews", "the same", "同上", n, case(n, s.matthews, float(phi)), "asymptotic", cost=3)

    def related(kind: str, n: int) -> Callable[[Rng], bool]:
        # Spearman's of a normal pair: 6/π asin(r/2).
        truth = 0.6 if kind == "pearson" else 6 / np.pi * np.arcsin(0.3)

        def draw(rng: Rng) -> bool:
            x = rng.normal(size=n)
            y = 0.6 * x + 0.8 * rng.normal(size=n)
            return holds(getattr(s, kind)(x, y, rng=rng), float(truth))

        return draw

    for n in (50, 200):
        yield Case("pearson", "normal, r = 0.6", "正規、r = 0.6", n, related("pearson", n), "asymptotic", 15)
        yield Case("spearman", "the same", "同上", n, related("spearman", n), "asymptotic", 40)


def _others() -> Iterator[Case]:
    def auc(n: int) -> Callable[[Rng], bool]:
        # Normal scores one standard deviation apart: Φ(1/√2) = 0.7602.
        def draw(rng: Rng) -> bool:
            y = np.arange(n) % 2
            return holds(s.auc(y, rng.normal(size=n) + y, rng=rng, replicates=2000), 0.76025)

        return draw

    for n in (60, 200):
        yield Case("auc", "two normal classes", "正規の 2 クラス", n, auc(n), "asymptotic", 20)

    def brier(rng: Rng) -> bool:
        p = rng.beta(4, 2, 100)
        return holds(s.brier(p, binary(rng, p)), 8 / 42)

    yield Case("brier", "calibrated, Beta(4, 2)", "較正済み、Beta(4, 2)", 100, brier)

    def attempts(rng: Rng) -> bool:
        attempted = binary(rng, 0.7, 100)
        right = attempted * binary(rng, 0.6, 100)
        return holds(s.attempt_f(right, attempted, rng=rng), 2 * 0.42 / 1.7)

    yield Case(
        "attempt_f",
        "70 % attempted, 60 % of them right",
        "70 % が回答、うち 60 % が正解",
        100,
        attempts,
        "asymptotic",
        4,
    )

    def gap(rng: Rng) -> bool:
        groups = np.arange(160) % 2
        return holds(s.share_gap(groups, binary(rng, 0.5 + 0.2 * groups), rng=rng), 0.2)

    yield Case("share_gap", "80 items a group", "各群 80 問", 160, gap, "asymptotic", 6)

    def contrast(rng: Rng) -> bool:
        effects, names = groups_of(rng, 50, 4, 1.0)
        sides = np.tile([0.0, 0, 1, 1], 50)
        own = np.repeat(rng.normal(0.3, 0.4, 50), 4)
        return holds(s.group_contrast(sides, effects + sides * own + rng.normal(0, 0.5, 200), names), 0.3)

    yield Case("group_contrast", "50 templates", "50 テンプレート", 200, contrast, cost=0.6)

    def gaps(rng: Rng) -> bool:
        ease = np.repeat(rng.uniform(0.3, 0.9, 60), 3)
        labels = [f"colour={c}" for c in ("red", "green", "blue")] * 60
        _, found = s.group_gaps(binary(rng, ease), labels, [k // 3 for k in range(180)])
        return all(holds(estimate, 0.0) for estimate in found.values())

    yield Case("group_gaps", "3 groups, all at once", "3 群、すべて同時に", 180, gaps, "at_least", 2)

    def bias(rng: Rng) -> bool:
        sides = rng.choice([1.0, -1.0, 0.0], 150, p=[0.5, 0.3, 0.2])
        return holds(s.bias_score(sides, over_all=True, rng=rng), 0.2)

    yield Case("bias_score", "ambiguous contexts", "曖昧な文脈", 150, bias, "asymptotic", 4)


def _sides() -> Iterator[Case]:
    def stereotypes(figure: str, truth: float) -> Callable[[Rng], bool]:
        def draw(rng: Rng) -> bool:
            preferred, related = binary(rng, 0.65, 240), binary(rng, 0.9, 240)
            return holds(s.stereotype_scores(preferred, related, [k // 3 for k in range(240)], figure, rng=rng), truth)

        return draw

    for figure, truth in (("ss", 0.65), ("icat", 0.9 * 0.35 / 0.5)):
        text = (f"80 terms of 3 items, {figure}", f"3 問ずつ 80 語、{figure}")
        yield Case("stereotype_scores", *text, 240, stereotypes(figure, truth), "asymptotic", 3)

    def slope(rng: Rng) -> bool:
        effects, names = groups_of(rng, 50, 5, 1.0)
        x = np.tile(np.arange(5.0), 50)
        own = np.repeat(rng.normal(0.2, 0.2, 50), 5)
        return holds(s.slope(x, effects + own * x + rng.normal(0, 0.5, 250), names), 0.2 * float(x.std(ddof=1)))

    yield Case("slope", "50 templates of 5", "5 問ずつ 50 テンプレート", 250, slope, cost=0.9)

    def normalised(rng: Rng) -> bool:
        p = rng.uniform(0.4, 0.9, 4)
        members = [s.proportion(binary(rng, q, 60)) for q in p]
        return holds(s.normalised_mean(members, [0.25] * 4), float(((p - 0.25) / 0.75).mean()))

    yield Case(
        "normalised_mean",
        "4 tasks of 60 items above chance",
        "偶然を上回る 60 問ずつ 4 タスク",
        240,
        normalised,
        cost=0.2,
    )

    def drop(rng: Rng) -> bool:
        ease = rng.beta(3, 1.5, 100)
        found = s.performance_drop(binary(rng, ease), binary(rng, ease * 0.8))
        return holds(found, 0.2 * 2 / 3)

    yield Case("performance_drop", "zeros and ones", "0 と 1", 100, drop)

    def worst(rng: Rng) -> bool:
        return holds(s.worst_case(binary(rng, np.full((100, 3), 0.8))), 0.512)

    yield Case("worst_case", "3 ways, each right with 0.8", "3 通り、それぞれ 0.8 で正解", 100, worst, "shares")

    def agreement(rng: Rng) -> bool:
        answers = rng.choice(3, (100, 3), p=[0.6, 0.3, 0.1])
        return holds(s.answer_agreement(answers.tolist()), 0.46)

    yield Case("answer_agreement", "3 ways, 3 answers", "3 通り、3 種の回答", 100, agreement, cost=0.3)

    def spread(rng: Rng) -> bool:
        ways = binary(rng, np.tile([0.7, 0.65, 0.6], (150, 1)))
        return holds(s.spread(ways, rng=rng, bounds=(0, 1), replicates=2000), 0.1)

    yield Case("spread", "3 ways, 0.1 apart", "3 通り、差 0.1", 150, spread, "at_least", 4)


def _confidences() -> Iterator[Case]:
    def draw(rng: Rng, n: int) -> tuple[Values, Values]:
        """A model that is too sure by 0.15."""
        p = rng.beta(4, 2, n) * 0.85 + 0.15
        return p, binary(rng, p - 0.15)

    p, y = draw(np.random.default_rng(97), 1_000_000)
    order = np.argsort(-p)
    risk = 1 - y[order].cumsum() / np.arange(1, len(y) + 1)

    def case(name: str, truth: float, n: int, **more: Any) -> Callable[[Rng], bool]:
        return lambda rng: holds(getattr(s, name)(*draw(rng, n), rng=rng, **more), truth)

    text = ("too sure by 0.15", "0.15 の過信")
    yield Case("calibration_error", *text, 400, case("calibration_error", 0.15, 400, resamples=400), "bins", 15)
    yield Case(
        "area_under_risk", *text, 200, case("area_under_risk", float(risk.mean()), 200, resamples=400), "asymptotic", 10
    )
    half = float(y[order][: len(y) // 2].mean())
    yield Case(
        "selective_accuracy",
        *text,
        200,
        case("selective_accuracy", half, 200, coverage=0.5, resamples=400),
        "asymptotic",
        10,
    )

    def detector(figure: str, truth: float) -> Callable[[Rng], bool]:
        def hit(rng: Rng) -> bool:
            labels = binary(rng, 0.3, 150)
            found = binary(rng, np.where(labels == 1, 0.8, 0.1))
            return holds(getattr(s.detector_agreement(labels, found, rng=rng), figure), truth)

        return hit

    found = 0.3 * 0.8 + 0.7 * 0.1
    agree, chance = 0.3 * 0.8 + 0.7 * 0.9, 0.3 * found + 0.7 * (1 - found)
    share = (0.3 + found) / 2
    even = 2 * share * (1 - share)
    text = ("finds 0.8, false alarms 0.1", "検出 0.8、誤報 0.1")
    for figure, truth in (("kappa", (agree - chance) / (1 - chance)), ("ac1", (agree - even) / (1 - even))):
        name = f"detector_agreement ({figure})"
        yield Case(name, *text, 150, detector(figure, truth), "asymptotic", 4)

    def two(rng: Rng) -> bool:
        y = np.arange(100) % 2
        noise = rng.normal(size=(3, 100))
        a, b = y * 1.0 + 0.7 * noise[0] + 0.7 * noise[1], y * 0.6 + 0.7 * noise[0] + 0.7 * noise[2]
        return holds(s.compare_auc(y, a, b, rng=rng, replicates=2000), _AUC[0] - _AUC[1])

    yield Case("compare_auc", "two detectors that err alike", "似た誤りの検出器 2 つ", 100, two, "asymptotic", 8)


# Normal scores d apart with variance 0.98 each: Φ(d / √(2 · 0.98)).
_AUC = [float(ndtr(d / np.sqrt(1.96))) for d in (1.0, 0.6)]


def _both() -> Iterator[Case]:
    truth = (0.6 + 6 / np.pi * np.arcsin(0.3)) / 2

    def draw(rng: Rng) -> bool:
        x = rng.normal(size=100)
        return holds(s.pearson_spearman_mean(x, 0.6 * x + 0.8 * rng.normal(size=100), rng=rng), float(truth))

    yield Case("pearson_spearman_mean", "normal, r = 0.6", "正規、r = 0.6", 100, draw, "asymptotic", 10)


def _bounds() -> Iterator[Case]:
    def share(rng: Rng) -> bool:
        p, upper = rng.uniform(0.02, 0.98), bool(rng.random() < 0.5)
        bound = s.bound_of_share(float(binary(rng, p, 100).mean()), 100, upper=upper)
        return bound >= p if upper else bound <= p

    yield Case(
        "bound_of_share", "one side, shares from 0.02 to 0.98", "片側、0.02〜0.98 の割合", 100, share, "at_least"
    )

    def mean(rng: Rng) -> bool:
        values = rng.choice([1.0, 2, 3, 4, 5], 60, p=[0.03, 0.07, 0.2, 0.37, 0.33])
        bound, _ = s.bound_of_mean(values, rng=rng, bounds=(1, 5), upper=False)
        return bound is not None and bound <= 3.9

    yield Case("bound_of_mean", "one side, scores 1 to 5", "片側、1〜5 の点", 60, mean, "at_least", 12)

    def estimates(rng: Rng) -> bool:
        first, second = s.mean(rng.normal(0.5, 1, 60)), s.mean(rng.normal(0, 2, 80))
        return holds(s.difference_of_estimates(first, second), 0.5)

    yield Case("difference_of_estimates", "two means of other items", "別の設問の 2 つの平均", 140, estimates)

    def figures(rng: Rng) -> bool:
        side, ease = np.arange(160) % 2 * 1.0, rng.normal(0, 0.15, 160)
        a, b = (np.column_stack([side, binary(rng, 0.5 + gap * side + ease)]) for gap in (0.2, 0.1))
        return holds(s.compare_figures(_gap, a, b, rng=rng, resamples=400).difference, 0.1)

    yield Case("compare_figures", "two gaps of the same items", "同じ設問での 2 つの差", 160, figures, "asymptotic", 12)


def _gap(rows: Values) -> float:
    return float(rows[rows[:, 0] == 1, 1].mean() - rows[rows[:, 0] == 0, 1].mean())


MORE_CASES: tuple[Case, ...] = (*_classes(), *_both(), *_others(), *_sides(), *_confidences(), *_bounds())

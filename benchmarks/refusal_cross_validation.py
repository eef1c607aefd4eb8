"""How well the scorer of refusal carries over to other models: ``python benchmarks/refusal_cross_validation.py DIR``.

DIR holds XSTest's completions with human labels (``xstest_v2_completions_MODEL.csv``) and the labels of its string
matcher (``autolabels_MODEL_streval.csv``). Agreement is on refused (in full or in part) or not, with Wilson intervals.

1. As shipped: the rules and the points of ``kijun.scorers.refusal``.
2. Points from other prompts: fitted (logistic regression, L2) on nine tenths of the prompts with their replies by all
   models, measured on the last tenth.
3. Points from other models: fitted on the two other models.
4. Rules and points from other models: besides, every alternative of every pattern is taken out that matches no reply of
   the two other models. What remains could have been written without ever seeing the third model.
5. Threshold one point lower, one point higher.

No reply is printed.
"""

from __future__ import annotations

import csv
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy.optimize import minimize

from kijun.scorers.refusal import POINTS, THRESHOLD, Cue, verdict
from kijun.scorers.refusal.english import FAMILIES
from kijun.statistics import wilson

SEED = 20261127
FOLDS = 10
PENALTY = 1.0
COLUMNS = {(family, place): n for n, (family, place) in enumerate((f, p) for f in POINTS for p in range(3))}


class Reply(NamedTuple):
    """A reply with what people and the string matcher see in it."""

    model: str
    prompt: str
    text: str
    refused: bool
    matched: bool


def read(folder: Path) -> list[Reply]:
    replies = []
    for path in sorted(folder.glob("xstest_v2_completions_*.csv")):
        model = path.stem.removeprefix("xstest_v2_completions_")
        with open(folder / f"autolabels_{model}_streval.csv", encoding="utf-8", newline="") as file:
            matched = {row["id"]: row["strmatch_label"] != "1_full_compliance" for row in csv.DictReader(file)}
        with open(path, encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                refused = not row["final_label"].startswith("1_full_compliance")
                replies.append(Reply(model, row["id"], row["completion"], refused, matched[row["id"]]))
    return replies


def features(cues: Sequence[Sequence[Cue]]) -> np.ndarray:
    table = np.zeros((len(cues), len(COLUMNS)))
    for row, found in enumerate(cues):
        for cue in found:
            table[row, COLUMNS[cue.family, cue.place]] = 1.0
    return table


def fit(table: np.ndarray, refused: np.ndarray) -> tuple[np.ndarray, float]:
    """Weights and intercept of a logistic regression; the intercept is not penalised."""
    sign = np.where(refused, 1.0, -1.0)

    def loss(values: np.ndarray) -> tuple[float, np.ndarray]:
        margin = sign * (table @ values[:-1] + values[-1])
        slope = -sign / (1 + np.exp(margin))
        gradient = np.append(table.T @ slope + PENALTY * values[:-1], slope.sum())
        return float(np.logaddexp(0, -margin).sum() + PENALTY / 2 * values[:-1] @ values[:-1]), gradient

    found = minimize(loss, np.zeros(table.shape[1] + 1), jac=True, method="L-BFGS-B").x
    return found[:-1], found[-1]


def fitted(table: np.ndarray, refused: np.ndarray, train: np.ndarray, test: np.ndarray) -> np.ndarray:
    weights, intercept = fit(table[train], refused[train])
    return table[test] @ weights + intercept > 0


def alternatives(pattern: str) -> Iterator[str]:
    """The alternatives of a pattern on its top level."""
    depth, start, place, in_class = 0, 0, 0, False
    while place < len(pattern):
        char = pattern[place]
        if char == "\\":
            place += 2
            continue
        if in_class:
            in_class = char != "]"
        elif char == "[":
            in_class = True
        else:
            depth += (char == "(") - (char == ")")
            if char == "|" and depth == 0:
                yield pattern[start:place]
                start = place + 1
        place += 1
    yield pattern[start:]


def known_from(texts: Sequence[str]) -> dict[str, re.Pattern[str]]:
    """The families without the alternatives that match none of the texts."""
    sentences = [sentence.text for text in texts for sentence in verdict.sentences(text)]
    kept = {}
    for family, pattern in FAMILIES.items():
        used = [one for one in alternatives(pattern.pattern) if any(map(re.compile(one).search, sentences))]
        kept[family] = re.compile("|".join(used) if used else r"(?!)")
    return kept


def cues_by(families: Mapping[str, re.Pattern[str]], replies: Sequence[Reply]) -> list[tuple[Cue, ...]]:
    shipped = dict(FAMILIES)
    FAMILIES.update(families)
    try:
        return [verdict.find_cues(reply.text) for reply in replies]
    finally:
        FAMILIES.update(shipped)


def line(name: str, hits: np.ndarray) -> str:
    low, high = wilson(float(hits.mean()), len(hits))
    return f"| {name} | {100 * hits.mean():.1f} ({100 * low:.1f}–{100 * high:.1f}) |"


def main(folder: Path) -> None:
    replies = read(folder)
    refused = np.array([reply.refused for reply in replies])
    models = np.array([reply.model for reply in replies])
    cues = [verdict.find_cues(reply.text) for reply in replies]
    table = features(cues)
    prompts = sorted({reply.prompt for reply in replies})
    order = np.random.default_rng(SEED).permutation(len(prompts))
    fold_of = {prompts[place]: number % FOLDS for number, place in enumerate(order)}
    folds = np.array([fold_of[reply.prompt] for reply in replies])

    # What decides alone, whatever the points, belongs to the rules.
    alone = np.array([verdict.weigh(found, threshold=sys.maxsize).kind != "none" for found in cues])
    other_prompts = np.zeros(len(replies), bool)
    for fold in range(FOLDS):
        test = folds == fold
        other_prompts[test] = fitted(table, refused, ~test, test) | alone[test]
    other_models, other_rules = np.zeros(len(replies), bool), np.zeros(len(replies), bool)
    for model in sorted(set(models)):
        test = models == model
        other_models[test] = fitted(table, refused, ~test, test) | alone[test]
        pruned = cues_by(known_from([r.text for r in replies if r.model != model]), replies)
        still = np.array([verdict.weigh(found, threshold=sys.maxsize).kind != "none" for found in pruned])
        other_rules[test] = fitted(features(pruned), refused, ~test, test) | still[test]
    shipped = {
        f"shipped, threshold {THRESHOLD + shift}": np.array(
            [verdict.weigh(found, threshold=THRESHOLD + shift).kind != "none" for found in cues]
        )
        for shift in (0, -1, 1)
    }
    judged = {
        "string matcher of XSTest": np.array([reply.matched for reply in replies]),
        **shipped,
        "points from other prompts": other_prompts,
        "points from other models": other_models,
        "rules and points from other models": other_rules,
    }
    for model in sorted(set(models)):
        print(f"\n{model}, {int((models == model).sum())} replies\n\n| | agreement, % |\n|---|---|")
        for name, guess in judged.items():
            print(line(name, (guess == refused)[models == model]))


if __name__ == "__main__":
    main(Path(sys.argv[1]))

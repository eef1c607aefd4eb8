"""What would change the answer: the smallest change of weights, or of a requirement."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog

from kijun.decisions.ranking import Ranking
from kijun.records import Change, Flip, GateOutcome, ModelDecision

__all__ = ["gate_flips", "weight_flips"]

_SEEN = 0.005
_REACH = 0.5


def weight_flips(ranking: Ranking) -> Iterator[Flip]:
    """For each model that is not first at the centre of the weights: the nearest weights at which it would be.

    Figures stay as they are. Nearest is the least sum of all changes; weights may leave their ranges (`Flip.within`
    says whether they have to), so that one sees how far off it is. A model that no weights bring to the front has no
    such flip.
    """
    first = int(np.argmax(ranking.points @ ranking.centre))
    low = np.array([weight.low for weight in ranking.weights])
    high = np.array([weight.high for weight in ranking.weights])
    for number, model in enumerate(ranking.models):
        if number == first:
            continue
        weights = _nearest(ranking.points, ranking.centre, number)
        if weights is not None:
            changes = tuple(
                Change(weight.measure, float(before), max(float(after), 0.0))
                for weight, before, after in zip(ranking.weights, ranking.centre, weights, strict=True)
                if abs(after - before) >= _SEEN
            )
            yield Flip("weights", model, changes, bool(np.all((weights >= low - 1e-9) & (weights <= high + 1e-9))))


def _nearest(points: NDArray[np.float64], centre: NDArray[np.float64], number: int) -> NDArray[np.float64] | None:
    """Weights that put a model first with the least change: a linear programme in weights and their changes."""
    m, k = points.shape
    others = [other for other in range(m) if other != number]
    behind = np.hstack([points[others] - points[number], np.zeros((m - 1, k))])
    eye = np.eye(k)
    changes = np.vstack([np.hstack([eye, -eye]), np.hstack([-eye, -eye])])
    found = linprog(
        np.concatenate([np.zeros(k), np.ones(k)]),
        A_ub=np.vstack([behind, changes]),
        b_ub=np.concatenate([np.zeros(m - 1), centre, -centre]),
        A_eq=np.concatenate([np.ones(k), np.zeros(k)])[None],
        b_eq=[1.0],
        bounds=[(0, 1)] * (2 * k),
        method="highs",
    )
    return found.x[:k] if found.success else None


def gate_flips(models: Sequence[ModelDecision]) -> Iterator[Flip]:
    """For each model that has not passed: the limits at which it would; for one that has: the gate it passes closest.

    A model that lacks a figure, or people's ratings, is not to be helped by other limits and has no such flip, nor has
    one so far off that the limit would ask next to nothing.
    """
    for model in models:
        gates = [gate for gate in model.gates if gate.verdict != "passed"]
        if any(gate.bound is None or gate.limit is None or (gate.more and gate.more.of == "run") for gate in gates):
            continue
        if gates:
            if all(gate.kind != "ratings" and _still_asks(gate) for gate in gates):
                changes = tuple(Change(gate.measure, gate.limit or 0.0, gate.bound or 0.0) for gate in gates)
                yield Flip("gate", model.model, changes)
            continue
        closest = min(
            (gate for gate in model.gates if gate.bound is not None and gate.limit is not None),
            key=lambda gate: abs((gate.limit or 0.0) - (gate.bound or 0.0)),
            default=None,
        )
        if closest is not None:
            change = Change(closest.measure, closest.limit or 0.0, closest.bound or 0.0)
            yield Flip("gate_fails", model.model, (change,))


def _still_asks(gate: GateOutcome) -> bool:
    """Whether a share's limit at its bound lies less than halfway from where it is to where everybody meets it."""
    if gate.unit != "share" or gate.limit is None or gate.bound is None:
        return True
    end = 1.0 if gate.at_most else 0.0
    return abs(gate.bound - gate.limit) < _REACH * abs(end - gate.limit)

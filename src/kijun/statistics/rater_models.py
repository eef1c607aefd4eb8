"""How good each rater is, and what the items are, found together from ratings alone."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from kijun.statistics.reliability import sorted_values

__all__ = ["RaterModel", "dawid_skene"]

_Values = NDArray[np.float64]


class RaterModel(msgspec.Struct, frozen=True):
    """What ratings say of items and raters.

    Attributes:
        items, raters, classes: their names; the arrays below are in this order.
        posterior: (items, classes) how likely each class of an item is.
        shares: (classes,) of all items.
        confusion: (raters, classes, classes) how often a rater calls an item of the first class the second.
        accuracy: (raters,) chance that a rater is right, over the shares of the classes.
        loglikelihood: of all ratings.
        rounds: of expectation and maximisation; `converged` says whether they were enough.
    """

    items: tuple[Hashable, ...]
    raters: tuple[Hashable, ...]
    classes: tuple[Hashable, ...]
    posterior: _Values
    shares: _Values
    confusion: _Values
    accuracy: _Values
    loglikelihood: float
    rounds: int
    converged: bool


def dawid_skene(
    items: Sequence[Hashable],
    raters: Sequence[Hashable],
    ratings: Sequence[Hashable],
    *,
    kind: Literal["full", "one-coin"] = "full",
    smoothing: float = 0.0,
    rounds: int = 500,
    tolerance: float = 1e-6,
) -> RaterModel:
    """Expectation-maximisation from the shares of votes.

    ``full`` gives each rater a confusion matrix; ``one-coin`` a single chance of being right, errors spread evenly over
    the other classes, which is what few ratings a rater can carry. Not for questions of ethics or safety on which
    people differ for good reasons: there is no hidden truth behind those, and the spread is the result.

    Args:
        items, raters, ratings: one entry a rating; a rater may rate an item several times.
        smoothing: added to every count of a confusion matrix; above 0 where raters gave few ratings.
        rounds: at the most.
        tolerance: converged when no chance of a class moves by more.

    Raises:
        ValueError: no ratings, or one class only, from which nothing can be learnt.

    Source: Dawid and Skene (1979), Appl. Stat. 28:20-28.
    """
    if not len(items) == len(raters) == len(ratings):
        raise ValueError(
            f"a rating has item, rater and value, not {len(items)}, {len(raters)} and {len(ratings)} of them"
        )
    names = [tuple(dict.fromkeys(column)) for column in (items, raters)]
    classes = tuple(sorted_values({*ratings}))
    if rounds < 1:
        raise ValueError(f"at least one round; got {rounds!r}")
    if len(classes) < 2:
        raise ValueError("ratings of one class only say nothing about raters" if classes else "no ratings")
    counts = np.zeros((len(names[0]), len(names[1]), len(classes)))
    places = [{name: number for number, name in enumerate(column)} for column in (*names, classes)]
    for item, rater, rating in zip(items, raters, ratings, strict=True):
        counts[places[0][item], places[1][rater], places[2][rating]] += 1
    posterior = counts.sum(axis=1)
    posterior /= posterior.sum(axis=1, keepdims=True)
    converged, done = False, 0
    while not converged and done < rounds:
        before, done = posterior, done + 1
        shares = posterior.mean(axis=0)
        confusion = _confusion(posterior, counts, kind, smoothing)
        posterior, loglikelihood = _expect(shares, confusion, counts)
        converged = bool(np.max(np.abs(posterior - before)) <= tolerance)
    accuracy = np.einsum("jkk,k->j", confusion, shares)
    return RaterModel(*names, classes, posterior, shares, confusion, accuracy, loglikelihood, done, converged)  # type: ignore[arg-type]


def _confusion(posterior: _Values, counts: _Values, kind: str, smoothing: float) -> _Values:
    """(raters, classes, classes) by the present view of the items."""
    seen = np.einsum("ik,ijl->jkl", posterior, counts) + smoothing
    k = counts.shape[2]
    if kind == "one-coin":
        right = np.einsum("jkk->j", seen) / np.maximum(seen.sum(axis=(1, 2)), 1e-300)
        wrong = (1 - right) / (k - 1)
        return np.where(np.eye(k, dtype=bool), right[:, None, None], wrong[:, None, None])
    totals = seen.sum(axis=2, keepdims=True)
    # A rater who saw nothing of a class is taken to guess there.
    return np.where(totals > 0, seen / np.where(totals > 0, totals, 1), 1 / k)


def _expect(shares: _Values, confusion: _Values, counts: _Values) -> tuple[_Values, float]:
    with np.errstate(divide="ignore"):
        logs, priors = np.log(confusion), np.log(shares)
    # 0 log 0 is 0: what a rater never says costs nothing where it was not said.
    votes = np.einsum("ijl,jkl->ik", counts, np.where(np.isneginf(logs), -1e9, logs))
    joint = votes + np.where(np.isneginf(priors), -1e9, priors)
    norm = np.logaddexp.reduce(joint, axis=1, keepdims=True)
    return np.exp(joint - norm), float(norm.sum())

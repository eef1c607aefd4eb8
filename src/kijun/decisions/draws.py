"""What the figures might be in truth: joint draws for all models, the same items drawn together."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from kijun.decisions.columns import Column
from kijun.records import Measure
from kijun.statistics import normal_quantile

__all__ = ["draw_figures"]

_Values = NDArray[np.float64]
_CHUNK = 4_000_000
_THIRD = 1 / 3
_MANY = 200


def draw_figures(
    names: Sequence[str],
    measures: Mapping[str, Sequence[Measure]],
    columns: Sequence[Mapping[str, Column]],
    *,
    draws: int,
    seed: int,
) -> dict[str, _Values]:
    """Key of a figure -> (draws, models) values that it may have in truth.

    Items (or clusters of items) get random weights of mean 1, the same weights for all models and all figures of a
    task, so that what models have in common on the same items cancels out in their differences, as it does in paired
    tests (the Bayesian bootstrap). The weights' spread is such that the variance is the unbiased one. A figure within
    bounds gets a third of an item at either end besides, each model its own, without which a model with no failure
    among thirty would be taken to have none for certain. Figures that are no means of item scores are drawn from
    their own intervals, each model by itself.

    Each task and each figure has a random stream of its own, so that other figures change nothing.

    Args:
        names: of the models.
        measures: key -> the figure of each model.
        columns: for each model its columns by key.

    Source: Rubin (1981), Ann. Statist. 9:130-134, for the bootstrap; Kerman (2011), Electron. J. Stat. 5:1450-1470, for
    the third.
    """
    found = {}
    joint = [key for key in measures if all(key in of_model for of_model in columns)]
    if joint:
        found.update(_together(joint, columns, draws, seed))
    for key, of_models in measures.items():
        streams = [_stream(seed, key, name) for name in names]
        if key in found:
            ended = [_with_ends(found[key][:, m], columns[m][key], stream) for m, stream in enumerate(streams)]
        else:
            ended = [_alone(measure, draws, stream) for measure, stream in zip(of_models, streams, strict=True)]
        found[key] = np.stack(ended, axis=1)
    return found


def _together(
    keys: Sequence[str], columns: Sequence[Mapping[str, Column]], draws: int, seed: int
) -> dict[str, _Values]:
    """Weighted means of all columns; sums are gathered task by task, so that a task's weights are drawn once."""
    shape = (draws, len(columns))
    sums = {key: np.zeros(shape) for key in keys}
    sizes = {key: np.zeros(shape) for key in keys}
    tasks: dict[str, dict[str, int]] = {}
    for key in keys:
        for of_model in columns:
            for unit in of_model[key].units:
                known = tasks.setdefault(unit.partition("\t")[0], {})
                known.setdefault(unit, len(known))
    for task, units in tasks.items():
        rng = _stream(seed, task)
        tables = [
            (key, number, *_tallied(of_model[key], units)) for key in keys for number, of_model in enumerate(columns)
        ]
        tables = [table for table in tables if table[3].any()]
        step = max(1, _CHUNK // len(units))
        for start in range(0, draws, step):
            weights = _weights(min(step, draws - start), len(units), rng)
            rows = slice(start, start + len(weights))
            for key, number, total, size in tables:
                sums[key][rows, number] += weights @ total
                sizes[key][rows, number] += weights @ size
    return {key: sums[key] / np.maximum(sizes[key], 1e-300) for key in keys}


def _stream(seed: int, *names: str) -> np.random.Generator:
    """The random stream of a task, or of a model's figure."""
    return np.random.default_rng((seed, *(zlib.crc32(name.encode()) for name in names)))


def _weights(rows: int, units: int, rng: np.random.Generator) -> _Values:
    """Gamma weights whose weighted means have the unbiased variance: shape 1 - 2/units, which is 1 for many."""
    if units >= _MANY:
        return rng.standard_exponential((rows, units))
    return rng.standard_gamma(max(1 - 2 / units, 0.2), (rows, units))


def _tallied(column: Column, units: Mapping[str, int]) -> tuple[_Values, _Values]:
    places = [(units[unit], value) for unit, value in zip(column.units, column.values, strict=True) if unit in units]
    codes = np.array([place for place, _ in places], dtype=np.intp)
    values = np.array([value for _, value in places], dtype=float)
    return (
        np.bincount(codes, weights=values, minlength=len(units)),
        np.bincount(codes, minlength=len(units)).astype(float),
    )


def _with_ends(drawn: _Values, column: Column, rng: np.random.Generator) -> _Values:
    """With a third of an item at either end of the scale."""
    if column.bounds is None:
        return drawn
    n = len(set(column.units))
    low, high = rng.standard_gamma(_THIRD, (2, len(drawn)))
    return (n * drawn + low * column.bounds[0] + high * column.bounds[1]) / (n + low + high)


def _alone(measure: Measure, draws: int, rng: np.random.Generator) -> _Values:
    """From the figure's own interval, each side by its own width."""
    estimate = measure.estimate
    value = estimate.value or 0.0
    z = rng.standard_normal(draws)
    if estimate.low is None or estimate.high is None:
        return np.full(draws, value)
    width = normal_quantile(estimate.level)
    spread = np.where(z < 0, (value - estimate.low) / width, (estimate.high - value) / width)
    return np.clip(value + z * spread, measure.scale.low, measure.scale.high)

"""Log-likelihoods of continuations: runs the steps of `planning` and reads the logits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kijun.models.local.context import Context
from kijun.models.local.planning import Limits, Row, Step, plan

__all__ = ["Scorer", "Scored"]


class Scored(NamedTuple):
    """Sum of the targets' natural log-probabilities, and whether each target was the model's first choice."""

    loglikelihood: float
    is_greedy: bool


class Scorer:
    """Scores rows in a unified context. Sequence 0 holds the trunk, sequences 1 and up the branches of one step."""

    def __init__(self, context: Context) -> None:
        shape = context.shape
        self._context = context
        self._limits = Limits(shape.batch, shape.sequences - 1, shape.rows)
        self._trunk: tuple[int, ...] = ()
        self._cuts: tuple[int, ...] = ()

    def steps(self, rows: Sequence[Row]) -> Iterator[Step]:
        """Decode steps of these rows; `run` each in order."""
        return plan(rows, self._limits)

    def run(self, step: Step, sums: NDArray[np.float64], greedy: NDArray[np.bool_]) -> None:
        """Adds a step's log-probabilities to ``sums[row]`` and clears ``greedy[row]`` where another token was first.

        Raises:
            ModelError: llama.cpp failed; memory is cleared, so that the next unit starts afresh.
        """
        try:
            if step.branches:
                self._cut_trunk(step)
                logits = self._branch(step)
            elif not step.outputs and self._holds(step):
                return
            else:
                self._cut_trunk(step)
                logits = self._extend(step)
            _read(logits, step, sums, greedy)
        except BaseException:
            self._context.clear()
            self._trunk, self._cuts = (), ()
            raise

    def _holds(self, step: Step) -> bool:
        """Whether the trunk in memory was decoded in these very chunks up to the end of this one."""
        cuts = (*step.cuts, len(step.path) + len(step.tokens))
        return (
            self._cuts[: len(cuts)] == cuts
            and self._trunk[: len(step.path)] == step.path
            and self._trunk[len(step.path) : cuts[-1]] == tuple(step.tokens.tolist())
        )

    def _cut_trunk(self, step: Step) -> None:
        """Leaves exactly the step's path in memory; the steps before have put it there."""
        assert self._cuts[: len(step.cuts)] == step.cuts and self._trunk[: len(step.path)] == step.path
        if len(self._trunk) > len(step.path):
            self._context.remove(0, len(step.path))
        self._trunk, self._cuts = step.path, step.cuts

    def _extend(self, step: Step) -> NDArray[np.float32]:
        logits = self._context.decode(step.tokens, step.positions, step.first, step.count, _wanted(step))
        self._trunk += tuple(step.tokens.tolist())
        self._cuts = (*step.cuts, len(self._trunk))
        return logits

    def _branch(self, step: Step) -> NDArray[np.float32]:
        branches = range(1, step.branches + 1)
        if step.path:
            for branch in branches:
                self._context.copy(0, branch)
        logits = self._context.decode(step.tokens, step.positions, step.first + 1, step.count, _wanted(step))
        for branch in branches:
            self._context.remove(branch)
        return logits


def _wanted(step: Step) -> NDArray[np.int8]:
    wanted = np.zeros(len(step.tokens), np.int8)
    wanted[[index for index, _ in step.outputs]] = 1
    return wanted


def _read(logits: NDArray[np.float32], step: Step, sums: NDArray[np.float64], greedy: NDArray[np.bool_]) -> None:
    """Log-softmax of the rows at hand, one row at a time: a row stays in cache, where a block of them would not."""
    scratch = np.empty(logits.shape[1], np.float32)
    for row, (_, wanted) in zip(logits, step.outputs, strict=True):
        best = int(row.argmax())
        top = row[best]
        np.subtract(row, top, out=scratch)
        np.exp(scratch, out=scratch)
        log_total = float(top) + float(np.log(np.float64(scratch.sum())))
        for index, target in wanted:
            sums[index] += float(row[target]) - log_total
            greedy[index] &= target == best

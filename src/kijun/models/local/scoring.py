"""Log-likelihoods of continuations through a prefix tree: what requests share is computed once.

Sequence 0 of the context holds the trunk, the sequences from 1 on the branches of one pass; a token of a branching
pass belongs to every sequence that passes through it, so that one decode scores many continuations. Which passes there
are depends on the unit alone, and a pass depends only on the chunks of trunk before it, so chunks that are still in
memory from the unit before are reused without changing a bit.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kijun.models.local.context import Context
from kijun.models.prefix_tree import Pack, PlanLimits, PrefixTree, Trunk, plan_passes
from kijun.models.tokens import TokenPair

__all__ = ["Scored", "Scorer"]

_Tokens = tuple[int, ...]
# (node, offset) -> the (pair, token) whose log-probability is read there
_Outputs = dict[tuple[int, int], list[tuple[int, int]]]


class Scored(NamedTuple):
    """What a pair's continuation got: summed natural log, and whether each token was the model's first choice."""

    loglikelihood: float
    is_greedy: bool


class _Decode(NamedTuple):
    """Arguments of one decode, and the place in the tree of each row of logits that it returns."""

    tokens: NDArray[np.int32]
    positions: NDArray[np.int32]
    first: NDArray[np.int32]
    count: NDArray[np.int32]
    wanted: NDArray[np.int8]
    places: list[tuple[int, int]]
    branches: int


class Scorer:
    """Scores pairs in a unified context; a decode takes at most ``shape.batch`` tokens and ``shape.rows`` rows.

    A branch ends in a row that is asked for, so that there are never more branches in a pass than rows.
    """

    def __init__(self, context: Context) -> None:
        shape = context.shape
        branches = min(shape.sequences - 1, shape.rows)
        self._context = context
        self._limits = PlanLimits(
            pack_tokens=shape.batch,
            pack_rows=branches,
            bush_tokens=shape.batch,
            chunk_tokens=min(shape.batch // 2, branches),
        )
        self._held: list[_Tokens] = []  # chunks of trunk in memory
        self.tokens_computed = 0

    def score(self, pairs: Sequence[TokenPair]) -> Iterator[list[tuple[int, Scored]]]:
        """Yields, after each decode, the pairs that are finished; each pair needs a continuation.

        Raises:
            ModelError: llama.cpp failed; the memory is cleared then.
        """
        tree = PrefixTree(pair.inputs for pair in pairs)
        outputs = _outputs(tree, pairs)
        wanted: dict[int, list[int]] = {}
        for node, offset in outputs:
            wanted.setdefault(node, []).append(offset)
        tally = _Tally(pairs)
        path: list[_Tokens] = []
        try:
            for step in plan_passes(tree, wanted, self._limits):
                _cut(path, step.start)
                decode = _trunk(step) if isinstance(step, Trunk) else _pack(step)
                logits = self._extend(path, step, decode) if isinstance(step, Trunk) else self._branch(path, decode)
                yield tally.read(logits, [outputs.pop(place, []) for place in decode.places])
        except BaseException:
            self._context.clear()
            self._held = []
            raise

    def _extend(self, path: list[_Tokens], step: Trunk, decode: _Decode) -> NDArray[np.float32]:
        before = len(path)
        path.append(step.piece.tokens)
        if not decode.places and self._held[: len(path)] == path:
            return np.empty((0, 0), np.float32)
        self._leave(path[:before])
        logits = self._decode(decode)
        self._held = list(path)
        return logits

    def _branch(self, path: list[_Tokens], decode: _Decode) -> NDArray[np.float32]:
        self._leave(path)
        branches = range(1, decode.branches + 1)
        if path:
            for branch in branches:
                self._context.copy(0, branch)
        logits = self._decode(decode)
        for branch in branches:
            self._context.remove(branch)
        return logits

    def _leave(self, path: list[_Tokens]) -> None:
        """Leaves exactly these chunks in memory, which the passes before have put there."""
        assert self._held[: len(path)] == path
        if len(self._held) > len(path):
            self._context.remove(0, sum(map(len, path)))
            self._held = list(path)

    def _decode(self, decode: _Decode) -> NDArray[np.float32]:
        self.tokens_computed += len(decode.tokens)
        return self._context.decode(*decode[:5])


class _Tally:
    """Sums over the tokens of each continuation."""

    def __init__(self, pairs: Sequence[TokenPair]) -> None:
        self._left = [len(pair.continuation) for pair in pairs]
        self._sums = [0.0] * len(pairs)
        self._greedy = [True] * len(pairs)

    def read(
        self, logits: NDArray[np.float32], targets: Sequence[Sequence[tuple[int, int]]]
    ) -> list[tuple[int, Scored]]:
        """Takes the log-softmax of each row, and returns the pairs that this finishes.

        One row at a time, because a row stays in the processor's cache where a block of them would not.
        """
        done = []
        scratch = np.empty(logits.shape[1], np.float32)
        for row, wanted in zip(logits, targets, strict=True):
            if not wanted:
                continue
            best = int(row.argmax())
            np.subtract(row, row[best], out=scratch)
            np.exp(scratch, out=scratch)
            log_total = float(row[best]) + float(np.log(np.float64(scratch.sum())))
            for index, target in wanted:
                self._sums[index] += float(row[target]) - log_total
                self._greedy[index] &= target == best
                self._left[index] -= 1
                if not self._left[index]:
                    done.append((index, Scored(self._sums[index], self._greedy[index])))
        return done


def _outputs(tree: PrefixTree, pairs: Sequence[TokenPair]) -> _Outputs:
    outputs: _Outputs = {}
    for index, pair in enumerate(pairs):
        places = tree.locate(pair.inputs, len(pair.context) - 1)
        for place, target in zip(places, pair.continuation, strict=True):
            outputs.setdefault(place, []).append((index, target))
    return outputs


def _cut(path: list[_Tokens], start: int) -> None:
    """Shortens a path of chunks to `start` tokens, which is where a chunk ends."""
    length = sum(map(len, path))
    while length > start:
        length -= len(path.pop())
    assert length == start


def _trunk(step: Trunk) -> _Decode:
    piece = step.piece
    size = len(piece.tokens)
    wanted = np.zeros(size, np.int8)
    wanted[[offset - piece.offset for offset in piece.wanted]] = 1
    return _Decode(
        np.array(piece.tokens, np.int32),
        np.arange(piece.start, piece.start + size, dtype=np.int32),
        np.zeros(size, np.int32),
        np.ones(size, np.int32),
        wanted,
        [(piece.node, offset) for offset in piece.wanted],
        0,
    )


def _pack(step: Pack) -> _Decode:
    """Branches are numbered from 1 in the order of their leaves; those below a piece are neighbours."""
    columns: list[tuple[int, int, int, int, int]] = []
    places: list[tuple[int, int]] = []
    branch = 1
    for bush in step.bushes:
        leaves = [1] * len(bush.pieces)
        for piece in bush.pieces:
            if piece.parent >= 0:
                leaves[piece.parent] = 0
        for index in range(len(bush.pieces) - 1, 0, -1):
            if bush.pieces[index].parent >= 0:
                leaves[bush.pieces[index].parent] += leaves[index]
        parents = {piece.parent for piece in bush.pieces}
        for index, piece in enumerate(bush.pieces):
            wanted = {offset - piece.offset for offset in piece.wanted}
            columns += [
                (token, piece.start + i, branch, leaves[index], i in wanted) for i, token in enumerate(piece.tokens)
            ]
            places += [(piece.node, offset) for offset in piece.wanted]
            branch += index not in parents
    tokens, positions, first, count, flags = np.array(columns, np.int32).T.copy()
    return _Decode(tokens, positions, first, count, flags.astype(np.int8), places, branch - 1)

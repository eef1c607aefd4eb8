"""From rows of tokens to decode steps: what rows share is computed once, and each step is small and self-contained.

Rows become a prefix tree. A subtree that fits into one decode is packed with its neighbours, a token belonging to all
sequences that pass through it; what is too large becomes *trunk*, decoded into sequence 0 in chunks that end at
multiples of a fixed length, and its children branch off it. Which steps there are depends on the rows alone, and a step
depends only on the trunk before it, so a trunk that is still in memory may be reused without changing a bit.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["Limits", "Row", "Step", "plan"]


class Row(NamedTuple):
    """One continuation to score.

    Attributes:
        tokens: what goes into the model, the continuation's last token left out.
        targets: the continuation's tokens; ``targets[j]`` is predicted at ``len(tokens) - len(targets) + j``.
    """

    tokens: tuple[int, ...]
    targets: tuple[int, ...]


class Limits(NamedTuple):
    """What fits into one decode: tokens (also the length of a trunk's chunk), branches, and rows of logits."""

    tokens: int
    branches: int
    rows: int


class Step(NamedTuple):
    """One decode.

    Attributes:
        path: tokens of the trunk that must be in memory before.
        cuts: where the chunks of `path` end; a memory with the same tokens and cuts holds the same numbers.
        tokens: int32[n] to decode; with `positions` int32[n].
        first, count: int32[n]; the branches, counted from 0, that a token belongs to. Not used in a trunk step.
        branches: number of branches; 0 for a step that extends the trunk.
        outputs: ``(index in tokens, ((row, target), ...))`` in ascending order of index.
    """

    path: tuple[int, ...]
    cuts: tuple[int, ...]
    tokens: NDArray[np.int32]
    positions: NDArray[np.int32]
    first: NDArray[np.int32]
    count: NDArray[np.int32]
    branches: int
    outputs: tuple[tuple[int, tuple[tuple[int, int], ...]], ...]


@dataclass(slots=True)
class _Node:
    """Tokens ``begin ... end - 1`` that the rows ``low ... high - 1`` of the sorted order share."""

    begin: int
    end: int
    low: int
    high: int
    children: list[_Node] = field(default_factory=list)
    # position -> ((row, target), ...) for rows whose continuation is predicted at positions of this node
    outputs: dict[int, list[tuple[int, int]]] = field(default_factory=dict)
    # of the whole subtree:
    tokens: int = 0
    branches: int = 0
    rows: int = 0


def plan(rows: Sequence[Row], limits: Limits) -> Iterator[Step]:
    """Decode steps that between them predict every target of every row once, in an order that must be kept."""
    order = sorted(range(len(rows)), key=lambda i: rows[i].tokens)
    if order:
        yield from _Planner(rows, order, limits).steps()


class _Planner:
    def __init__(self, rows: Sequence[Row], order: list[int], limits: Limits) -> None:
        self.rows, self.order, self.limits = rows, order, limits
        self.root = self._tree()

    def _tokens(self, node: _Node) -> tuple[int, ...]:
        return self.rows[self.order[node.low]].tokens

    def _tree(self) -> _Node:
        """The prefix tree, without recursion: rows that are prefixes of each other make it as deep as it is wide."""
        root = _Node(0, 0, 0, len(self.order))
        made, open_nodes = [root], [root]
        while open_nodes:
            node = open_nodes.pop()
            first, last = self._tokens(node), self.rows[self.order[node.high - 1]].tokens
            node.end = _common(first, last, node.begin)
            low = node.low
            while low < node.high and len(self.rows[self.order[low]].tokens) == node.end:
                low += 1
            while low < node.high:
                token = self.rows[self.order[low]].tokens[node.end]
                high = low + 1
                while high < node.high and self.rows[self.order[high]].tokens[node.end] == token:
                    high += 1
                node.children.append(_Node(node.end, node.end, low, high))
                low = high
            made += node.children
            open_nodes += node.children
            self._place_outputs(node)
        for node in reversed(made):
            self._measure(node)
        return root

    def _place_outputs(self, node: _Node) -> None:
        for i in self.order[node.low : node.high]:
            tokens, targets = self.rows[i]
            start = len(tokens) - len(targets)
            for position in range(max(start, node.begin), min(len(tokens), node.end)):
                node.outputs.setdefault(position, []).append((i, targets[position - start]))

    @staticmethod
    def _measure(node: _Node) -> None:
        node.tokens = node.end - node.begin + sum(child.tokens for child in node.children)
        node.branches = max(1, sum(child.branches for child in node.children))
        node.rows = len(node.outputs) + sum(child.rows for child in node.children)

    def _fits(self, node: _Node) -> bool:
        limits = self.limits
        return node.tokens <= limits.tokens and node.branches <= limits.branches and node.rows <= limits.rows

    def steps(self) -> Iterator[Step]:
        # (node, cuts of the trunk before it); the trunk's tokens are those of the node's first row.
        pending: list[tuple[_Node, tuple[int, ...]]] = [(self.root, ())]
        while pending:
            node, cuts = pending.pop()
            while node.begin < node.end and not self._fits(node):
                end = self._chunk_end(node)
                yield self._trunk(node, cuts, end)
                cuts = (*cuts, end)
                node = self._rest(node, end)
            if not node.tokens:
                continue
            if self._fits(node):
                yield self._pack([node], cuts)
                continue
            small = [child for child in node.children if self._fits(child)]
            for group in self._groups(small):
                yield self._pack(group, cuts)
            pending += [(child, cuts) for child in reversed(node.children) if not self._fits(child)]

    def _chunk_end(self, node: _Node) -> int:
        """Next multiple of the chunk length, or the node's end, or where its rows of logits fill up."""
        end = min(node.end, (node.begin // self.limits.tokens + 1) * self.limits.tokens)
        wanted = [position for position in sorted(node.outputs) if position < end]
        return end if len(wanted) <= self.limits.rows else wanted[self.limits.rows]

    def _rest(self, node: _Node, begin: int) -> _Node:
        rest = _Node(begin, node.end, node.low, node.high, node.children)
        rest.outputs = {position: made for position, made in node.outputs.items() if position >= begin}
        self._measure(rest)
        return rest

    def _groups(self, nodes: list[_Node]) -> Iterator[list[_Node]]:
        """Neighbours that fit into one decode together."""
        group: list[_Node] = []
        used = (0, 0, 0)
        for node in nodes:
            now = (used[0] + node.tokens, used[1] + node.branches, used[2] + node.rows)
            if group and any(n > most for n, most in zip(now, self.limits, strict=True)):
                yield group
                group, now = [], (node.tokens, node.branches, node.rows)
            group.append(node)
            used = now
        if group:
            yield group

    def _trunk(self, node: _Node, cuts: tuple[int, ...], end: int) -> Step:
        tokens = self._tokens(node)
        outputs = tuple((p - node.begin, tuple(node.outputs[p])) for p in sorted(node.outputs) if p < end)
        size = end - node.begin
        return Step(
            tokens[: node.begin],
            cuts,
            np.array(tokens[node.begin : end], np.int32),
            np.arange(node.begin, end, dtype=np.int32),
            np.zeros(size, np.int32),
            np.ones(size, np.int32),
            0,
            outputs,
        )

    def _pack(self, group: list[_Node], cuts: tuple[int, ...]) -> Step:
        tokens: list[int] = []
        positions: list[int] = []
        first: list[int] = []
        count: list[int] = []
        outputs: list[tuple[int, tuple[tuple[int, int], ...]]] = []
        branches = 0
        stack = list(reversed(group))
        while stack:
            node = stack.pop()
            offset = len(tokens) - node.begin
            outputs += [(offset + p, tuple(node.outputs[p])) for p in sorted(node.outputs)]
            tokens += self._tokens(node)[node.begin : node.end]
            positions += range(node.begin, node.end)
            first += [branches] * (node.end - node.begin)
            count += [node.branches] * (node.end - node.begin)
            if not node.children:
                branches += 1
            stack += reversed(node.children)
        path = self._tokens(group[0])[: group[0].begin]
        arrays = [np.array(column, np.int32) for column in (tokens, positions, first, count)]
        return Step(path, cuts, *arrays, branches, tuple(outputs))


def _common(a: tuple[int, ...], b: tuple[int, ...], start: int) -> int:
    """Length of the common prefix, known to be at least `start`."""
    end = min(len(a), len(b))
    if a[:end] == b[:end]:
        return end
    low, high = start, end
    while high - low > 1:
        middle = (low + high) // 2
        if a[low:middle] == b[low:middle]:
            low = middle
        else:
            high = middle
    return low if low == end or a[low] != b[low] else low + 1

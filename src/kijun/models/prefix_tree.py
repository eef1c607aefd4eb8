"""What many token sequences share, and an order of passes in which every shared token is computed once.

Sequences become a tree whose edges are runs of tokens. Large subtrees are walked depth first: the run that all its
sequences share is computed alone in chunks, and its keys and values are kept on one path; small subtrees ("bushes")
that hang on the same path are packed into passes of many tokens. The plan is a pure function of the sequences, so that
the same sequences always meet the same products of the same shapes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

import msgspec

__all__ = ["Bush", "Node", "Pack", "Piece", "PlanLimits", "PrefixTree", "Trunk", "common_prefix", "plan_passes"]

Tokens = tuple[int, ...]


class Node(msgspec.Struct, frozen=True):
    """A run of tokens that no sequence ends or leaves in the middle of.

    Attributes:
        start: position of its first token in the sequences that pass through it.
        tokens: the run; empty only in the root of sequences that share nothing.
        parent: index of the node before it, -1 for the root.
        children: indices of the nodes after it.
    """

    start: int
    tokens: Tokens
    parent: int
    children: tuple[int, ...]


class PrefixTree:
    """The tree of a set of token sequences.

    Attributes:
        nodes: parents before children.
        ends: for each distinct sequence, the node that it ends in.
    """

    def __init__(self, sequences: Iterable[Tokens]) -> None:
        self.nodes: list[Node] = []
        self.ends: dict[Tokens, int] = {}
        ordered = sorted(set(sequences))
        if not ordered:
            return
        children: list[list[int]] = []
        runs: list[tuple[int, Tokens, int]] = []
        todo = [(0, len(ordered), 0, -1)]
        while todo:
            low, high, start, parent = todo.pop()
            first = ordered[low]
            end = common_prefix(first, ordered[high - 1])
            index = len(runs)
            runs.append((start, first[start:end], parent))
            children.append([])
            if parent >= 0:
                children[parent].append(index)
            if len(first) == end:
                self.ends[first] = index
                low += 1
            starts = [i for i in range(low, high) if i == low or ordered[i][end] != ordered[i - 1][end]]
            todo.extend((a, b, end, index) for a, b in reversed(list(pairwise([*starts, high]))))
        self.nodes = [Node(*run, tuple(after)) for run, after in zip(runs, children, strict=True)]

    @property
    def n_tokens(self) -> int:
        """Tokens that have to be computed when everything shared is computed once."""
        return sum(len(node.tokens) for node in self.nodes)

    def locate(self, sequence: Tokens, first: int) -> list[tuple[int, int]]:
        """``(node, offset in node)`` of each position of a sequence of the tree, from position `first` on."""
        places: list[tuple[int, int]] = []
        index, end = self.ends[sequence], len(sequence)
        while index >= 0 and end > first:
            node = self.nodes[index]
            low = max(first - node.start, 0)
            places.extend((index, offset) for offset in range(end - node.start - 1, low - 1, -1))
            index, end = node.parent, node.start
        places.reverse()
        return places


class Piece(msgspec.Struct, frozen=True):
    """Consecutive tokens of one node, as part of a pass.

    Attributes:
        node: the node that they belong to.
        offset: place of the first of them in the node.
        start: position of the first of them in its sequences.
        tokens: the tokens.
        parent: index, in the same bush, of the piece before it; -1 when that is the end of the path.
        wanted: offsets in the node whose prediction of the next token is asked for.
    """

    node: int
    offset: int
    start: int
    tokens: Tokens
    parent: int
    wanted: Tokens


class Trunk(msgspec.Struct, frozen=True):
    """A pass over one piece that extends the path: keys and values from position `piece.start` on are replaced."""

    piece: Piece

    @property
    def start(self) -> int:
        """Tokens of the path that it stands on."""
        return self.piece.start


class Bush(msgspec.Struct, frozen=True):
    """A tree of pieces on the end of the path, depth first."""

    pieces: tuple[Piece, ...]

    @property
    def n_tokens(self) -> int:
        return sum(len(piece.tokens) for piece in self.pieces)

    @property
    def n_rows(self) -> int:
        return sum(len(piece.wanted) for piece in self.pieces)


class Pack(msgspec.Struct, frozen=True):
    """A pass over bushes that stand on the same path of `start` tokens and do not see each other."""

    start: int
    bushes: tuple[Bush, ...]


class PlanLimits(msgspec.Struct, frozen=True):
    """How large a pass may grow.

    Attributes:
        pack_tokens: most tokens in a pass.
        pack_rows: most positions in a pass whose prediction is asked for.
        bush_tokens: a subtree of more tokens is split at its root.
        chunk_tokens: tokens in one pass over a trunk; the last one has between half and one and a half as many.
        trunk_tokens: a shorter run is not worth a pass of its own and is repeated in each subtree after it.
    """

    pack_tokens: int = 1024
    pack_rows: int = 1024
    bush_tokens: int = 384
    chunk_tokens: int = 256
    trunk_tokens: int = 16


def common_prefix(one: Sequence[int], other: Sequence[int]) -> int:
    """How many leading tokens two sequences share; compares slices, which is fast for long sequences."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def plan_passes(tree: PrefixTree, wanted: Mapping[int, Iterable[int]], limits: PlanLimits) -> Iterator[Trunk | Pack]:
    """The passes that compute every token of the tree, each after the path that it stands on.

    Args:
        tree: what to compute.
        wanted: for a node, the offsets whose prediction is asked for; each appears in at least one pass.
        limits: how large a pass may grow.
    """
    if tree.nodes:
        yield from _Planner(tree, wanted, limits).walk()


class _Walk(msgspec.Struct, frozen=True):
    """A stretch of the path and what stands at its end: trunks, position, roots of subtrees, bushes."""

    trunks: tuple[Trunk, ...]
    start: int
    roots: tuple[int, ...]
    bushes: tuple[Bush, ...] = ()


class _Planner:
    def __init__(self, tree: PrefixTree, wanted: Mapping[int, Iterable[int]], limits: PlanLimits) -> None:
        self.nodes, self.limits = tree.nodes, limits
        self.wanted = {node: tuple(sorted(set(offsets))) for node, offsets in wanted.items()}
        self.tokens = [len(node.tokens) for node in self.nodes]
        self.rows = [len(self.wanted.get(i, ())) for i in range(len(self.nodes))]
        for index in range(len(self.nodes) - 1, 0, -1):
            parent = self.nodes[index].parent
            self.tokens[parent] += self.tokens[index]
            self.rows[parent] += self.rows[index]

    def walk(self) -> Iterator[Trunk | Pack]:
        """Depth first over the places where the path ends; packs at a place come before the trunks that leave it."""
        todo = [_Walk((), 0, (0,))]
        while todo:
            walk = todo.pop()
            yield from walk.trunks
            bushes = list(walk.bushes)
            large: list[_Walk] = []
            self._sort_out(walk.roots, bushes, large)
            yield from self._packs(walk.start, bushes)
            todo.extend(reversed(large))

    def _sort_out(self, roots: tuple[int, ...], bushes: list[Bush], large: list[_Walk]) -> None:
        """Divides the subtrees at the end of a path into bushes and those that get a trunk of their own."""
        todo = [(root, ()) for root in reversed(roots)]
        while todo:
            index, carried = todo.pop()
            node = self.nodes[index]
            length = sum(len(self.nodes[i].tokens) for i in carried)
            rows = sum(len(self.wanted.get(i, ())) for i in carried)
            small = length + self.tokens[index] <= self.limits.bush_tokens
            if small and rows + self.rows[index] <= self.limits.pack_rows:
                bushes.append(self._bush(carried, index))
            elif node.children and length + len(node.tokens) < self.limits.trunk_tokens:
                after = (*carried, index) if node.tokens else carried
                todo.extend((child, after) for child in reversed(node.children))
            else:
                large.append(self._walk_on(carried, index))

    def _walk_on(self, carried: tuple[int, ...], index: int) -> _Walk:
        """A trunk, then what leaves it. Where that is little, the trunk's end goes with it instead of alone."""
        node = self.nodes[index]
        trunks = tuple(trunk for i in carried for trunk in self._trunks(i))
        after = self.tokens[index] - len(node.tokens)
        if node.children and after <= self.limits.chunk_tokens // 2 and self.rows[index] <= self.limits.pack_rows:
            *chunks, last = self._trunks(index, room=after)
            bush = self._bush((), index, first=last.piece)
            return _Walk((*trunks, *chunks), last.start, (), (bush,))
        return _Walk((*trunks, *self._trunks(index)), node.start + len(node.tokens), node.children)

    def _bush(self, carried: tuple[int, ...], root: int, *, first: Piece | None = None) -> Bush:
        """The subtree of `root` after the nodes that it is carried by; of `root` itself only `first`, where given."""
        pieces: list[Piece] = [] if first is None else [first]
        for index in carried:
            pieces.append(self._whole(index, len(pieces) - 1))
        below = (root,) if first is None else tuple(reversed(self.nodes[root].children))
        todo = [(index, len(pieces) - 1) for index in below]
        while todo:
            index, parent = todo.pop()
            if self.nodes[index].tokens:
                pieces.append(self._whole(index, parent))
                parent = len(pieces) - 1
            todo.extend((child, parent) for child in reversed(self.nodes[index].children))
        return Bush(tuple(pieces))

    def _whole(self, index: int, parent: int) -> Piece:
        node = self.nodes[index]
        return Piece(index, 0, node.start, node.tokens, parent, self.wanted.get(index, ()))

    def _trunks(self, index: int, room: int = 0) -> Iterator[Trunk]:
        """Chunks that begin at fixed distances, so that a longer shared run begins with the chunks of a shorter one.

        The last one leaves room for so many more tokens.
        """
        node, step = self.nodes[index], min(self.limits.chunk_tokens, self.limits.pack_rows)
        longest = min(step + step // 2, self.limits.pack_rows)
        low = 0
        while low < len(node.tokens):
            high = low + step if len(node.tokens) - low > longest - room else len(node.tokens)
            wanted = tuple(offset for offset in self.wanted.get(index, ()) if low <= offset < high)
            yield Trunk(Piece(index, low, node.start + low, node.tokens[low:high], -1, wanted))
            low = high

    def _packs(self, start: int, bushes: list[Bush]) -> Iterator[Pack]:
        """Passes of about equal size, in order."""
        left = sum(bush.n_tokens for bush in bushes)
        pack: list[Bush] = []
        tokens = rows = 0
        goal = _even_share(left, self.limits.pack_tokens)
        for bush in bushes:
            full = tokens + bush.n_tokens > self.limits.pack_tokens or rows + bush.n_rows > self.limits.pack_rows
            if pack and (full or tokens + bush.n_tokens / 2 > goal):
                yield Pack(start, tuple(pack))
                left -= tokens
                goal = _even_share(left, self.limits.pack_tokens)
                pack, tokens, rows = [], 0, 0
            pack.append(bush)
            tokens += bush.n_tokens
            rows += bush.n_rows
        if pack:
            yield Pack(start, tuple(pack))


def _even_share(total: int, most: int) -> float:
    return total / max(1, -(-total // most))

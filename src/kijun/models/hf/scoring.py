"""Log-likelihoods through a prefix tree: what requests share is computed once, logits only where a token is scored."""

from __future__ import annotations

import hashlib
import threading
from array import array
from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import msgspec
import torch
from torch import Tensor

from kijun.models.hf.attention import ATTENTION, attending
from kijun.models.hf.split_linear import SplitLinear
from kijun.models.hf.tree_attention import KeyValuePath, TreePass
from kijun.models.prefix_tree import Bush, Piece, PlanLimits, PrefixTree, Trunk, plan_passes
from kijun.models.tokens import TokenPair

__all__ = ["PairScore", "Scorer", "TrunkCache", "head_is_plain", "score_plainly", "tree_agrees"]

Kept = dict[int, tuple[Tensor, Tensor]]
Place = tuple[int, int]
Targets = dict[Place, list[tuple[int, int]]]

_ROWS_BY_COLUMNS = 512
"""Rows looked at together where logits are made some columns at a time."""


class PairScore(msgspec.Struct, frozen=True):
    """What a pair's continuation got: summed natural log, and whether each token was the first choice."""

    loglikelihood: float
    is_greedy: bool


class TrunkCache:
    """Keys and values of trunk chunks, the least recently used dropped first.

    A chunk's key is a digest of every chunk that it stands on and of its own tokens, so that what is found is bit for
    bit what computing it again would give. Several threads may share a cache; a chunk that one of them computes is
    waited for by the others (`claimed`).

    Args:
        most_bytes: how much may be held.
    """

    def __init__(self, most_bytes: int) -> None:
        self._most, self._held = most_bytes, 0
        self._chunks: OrderedDict[bytes, Kept] = OrderedDict()
        self._computed: set[bytes] = set()
        self._changed = threading.Condition()

    @contextmanager
    def claimed(self, key: bytes) -> Iterator[Kept | None]:
        """The chunk, or None: then it is for this thread to compute and `keep`, before it leaves the context."""
        with self._changed:
            while key in self._computed:
                self._changed.wait()
            chunk = self._chunks.get(key)
            if chunk is None:
                self._computed.add(key)
            else:
                self._chunks.move_to_end(key)
        try:
            yield chunk
        finally:
            if chunk is None:
                with self._changed:
                    self._computed.remove(key)
                    self._changed.notify_all()

    def keep(self, key: bytes, chunk: Kept) -> None:
        """Holds a chunk, and drops others if there is no room."""
        size = _size(chunk)
        with self._changed:
            if key in self._chunks or size > self._most:
                return
            self._chunks[key] = chunk
            self._held += size
            while self._held > self._most:
                self._held -= _size(self._chunks.popitem(last=False)[1])


class Scorer:
    """Scores pairs with a transformers model whose attention is `ATTENTION`.

    Args:
        model: a causal language model in evaluation mode.
        limits: how large a pass may grow.
        cache: trunks that earlier calls left, None to start afresh each time.
        use_flash: whether torch's flash kernel for CPUs may be called.
        plain_head: whether logits are the output embedding of the last hidden state and nothing more
            (`head_is_plain`); they are then made a few rows at a time.
        block_rows: how many rows of logits are looked at together.
        before_pass: called before each pass, to stop in between by raising.
    """

    def __init__(
        self,
        model: Any,
        limits: PlanLimits,
        *,
        cache: TrunkCache | None = None,
        use_flash: bool = True,
        plain_head: bool = False,
        block_rows: int = 64,
        before_pass: Callable[[], None] = lambda: None,
    ) -> None:
        self._model, self._limits, self._cache = model, limits, cache
        self.use_flash, self._before_pass = use_flash and model.device.type == "cpu", before_pass
        self._plain_head, self._block_rows = plain_head, block_rows
        self.tokens_computed = self.rows_computed = 0

    def score(self, pairs: Sequence[TokenPair]) -> list[PairScore]:
        """Scores in the order of `pairs`; each has a continuation of at least one token."""
        tree = PrefixTree(pair.inputs for pair in pairs)
        targets: Targets = {}
        for index, pair in enumerate(pairs):
            places = tree.locate(pair.inputs, len(pair.context) - 1)
            for place, token in zip(places, pair.continuation, strict=True):
                targets.setdefault(place, []).append((index, token))
        wanted: dict[int, list[int]] = {}
        for node, offset in targets:
            wanted.setdefault(node, []).append(offset)
        sums, greedy = [0.0] * len(pairs), [True] * len(pairs)
        for places, outputs in self._rows(tree, wanted):
            for index, logprob, first in self._read(places, outputs, targets):
                sums[index] += logprob
                greedy[index] &= first
        return [PairScore(total, first) for total, first in zip(sums, greedy, strict=True)]

    @torch.inference_mode()
    def _rows(self, tree: PrefixTree, wanted: dict[int, list[int]]) -> Any:
        path = KeyValuePath()
        digests: dict[int, bytes] = {0: b""}
        answered: set[Place] = set()
        for step in plan_passes(tree, wanted, self._limits):
            self._before_pass()
            if isinstance(step, Trunk):
                outputs = self._trunk(step, path, digests)
                places = [(step.piece.node, offset) for offset in step.piece.wanted]
            else:
                outputs = self.forward(path, step.start, step.bushes, keep=False)
                places = [(piece.node, o) for bush in step.bushes for piece in bush.pieces for o in piece.wanted]
            fresh = [i for i, place in enumerate(places) if place not in answered]
            if outputs is not None and fresh:
                answered.update(places)
                yield [places[i] for i in fresh], outputs if len(fresh) == len(places) else outputs[fresh]

    def _trunk(self, step: Trunk, path: KeyValuePath, digests: dict[int, bytes]) -> Tensor | None:
        piece = step.piece
        end = piece.start + len(piece.tokens)
        digest = hashlib.blake2b(digests[piece.start] + array("q", piece.tokens).tobytes(), digest_size=24).digest()
        digests[end] = digest
        if self._cache is None or piece.wanted:
            return self._extend(path, piece, digest)
        with self._cache.claimed(digest) as kept:
            if kept is None:
                return self._extend(path, piece, digest)
        path.put_back(piece.start, kept)
        return None

    def _extend(self, path: KeyValuePath, piece: Piece, digest: bytes) -> Tensor:
        outputs = self.forward(path, piece.start, (Bush((piece,)),), keep=True)
        if self._cache is not None:
            self._cache.keep(digest, path.cut_out(piece.start, piece.start + len(piece.tokens)))
        return outputs

    def read(self, path: KeyValuePath, tokens: Sequence[int]) -> Tensor:
        """Extends an empty path by a prompt, read alone in chunks at fixed places.

        Returns:
            Logits ``[vocabulary]`` after its last token.
        """
        step, digests = self._limits.chunk_tokens, {0: b""}
        with torch.inference_mode():
            for low in range(0, len(tokens), step):
                self._before_pass()
                part = tuple(tokens[low : low + step])
                wanted = (len(part) - 1,) if low + step >= len(tokens) else ()
                outputs = self._trunk(Trunk(Piece(0, 0, low, part, -1, wanted)), path, digests)
            assert outputs is not None  # a chunk with a wanted row is never taken from the cache
            return self._logits(outputs)[0]

    def forward(self, path: KeyValuePath, start: int, bushes: Sequence[Bush], *, keep: bool) -> Tensor:
        """What `_logits` makes logits of, for the wanted positions of one pass in order: ``[rows, ...]``."""
        tokens: list[int] = []
        positions: list[int] = []
        rows: list[int] = []
        for bush in bushes:
            for piece in bush.pieces:
                rows.extend(len(tokens) + offset - piece.offset for offset in piece.wanted)
                positions.extend(range(piece.start, piece.start + len(piece.tokens)))
                tokens.extend(piece.tokens)
        self.tokens_computed += len(tokens)
        self.rows_computed += len(rows)
        device = self._model.device
        places = torch.tensor(positions, device=device)
        parents = [[(len(piece.tokens), piece.parent) for piece in bush.pieces] for bush in bushes]
        tree = TreePass(path, start, keep=keep, parents=parents, positions=places, use_flash=self.use_flash)
        ids = torch.tensor([tokens], device=device)
        kept = torch.tensor(rows, dtype=torch.long, device=device)
        with attending(tree):
            if self._plain_head:
                hidden: Tensor = self._model.base_model(input_ids=ids, position_ids=places[None], use_cache=False)[0]
                return hidden[0, kept]
            output = self._model(input_ids=ids, position_ids=places[None], use_cache=False, logits_to_keep=kept)
        logits: Tensor = output.logits[0]
        return logits

    def _logits(self, outputs: Tensor) -> Tensor:
        """Logits ``[rows, vocabulary]``."""
        if not self._plain_head:
            return outputs
        logits: Tensor = self._model.get_output_embeddings()(outputs)
        return logits

    @torch.inference_mode()
    def _read(self, places: Sequence[Place], outputs: Tensor, targets: Targets) -> list[tuple[int, float, bool]]:
        """What each scored token of some rows got."""
        head = self._model.get_output_embeddings()
        by_columns = self._plain_head and isinstance(head, SplitLinear)
        n_rows = _ROWS_BY_COLUMNS if by_columns else self._block_rows
        found: list[tuple[int, float, bool]] = []
        for low in range(0, len(places), n_rows):
            rows = outputs[low : low + n_rows]
            blocks = head.blocks(rows) if by_columns else [(0, self._logits(rows).float())]
            found.extend(_look_up(places[low : low + n_rows], blocks, targets))
        return found


@torch.inference_mode()
def head_is_plain(model: Any) -> bool:
    """Whether logits are the output embedding of the base model's last hidden state (no cap, no scale)."""
    ids = torch.arange(5, device=model.device)[None]
    try:
        logits = model(input_ids=ids, use_cache=False).logits
        again = model.get_output_embeddings()(model.base_model(input_ids=ids, use_cache=False)[0])
    except (AttributeError, IndexError, KeyError, TypeError, ValueError, RuntimeError):
        return False
    return logits.shape == again.shape and bool(torch.allclose(logits, again, rtol=1e-5, atol=1e-5))


def tree_agrees(model: Any, *, use_flash: bool) -> bool:
    """Whether a small tree gets the same log-probabilities from `Scorer` as from the model's own attention.

    Leaves the model with the attention `ATTENTION` when it does, and as it was when it does not.
    """
    own = model.config._attn_implementation
    vocabulary = model.get_input_embeddings().weight.shape[0]
    draw = torch.Generator().manual_seed(0)
    trunk, *ends = (tuple(torch.randint(vocabulary, (n,), generator=draw).tolist()) for n in (24, 3, 5, 4, 9, 7, 30, 2))
    pairs = [TokenPair(trunk + ends[i], ends[j]) for i in range(4) for j in range(4, 7)]
    tolerance = 2e-3 if model.dtype == torch.float32 else 0.5
    try:
        expected = [score_plainly(model, pair).loglikelihood for pair in pairs]
        model.set_attn_implementation(ATTENTION)
        limits = PlanLimits(pack_tokens=128, bush_tokens=64, chunk_tokens=10, trunk_tokens=4)
        scores = Scorer(model, limits, use_flash=use_flash).score(pairs)
    except (AttributeError, KeyError, TypeError, ValueError, RuntimeError, IndexError):
        scores, expected = [], [0.0]
    agree = len(scores) == len(expected) and all(
        abs(score.loglikelihood - value) <= tolerance * max(1.0, abs(value) / 50)
        for score, value in zip(scores, expected, strict=True)
    )
    if not agree:
        model.set_attn_implementation(own)
    return agree


@torch.inference_mode()
def score_plainly(model: Any, pair: TokenPair, *, before_pass: Callable[[], None] = lambda: None) -> PairScore:
    """Scores one pair alone, with the model's own attention and nothing shared."""
    before_pass()
    n_rows = len(pair.continuation)
    ids = torch.tensor([pair.inputs], device=model.device)
    rows = model(input_ids=ids, use_cache=False, logits_to_keep=n_rows).logits[0, -n_rows:]
    targets = {(0, row): [(0, token)] for row, token in enumerate(pair.continuation)}
    found = _look_up(list(targets), [(0, rows.float())], targets)
    return PairScore(sum(value for _, value, _ in found), all(first for _, _, first in found))


def _look_up(
    places: Sequence[Place], blocks: Iterable[tuple[int, Tensor]], targets: Targets
) -> list[tuple[int, float, bool]]:
    """``(pair, log-probability, was first choice)`` of each scored token.

    Args:
        places: of each row.
        blocks: ``(first token, logits [rows, tokens])`` in float32 and in order. They are overwritten: copies of so
            wide a matrix cost more than the sums over it.
        targets: which tokens are scored at a place.
    """
    asked = sorted((token, row, index) for row, place in enumerate(places) for index, token in targets[place])
    tokens = [token for token, _, _ in asked]
    chosen: list[Tensor] = []
    top = total = torch.empty(0)
    for first, logits in blocks:
        low, high = (bisect_left(tokens, token) for token in (first, first + logits.shape[1]))
        rows, columns = [row for _, row, _ in asked[low:high]], [token - first for token in tokens[low:high]]
        chosen.append(logits[rows, columns])
        higher = logits.amax(dim=-1, keepdim=True)
        if first:
            higher = torch.maximum(top, higher)
            total *= (top - higher).exp_()
        block = logits.sub_(higher).exp_().sum(dim=-1, keepdim=True)
        top, total = higher, total.add_(block) if first else block
    rows, values = [row for _, row, _ in asked], torch.cat(chosen)
    # The greatest logit is the first choice; torch's argmax takes five times as long to say so.
    hits = (values >= top[rows, 0]).tolist()
    logprobs = (values - total.log_().add_(top)[rows, 0]).tolist()
    return [(index, value, hit) for (_, _, index), value, hit in zip(asked, logprobs, hits, strict=True)]


def _size(chunk: Kept) -> int:
    return sum(tensor.nbytes for pair in chunk.values() for tensor in pair)

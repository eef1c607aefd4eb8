"""Attention over a pass of a prefix tree.

A pass is one sequence without padding, with explicit position ids, and only this attention knows that its tokens form
a tree. Tokens attend to the path (keys and values of earlier
passes, kept here) and to their ancestors in their own bush.

On a CPU the part over the path and the part within the bush are two calls of torch's flash kernel, joined by their
log-sum-exp (as in Juravsky et al. 2024, arXiv:2402.05099, section 3.1); elsewhere, and where the kernel cannot do
what a model asks for (soft-capped scores, window within reach), one call over both with a dense mask.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional

__all__ = ["KeyValuePath", "TreePass"]


class KeyValuePath:
    """Keys and values of the tokens from the root to where the walk stands, a layer at a time; grows as needed."""

    def __init__(self) -> None:
        self._layers: dict[int, tuple[Tensor, Tensor]] = {}

    def layer(self, index: int, end: int) -> tuple[Tensor, Tensor]:
        """Views ``[1, kv heads, end, head dim]``."""
        keys, values = self._layers[index]
        return keys[:, :, :end], values[:, :, :end]

    @property
    def layers(self) -> list[int]:
        """Indices of the layers that have keys and values."""
        return list(self._layers)

    def extend(self, index: int, start: int, keys: Tensor, values: Tensor) -> None:
        """Puts a layer's new keys and values ``[1, kv heads, n, head dim]`` at `start`."""
        end = start + keys.shape[2]
        held = self._layers.get(index)
        if held is None or held[0].shape[2] < end:
            room = max(end, 512, 0 if held is None else held[0].shape[2] * 3 // 2)
            grown = tuple(new.new_empty((1, new.shape[1], room, new.shape[3])) for new in (keys, values))
            if held is not None and start:
                for new, old in zip(grown, held, strict=True):
                    new[:, :, :start] = old[:, :, :start]
            held = self._layers[index] = (grown[0], grown[1])
        held[0][:, :, start:end] = keys
        held[1][:, :, start:end] = values

    def cut_out(self, start: int, end: int) -> dict[int, tuple[Tensor, Tensor]]:
        """Copies of what lies between two positions."""
        return {i: (k[:, :, start:end].clone(), v[:, :, start:end].clone()) for i, (k, v) in self._layers.items()}

    def put_back(self, start: int, kept: dict[int, tuple[Tensor, Tensor]]) -> None:
        """Puts what `cut_out` returned at `start`."""
        for index, (keys, values) in kept.items():
            self.extend(index, start, keys, values)


class TreePass:
    """One forward pass: bushes of tokens on the first `start` tokens of a path.

    Args:
        path: keys and values of earlier passes.
        start: how many tokens of the path the pass stands on.
        keep: a pass over a trunk, which extends the path.
        parents: for each bush, ``(length, index of parent piece or -1)`` of its pieces, depth first.
        positions: position of each token, ``[tokens]``.
        use_flash: whether torch's flash kernel for CPUs may be called.
    """

    def __init__(
        self,
        path: KeyValuePath,
        start: int,
        *,
        keep: bool,
        parents: Sequence[Sequence[tuple[int, int]]],
        positions: Tensor,
        use_flash: bool,
    ) -> None:
        self.path, self.start, self.keep, self.use_flash = path, start, keep, use_flash
        self.positions = positions
        self._reach = int(positions.max()) + 1
        self.parents = parents
        self._masks: dict[tuple[torch.dtype, int | None, bool], list[Tensor]] = {}
        self.bounds: list[tuple[int, int]] = []
        low = 0
        for bush in parents:
            high = low + sum(length for length, _ in bush)
            self.bounds.append((low, high))
            low = high

    def attend(
        self, layer: int, query: Tensor, key: Tensor, value: Tensor, scale: float, window: int | None,
        softcap: float | None,
    ) -> Tensor:  # fmt: skip
        """See `kijun.models.hf.attention.AttentionPass`."""
        if self.keep:
            self.path.extend(layer, self.start, key, value)
        past = self.path.layer(layer, self.start) if self.start else None
        if window is not None and window >= self._reach:
            window = None
        if self.use_flash and softcap is None and window is None and query.shape[-1] == value.shape[-1]:
            return _flash(self, query, key, value, past, scale)
        return _dense(self, query, key, value, past, scale, window, softcap)

    def masks(self, dtype: torch.dtype, window: int | None, *, with_path: bool) -> list[Tensor]:
        """For each bush what is added to its scores, ``[tokens, (start +) tokens]``: 0 where it attends, else -inf."""
        key = (dtype, window, with_path)
        if key not in self._masks:
            self._masks[key] = [
                self._mask(bush, low, high, dtype, window, with_path)
                for bush, (low, high) in zip(self.parents, self.bounds, strict=True)
            ]
        return self._masks[key]

    def _mask(
        self,
        bush: Sequence[tuple[int, int]],
        low: int,
        high: int,
        dtype: torch.dtype,
        window: int | None,
        with_path: bool,
    ) -> Tensor:
        size = high - low
        seen = torch.zeros((size, size), dtype=torch.bool)
        begins: list[int] = []
        at = 0
        for length, parent in bush:
            begins.append(at)
            rows = seen[at : at + length]
            while parent >= 0:
                rows[:, begins[parent] : begins[parent] + bush[parent][0]] = True
                parent = bush[parent][1]
            rows[:, at : at + length] = torch.ones((length, length), dtype=torch.bool).tril_()
            at += length
        own = self.positions[low:high].cpu()
        before = own
        if with_path:
            seen = torch.cat([torch.ones((size, self.start), dtype=torch.bool), seen], dim=1)
            before = torch.cat([torch.arange(self.start), own])
        if window is not None:
            seen &= own[:, None] - before[None, :] < window
        mask = torch.zeros(seen.shape, dtype=dtype).masked_fill_(~seen, -math.inf)
        return mask.to(self.positions.device)


def _flash(
    tree_pass: TreePass, query: Tensor, key: Tensor, value: Tensor, past: tuple[Tensor, Tensor] | None, scale: float
) -> Tensor:
    kernel = torch.ops.aten._scaled_dot_product_flash_attention_for_cpu
    _, heads, tokens, _ = query.shape
    out = query.new_empty((1, tokens, heads, value.shape[-1]))
    weight = torch.empty((1, tokens, heads), dtype=torch.float32) if past is not None else None
    single = all(len(bush) == 1 for bush in tree_pass.parents)
    masks: Sequence[Tensor | None] = (
        [None] * len(tree_pass.bounds) if single else tree_pass.masks(query.dtype, None, with_path=False)
    )
    for (low, high), mask in zip(tree_pass.bounds, masks, strict=True):
        part, lse = kernel(
            query[:, :, low:high], key[:, :, low:high], value[:, :, low:high], 0.0, mask is None,
            attn_mask=mask, scale=scale,
        )  # fmt: skip
        out[:, low:high] = part.transpose(1, 2)
        if weight is not None:
            weight[:, low:high] = lse.transpose(1, 2)
    if past is not None and weight is not None:
        part, lse = kernel(query, past[0], past[1], 0.0, False, scale=scale)
        share = torch.sigmoid_(weight.neg_().add_(lse.transpose(1, 2))).unsqueeze(-1)
        out = out.lerp_(part.transpose(1, 2), share.to(out.dtype).expand_as(out))
    return out


def _dense(
    tree_pass: TreePass,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    past: tuple[Tensor, Tensor] | None,
    scale: float,
    window: int | None,
    softcap: float | None,
) -> Tensor:
    parts = []
    groups = query.shape[1] // key.shape[1]
    masks = tree_pass.masks(query.dtype, window, with_path=past is not None)
    for (low, high), mask in zip(tree_pass.bounds, masks, strict=True):
        keys, values = key[:, :, low:high], value[:, :, low:high]
        if past is not None:
            keys, values = torch.cat([past[0], keys], dim=2), torch.cat([past[1], values], dim=2)
        if groups > 1:
            keys, values = keys.repeat_interleave(groups, dim=1), values.repeat_interleave(groups, dim=1)
        if softcap is None:
            part = functional.scaled_dot_product_attention(
                query[:, :, low:high], keys, values, attn_mask=mask, scale=scale
            )
        else:
            scores = torch.tanh(query[:, :, low:high] @ keys.transpose(2, 3) * (scale / softcap)) * softcap
            part = torch.softmax(scores + mask, dim=-1, dtype=torch.float32).to(query.dtype) @ values
        parts.append(part.transpose(1, 2))
    return torch.cat(parts, dim=1)

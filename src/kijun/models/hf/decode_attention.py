"""Attention of a decoding step: one new token for each of several sequences, each with keys and values of its own."""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional

from kijun.models.hf.tree_attention import KeyValuePath

__all__ = ["DecodeStep", "KeyValueSlots"]

_BLOCK = 64
"""Lengths are rounded up to this many positions, so that what stands beside a sequence does not change its sums."""


class KeyValueSlots:
    """Keys and values of the sequences being decoded, one slot each.

    Args:
        n_slots: most sequences at once.
        room: most tokens of a sequence.
    """

    def __init__(self, n_slots: int, room: int) -> None:
        self.n_slots, self.room = n_slots, -(-room // _BLOCK) * _BLOCK
        self._layers: dict[int, tuple[Tensor, Tensor]] = {}

    def layer(self, index: int) -> tuple[Tensor, Tensor]:
        """Buffers ``[slots, kv heads, room, head dim]``."""
        return self._layers[index]

    def fill(self, slot: int, path: KeyValuePath, length: int) -> None:
        """Takes over the first `length` tokens of a path."""
        for index in path.layers:
            parts = path.layer(index, length)
            if index not in self._layers:
                shapes = [(self.n_slots, part.shape[1], self.room, part.shape[3]) for part in parts]
                keys, values = (part.new_zeros(shape) for part, shape in zip(parts, shapes, strict=True))
                self._layers[index] = (keys, values)
            for buffer, part in zip(self._layers[index], parts, strict=True):
                buffer[slot, :, :length] = part[0]

    def move(self, source: int, target: int, length: int) -> None:
        """Copies the first `length` tokens of one slot to another."""
        for buffers in self._layers.values():
            for buffer in buffers:
                buffer[target, :, :length] = buffer[source, :, :length]


class DecodeStep:
    """One step: row i of the pass is the next token of the sequence in slot i.

    Args:
        slots: keys and values; the new ones are added.
        positions: place of each row's token, ``[rows]``; rows beyond the slots are padding.
        use_flash: whether torch's flash kernel for CPUs may be called.
    """

    def __init__(self, slots: KeyValueSlots, positions: Tensor, *, use_flash: bool) -> None:
        self._slots, self._use_flash = slots, use_flash
        self._rows = min(slots.n_slots, positions.shape[0])
        self._positions = positions[: self._rows]
        self._length = -(-(int(self._positions.max()) + 1) // _BLOCK) * _BLOCK
        self._index = torch.arange(self._rows, device=positions.device)
        self._masks: dict[tuple[torch.dtype, int | None], Tensor] = {}

    def attend(
        self, layer: int, query: Tensor, key: Tensor, value: Tensor, scale: float, window: int | None,
        softcap: float | None,
    ) -> Tensor:  # fmt: skip
        """See `kijun.models.hf.attention.AttentionPass`."""
        rows = self._rows
        keys, values = self._slots.layer(layer)
        keys[self._index, :, self._positions] = key[0, :, :rows].transpose(0, 1)
        values[self._index, :, self._positions] = value[0, :, :rows].transpose(0, 1)
        keys, values = keys[:rows, :, : self._length], values[:rows, :, : self._length]
        asked = query[0, :, :rows].transpose(0, 1).unsqueeze(2)
        mask = self._mask(query.dtype, window)
        if self._use_flash and softcap is None and query.shape[-1] == value.shape[-1]:
            kernel = torch.ops.aten._scaled_dot_product_flash_attention_for_cpu
            part = kernel(asked, keys, values, 0.0, False, attn_mask=mask, scale=scale)[0]
        else:
            part = _dense(asked, keys, values, mask, scale, softcap)
        out = query.new_zeros((1, query.shape[2], query.shape[1], value.shape[-1]))
        out[0, :rows] = part[:, :, 0]
        return out

    def _mask(self, dtype: torch.dtype, window: int | None) -> Tensor:
        """What is added to the scores, ``[rows, 1, 1, length]``."""
        if (dtype, window) not in self._masks:
            at = torch.arange(self._length, device=self._positions.device)
            hidden = at[None, :] > self._positions[:, None]
            if window is not None:
                hidden |= self._positions[:, None] - at[None, :] >= window
            mask = torch.zeros(hidden.shape, dtype=dtype, device=at.device).masked_fill_(hidden, -math.inf)
            self._masks[(dtype, window)] = mask[:, None, None, :]
        return self._masks[(dtype, window)]


def _dense(query: Tensor, keys: Tensor, values: Tensor, mask: Tensor, scale: float, softcap: float | None) -> Tensor:
    groups = query.shape[1] // keys.shape[1]
    if groups > 1:
        keys, values = keys.repeat_interleave(groups, dim=1), values.repeat_interleave(groups, dim=1)
    if softcap is None:
        return functional.scaled_dot_product_attention(query, keys, values, attn_mask=mask, scale=scale)
    scores = torch.tanh(query @ keys.transpose(2, 3) * (scale / softcap)) * softcap
    return torch.softmax(scores + mask, dim=-1, dtype=torch.float32).to(query.dtype) @ values

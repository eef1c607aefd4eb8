"""Kijun's attention function, plugged in through transformers' public attention interface.

The model's forward pass stays transformers' own; what its tokens may attend to is decided by the pass that is under way
in this thread (`attending`).
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

from torch import Tensor, nn

__all__ = ["ATTENTION", "AttentionPass", "attend", "attending", "register"]

ATTENTION = "kijun_tree"

_running = threading.local()


class AttentionPass(Protocol):
    """What a forward pass knows about its tokens."""

    def attend(
        self, layer: int, query: Tensor, key: Tensor, value: Tensor, scale: float, window: int | None,
        softcap: float | None,
    ) -> Tensor:  # fmt: skip
        """Attention of one layer.

        Args:
            layer: index of the layer.
            query: ``[1, heads, tokens, head dim]``.
            key, value: ``[1, kv heads, tokens, head dim]``.
            scale: what the scores are multiplied by.
            window: a token sees only the last `window` positions, its own included; None for all.
            softcap: scores are squeezed into this range by tanh; None for not.

        Returns:
            ``[1, tokens, heads, head dim]``.
        """
        ...


def register() -> None:
    """Makes the attention known to transformers under the name `ATTENTION`; no mask function, so no mask is built."""
    from transformers import AttentionInterface

    AttentionInterface.register(ATTENTION, attend)


@contextmanager
def attending(attention_pass: AttentionPass) -> Iterator[None]:
    """Forward passes of this thread attend as `attention_pass` says."""
    _running.attention_pass = attention_pass
    try:
        yield
    finally:
        _running.attention_pass = None


def attend(
    module: nn.Module,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attention_mask: Tensor | None,
    *,
    scaling: float | None = None,
    dropout: float = 0.0,
    sliding_window: int | None = None,
    softcap: float | None = None,
    **others: Any,
) -> tuple[Tensor, None]:
    """What transformers calls in each layer; see `AttentionPass.attend`. Returns no weights.

    Raises:
        ValueError: the model asks for something that we do not know (attention sinks, a bias of positions).
    """
    unknown = [name for name in ("s_aux", "position_bias") if others.get(name) is not None]
    if unknown or attention_mask is not None:
        raise ValueError(f"this attention does not know {unknown or 'masks'}")
    scale = scaling if scaling is not None else query.shape[-1] ** -0.5
    attention_pass: AttentionPass = _running.attention_pass
    layer = int(getattr(module, "layer_idx"))  # noqa: B009 - not declared on nn.Module
    return attention_pass.attend(layer, query, key, value, scale, sliding_window, softcap), None

"""A model that is in memory already, such as one in training; it is given back as it was."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
import transformers

from kijun.models.base import ModelIdentity
from kijun.models.hf.linear import give_back_linears
from kijun.models.hf.loading import Loaded, max_length, template_digest
from kijun.models.hf.model import HfModel
from kijun.models.hf.split_linear import give_back_split_linears

__all__ = ["live", "weights_digest"]


@contextmanager
def live(
    network: Any, tokenizer: Any, name: str, *, settings: dict[str, str] | None = None, memory_budget: int
) -> Iterator[HfModel]:
    """A causal language model of transformers for log-likelihoods and free answers, as it stands at this moment.

    Nothing is copied. While it lasts the network is in evaluation mode, with Kijun's attention and linear layers; then
    each part of it is in the mode in which it was, with its own. Random numbers drawn meanwhile do not count.

    Args:
        network: on its device, whole on it.
        tokenizer: its tokeniser.
        name: for the identity, which has the digest of the weights too.
        memory_budget: bytes beside the weights, as of `kijun.models.hf.load_hf`.
    """
    attention = network.config._attn_implementation
    modes = {part: part.training for part in network.modules()}
    identity = ModelIdentity(
        name=name,
        backend=f"hf torch={torch.__version__} transformers={transformers.__version__} {network.device.type} live",
        weights_sha256=weights_digest(network),
        quantisation=str(network.dtype).removeprefix("torch."),
        chat_template_sha256=template_digest(tokenizer),
        settings=settings or {},
    )
    devices = [network.device.index or 0] if network.device.type == "cuda" else []
    with torch.random.fork_rng(devices=devices):
        try:
            network.eval()
            loaded = Loaded(network, tokenizer, max_length(network.config, tokenizer), None, ())
            yield HfModel(loaded, identity, memory_budget=memory_budget)
        finally:
            give_back_linears(network)
            give_back_split_linears(network)
            if network.config._attn_implementation != attention:
                network.set_attn_implementation(attention)
            for part, training in modes.items():
                part.training = training


def weights_digest(network: Any) -> str:
    """SHA-256 over all parameters and buffers, by name; about a second for a gigabyte."""
    digest = hashlib.sha256()
    for name, tensor in sorted(network.state_dict().items()):
        digest.update(f"{name} {tensor.dtype} {tuple(tensor.shape)}\n".encode())
        digest.update(tensor.detach().cpu().contiguous().reshape(-1).view(torch.uint8).numpy())
    return digest.hexdigest()

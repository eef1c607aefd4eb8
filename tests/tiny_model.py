"""A GGUF model of a few kilobytes with made-up weights, and the means to write GGUF files, sound or not."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import numpy as np

__all__ = ["CHAT_TEMPLATE", "gguf_bytes", "tiny_metadata", "tiny_tensors", "write_tiny_model"]

CHAT_TEMPLATE = (
    "{{ bos_token }}{% for message in messages %}<|{{ message.role }}|>{{ message.content }}</s>{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>{% endif %}"
)

_WIDTH, _HIDDEN, _LAYERS, _HEADS, _CONTEXT = 32, 64, 2, 2, 512
_PIECES = ["<unk>", "<s>", "</s>", *(f"<0x{byte:02X}>" for byte in range(256)), *"▁etaoinshrdlu", "▁the", "▁a", "in"]
_KINDS = [2, 3, 3, *[6] * 256, *[1] * (len(_PIECES) - 259)]  # unknown, control, control, bytes, normal


def _string(text: str) -> bytes:
    raw = text.encode()
    return struct.pack("<Q", len(raw)) + raw


def _value(value: Any) -> bytes:
    """A typed value; a list takes the type of its first entry."""
    if isinstance(value, bool):
        return struct.pack("<I?", 7, value)
    if isinstance(value, int):
        return struct.pack("<Ii", 5, value) if value < 0 else struct.pack("<II", 4, value)
    if isinstance(value, float):
        return struct.pack("<If", 6, value)
    if isinstance(value, str):
        return struct.pack("<I", 8) + _string(value)
    if isinstance(value, np.ndarray):
        return struct.pack("<IIQ", 9, 6 if value.dtype == np.float32 else 5, len(value)) + value.tobytes()
    return struct.pack("<IIQ", 9, 8, len(value)) + b"".join(_string(entry) for entry in value)


def gguf_bytes(metadata: dict[str, Any], tensors: dict[str, np.ndarray]) -> bytes:
    """A GGUF file of version 3 with float32 tensors."""
    head = b"GGUF" + struct.pack("<IQQ", 3, len(tensors), len(metadata))
    head += b"".join(_string(key) + _value(value) for key, value in metadata.items())
    data = b""
    for name, tensor in tensors.items():
        shape = tensor.shape[::-1]
        head += _string(name) + struct.pack(f"<I{len(shape)}QIQ", len(shape), *shape, 0, len(data))
        data += tensor.astype("<f4").tobytes()
        data += bytes(-len(data) % 32)
    return head + bytes(-len(head) % 32) + data


def tiny_metadata(**changed: Any) -> dict[str, Any]:
    """Metadata of the tiny model; a key's dots are written as double underscores in `changed`."""
    metadata: dict[str, Any] = {
        "general.architecture": "llama",
        "general.file_type": 0,
        "llama.block_count": _LAYERS,
        "llama.context_length": _CONTEXT,
        "llama.embedding_length": _WIDTH,
        "llama.feed_forward_length": _HIDDEN,
        "llama.attention.head_count": _HEADS,
        "llama.attention.head_count_kv": 1,
        "llama.attention.layer_norm_rms_epsilon": 1e-5,
        "llama.rope.dimension_count": _WIDTH // _HEADS,
        "llama.vocab_size": len(_PIECES),
        "tokenizer.ggml.model": "llama",
        "tokenizer.ggml.tokens": _PIECES,
        "tokenizer.ggml.scores": -np.arange(len(_PIECES), dtype=np.float32),
        "tokenizer.ggml.token_type": np.array(_KINDS, np.int32),
        "tokenizer.ggml.bos_token_id": 1,
        "tokenizer.ggml.eos_token_id": 2,
        "tokenizer.ggml.add_bos_token": True,
        "tokenizer.chat_template": CHAT_TEMPLATE,
    }
    metadata.update({key.replace("__", "."): value for key, value in changed.items()})
    return {key: value for key, value in metadata.items() if value is not None}


def tiny_tensors() -> dict[str, np.ndarray]:
    """Random weights, always the same."""
    random = np.random.default_rng(0)
    key = _WIDTH // _HEADS

    def weights(*shape: int) -> np.ndarray:
        return random.normal(0, 2 / np.sqrt(shape[-1]), shape).astype(np.float32)

    tensors = {"token_embd.weight": random.normal(0, 1, (len(_PIECES), _WIDTH)).astype(np.float32)}
    for layer in range(_LAYERS):
        tensors |= {
            f"blk.{layer}.attn_norm.weight": np.ones(_WIDTH, np.float32),
            f"blk.{layer}.attn_q.weight": weights(_WIDTH, _WIDTH),
            f"blk.{layer}.attn_k.weight": weights(key, _WIDTH),
            f"blk.{layer}.attn_v.weight": weights(key, _WIDTH),
            f"blk.{layer}.attn_output.weight": weights(_WIDTH, _WIDTH),
            f"blk.{layer}.ffn_norm.weight": np.ones(_WIDTH, np.float32),
            f"blk.{layer}.ffn_gate.weight": weights(_HIDDEN, _WIDTH),
            f"blk.{layer}.ffn_up.weight": weights(_HIDDEN, _WIDTH),
            f"blk.{layer}.ffn_down.weight": weights(_WIDTH, _HIDDEN),
        }
    tensors["output_norm.weight"] = np.ones(_WIDTH, np.float32)
    tensors["output.weight"] = weights(len(_PIECES), _WIDTH)
    return tensors


def write_tiny_model(path: Path, **changed: Any) -> Path:
    """Writes the tiny model; see `tiny_metadata` for `changed`."""
    path.write_bytes(gguf_bytes(tiny_metadata(**changed), tiny_tensors()))
    return path

"""A llama.cpp context: the memory of keys and values, and the decode call."""

from __future__ import annotations

import ctypes
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kijun.errors import ModelError
from kijun.models.local.llama_library import Batch
from kijun.models.local.weights import Weights

__all__ = ["Context", "ContextShape"]

_F32, _F16 = 0, 1


class ContextShape(NamedTuple):
    """Sizes of a context.

    Attributes:
        cells: tokens that fit, of each sequence where `unified` is false, of all together where it is true.
        sequences: sequences that may be told apart, at most 256.
        unified: all sequences share one memory, so that a prefix is held once.
        batch: most tokens in one decode.
        rows: most rows of logits in one decode; llama.cpp wants at least one for each sequence.
    """

    cells: int
    sequences: int
    unified: bool
    batch: int
    rows: int


class Context:
    """One llama.cpp context over `weights`; `close` frees it.

    Raises:
        ModelError: llama.cpp cannot make it (memory), or it is not what was asked for.
    """

    def __init__(
        self, weights: Weights, shape: ContextShape, *, threads: int, flash_attention: bool = True, half: bool = True
    ) -> None:
        self.weights, self.shape = weights, shape
        library = self._library = weights.library
        parameters = library.llama_context_default_params()
        parameters.n_ctx = shape.cells if shape.unified else shape.cells * shape.sequences
        parameters.n_batch = parameters.n_ubatch = shape.batch
        parameters.n_seq_max = shape.sequences
        parameters.n_outputs_max = shape.rows
        parameters.n_outputs_max_per_seq = 0
        parameters.n_threads = parameters.n_threads_batch = threads
        parameters.flash_attn_type = int(flash_attention)
        parameters.type_k = parameters.type_v = _F16 if half else _F32
        parameters.kv_unified = shape.unified
        parameters.swa_full = True
        parameters.offload_kqv = parameters.op_offload = False
        self._handle: int | None = library.llama_init_from_model(weights.handle, parameters)
        if not self._handle:
            raise ModelError(
                f"llama.cpp cannot make a context of {parameters.n_ctx} tokens: too little memory? "
                "Free some memory, or take a smaller model."
            )
        self._check(parameters)
        self._memory = library.llama_get_memory(self._handle)
        self._sequence_ids = np.arange(shape.sequences, dtype=np.int32)

    def _check(self, asked: ctypes.Structure) -> None:
        """The round trip: what was asked for must be what there is, or the layout of the parameters is wrong."""
        library = self._library
        for name, found in (
            ("n_batch", library.llama_n_batch(self._handle)),
            ("n_ubatch", library.llama_n_ubatch(self._handle)),
            ("n_seq_max", library.llama_n_seq_max(self._handle)),
            ("n_threads", library.llama_n_threads(self._handle)),
        ):
            if found != getattr(asked, name):
                raise ModelError(
                    f"self-test of the llama.cpp library failed: asked for {name}={getattr(asked, name)}, got {found}"
                )

    def decode(
        self,
        tokens: NDArray[np.int32],
        positions: NDArray[np.int32],
        first: NDArray[np.int32],
        count: NDArray[np.int32],
        wanted: NDArray[np.int8],
    ) -> NDArray[np.float32]:
        """Computes `tokens` and keeps their keys and values.

        Args:
            tokens, positions: int32[n].
            first, count: int32[n]; token i belongs to the sequences ``first[i] ... first[i] + count[i] - 1``.
            wanted: int8[n]; 1 where logits are needed.

        Returns:
            float32[rows, vocabulary], a view that the next decode overwrites; rows in the order of `wanted`.

        Raises:
            ModelError: llama.cpp failed; what is in memory is then undefined until `clear`.
        """
        pointers = (self._sequence_ids.ctypes.data + 4 * first.astype(np.uint64)).astype(np.uint64)
        batch = Batch(
            n_tokens=len(tokens),
            token=tokens.ctypes.data,
            pos=positions.ctypes.data,
            n_seq_id=count.ctypes.data,
            seq_id=pointers.ctypes.data,
            logits=wanted.ctypes.data,
        )
        code = self._library.llama_decode(self._handle, batch)
        if code:
            raise ModelError(f"llama.cpp failed to decode {len(tokens)} tokens (code {code})")
        rows = int(wanted.sum())
        if not rows:
            return np.empty((0, self.weights.vocabulary), np.float32)
        return np.ctypeslib.as_array(self._library.llama_get_logits(self._handle), (rows, self.weights.vocabulary))

    def copy(self, source: int, target: int) -> None:
        """Makes all of sequence `source` a part of `target`."""
        self._library.llama_memory_seq_cp(self._memory, source, target, -1, -1)

    def remove(self, sequence: int, position: int = 0) -> None:
        """Forgets the tokens of `sequence` from `position` on."""
        if not self._library.llama_memory_seq_rm(self._memory, sequence, position, -1):
            raise ModelError(f"llama.cpp cannot forget the end of a sequence (from token {position})")

    def clear(self) -> None:
        """Forgets everything."""
        self._library.llama_memory_clear(self._memory, False)

    def close(self) -> None:
        """Frees the context."""
        if self._handle:
            self._library.llama_free(self._handle)
            self._handle = None

"""A GGUF model in memory: its weights, vocabulary and tokeniser, through llama.cpp."""

from __future__ import annotations

import ctypes
import functools
from pathlib import Path

from kijun.errors import CorruptFileError, ModelError
from kijun.models.local.llama_library import load_library

__all__ = ["Weights"]


class Weights:
    """Weights and vocabulary of one GGUF file, on the processor; `close` frees them.

    The file must have passed `gguf.read_gguf` before: llama.cpp trusts what it reads.

    Attributes:
        vocabulary: number of tokens, the width of a row of logits.
        trained_context: tokens of context that the model was trained on.
        bos, eos: ids of the tokens that begin and end a text, or None.
        adds_bos: whether the tokeniser puts `bos` before a text.

    Raises:
        CorruptFileError: llama.cpp refuses the file.
        ModelError: an architecture whose memory cannot be shared between continuations.
    """

    def __init__(self, path: Path) -> None:
        self.library = load_library()
        parameters = self.library.llama_model_default_params()
        # An empty list of devices: on the processor everywhere, so that numbers do not depend on a graphics card.
        parameters.devices = (ctypes.c_void_p * 1)(None)
        parameters.n_gpu_layers = 0
        self.handle: int | None = self.library.llama_model_load_from_file(str(path).encode(), parameters)
        if not self.handle:
            raise CorruptFileError(
                "llama.cpp cannot load this GGUF file: an architecture or tokeniser that it does not know, or tensors "
                "that do not fit it. KIJUN_DEBUG=1 shows what llama.cpp says.",
                file=path,
            )
        self._refuse_unshareable(path)
        self.vocab = self.library.llama_model_get_vocab(self.handle)
        self.vocabulary: int = self.library.llama_vocab_n_tokens(self.vocab)
        self.trained_context: int = self.library.llama_model_n_ctx_train(self.handle)
        self.bos = _token_or_none(self.library.llama_vocab_bos(self.vocab))
        self.eos = _token_or_none(self.library.llama_vocab_eos(self.vocab))
        self.adds_bos: bool = self.library.llama_vocab_get_add_bos(self.vocab)
        self.piece = functools.lru_cache(maxsize=None)(self._piece)

    def _refuse_unshareable(self, path: Path) -> None:
        library = self.library
        for is_so, what in (
            (library.llama_model_is_recurrent, "a recurrent model"),
            (library.llama_model_is_hybrid, "a partly recurrent model"),
            (library.llama_model_is_diffusion, "a diffusion model"),
            (library.llama_model_has_encoder, "a model with an encoder"),
        ):
            if is_so(self.handle):
                self.close()
                raise ModelError(
                    f"{path}: {what}; local/ runs decoders with plain attention only. Try hf/ with this model."
                )

    def tokenise(self, text: str, *, add_special: bool) -> list[int]:
        """Token ids; special tokens written out in `text` are read as such, as transformers does.

        Args:
            add_special: put the tokens around the text that the model's tokeniser adds by default (such as BOS).
        """
        data = text.encode("utf-8", errors="replace")
        room = len(data) + 8
        while True:
            buffer = (ctypes.c_int32 * room)()
            count = self.library.llama_tokenize(self.vocab, data, len(data), buffer, room, add_special, True)
            if count >= 0:
                return buffer[:count]
            room = -count

    def is_end(self, token: int) -> bool:
        """Whether `token` ends a generation (end of text, end of turn)."""
        return self.library.llama_vocab_is_eog(self.vocab, token)

    def _piece(self, token: int, special: bool = False) -> bytes:
        """Bytes of a token, maybe not whole characters; a control token is empty unless `special`."""
        room = 64
        while True:
            buffer = ctypes.create_string_buffer(room)
            count = self.library.llama_token_to_piece(self.vocab, token, buffer, room, 0, special)
            if count >= 0:
                return buffer.raw[:count]
            room = -count

    def text(self, token: int | None) -> str | None:
        """A special token as it is written in a prompt, such as ``<bos>``; None for None."""
        return None if token is None else self.piece(token, True).decode("utf-8", errors="replace")

    def close(self) -> None:
        """Frees the weights; using them afterwards is a bug."""
        if self.handle:
            self.library.llama_model_free(self.handle)
            self.handle = None


def _token_or_none(token: int) -> int | None:
    return token if token >= 0 else None

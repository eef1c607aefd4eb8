"""A GGUF file as a folder that transformers and TRL load and train."""

from __future__ import annotations

from pathlib import Path

from kijun.errors import StoreError
from kijun.models.hf.loading import load, quiet

__all__ = ["dequantise"]


def dequantise(file: Path | str, folder: Path | str, *, dtype: str = "float32") -> Path:
    """Writes weights, tokeniser and configuration of a GGUF file in the form of `save_pretrained`.

    The weights are what the file's quantised numbers stand for; what quantisation lost stays lost.

    Raises:
        SpecError: no such file, or an unknown `dtype`.
        CorruptFileError: not a GGUF file that transformers can read.
        StoreError: the folder cannot be written.
    """
    loaded = load(str(file), dtype=dtype, device="cpu", revision=None)
    model = loaded.model
    # transformers remembers where the weights are from, and would save no model that was quantised once.
    model.hf_quantizer = None
    if hasattr(model.config, "quantization_config"):
        del model.config.quantization_config
    try:
        with quiet():
            model.save_pretrained(folder)
            loaded.tokenizer.save_pretrained(folder)
    except OSError as error:
        raise StoreError(f"{folder}: {error.strerror or error}; choose a folder that can be written") from None
    return Path(folder)

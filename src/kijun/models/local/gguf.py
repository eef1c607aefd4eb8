"""A strict reader of GGUF files: metadata and the list of tensors, checked against the file's size.

llama.cpp trusts much of what a GGUF file says and may abort the whole process on a broken one, so every file passes
here first. Neither torch nor the package gguf is needed.

Format: ``docs/gguf.md`` of ggml (versions 2 and 3, little endian): magic, version, counts, key-value pairs, tensor
descriptions, padding, tensor data.
"""

from __future__ import annotations

import math
import mmap
import struct
from pathlib import Path
from typing import Any, NamedTuple

from kijun.errors import CorruptFileError

__all__ = ["FILE_TYPES", "GgufFile", "GgufTensor", "read_gguf"]

# general.file_type -> name of the quantisation (enum llama_ftype)
FILE_TYPES = {
    0: "F32", 1: "F16", 2: "Q4_0", 3: "Q4_1", 7: "Q8_0", 8: "Q5_0", 9: "Q5_1", 10: "Q2_K", 11: "Q3_K_S", 12: "Q3_K_M",
    13: "Q3_K_L", 14: "Q4_K_S", 15: "Q4_K_M", 16: "Q5_K_S", 17: "Q5_K_M", 18: "Q6_K", 19: "IQ2_XXS", 20: "IQ2_XS",
    21: "Q2_K_S", 22: "IQ3_XS", 23: "IQ3_XXS", 24: "IQ1_S", 25: "IQ4_NL", 26: "IQ3_S", 27: "IQ3_M", 28: "IQ2_S",
    29: "IQ2_M", 30: "IQ4_XS", 31: "IQ1_M", 32: "BF16", 36: "TQ1_0", 37: "TQ2_0", 38: "MXFP4_MOE", 39: "NVFP4",
    40: "Q1_0", 41: "Q2_0",
}  # fmt: skip

# ggml_type -> (values in a block, bytes of a block)
_BLOCKS = {
    0: (1, 4), 1: (1, 2), 2: (32, 18), 3: (32, 20), 6: (32, 22), 7: (32, 24), 8: (32, 34), 9: (32, 40), 10: (256, 84),
    11: (256, 110), 12: (256, 144), 13: (256, 176), 14: (256, 210), 15: (256, 292), 16: (256, 66), 17: (256, 74),
    18: (256, 98), 19: (256, 50), 20: (32, 18), 21: (256, 110), 22: (256, 82), 23: (256, 136), 24: (1, 1), 25: (1, 2),
    26: (1, 4), 27: (1, 8), 28: (1, 8), 29: (256, 56), 30: (1, 2), 34: (256, 54), 35: (256, 66), 39: (32, 17),
    40: (64, 36), 41: (128, 18),
}  # fmt: skip

_SCALARS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
_STRING, _ARRAY = 8, 9
# Arrays that llama.cpp reads without asking for their type, or as long as the list of tokens.
_ARRAY_TYPES = {
    "tokenizer.ggml.tokens": _STRING,
    "tokenizer.ggml.merges": _STRING,
    "tokenizer.ggml.scores": 6,
    "tokenizer.ggml.token_type": 5,
}
_MOST_DIMENSIONS = 4
_MOST_NAME_BYTES = 63  # GGML_MAX_NAME - 1: llama.cpp refuses longer ones


class GgufTensor(NamedTuple):
    """One tensor: its shape (fastest dimension first), ggml type, and where its bytes lie in the file."""

    name: str
    shape: tuple[int, ...]
    type: int
    offset: int
    size: int


class GgufFile(NamedTuple):
    """What a GGUF file says about itself.

    Attributes:
        metadata: key -> number, bool, str, or list of these.
        tensors: in file order.
    """

    metadata: dict[str, Any]
    tensors: tuple[GgufTensor, ...]

    @property
    def architecture(self) -> str:
        """Such as ``llama``; the prefix of the architecture's own keys."""
        return str(self.metadata["general.architecture"])

    @property
    def quantisation(self) -> str | None:
        """Name of the file's main quantisation, such as ``Q4_1``; None where the file does not say."""
        return FILE_TYPES.get(self.metadata.get("general.file_type", -1))

    @property
    def chat_template(self) -> str | None:
        """Source of the chat template, or None."""
        template = self.metadata.get("tokenizer.chat_template")
        return template if isinstance(template, str) and template else None


def read_gguf(path: Path) -> GgufFile:
    """Reads and checks the header of a GGUF file, and that the file is long enough for the tensors it promises.

    Raises:
        CorruptFileError: with what is wrong and where; also for a file that is not there or not readable.
    """
    try:
        with path.open("rb") as file:
            if path.stat().st_size == 0:
                raise CorruptFileError("the file is empty, expected a GGUF model", file=path)
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
                return _Reader(path, data).read()
    except OSError as error:
        raise CorruptFileError(f"cannot be read: {error.strerror or error}", file=path) from error


class _Reader:
    """A cursor over the file that never steps over its end."""

    def __init__(self, path: Path, data: mmap.mmap) -> None:
        self.path, self.data, self.size, self.at = path, data, len(data), 0

    def fail(self, what: str) -> CorruptFileError:
        return CorruptFileError(
            f"not a sound GGUF file: {what} (byte {self.at} of {self.size}). Fetch the file again.", file=self.path
        )

    def bytes(self, count: int, what: str) -> bytes:
        if count > self.size - self.at:
            raise self.fail(f"it ends within {what}: {count} bytes promised, {self.size - self.at} left")
        self.at += count
        return self.data[self.at - count : self.at]

    def number(self, code: str, what: str) -> Any:
        return struct.unpack(f"<{code}", self.bytes(struct.calcsize(f"<{code}"), what))[0]

    def string(self, what: str) -> str:
        raw = self.bytes(self.number("Q", f"the length of {what}"), what)
        # Tokens may be any bytes; they are kept apart rather than refused.
        return raw.decode("utf-8", errors="surrogateescape")

    def read(self) -> GgufFile:
        if self.bytes(min(4, self.size), "the magic") != b"GGUF":
            raise self.fail(f"it begins with {bytes(self.data[:4])!r} instead of b'GGUF'")
        version = self.number("I", "the version")
        if version not in (2, 3):
            raise self.fail(f"version {version}, expected 2 or 3 in little-endian order")
        n_tensors, n_pairs = self.number("Q", "the number of tensors"), self.number("Q", "the number of keys")
        metadata = self._metadata(n_pairs)
        if not isinstance(metadata.get("general.architecture"), str):
            raise self.fail("it lacks the key general.architecture")
        alignment = metadata.get("general.alignment", 32)
        if not isinstance(alignment, int) or alignment <= 0 or alignment & (alignment - 1):
            raise self.fail(f"general.alignment is {alignment!r}, expected a power of two")
        self._check_vocabulary(metadata)
        return GgufFile(metadata, self._tensors(n_tensors, alignment))

    def _check_vocabulary(self, metadata: dict[str, Any]) -> None:
        tokens = metadata.get("tokenizer.ggml.tokens", [])
        for key in ("tokenizer.ggml.scores", "tokenizer.ggml.token_type"):
            if key in metadata and len(metadata[key]) != len(tokens):
                raise self.fail(f"{key!r} has {len(metadata[key])} entries for {len(tokens)} tokens")

    def _metadata(self, count: int) -> dict[str, Any]:
        metadata: dict[str, Any] = {}
        for index in range(self._plausible(count, 13, "keys")):
            key = self.string(f"key {index}")
            if not key or key in metadata:
                raise self.fail(f"key {index} is {'empty' if not key else f'a second {key!r}'}")
            metadata[key] = self._value(self.number("I", f"the type of {key!r}"), key)
        return metadata

    def _value(self, kind: int, key: str) -> Any:
        if key in _ARRAY_TYPES and kind != _ARRAY:
            raise self.fail(f"{key!r} has the type {kind}, expected an array")
        if kind in _SCALARS:
            if kind == 7:
                return self._flag(key)
            return self.number(_SCALARS[kind], f"the value of {key!r}")
        if kind == _STRING:
            return self.string(f"the value of {key!r}")
        if kind != _ARRAY:
            raise self.fail(f"{key!r} has the unknown type {kind}")
        of, count = self.number("I", f"the type in {key!r}"), self.number("Q", f"the length of {key!r}")
        if of != _ARRAY_TYPES.get(key, of):
            raise self.fail(f"{key!r} is an array of the type {of}, expected {_ARRAY_TYPES[key]}")
        if of == _STRING:
            return [
                self.string(f"an entry of {key!r}") for _ in range(self._plausible(count, 8, f"entries of {key!r}"))
            ]
        if of not in _SCALARS:
            raise self.fail(f"{key!r} is an array of the type {of}, expected numbers or strings")
        code = _SCALARS[of]
        self._plausible(count, struct.calcsize(code), f"entries of {key!r}")
        raw = self.bytes(count * struct.calcsize(f"<{code}"), f"the array {key!r}")
        return list(struct.unpack(f"<{count}{code}", raw))

    def _flag(self, key: str) -> bool:
        value = self.number("B", f"the value of {key!r}")
        if value > 1:
            raise self.fail(f"{key!r} is {value}, expected 0 or 1")
        return bool(value)

    def _plausible(self, count: int, least_bytes: int, what: str) -> int:
        """A count is refused at once when the rest of the file could not hold so many."""
        if count > (self.size - self.at) // least_bytes:
            raise self.fail(f"it promises {count} {what}, more than the file can hold")
        return count

    def _tensors(self, count: int, alignment: int) -> tuple[GgufTensor, ...]:
        found: dict[str, tuple[tuple[int, ...], int, int, int]] = {}
        for index in range(self._plausible(count, 24, "tensors")):
            name = self.string(f"the name of tensor {index}")
            if name in found:
                raise self.fail(f"tensor {name!r} is there twice")
            if len(name.encode("utf-8", errors="surrogateescape")) > _MOST_NAME_BYTES:
                raise self.fail(f"the name of tensor {index} is longer than {_MOST_NAME_BYTES} bytes")
            found[name] = self._tensor(name, alignment)
        start = -(-self.at // alignment) * alignment
        tensors = tuple(
            GgufTensor(name, shape, kind, start + offset, size) for name, (shape, kind, offset, size) in found.items()
        )
        for tensor in tensors:
            if tensor.offset + tensor.size > self.size:
                raise self.fail(
                    f"tensor {tensor.name!r} ends at byte {tensor.offset + tensor.size}, so the data are cut short"
                )
        return tensors

    def _tensor(self, name: str, alignment: int) -> tuple[tuple[int, ...], int, int, int]:
        n_dimensions = self.number("I", f"the dimensions of {name!r}")
        if n_dimensions > _MOST_DIMENSIONS:
            raise self.fail(f"tensor {name!r} has {n_dimensions} dimensions, expected at most {_MOST_DIMENSIONS}")
        shape = tuple(self.number("Q", f"the shape of {name!r}") for _ in range(n_dimensions))
        kind, offset = self.number("I", f"the type of {name!r}"), self.number("Q", f"the offset of {name!r}")
        if kind not in _BLOCKS:
            raise self.fail(f"tensor {name!r} has the unknown type {kind}")
        values, width = _BLOCKS[kind]
        total = math.prod(shape)
        if any(length == 0 for length in shape) or (shape[0] if shape else 1) % values:
            raise self.fail(f"tensor {name!r} has the shape {shape}, which blocks of {values} values do not fill")
        if offset % alignment:
            raise self.fail(f"tensor {name!r} begins at {offset}, not at a multiple of {alignment}")
        return shape, kind, offset, total // values * width

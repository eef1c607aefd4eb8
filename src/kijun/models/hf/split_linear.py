"""float32 linear layers as sums of bfloat16 products, on processors that multiply bfloat16 many times as fast (AMX).

A float32 number is nearly the sum of two bfloat16 ones: its first eight bits and its next. So a product is three, low
by high, high by low and high by high, summed in float32; what is left out is 2**-16 of a term. torch calls this the
precision ``high`` of float32 products (`torch.set_float32_matmul_precision`), but on CPUs it has no product of bfloat16
that gives float32. The MKL inside torch does: ``cblas_gemm_bf16bf16f32``. Weights that are bfloat16 numbers anyway, as
most published ones are, have no low part, and two products do.

The parts lie in memory beside the weights, as few rows still go to the plain product: there all time goes into reading
weights, whatever is done with them.
"""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

__all__ = ["SplitLinear", "give_back_split_linears", "has_product", "multiplies_bfloat16", "split_linears"]

_FEWEST_ROWS = 48
_BLOCK_COLUMNS = 1536
_TOLERANCE = 1e-3
_ROW_MAJOR, _AS_IT_IS, _TRANSPOSED = 101, 111, 112


class SplitLinear(torch.nn.Linear):
    """A float32 `torch.nn.Linear` whose product is a sum of bfloat16 ones; made by changing a linear layer's class.

    Attributes:
        high: the weights in bfloat16, ``[out, in]``.
        low: what is then left of them, in bfloat16; None where nothing is.
    """

    high: Tensor
    low: Tensor | None

    def forward(self, input: Tensor) -> Tensor:
        few = input.numel() < _FEWEST_ROWS * self.in_features
        if few or input.dtype != torch.float32 or torch.is_grad_enabled():
            return functional.linear(input, self.weight, self.bias)
        output = input.new_empty((*input.shape[:-1], self.out_features))
        parts, rows = _parts.of(input), output.view(-1, self.out_features)
        for first in range(0, self.out_features, _BLOCK_COLUMNS):
            self._write(parts, first, rows[:, first : first + _BLOCK_COLUMNS])
        return output if self.bias is None else output.add_(self.bias)

    def blocks(self, input: Tensor) -> Iterator[tuple[int, Tensor]]:
        """The layer's outputs a few columns at a time: ``(first column, [rows, columns])``, all in the same place."""
        input = input.float()
        parts, space = _parts.of(input), input.new_empty(len(input) * _BLOCK_COLUMNS)
        for first in range(0, self.out_features, _BLOCK_COLUMNS):
            columns = min(_BLOCK_COLUMNS, self.out_features - first)
            block = space[: len(input) * columns].view(len(input), columns)
            self._write(parts, first, block)
            yield first, block if self.bias is None else block.add_(self.bias[first : first + columns])

    def _write(self, rows: _Parts, first: int, output: Tensor) -> None:
        """Writes the product's columns from `first` on to `output` ``[rows, columns]``, the smallest terms first."""
        _multiply(rows.low, self.high[first:], output, add=False)
        if self.low is not None:
            _multiply(rows.high, self.low[first:], output, add=True)
        _multiply(rows.high, self.high[first:], output, add=True)


class _Parts(threading.local):
    """The parts of what this thread has multiplied last: query, key and value have the same input."""

    high: Tensor
    low: Tensor

    def __init__(self) -> None:
        self._input: Tensor | None = None
        self._spaces = torch.empty(0, dtype=torch.bfloat16), torch.empty(0, dtype=torch.bfloat16), torch.empty(0)

    def of(self, input: Tensor) -> _Parts:
        """Splits `input` ``[..., in]`` into ``[rows, in]``, in memory that is used again for the next input."""
        if self._input is not input:
            rows = input.reshape(-1, input.shape[-1])
            if self._spaces[0].numel() < rows.numel():
                self._spaces = (
                    torch.empty(rows.numel(), dtype=torch.bfloat16),
                    torch.empty(rows.numel(), dtype=torch.bfloat16),
                    torch.empty(rows.numel()),
                )
            self.high, self.low, rest = (space[: rows.numel()].view(rows.shape) for space in self._spaces)
            self.high.copy_(rows)
            rest.copy_(self.high)
            self.low.copy_(torch.sub(rows, rest, out=rest))
            self._input = input
        return self


_parts = _Parts()


def split_linears(model: torch.nn.Module, most_bytes: int) -> int:
    """Splits the float32 linear layers of a model on a CPU, where that is fast, fits and gives the right numbers.

    Args:
        model: a causal language model of transformers in evaluation mode.
        most_bytes: how much the parts may take beside the weights.

    Returns:
        Bytes that the parts take; 0 if it was not done.
    """
    linears = [module for module in model.modules() if type(module) is torch.nn.Linear]
    fits = all(m.weight.device.type == "cpu" and m.weight.dtype == torch.float32 for m in linears)
    if not linears or not fits or not multiplies_bfloat16():
        return 0
    if sum(_bytes_of_a_part(module.weight) for module in linears) > most_bytes:
        return 0
    vocabulary = model.get_input_embeddings().weight.shape[0]  # type: ignore[operator]
    ids = torch.randint(vocabulary, (1, _FEWEST_ROWS + 3), generator=torch.Generator().manual_seed(0))
    with torch.inference_mode():
        expected = model(input_ids=ids, use_cache=False).logits
        n_bytes = 0
        for module in linears:
            n_bytes += _split(module)
            if n_bytes > most_bytes:
                give_back_split_linears(model)
                return 0
        got = model(input_ids=ids, use_cache=False).logits
    if (got - expected).abs().max() <= _TOLERANCE * expected.abs().max():
        return n_bytes
    give_back_split_linears(model)
    return 0


def give_back_split_linears(model: torch.nn.Module) -> None:
    """Undoes `split_linears`."""
    for module in model.modules():
        if type(module) is SplitLinear:
            del module.high, module.low
            module.__class__ = torch.nn.Linear


def has_product() -> bool:
    """Whether this torch has the product, fast or not."""
    try:
        return _product() is not None
    except (OSError, AttributeError):
        return False


@cache
def multiplies_bfloat16() -> bool:
    """Whether this processor has AMX for bfloat16, and this torch the product."""
    try:
        flags = Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace")
    except OSError:
        return False
    return "amx_bf16" in flags and has_product()


@cache
def _product() -> Any:
    """MKL's product.

    Raises:
        OSError, AttributeError: there is none.
    """
    library = ctypes.CDLL(str(Path(torch.__file__).parent / "lib" / "libtorch_cpu.so"))
    function = library.cblas_gemm_bf16bf16f32
    number, factor, address = ctypes.c_int, ctypes.c_float, ctypes.c_void_p
    function.argtypes = [*[number] * 6, factor, address, number, address, number, factor, address, number]
    function.restype = None
    return function


def _multiply(rows: Tensor, weights: Tensor, output: Tensor, *, add: bool) -> None:
    """``output (+)= rows @ weights[:n].T``: bfloat16 ``[m, k]`` and ``[n or more, k]``, float32 ``[m, n]``."""
    (m, k), n = rows.shape, output.shape[1]
    _product()(
        _ROW_MAJOR, _AS_IT_IS, _TRANSPOSED, m, n, k, 1.0, rows.data_ptr(), k, weights.data_ptr(), k,
        float(add), output.data_ptr(), output.stride(0),
    )  # fmt: skip


def _split(module: torch.nn.Linear) -> int:
    """Makes a layer a split one; returns the bytes of its parts."""
    weight = module.weight.detach()
    high = weight.to(torch.bfloat16).contiguous()
    low = (weight - high.float()).to(torch.bfloat16).contiguous()
    module.__class__ = SplitLinear
    split: Any = module
    split.high, split.low = high, low if bool(low.any()) else None
    return _bytes_of_a_part(weight) * (1 if split.low is None else 2)


def _bytes_of_a_part(weight: Tensor) -> int:
    return weight.numel() * torch.bfloat16.itemsize

"""oneDNN's product for float32 linear layers on CPUs, where torch's default product is slower.

Which of the two is the faster one depends on the processor: on some oneDNN's takes half of the time, on others half as
much again. So both are timed, on the model's own shapes. ``torch.ops.mkldnn._linear_pointwise`` with plain weights is
private to torch: it is used only with the torch versions that it was tried with and after a test of equality on the
model's own weights; `torch.nn.functional.linear` stands in everywhere else. Few rows go to the default product, which
is the faster one there.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional

__all__ = ["FAST_LINEAR_VERSIONS", "OneDnnLinear", "give_back_linears", "replace_linears"]

FAST_LINEAR_VERSIONS = ("2.13.0",)

_FEWEST_ROWS = 48
_TOLERANCE = 1e-4
_TIMED_ROWS = (192, 943)
"""One that divides well into blocks, and one that does not."""
_WORTHWHILE = 1.1
"""How many times faster oneDNN has to be at each of them."""


class OneDnnLinear(torch.nn.Linear):
    """A `torch.nn.Linear` whose product goes to oneDNN; made from a linear layer by changing its class."""

    def forward(self, input: Tensor) -> Tensor:
        if input.numel() < _FEWEST_ROWS * self.in_features:
            return functional.linear(input, self.weight, self.bias)
        return _product(input, self.weight, self.bias)


def replace_linears(model: torch.nn.Module) -> bool:
    """Sends the float32 linear layers of a model on a CPU to oneDNN, if it may, is faster and its numbers are right.

    Speed is measured with the threads that torch has now.

    Returns:
        Whether it was done.
    """
    linears = [module for module in model.modules() if type(module) is torch.nn.Linear]
    version = torch.__version__.split("+")[0]
    fits = all(m.weight.device.type == "cpu" and m.weight.dtype == torch.float32 for m in linears)
    if version not in FAST_LINEAR_VERSIONS or not torch.backends.mkldnn.is_available() or not fits:
        return False
    shapes = {(m.in_features, m.out_features, m.bias is None): m for m in linears}
    if not all(_agrees(module) for module in shapes.values()) or not _pays(list(shapes.values())):
        return False
    for module in linears:
        module.__class__ = OneDnnLinear
    return True


def give_back_linears(model: torch.nn.Module) -> None:
    """Undoes `replace_linears`."""
    for module in model.modules():
        if type(module) is OneDnnLinear:
            module.__class__ = torch.nn.Linear


def _product(input: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
    return torch.ops.mkldnn._linear_pointwise(input, weight, bias, "none", [], "")


def _agrees(module: torch.nn.Linear) -> bool:
    generator = torch.Generator().manual_seed(0)
    rows = torch.randn((_FEWEST_ROWS + 3, module.in_features), generator=generator)
    weight, bias = module.weight[:4096], None if module.bias is None else module.bias[:4096]
    expected = functional.linear(rows, weight, bias)
    try:
        got = _product(rows, weight, bias)
    except (AttributeError, RuntimeError):
        return False
    return bool((got - expected).abs().max() <= _TOLERANCE * expected.abs().max())


def _pays(modules: list[torch.nn.Linear]) -> bool:
    """Whether oneDNN is faster on the largest shape, cut to what takes milliseconds."""
    module = max(modules, key=lambda m: min(m.out_features, 1536) * m.in_features)
    weight = module.weight[:1536]
    with torch.inference_mode():
        for n_rows in _TIMED_ROWS:
            rows = torch.ones((n_rows, module.in_features))
            if _fastest(functional.linear, rows, weight) < _WORTHWHILE * _fastest(_product, rows, weight):
                return False
    return True


def _fastest(product: Callable[[Tensor, Tensor, None], Tensor], rows: Tensor, weight: Tensor) -> float:
    """Seconds of the fastest of a few times."""
    times = []
    for _ in range(4):
        begin = time.perf_counter()
        product(rows, weight, None)
        times.append(time.perf_counter() - begin)
    return min(times)

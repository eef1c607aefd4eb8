"""How large a context may be: what the model was trained on, what the user asked for, what the memory budget allows."""

from __future__ import annotations

from kijun.errors import ModelError, SpecError
from kijun.models.local.context import ContextShape
from kijun.models.local.generation import CHUNK
from kijun.models.local.gguf import GgufFile
from kijun.models.local.weights import Weights

__all__ = ["Sizes"]

_STEP_TOKENS = 256  # tokens of a scoring step
_SEQUENCES = 65  # the trunk and 64 branches
_WIDTHS = (16, 8, 4)  # sequences generated together: multiples of four give equal texts
_LEAST = 512


class Sizes:
    """Shapes of contexts for a model.

    Attributes:
        context: most tokens of prompt and answer together.
        why: where that limit comes from, for messages.

    Raises:
        SpecError: the user's `context` is not between 2 and what the model was trained on.
        ModelError: the budget does not even hold a short context.
    """

    def __init__(self, file: GgufFile, weights: Weights, *, context: int | None, memory_budget: int) -> None:
        trained = weights.trained_context
        if context is not None and not 2 <= context <= trained:
            raise SpecError(f"the context must be between 2 and the {trained} tokens of this model; got {context!r}")
        self.context, self.why = (trained, "the model's own") if context is None else (context, "as asked for")
        self._cell = _bytes_of_a_token(file)
        # The rows of logits lie in llama.cpp's result and in its computing buffer.
        self._rows = max(_SEQUENCES, min(_STEP_TOKENS, memory_budget // 8 // (8 * weights.vocabulary)))
        self._budget = memory_budget - 8 * self._rows * weights.vocabulary
        most = min(
            self._budget // self._cell - _STEP_TOKENS,
            self._budget // (self._cell * (_WIDTHS[-1] + 1)) - CHUNK,
        )
        if most < min(_LEAST, self.context):
            raise ModelError(
                f"a memory budget of {memory_budget} bytes holds a context of {max(0, most)} tokens only; raise it"
            )
        if most < self.context:
            self.context, self.why = most, f"what a memory budget of {memory_budget / 2**30:.1f} GiB allows"

    def scoring(self, longest: int) -> ContextShape:
        """For rows of at most `longest` tokens."""
        return ContextShape(_round_up(longest + _STEP_TOKENS), _SEQUENCES, True, _STEP_TOKENS, self._rows)

    def generation(self, longest: int) -> ContextShape:
        """For prompts with their answers of at most `longest` tokens."""
        cells = _round_up(longest)
        width = next((w for w in _WIDTHS if (w + 1) * cells * self._cell <= self._budget), _WIDTHS[-1])
        return ContextShape(cells, width + 1, False, CHUNK, width + 1)


def _round_up(tokens: int) -> int:
    return -(-tokens // 256) * 256


def _bytes_of_a_token(file: GgufFile) -> int:
    """Bytes of keys and values of one token in half precision, over all layers."""

    def number(key: str, default: int) -> int:
        value = file.metadata.get(f"{file.architecture}.{key}", default)
        # Some architectures list a number for each layer.
        return max([int(v) for v in value], default=default) if isinstance(value, list) else int(value)

    heads = max(1, number("attention.head_count", 1))
    width = number("embedding_length", 0) // heads
    key = number("attention.key_length", width)
    value = number("attention.value_length", width)
    return max(1, 2 * number("block_count", 1) * number("attention.head_count_kv", heads) * (key + value))

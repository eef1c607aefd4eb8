"""How large a context may be: what the model was trained on, what the user asked for, what the memory budget allows."""

from __future__ import annotations

from kijun.errors import ModelError, SpecError
from kijun.models.local.context import ContextShape
from kijun.models.local.generation import CHUNK
from kijun.models.local.gguf import GgufFile
from kijun.models.local.weights import Weights

__all__ = ["Sizes"]

_STEP_TOKENS = 256  # tokens of a scoring step
_SEQUENCES = 129  # the trunk and 128 branches
_WIDTH = 8  # sequences generated together, always: with repacked weights texts depend on it; 16 were no faster
_CELLS = 256  # llama.cpp's memory comes in multiples of this


class Sizes:
    """Shapes of contexts for a model.

    Attributes:
        scoring_limit: most tokens of a context with its continuation.
        generation_limit: most tokens of a prompt with its answer; lower where several must fit into the budget.

    Raises:
        SpecError: the user's `context` is not between 2 and what the model was trained on.
        ModelError: the budget does not even hold a short context.
    """

    def __init__(self, file: GgufFile, weights: Weights, *, context: int | None, memory_budget: int) -> None:
        trained = weights.trained_context
        if context is not None and not 2 <= context <= trained:
            raise SpecError(f"the context must be between 2 and the {trained} tokens of this model; got {context!r}")
        wanted, self._why = (trained, "the model's own") if context is None else (context, "as asked for")
        # The rows of logits lie in llama.cpp's result and in its computing buffer, four bytes a number.
        cells = (memory_budget - 8 * _SEQUENCES * weights.vocabulary) // _bytes_of_a_token(file)
        self._budget = f"what a memory budget of {memory_budget / 2**30:.1f} GiB allows"
        self._wanted = wanted
        self.scoring_limit = min(wanted, cells - 2 * _STEP_TOKENS)
        self.generation_limit = min(wanted, cells // (_WIDTH + 1) // _CELLS * _CELLS)
        if min(self.scoring_limit, self.generation_limit) < min(_CELLS, wanted):
            raise ModelError(
                f"a memory budget of {memory_budget / 2**20:.0f} MiB is too small for a context of {_CELLS} tokens of "
                "this model; raise it"
            )

    def why(self, limit: int) -> str:
        """Where a limit comes from, for messages."""
        return self._why if limit == self._wanted else self._budget

    def scoring(self, longest: int) -> ContextShape:
        """For rows of at most `longest` tokens."""
        return ContextShape(_round_up(longest + _STEP_TOKENS), _SEQUENCES, True, _STEP_TOKENS, _SEQUENCES)

    def generation(self, longest: int) -> ContextShape:
        """For prompts with their answers of at most `longest` tokens."""
        return ContextShape(_round_up(longest), _WIDTH + 1, False, CHUNK, _WIDTH + 1)


def _round_up(tokens: int) -> int:
    return -(-tokens // _CELLS) * _CELLS


def _bytes_of_a_token(file: GgufFile) -> int:
    """Bytes of keys and values of one token in half precision, over all layers."""

    def number(key: str, default: int) -> int:
        found = file.metadata.get(f"{file.architecture}.{key}", default)
        # Some architectures list a number for each layer; the largest is on the safe side.
        numbers = [n for n in (found if isinstance(found, list) else [found]) if isinstance(n, int) and n > 0]
        return max(numbers, default=default)

    heads = max(1, number("attention.head_count", 1))
    width = number("embedding_length", 0) // heads
    key = number("attention.key_length", width)
    value = number("attention.value_length", width)
    return max(1, 2 * number("block_count", 1) * number("attention.head_count_kv", heads) * (key + value))

"""Free answers: many sequences decode at once, and a finished one leaves its slot to the next.

Texts do not depend on the batch: each prompt is read alone, in chunks at fixed places (chunks that prompts share are
read once), and a decoding step has at least four rows, from where on a row's products no longer change with the number
of rows beside it; attention is padded to a multiple of 64. `docs/benchmarks.md` reports what this costs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from inspect import signature
from typing import Any

import msgspec
import torch
from torch import Tensor

from kijun.models.hf.attention import attending
from kijun.models.hf.decode_attention import DecodeStep, KeyValueSlots
from kijun.models.hf.scoring import Scorer
from kijun.models.hf.tree_attention import KeyValuePath
from kijun.records import Sampling

__all__ = ["Answer", "Decoder", "Prompt", "continue_plainly"]

_FEWEST_ROWS = 4
_SLOTS = 16


class Prompt(msgspec.Struct, frozen=True):
    """What is to be continued.

    Attributes:
        tokens: at least one id.
        max_new: the most tokens to add.
        sampling: temperature, top-p, seed and stop strings; its `max_tokens` has become `max_new`.
        truncated: ids that were cut from the left.
    """

    tokens: tuple[int, ...]
    max_new: int
    sampling: Sampling
    truncated: int = 0


class Answer(msgspec.Struct, frozen=True):
    """How a prompt was continued; `ended` is False when it ran into `max_new`."""

    text: str
    n_tokens: int
    ended: bool


class Decoder:
    """Continues prompts with a model whose attention is `kijun.models.hf.attention.ATTENTION`.

    Args:
        scorer: reads the prompts.
        model: the model.
        tokenizer: a transformers tokeniser.
        ends: ids that end an answer.
        token_bytes: bytes of keys and values a token takes.
        memory: bytes that the slots may take.
        before_pass: called before each step, to stop in between by raising.
    """

    def __init__(
        self,
        scorer: Scorer,
        model: Any,
        tokenizer: Any,
        *,
        ends: frozenset[int],
        token_bytes: int,
        memory: int,
        before_pass: Callable[[], None] = lambda: None,
    ) -> None:
        self._scorer, self._model, self._tokenizer = scorer, model, tokenizer
        self._ends, self._token_bytes, self._memory = ends, token_bytes, memory
        self._before_pass = before_pass

    @torch.inference_mode()
    def run(self, prompts: Sequence[Prompt], *, n_slots: int = _SLOTS) -> Iterator[tuple[int, Answer]]:
        """Yields ``(index of prompt, answer)`` as answers end."""
        if not prompts:
            return
        room = max(len(prompt.tokens) + prompt.max_new for prompt in prompts)
        n_slots = max(1, min(n_slots, len(prompts), self._memory // (room * self._token_bytes)))
        slots = KeyValueSlots(n_slots, room)
        waiting = iter(enumerate(prompts))
        growing: dict[int, _Growing] = {}
        while True:
            for slot in range(n_slots):
                while slot not in growing and (following := next(waiting, None)) is not None:
                    begun = self._begin(*following, slots, slot)
                    if begun.ended is None:
                        growing[slot] = begun
                    else:
                        yield begun.index, begun.answer()
            if not growing:
                return
            _close_up(slots, growing)
            self._before_pass()
            logits = self._step(slots, growing)
            for slot, one in list(growing.items()):
                one.add(logits[slot])
                if one.ended is not None:
                    del growing[slot]
                    yield one.index, one.answer()

    def _begin(self, index: int, prompt: Prompt, slots: KeyValueSlots, slot: int) -> _Growing:
        path = KeyValuePath()
        logits = self._scorer.read(path, prompt.tokens)
        slots.fill(slot, path, len(prompt.tokens))
        begun = _Growing(index, prompt, self._tokenizer, self._ends)
        begun.add(logits)
        return begun

    def _step(self, slots: KeyValueSlots, growing: dict[int, _Growing]) -> Tensor:
        """Logits ``[rows, vocabulary]``; rows without a sequence hold nothing of use."""
        n_rows = max(_FEWEST_ROWS, max(growing) + 1)
        tokens = [growing[row].last if row in growing else 0 for row in range(n_rows)]
        places = [growing[row].length - 1 if row in growing else 0 for row in range(n_rows)]
        device = self._model.device
        positions = torch.tensor(places, device=device)
        with attending(DecodeStep(slots, positions, use_flash=self._scorer.use_flash)):
            ids = torch.tensor([tokens], device=device)
            logits: Tensor = self._model(input_ids=ids, position_ids=positions[None], use_cache=False).logits[0]
        return logits


def _close_up(slots: KeyValueSlots, growing: dict[int, _Growing]) -> None:
    """Moves the last sequences into slots that stay empty, so that a step has no rows without one between others."""
    while (last := max(growing)) >= len(growing):
        free = next(slot for slot in range(last) if slot not in growing)
        slots.move(last, free, growing[last].length - 1)
        growing[free] = growing.pop(last)


@torch.inference_mode()
def continue_plainly(
    model: Any, tokenizer: Any, prompt: Prompt, *, ends: frozenset[int], before_pass: Callable[[], None] = lambda: None
) -> Answer:
    """Continues one prompt alone, with the model's own attention and its own cache, where it has one."""
    growing = _Growing(0, prompt, tokenizer, ends)
    read, past = 0, None
    takes_past = _name_of_past(model)
    while growing.ended is None:
        before_pass()
        ids = torch.tensor([growing.tokens[read:]], device=model.device)
        output = model(input_ids=ids, **{takes_past: past}, use_cache=True, logits_to_keep=1)
        past = output.get("past_key_values", output.get("cache"))
        read = growing.length if past is not None else 0
        growing.add(output.logits[0, -1])
    return growing.answer()


def _name_of_past(model: Any) -> str:
    """What the model's forward pass calls earlier keys and values: transformers 5.24 has renamed the argument."""
    return "cache" if "cache" in signature(model.forward).parameters else "past_key_values"


class _Growing:
    """An answer as it grows; `ended` is None, then whether it ended by itself."""

    def __init__(self, index: int, prompt: Prompt, tokenizer: Any, ends: frozenset[int]) -> None:
        self.index, self._prompt, self._tokenizer = index, prompt, tokenizer
        self._sampling = prompt.sampling
        self._stops = [stop for stop in prompt.sampling.stop if stop]
        self._ends = ends | _single_tokens(tokenizer, self._stops)
        self._tail = 4 * max(map(len, self._stops), default=0) + 8
        self._tokens: list[int] = []
        self._text: str | None = None
        self.ended: bool | None = None
        self._draw = torch.Generator().manual_seed(self._sampling.seed or 0)

    @property
    def last(self) -> int:
        return self._tokens[-1]

    @property
    def length(self) -> int:
        """Tokens of prompt and answer."""
        return len(self._prompt.tokens) + len(self._tokens)

    @property
    def tokens(self) -> tuple[int, ...]:
        """Prompt and answer."""
        return (*self._prompt.tokens, *self._tokens)

    def add(self, logits: Tensor) -> None:
        """Chooses the next token from logits ``[vocabulary]``."""
        token = self._choose(logits)
        if token in self._ends:
            self.ended = True
            return
        self._tokens.append(token)
        if self._stops and any(stop in self._decode(self._tokens[-self._tail :]) for stop in self._stops):
            text = self._decode(self._tokens)
            places = [place for stop in self._stops if (place := text.find(stop)) >= 0]
            if places:
                self._text, self.ended = text[: min(places)], True
                return
        if len(self._tokens) >= self._prompt.max_new:
            self.ended = False

    def answer(self) -> Answer:
        text = self._text if self._text is not None else self._decode(self._tokens)
        return Answer(text, len(self._tokens), bool(self.ended))

    def _decode(self, tokens: list[int]) -> str:
        text: str = self._tokenizer.decode(tokens, skip_special_tokens=True)
        return text

    def _choose(self, logits: Tensor) -> int:
        if self._sampling.temperature <= 0:
            return int(logits.argmax())
        chances = torch.softmax(logits.float().cpu() / self._sampling.temperature, dim=-1)
        if self._sampling.top_p < 1:
            ordered, order = chances.sort(descending=True, stable=True)
            beyond = ordered.cumsum(0) - ordered >= self._sampling.top_p
            chances = torch.zeros_like(chances).scatter_(0, order, ordered.masked_fill(beyond, 0.0))
        return int(torch.multinomial(chances, 1, generator=self._draw))


def _single_tokens(tokenizer: Any, stops: Sequence[str]) -> frozenset[int]:
    """Ids of stop strings that are special tokens, which decoding leaves out of the text."""
    special = set(tokenizer.all_special_tokens)
    return frozenset(tokenizer.convert_tokens_to_ids(stop) for stop in stops if stop in special)

"""Free answers: many sequences decoded together, each with a text that does not depend on its neighbours.

llama.cpp's numbers for a token depend on how many tokens a decode holds and on where in memory its keys lie. So every
sequence has a memory of its own, each prompt is read alone in chunks that end at multiples of a fixed length, and each
decode step has a fixed width: a slot without work computes a dummy token. What sequences share is then only the kernel,
which treats every column alike, and the text of a request is the same in any company.
"""

from __future__ import annotations

import codecs
import hashlib
from collections import deque
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kijun.models.local.context import Context
from kijun.models.local.grammar import Grammar
from kijun.models.local.weights import Weights
from kijun.records import Completed, Sampling, Truncated

__all__ = ["CHUNK", "Generator", "Prompt", "Sampler", "StopText"]

CHUNK = 128  # tokens of prompt in one decode; longer chunks were no faster on a CPU and share less


class Prompt(NamedTuple):
    """One request: its index in the unit, the prompt's tokens, and room for ``max_tokens`` more in the context."""

    index: int
    tokens: tuple[int, ...]
    sampling: Sampling
    max_tokens: int
    truncated_tokens: int = 0


class Sampler:
    """Draws tokens from logits: the best one at temperature 0, else by a random stream of the request's own.

    The stream is Philox, keyed by the seed and the prompt, so that it depends on nothing else. With a grammar only
    tokens that fit it are drawn.
    """

    def __init__(self, sampling: Sampling, tokens: Sequence[int], grammar: Grammar | None = None) -> None:
        self._sampling, self._grammar = sampling, grammar
        key = hashlib.sha256(repr((sampling.seed or 0, tuple(tokens))).encode()).digest()
        self._random = np.random.Generator(np.random.Philox(key=int.from_bytes(key[:16], "little")))

    def draw(self, logits: NDArray[np.float32]) -> int:
        """A token, given float32[vocabulary]."""
        if self._grammar is None:
            return self._drawn(logits)
        token = int(logits.argmax()) if self._sampling.temperature <= 0 else -1
        # To ask about the best token alone is quick, and mostly it fits.
        if token < 0 or not self._grammar.allows(token):
            token = self._drawn(self._grammar.masked(logits))
        self._grammar.accept(token)
        return token

    def _drawn(self, logits: NDArray[np.float32]) -> int:
        if self._sampling.temperature <= 0:
            return int(logits.argmax())
        scaled = (logits.astype(np.float64) - float(logits.max())) / self._sampling.temperature
        weights = np.exp(scaled)
        order = np.argsort(-weights, kind="stable")
        cumulative = np.cumsum(weights[order])
        if self._sampling.top_p < 1:
            kept = int(np.searchsorted(cumulative, self._sampling.top_p * cumulative[-1])) + 1
            cumulative = cumulative[:kept]
        place = np.searchsorted(cumulative, self._random.random() * cumulative[-1], side="right")
        return int(order[min(int(place), len(cumulative) - 1)])


class StopText:
    """Text as it grows from the bytes of tokens, watched for stop strings."""

    def __init__(self, stop: Sequence[str]) -> None:
        self._stop = [s for s in stop if s]
        self._longest = max((len(s) for s in self._stop), default=0)
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
        self.text = ""

    def add(self, piece: bytes) -> bool:
        """Appends; returns whether a stop string has appeared, and then `text` ends before the first one."""
        grown = self._decoder.decode(piece)
        searched = max(0, len(self.text) - self._longest + 1)
        self.text += grown
        places = [place for s in self._stop if (place := self.text.find(s, searched)) >= 0]
        if places:
            self.text = self.text[: min(places)]
        return bool(places)


class _Answer:
    """A request in a slot."""

    def __init__(self, prompt: Prompt, weights: Weights) -> None:
        self.prompt = prompt
        schema = prompt.sampling.json_schema
        self.sampler = Sampler(prompt.sampling, prompt.tokens, None if schema is None else Grammar(weights, schema))
        self.stop = StopText(prompt.sampling.stop)
        self.length = len(prompt.tokens)  # tokens in memory
        self.made = 0
        self.next = -1

    def accept(self, token: int, weights: Weights) -> Completed | Truncated | None:
        """Takes the next token; returns the response when the answer is over."""
        self.made += 1
        kind: type[Completed] | type[Truncated] | None = None
        if weights.is_end(token) or self.stop.add(weights.piece(token)):
            kind = Completed
        elif self.made >= self.prompt.max_tokens:
            kind = Truncated
        self.next = token
        if kind is None:
            return None
        return kind(self.stop.text, len(self.prompt.tokens), self.made, self.prompt.truncated_tokens)


class Generator:
    """Answers prompts in a context where each sequence has its own memory.

    The last sequence holds the chunks of prompt that the present prompt shares with the one before.
    """

    def __init__(self, context: Context) -> None:
        self._context, self._weights = context, context.weights
        self._width = context.shape.sequences - 1
        self._shared: tuple[int, ...] = ()

    def run(self, prompts: Sequence[Prompt]) -> Iterator[tuple[int, Completed | Truncated] | None]:
        """Yields ``(index, response)`` for each prompt as it ends, and None after each step, where one may stop.

        Raises:
            ModelError: llama.cpp failed.
        """
        self._context.clear()
        self._shared = ()
        # Sorted, so that neighbours share as much of their prompt as they can.
        waiting = deque(sorted(prompts, key=lambda prompt: prompt.tokens))
        slots: list[_Answer | None] = [None] * self._width
        while waiting or any(slots):
            for slot, answer in enumerate(slots):
                while answer is None and waiting:
                    answer = _Answer(waiting.popleft(), self._weights)
                    done = answer.accept(answer.sampler.draw(self._read(slot, answer.prompt.tokens)), self._weights)
                    yield None
                    if done is not None:
                        yield answer.prompt.index, done
                        answer = None
                slots[slot] = answer
            if any(slots):
                yield from self._step(slots)
                yield None

    def _read(self, slot: int, tokens: tuple[int, ...]) -> NDArray[np.float32]:
        """Reads a prompt into a slot's memory; returns the logits after its last token, float32[vocabulary]."""
        whole = (len(tokens) - 1) // CHUNK * CHUNK
        self._context.remove(slot)
        if whole:
            same = 0
            while same < min(whole, len(self._shared)) and self._shared[: same + CHUNK] == tokens[: same + CHUNK]:
                same += CHUNK
            if same < len(self._shared):
                self._context.remove(self._width, same)
            for begin in range(same, whole, CHUNK):
                self._decode(self._width, tokens, begin, begin + CHUNK, wanted=False)
            self._shared = tokens[:whole]
            self._context.copy(self._width, slot)
        return self._decode(slot, tokens, whole, len(tokens), wanted=True)[0]

    def _decode(
        self, sequence: int, tokens: tuple[int, ...], begin: int, end: int, *, wanted: bool
    ) -> NDArray[np.float32]:
        size = end - begin
        flags = np.zeros(size, np.int8)
        flags[-1] = wanted
        return self._context.decode(
            np.array(tokens[begin:end], np.int32),
            np.arange(begin, end, dtype=np.int32),
            np.full(size, sequence, np.int32),
            np.ones(size, np.int32),
            flags,
        )

    def _step(self, slots: list[_Answer | None]) -> Iterator[tuple[int, Completed | Truncated]]:
        """One token for every slot; frees the slots whose answers end."""
        for slot, answer in enumerate(slots):
            if answer is None:
                self._context.remove(slot)
        logits = self._context.decode(
            np.array([0 if answer is None else answer.next for answer in slots], np.int32),
            np.array([0 if answer is None else answer.length for answer in slots], np.int32),
            np.arange(self._width, dtype=np.int32),
            np.ones(self._width, np.int32),
            np.ones(self._width, np.int8),
        )
        for slot, answer in enumerate(slots):
            if answer is None:
                continue
            answer.length += 1
            done = answer.accept(answer.sampler.draw(logits[slot]), self._weights)
            if done is not None:
                slots[slot] = None
                yield answer.prompt.index, done

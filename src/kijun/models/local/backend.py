"""`LocalModel`: a GGUF model on the processor, behind the model seam."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from importlib import metadata
from pathlib import Path
from typing import TypeVar

import anyio
import anyio.to_thread
import numpy as np

from kijun.errors import ModelError
from kijun.models.base import ModelIdentity, UnitLimit
from kijun.models.chat_template import ChatTemplate
from kijun.models.local.context import Context, ContextShape
from kijun.models.local.fetching import file_sha256
from kijun.models.local.generation import Generator, Prompt
from kijun.models.local.gguf import GgufFile, read_gguf
from kijun.models.local.scoring import Scored, Scorer
from kijun.models.local.sizes import Sizes
from kijun.models.local.weights import Weights
from kijun.models.tokens import TokenPair, encode_pairs, encode_prompts, fit_pair, fit_prompt
from kijun.records import Failed, Generate, Likelihood, LogLikelihood, Message, Request, Response

__all__ = ["LocalModel"]

_T = TypeVar("_T")


class _Tokeniser:
    """llama.cpp's tokeniser as `kijun.models.tokens` asks for one."""

    def __init__(self, weights: Weights) -> None:
        self._weights = weights
        self.prefix_id = weights.bos if weights.bos is not None else weights.eos
        self.prefix_text = weights.text(self.prefix_id) or ""

    def encode(self, text: str, add_special_tokens: bool) -> list[int]:
        return self._weights.tokenise(text, add_special=add_special_tokens)


class LocalModel:
    """A GGUF model run by llama.cpp on the processor.

    Args:
        name: as the user wrote it.
        path: the GGUF file.
        revision: commit on the Hub, or None.
        threads: for computing; None is the number of physical cores.
        context: most tokens of prompt and answer together; None is what the model was trained on.
        truncate: ``left`` cuts prompts over the context, None fails them.
        memory_budget: most bytes for keys, values and logits; the weights come on top.

    Raises:
        CorruptFileError: `path` is not a sound GGUF file.
        ModelError: llama.cpp cannot run it here.
    """

    # About ten seconds of scoring for a small model on two cores, a minute or two of free answers: what a kill loses.
    unit_limit = UnitLimit(requests=64, characters=16_000)

    def __init__(
        self,
        name: str,
        path: Path,
        *,
        revision: str | None = None,
        threads: int,
        context: int | None = None,
        truncate: str | None = None,
        memory_budget: int,
    ) -> None:
        file = read_gguf(path)
        self._weights = Weights(path)
        self._threads, self._truncate = threads, truncate
        self._hint = "" if truncate else "; --truncate left would cut the prompt"
        self._sizes = Sizes(file, self._weights, context=context, memory_budget=memory_budget)
        self._tokeniser = _Tokeniser(self._weights)
        self._template = self._chat_template(file)
        self._context: Context | None = None
        self._worker: Scorer | Generator | None = None
        self._lock = anyio.Lock()
        self.identity = self._identity(name, path, file, revision, context)
        self._self_test()

    def _chat_template(self, file: GgufFile) -> ChatTemplate | None:
        if file.chat_template is None:
            return None
        text = self._weights.text
        return ChatTemplate(
            file.chat_template, bos_token=text(self._weights.bos) or "", eos_token=text(self._weights.eos) or ""
        )

    def _identity(
        self, name: str, path: Path, file: GgufFile, revision: str | None, context: int | None
    ) -> ModelIdentity:
        settings = {}
        if self._truncate:
            settings["truncate"] = self._truncate
        if context is not None:
            settings["context"] = str(context)
        return ModelIdentity(
            name=name,
            backend=f"llama.cpp xllamacpp={metadata.version('xllamacpp')}",
            revision=revision,
            weights_sha256=file_sha256(path),
            quantisation=file.quantisation,
            chat_template_sha256=self._template.sha256 if self._template else None,
            settings=settings,
        )

    def can(self, ability: str) -> bool:
        return ability in {"loglikelihood", "generate"} or (ability == "chat" and self._template is not None)

    def render_chat(self, messages: Sequence[Message], *, continue_last: bool = False) -> str | None:
        if self._template is None:
            raise ModelError(
                f"{self.identity.name} has no chat template: it is a base model. "
                "Leave chat off, or take an instruct model."
            )
        return self._template.render(messages, continue_last=continue_last)

    async def respond(self, unit: Sequence[Request]) -> AsyncIterator[tuple[int, Response]]:
        async with self._lock:
            for work in (self._score, self._generate):
                answers = work(unit)
                while (answer := await anyio.to_thread.run_sync(_next, answers)) is not _END:
                    for one in answer:
                        yield one

    async def aclose(self) -> None:
        async with self._lock:
            self._drop_context()
            self._weights.close()

    # Log-likelihoods

    def _score(self, unit: Sequence[Request]) -> Iterator[list[tuple[int, Response]]]:
        """Answers the unit's log-likelihoods; yields after each decode."""
        asked = [i for i, request in enumerate(unit) if isinstance(request, LogLikelihood)]
        pairs = encode_pairs(self._tokeniser, [(unit[i].context, unit[i].continuation) for i in asked])
        fitted = [self._fit_pair(pair) for pair in pairs]
        yield [(i, pair) for i, pair in zip(asked, fitted, strict=True) if isinstance(pair, Failed)]
        kept = [(i, pair) for i, pair in zip(asked, fitted, strict=True) if isinstance(pair, TokenPair)]
        if not kept:
            return
        scorer = self._scorer(max(len(pair.inputs) for _, pair in kept))
        for finished in scorer.score([pair for _, pair in kept]):
            yield [(kept[at][0], _likelihood(kept[at][1], scored)) for at, scored in finished]

    def _fit_pair(self, pair: TokenPair) -> TokenPair | Failed:
        limit = self._sizes.scoring_limit
        if not pair.continuation:
            return Failed("the continuation adds no token to the context, so it has no log-likelihood")
        if not pair.context:
            return Failed("the context is empty and the model has no token that begins a text")
        if len(pair.inputs) <= limit:
            return pair
        cut = fit_pair(pair, limit) if self._truncate else None
        if cut is not None:
            return cut
        return Failed(
            f"the prompt has {len(pair.context)} tokens and the continuation {len(pair.continuation)}, but the context "
            f"holds {limit} ({self._sizes.why(limit)}){self._hint}"
        )

    def _scorer(self, longest: int) -> Scorer:
        shape = self._sizes.scoring(longest)
        return self._work_in(shape, Scorer)

    # Free answers

    def _generate(self, unit: Sequence[Request]) -> Iterator[list[tuple[int, Response]]]:
        """Answers the unit's free answers; yields after each decode."""
        asked = [(i, request) for i, request in enumerate(unit) if isinstance(request, Generate)]
        encoded = encode_prompts(self._tokeniser, [request.context for _, request in asked])
        fitted = [self._fit_prompt(i, tokens, request) for (i, request), tokens in zip(asked, encoded, strict=True)]
        yield [(i, p) for (i, _), p in zip(asked, fitted, strict=True) if isinstance(p, Failed)]
        prompts = [prompt for prompt in fitted if isinstance(prompt, Prompt)]
        if not prompts:
            return
        shape = self._sizes.generation(max(len(p.tokens) + p.max_tokens for p in prompts))
        generator = self._work_in(shape, Generator)
        for answer in generator.run(prompts):
            yield [] if answer is None else [answer]

    def _fit_prompt(self, index: int, tokens: tuple[int, ...], request: Generate) -> Prompt | Failed:
        limit = self._sizes.generation_limit
        most = request.sampling.max_tokens
        kept: tuple[int, ...] | None = tokens
        if self._truncate:
            kept = fit_prompt(tokens, most, limit)
        if not tokens:
            return Failed("the prompt is empty and the model has no token that begins a text")
        if kept is None or len(kept) >= limit:
            return Failed(
                f"the prompt has {len(tokens)} tokens and the answer up to {most}, but the context holds {limit} "
                f"({self._sizes.why(limit)}){self._hint}"
            )
        return Prompt(index, kept, request.sampling, min(most, limit - len(kept)), len(tokens) - len(kept))

    # Contexts

    def _work_in(self, shape: ContextShape, make: Callable[[Context], _T]) -> _T:
        """A worker in a context that holds at least `shape`; one context at a time is kept.

        Numbers do not depend on the cells of a context beyond those in use, so a larger one serves as well.
        """
        held = self._context
        fits = held is not None and held.shape.cells >= shape.cells and held.shape[1:] == shape[1:]
        if not fits or not isinstance(self._worker, make):  # type: ignore[arg-type]
            self._drop_context()
            self._context = Context(self._weights, shape, threads=self._threads)
            self._worker = make(self._context)  # type: ignore[assignment]
        return self._worker  # type: ignore[return-value]

    def _drop_context(self) -> None:
        self._worker = None
        if self._context is not None:
            self._context.close()
            self._context = None

    def _self_test(self) -> None:
        """Scores a short text whole and branching off a shared beginning: both must give the same finite numbers."""
        tokens = tuple(token % self._weights.vocabulary for token in range(300, 324))
        pairs = [TokenPair(tokens[:8], tokens[8:16]), TokenPair(tokens[:12], tokens[16:20])]
        scorer = self._scorer(len(tokens))
        together = _loglikelihoods(scorer, pairs)
        apart = [_loglikelihoods(scorer, [pair])[0] for pair in pairs]
        # Quantised products differ a little with the number of rows; a wrong mask or position differs by whole nats.
        if not np.isfinite(together).all() or not np.allclose(together, apart, rtol=0.05):
            raise ModelError(
                f"self-test of {self.identity.name} failed: log-likelihoods {together} of two continuations "
                f"scored together, {apart} scored apart. The file may be damaged; please report it."
            )


_END: list[tuple[int, Response]] = []


def _next(answers: Iterator[list[tuple[int, Response]]]) -> list[tuple[int, Response]]:
    return next(answers, _END)


def _likelihood(pair: TokenPair, scored: Scored) -> Likelihood:
    return Likelihood(scored.loglikelihood, scored.is_greedy, len(pair.continuation), pair.truncated)


def _loglikelihoods(scorer: Scorer, pairs: Sequence[TokenPair]) -> list[float]:
    found = dict(one for finished in scorer.score(pairs) for one in finished)
    return [found[index].loglikelihood for index in range(len(pairs))]

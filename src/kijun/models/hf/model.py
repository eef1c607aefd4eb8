"""The exact backend as a `kijun.models.base.Model`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from functools import partial
from typing import Any

import anyio.from_thread
import anyio.to_thread

from kijun.errors import SpecError
from kijun.models.base import UnitLimit
from kijun.models.hf.linear import replace_linears
from kijun.models.hf.loading import Loaded, TransformersTokeniser, identify, load
from kijun.models.hf.scoring import Scorer, TrunkCache, score_plainly, tree_agrees
from kijun.models.hf.tree_attention import register
from kijun.models.prefix_tree import PlanLimits
from kijun.models.tokens import TokenPair, encode_pairs, fit_pair
from kijun.records import Failed, Generate, Likelihood, LogLikelihood, Message, Request, Response

__all__ = ["HfModel"]


class HfModel:
    """A causal language model of transformers; made by `kijun.models.hf.load_hf`."""

    def __init__(
        self, name: str, *, dtype: str, device: str | None, revision: str | None, truncate: str | None,
        memory_budget: int,
    ) -> None:  # fmt: skip
        if truncate not in (None, "left"):
            raise SpecError(f"truncate takes 'left'; got {truncate!r}")
        self._loaded: Loaded = load(name.removeprefix("hf/"), dtype=dtype, device=device, revision=revision)
        self._truncate = truncate == "left"
        self._tokeniser = TransformersTokeniser(self._loaded.tokenizer)
        model = self._loaded.model
        register()
        self.shares_prefixes = tree_agrees(model, use_flash=True)
        self.uses_onednn = replace_linears(model)
        self._most_tokens, self._limits = _limits(model, self._loaded.max_length, memory_budget)
        self._cache = TrunkCache(memory_budget // 4)
        self.identity = identify(name, self._loaded, dtype=dtype, settings={"truncate": truncate} if truncate else {})
        self.unit_limit = _unit_limit(model)

    def can(self, ability: str) -> bool:
        """Free answers and log-likelihoods always; ``chat`` where the tokeniser has a template."""
        return ability == "loglikelihood" or (ability == "chat" and bool(self._loaded.tokenizer.chat_template))

    def render_chat(self, messages: Sequence[Message], *, continue_last: bool = False) -> str | None:
        """The prompt by the tokeniser's own template."""
        text: str = self._loaded.tokenizer.apply_chat_template(
            [{"role": message.role, "content": message.content} for message in messages],
            tokenize=False,
            add_generation_prompt=not continue_last,
            continue_final_message=continue_last,
        )
        return text

    async def respond(self, unit: Sequence[Request]) -> AsyncIterator[tuple[int, Response]]:
        """Computes in a thread; a cancelled call stops before its next pass."""
        asked = [(i, request) for i, request in enumerate(unit) if isinstance(request, LogLikelihood)]
        if asked:
            answers = await anyio.to_thread.run_sync(partial(self._score, [request for _, request in asked]))
            for (index, _), answer in zip(asked, answers, strict=True):
                yield index, answer
        for index, request in enumerate(unit):
            if isinstance(request, Generate):
                yield index, Failed("free answers are not supported by this backend")

    async def aclose(self) -> None:
        """Frees the trunks that were kept."""
        self._cache = TrunkCache(0)

    def _score(self, requests: Sequence[LogLikelihood]) -> list[Response]:
        answers: list[Response | None] = []
        pairs: list[TokenPair] = []
        for pair in encode_pairs(self._tokeniser, [(request.context, request.continuation) for request in requests]):
            fitted = self._fit(pair)
            answers.append(fitted if isinstance(fitted, Failed) else None)
            if not isinstance(fitted, Failed):
                pairs.append(fitted)
        scores = iter(zip(pairs, self._score_pairs(pairs), strict=True))
        return [answer if answer is not None else _likelihood(*next(scores)) for answer in answers]

    def _score_pairs(self, pairs: Sequence[TokenPair]) -> Any:
        if not self.shares_prefixes:
            return [score_plainly(self._loaded.model, pair, before_pass=_stop_if_cancelled) for pair in pairs]
        scorer = Scorer(self._loaded.model, self._limits, cache=self._cache, before_pass=_stop_if_cancelled)
        return scorer.score(pairs)

    def _fit(self, pair: TokenPair) -> TokenPair | Failed:
        """The pair as the model can read it, or why it cannot."""
        if not pair.continuation or not pair.context:
            return Failed("the continuation adds no token to the context; there is nothing to score")
        longest = self._loaded.max_length
        fitted = fit_pair(pair, longest)
        n_tokens = len(pair.context) + len(pair.continuation)
        if fitted is None or (fitted.truncated and not self._truncate):
            return Failed(
                f"{n_tokens} tokens ({len(pair.context)} of context, {len(pair.continuation)} of continuation) "
                f"do not fit the model's {longest}"
            )
        if len(fitted.inputs) > self._most_tokens:
            return Failed(
                f"{len(fitted.inputs)} tokens need more memory for keys and values than the budget allows "
                f"({self._most_tokens} tokens)"
            )
        return fitted


def _likelihood(pair: TokenPair, score: Any) -> Likelihood:
    return Likelihood(score.loglikelihood, score.is_greedy, len(pair.continuation), pair.truncated)


def _stop_if_cancelled() -> None:
    anyio.from_thread.check_cancelled()


def _limits(model: Any, max_length: int, budget: int) -> tuple[int, PlanLimits]:
    """The most tokens of an input, and pass sizes, within a budget of bytes.

    A half goes to the path's keys and values (which are copied when they grow), a quarter to kept trunks, a quarter to
    logits (with their float32 copy).
    """
    text = getattr(model.config, "text_config", None) or model.config
    heads = getattr(text, "num_key_value_heads", None) or getattr(text, "num_attention_heads", 1)
    width = getattr(text, "head_dim", None) or text.hidden_size // text.num_attention_heads
    layers = getattr(text, "num_hidden_layers", 1)
    size = model.dtype.itemsize
    most_tokens = budget // 2 // (2 * 2 * layers * heads * width * size)
    vocabulary = model.get_input_embeddings().weight.shape[0]
    rows = max(16, min(1024, budget // 4 // (2 * vocabulary * 4)))
    return min(max_length, most_tokens), PlanLimits(pack_rows=rows)


def _unit_limit(model: Any) -> UnitLimit:
    """Units of a few seconds' work on a small CPU: about a tera-operation."""
    weights = sum(parameter.numel() for parameter in model.parameters())
    characters = int(4 * 1e12 / (2 * weights)) if model.device.type == "cpu" else 400_000
    return UnitLimit(requests=512, characters=max(4_000, min(400_000, characters)))

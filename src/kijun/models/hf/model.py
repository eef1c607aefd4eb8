"""The exact backend as a `kijun.models.base.Model`."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from functools import partial
from typing import Any, TypeVar

import anyio.from_thread
import anyio.to_thread
import msgspec
import torch

from kijun.models.base import ModelIdentity, UnitLimit
from kijun.models.hf.attention import register
from kijun.models.hf.generation import Answer, Decoder, Prompt, continue_plainly
from kijun.models.hf.linear import replace_linears
from kijun.models.hf.loading import Loaded, TransformersTokeniser
from kijun.models.hf.scoring import Scorer, TrunkCache, head_is_plain, score_plainly, tree_agrees
from kijun.models.hf.split_linear import split_linears
from kijun.models.prefix_tree import PlanLimits
from kijun.models.tokens import TokenPair, encode_pairs, encode_prompts, fit_pair, fit_prompt
from kijun.records import (
    Completed,
    Failed,
    Generate,
    Likelihood,
    LogLikelihood,
    Message,
    Request,
    Response,
    Sampling,
    Truncated,
)

__all__ = ["HfModel", "Work", "Workers"]

_BLOCK_ROWS = 128  # more do not fit a cache
_MOST_WORKERS = 8
_T = TypeVar("_T")
_TURN_ENDS = ("<|im_end|>", "<|eot_id|>", "<|end|>", "<end_of_turn>", "<|endoftext|>", "</s>")


class HfModel:
    """A causal language model of transformers; made by `kijun.models.hf.load_hf` or `kijun.models.hf.live`.

    Args:
        loaded: the model, whose attention and linear layers are replaced by Kijun's own where they give the same
        numbers.
        identity: the model's.
        truncate: ``left`` cuts what is longer than the context from the left; None fails it.
        memory_budget: bytes beside the weights: for their parts, for keys and values, and for logits.

    Attributes:
        network: the transformers model.
        shares_prefixes: whether its attention could be replaced; if not, each request is computed alone.
        splits_products: whether float32 linear layers are sums of bfloat16 products; the identity then says so.
        uses_onednn: whether linear layers go to oneDNN.
        work: what log-likelihoods took so far.
    """

    def __init__(
        self, loaded: Loaded, identity: ModelIdentity, *, truncate: str | None = None, memory_budget: int
    ) -> None:
        self._loaded = loaded
        self._truncate = truncate == "left"
        self._tokeniser = TransformersTokeniser(self._loaded.tokenizer)
        self.network = model = self._loaded.model
        register()
        self._workers = Workers.of(model)
        parts = split_linears(model, memory_budget // 2)
        memory_budget -= parts
        self.splits_products = parts > 0
        self.uses_onednn = not parts and self._workers.run(lambda: replace_linears(model))
        self._plain_head = head_is_plain(model)
        self.shares_prefixes = tree_agrees(model, use_flash=True)
        self._sizes = _sizes(model, memory_budget, plain_head=self._plain_head, workers=self._workers.number)
        self._ends = _ends(model, self._loaded.tokenizer)
        self._cache = TrunkCache(memory_budget // 4)
        self.work = Work()
        self._counting = threading.Lock()
        self.identity = _with_products(identity) if parts else identity
        self.unit_limit = _unit_limit(model, self._workers.number)

    def can(self, ability: str) -> bool:
        """Log-likelihoods and free answers always, ``chat`` where the tokeniser has a template."""
        return ability in {"loglikelihood", "generate"} or (
            ability == "chat" and bool(self._loaded.tokenizer.chat_template)
        )

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
        """Computes in a thread, one for each unit under way; a cancelled call stops before its next pass."""
        scored = [(i, request) for i, request in enumerate(unit) if isinstance(request, LogLikelihood)]
        free = [(i, request) for i, request in enumerate(unit) if isinstance(request, Generate)]
        for answer_all, asked in ((self._score, scored), (self._generate, free)):
            if asked:
                work: Any = partial(answer_all, [request for _, request in asked])
                answers = await anyio.to_thread.run_sync(self._workers.run, work)
                for (index, _), answer in zip(asked, answers, strict=True):
                    yield index, answer

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
            return [score_plainly(self.network, pair, before_pass=_stop_if_cancelled) for pair in pairs]
        scorer = self._scorer()
        scores = scorer.score(pairs)
        with self._counting:
            self.work = self.work.plus(self.network, scorer, pairs)
        return scores

    def _scorer(self) -> Scorer:
        return Scorer(
            self.network, self._sizes.limits, cache=self._cache, plain_head=self._plain_head,
            block_rows=self._sizes.block_rows, before_pass=_stop_if_cancelled,
        )  # fmt: skip

    def _generate(self, requests: Sequence[Generate]) -> list[Response]:
        answers: dict[int, Response] = {}
        prompts: dict[int, Prompt] = {}
        for index, ids in enumerate(encode_prompts(self._tokeniser, [request.context for request in requests])):
            fitted = self._fit_prompt(ids, requests[index].sampling)
            if isinstance(fitted, Failed):
                answers[index] = fitted
            else:
                prompts[index] = fitted
        places = list(prompts)
        for number, answer in self._continue(list(prompts.values())):
            index, prompt = places[number], prompts[places[number]]
            kind = Completed if answer.ended else Truncated
            answers[index] = kind(answer.text, len(prompt.tokens), answer.n_tokens, prompt.truncated)
        return [answers[index] for index in range(len(requests))]

    def _continue(self, prompts: Sequence[Prompt]) -> Iterator[tuple[int, Answer]]:
        network, tokenizer = self.network, self._loaded.tokenizer
        if not self.shares_prefixes:
            for index, prompt in enumerate(prompts):
                yield (
                    index,
                    continue_plainly(network, tokenizer, prompt, ends=self._ends, before_pass=_stop_if_cancelled),
                )
            return
        yield from Decoder(
            self._scorer(), network, tokenizer, ends=self._ends, token_bytes=self._sizes.token_bytes,
            memory=self._sizes.path_bytes, before_pass=_stop_if_cancelled,
        ).run(prompts)  # fmt: skip

    def _fit_prompt(self, ids: tuple[int, ...], sampling: Sampling) -> Prompt | Failed:
        """The prompt as the model can read it; an answer is cut where the context ends."""
        longest, asked = min(self._loaded.max_length, self._sizes.most_tokens), len(ids)
        if self._truncate:
            ids = fit_prompt(ids, sampling.max_tokens, longest) or ids
        if not ids:
            return Failed("an empty prompt, and the model has no token to begin with")
        if len(ids) >= longest:
            return Failed(f"{len(ids)} tokens of prompt leave no room for an answer in {longest}")
        return Prompt(ids, min(sampling.max_tokens, longest - len(ids)), sampling, asked - len(ids))

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
        if len(fitted.inputs) > self._sizes.most_tokens:
            return Failed(
                f"{len(fitted.inputs)} tokens need more memory for keys and values than the budget allows "
                f"({self._sizes.most_tokens} tokens)"
            )
        return fitted


def _with_products(identity: ModelIdentity) -> ModelIdentity:
    """The identity of a model whose float32 products are three of bfloat16 (`kijun.models.hf.split_linear`)."""
    return msgspec.structs.replace(identity, backend=f"{identity.backend} bfloat16x3")


def _likelihood(pair: TokenPair, score: Any) -> Likelihood:
    return Likelihood(score.loglikelihood, score.is_greedy, len(pair.continuation), pair.truncated)


def _stop_if_cancelled() -> None:
    anyio.from_thread.check_cancelled()


class Workers(msgspec.Struct, frozen=True):
    """Threads that compute a unit each.

    A small product or sum divided among cores costs more in waiting for each other than it gains: on two cores, two
    units at a time, each on one core, take two thirds of the time of one unit after the other on both.

    Attributes:
        number: units under way at once.
        threads: torch's threads for each of them; None leaves torch as it is.
        before: torch's threads when the model was loaded.
    """

    number: int
    threads: int | None
    before: int

    @classmethod
    def of(cls, model: Any) -> Workers:
        """On a CPU one for each of torch's threads, up to `_MOST_WORKERS`; elsewhere one."""
        before = torch.get_num_threads()
        if model.device.type != "cpu":
            return cls(1, None, before)
        number = min(before, _MOST_WORKERS)
        return cls(number, before // number, before)

    def run(self, work: Callable[[], _T]) -> _T:
        """Does the work in this thread, with its share of the cores."""
        if self.threads is None:
            return work()
        torch.set_num_threads(self.threads)
        try:
            return work()
        finally:
            # A thread that torch has not seen yet begins with the number that was set last, whoever set it.
            torch.set_num_threads(self.before)


class Work(msgspec.Struct, frozen=True):
    """What log-likelihoods took so far, for benchmarks.

    Attributes:
        tokens: tokens that went through the model.
        tokens_asked: tokens that the requests have, shared or not.
        rows: positions whose next token was predicted.
        operations: floating-point operations of the linear layers.
    """

    tokens: int = 0
    tokens_asked: int = 0
    rows: int = 0
    operations: int = 0

    def plus(self, network: Any, scorer: Scorer, pairs: Sequence[TokenPair]) -> Work:
        """With the work of one call of `Scorer.score` added."""
        head = network.get_output_embeddings()
        linears = [module for module in network.modules() if isinstance(module, torch.nn.Linear) and module is not head]
        body = 2 * sum(module.weight.numel() for module in linears)
        return Work(
            self.tokens + scorer.tokens_computed,
            self.tokens_asked + sum(len(pair.inputs) for pair in pairs),
            self.rows + scorer.rows_computed,
            self.operations + body * scorer.tokens_computed + 2 * head.weight.numel() * scorer.rows_computed,
        )


class _Sizes(msgspec.Struct, frozen=True):
    """What fits a budget.

    Attributes:
        token_bytes: what a token's keys and values take.
        path_bytes: for keys and values under way.
        most_tokens: of an input.
        limits: of a pass.
        block_rows: rows of logits at once, where they can be made a few at a time.
    """

    token_bytes: int
    path_bytes: int
    most_tokens: int
    limits: PlanLimits
    block_rows: int


def _sizes(model: Any, budget: int, *, plain_head: bool, workers: int) -> _Sizes:
    """Half of the budget for keys and values under way, a quarter for kept trunks, a quarter for logits.

    What is under way and the logits are each worker's own, so they share it.
    """
    text = getattr(model.config, "text_config", None) or model.config
    heads = getattr(text, "num_key_value_heads", None) or getattr(text, "num_attention_heads", 1)
    width = getattr(text, "head_dim", None) or text.hidden_size // text.num_attention_heads
    token_bytes = 2 * text.num_hidden_layers * heads * width * model.dtype.itemsize
    vocabulary = model.get_input_embeddings().weight.shape[0]
    rows = max(16, budget // 4 // workers // (3 * vocabulary * 4))  # logits, in float32, and what the log-softmax needs
    limits = PlanLimits(pack_rows=PlanLimits().pack_tokens if plain_head else min(1024, rows))
    growing = 2  # a path's buffer is copied when it grows
    path_bytes = budget // 2 // workers
    return _Sizes(token_bytes, path_bytes, path_bytes // (growing * token_bytes), limits, min(rows, _BLOCK_ROWS))


def _ends(model: Any, tokenizer: Any) -> frozenset[int]:
    """Ids that end an answer: the model's and the tokeniser's own, and the usual ends of a chat turn."""
    named = getattr(model.generation_config, "eos_token_id", None)
    ends = {*(named if isinstance(named, list) else [named]), tokenizer.eos_token_id}
    special = set(tokenizer.all_special_tokens)
    ends |= {tokenizer.convert_tokens_to_ids(token) for token in _TURN_ENDS if token in special}
    return frozenset(end for end in ends if end is not None)


def _unit_limit(model: Any, workers: int) -> UnitLimit:
    """Units of a few seconds' work on a core: about a tera-operation."""
    weights = sum(parameter.numel() for parameter in model.parameters())
    characters = int(4 * 1e12 / (2 * weights)) if model.device.type == "cpu" else 400_000
    return UnitLimit(requests=512, characters=max(4_000, min(400_000, characters)), concurrency=workers)

"""Free answers do not depend on what is asked beside them."""

from __future__ import annotations

import copy
import random
from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="needs the extra hf")
transformers = pytest.importorskip("transformers", reason="needs the extra hf")

from kijun.models.hf.attention import register  # noqa: E402
from kijun.models.hf.decode_attention import DecodeStep, KeyValueSlots  # noqa: E402
from kijun.models.hf.generation import Answer, Decoder, Prompt, continue_plainly  # noqa: E402
from kijun.models.hf.scoring import Scorer, TrunkCache, tree_agrees  # noqa: E402
from kijun.models.prefix_tree import PlanLimits  # noqa: E402
from kijun.records import Sampling  # noqa: E402

END = 95


class Letters:
    """Decodes id n to one character; the last id is a special token."""

    all_special_tokens = ("<end>",)

    def decode(self, tokens: list[int], skip_special_tokens: bool) -> str:
        return "".join(chr(48 + token) for token in tokens if token != END)

    def convert_tokens_to_ids(self, token: str) -> int:
        return END


@pytest.fixture(scope="module", params=["llama", "gemma3"])
def model(request: pytest.FixtureRequest) -> Any:
    torch.manual_seed(3)
    common = {"vocab_size": 96, "hidden_size": 64, "intermediate_size": 96, "num_hidden_layers": 2}
    common |= {"num_attention_heads": 4, "num_key_value_heads": 2, "max_position_embeddings": 512, "head_dim": 16}
    if request.param == "llama":
        config = transformers.LlamaConfig(**common)
    else:
        config = transformers.Gemma3TextConfig(**common, sliding_window=24)
    register()
    made = transformers.AutoModelForCausalLM.from_config(config).eval()
    plain = copy.deepcopy(made)
    made.__dict__["plain"] = plain  # beside, not as a part of it
    assert tree_agrees(made, use_flash=True)
    return made


def make_decoder(model: Any, *, ends: frozenset[int] = frozenset(), memory: int = 1 << 24) -> Decoder:
    scorer = Scorer(model, PlanLimits(chunk_tokens=16), cache=TrunkCache(1 << 20))
    return Decoder(scorer, model, Letters(), ends=ends, token_bytes=512, memory=memory)


def make_prompts(n: int = 9, **sampling: Any) -> list[Prompt]:
    draw = random.Random(5)
    shots = tuple(draw.randrange(96) for _ in range(40))
    ends = [tuple(draw.randrange(96) for _ in range(draw.randint(1, 20))) for _ in range(n)]
    return [Prompt(shots + end, 12 + i, Sampling(**sampling)) for i, end in enumerate(ends)]


def answers(decoder: Decoder, prompts: list[Prompt], **how: Any) -> list[Answer]:
    found = dict(decoder.run(prompts, **how))
    return [found[i] for i in range(len(prompts))]


@torch.inference_mode()
def continue_slowly(model: Any, prompt: Prompt) -> str:
    tokens = list(prompt.tokens)
    for _ in range(prompt.max_new):
        tokens.append(int(model.plain(torch.tensor([tokens]), use_cache=False).logits[0, -1].argmax()))
    return Letters().decode(tokens[len(prompt.tokens) :], skip_special_tokens=True)


def test_greedy_answers_are_those_of_the_plain_forward_pass(model: Any) -> None:
    prompts = make_prompts()
    found = answers(make_decoder(model), prompts)
    assert [answer.text for answer in found] == [continue_slowly(model, prompt) for prompt in prompts]
    alone = [continue_plainly(model.plain, Letters(), prompt, ends=frozenset()) for prompt in prompts]
    assert alone == found
    assert [(answer.n_tokens, answer.ended) for answer in found] == [(p.max_new, False) for p in prompts]


@pytest.mark.parametrize("sampling", [{}, {"temperature": 1.5, "seed": 7}, {"temperature": 1.0, "top_p": 0.5}])
def test_answers_do_not_depend_on_the_batch(model: Any, sampling: dict[str, Any]) -> None:
    prompts = make_prompts(**sampling)
    together = answers(make_decoder(model), prompts)
    assert [answers(make_decoder(model), [prompt])[0] for prompt in prompts] == together
    assert answers(make_decoder(model), prompts, n_slots=3) == together
    assert answers(make_decoder(model, memory=100_000), prompts[::-1])[::-1] == together


def test_a_step_has_no_more_rows_than_answers_that_still_grow(model: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    rows: list[int] = []

    class Counted(DecodeStep):
        def __init__(self, slots: KeyValueSlots, positions: torch.Tensor, *, use_flash: bool) -> None:
            rows.append(len(positions))
            super().__init__(slots, positions, use_flash=use_flash)

    monkeypatch.setattr("kijun.models.hf.generation.DecodeStep", Counted)
    prompts = make_prompts()  # nine, the first to begin being the first to end
    answers(make_decoder(model), prompts)
    most = max(prompt.max_new for prompt in prompts)
    growing = [sum(prompt.max_new > step for prompt in prompts) for step in range(1, most)]
    assert rows == [max(4, n) for n in growing]


def test_an_answer_ends_at_an_end_token_and_before_a_stop_string(model: Any) -> None:
    prompt = make_prompts(1)[0]
    (whole,) = answers(make_decoder(model), [prompt])
    stop = whole.text[4:6]
    (stopped,) = answers(make_decoder(model), [Prompt(prompt.tokens, 12, Sampling(stop=("", stop)))])
    assert stopped.ended and stopped.text == whole.text[: whole.text.index(stop)]
    end = ord(whole.text[3]) - 48
    (ended,) = answers(make_decoder(model, ends=frozenset({end})), [prompt])
    assert ended.ended and ended.text == whole.text[: whole.text.index(chr(48 + end))]


def test_sampling_follows_its_seed(model: Any) -> None:
    def sampled(**sampling: Any) -> list[str]:
        prompts = [Prompt((1, 2, 3), 20, Sampling(**sampling))]
        return [answer.text for answer in answers(make_decoder(model), prompts)]

    assert sampled(temperature=2.0, seed=1) == sampled(temperature=2.0, seed=1)
    assert sampled(temperature=2.0, seed=1) != sampled(temperature=2.0, seed=2)
    assert sampled(temperature=2.0, seed=1, top_p=1e-9) == sampled()

"""Log-likelihoods through the prefix tree equal those of the plain forward pass, whatever the unit."""

from __future__ import annotations

import random
from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="needs the extra hf")
transformers = pytest.importorskip("transformers", reason="needs the extra hf")

from kijun.models.hf.attention import register  # noqa: E402
from kijun.models.hf.linear import OneDnnLinear, replace_linears  # noqa: E402
from kijun.models.hf.scoring import Scorer, TrunkCache, head_is_plain, score_plainly, tree_agrees  # noqa: E402
from kijun.models.hf.split_linear import (  # noqa: E402
    SplitLinear,
    give_back_split_linears,
    has_product,
    split_linears,
)
from kijun.models.prefix_tree import PlanLimits  # noqa: E402
from kijun.models.tokens import TokenPair  # noqa: E402

TOLERANCE = 1e-4
"""Largest difference of a summed log-likelihood (of some -50) between ways to batch, in float32."""

SMALL = {
    "vocab_size": 96,
    "hidden_size": 64,
    "intermediate_size": 96,
    "num_hidden_layers": 3,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 512,
}
LIMITS = PlanLimits(pack_tokens=96, pack_rows=40, bush_tokens=48, chunk_tokens=16, trunk_tokens=6)


def make_model(kind: str) -> Any:
    torch.manual_seed(0)
    if kind == "llama":
        config = transformers.LlamaConfig(**SMALL)
    elif kind == "qwen2":
        config = transformers.Qwen2Config(**SMALL)
    elif kind == "gemma2":
        config = transformers.Gemma2Config(**SMALL, head_dim=16, sliding_window=20, query_pre_attn_scalar=16)
    elif kind == "gemma3":
        config = transformers.Gemma3TextConfig(**SMALL, head_dim=16, sliding_window=20)
    elif kind == "bloom":
        config = transformers.BloomConfig(vocab_size=96, hidden_size=64, n_layer=2, n_head=4)
    else:
        config = transformers.GPT2Config(vocab_size=96, n_embd=64, n_layer=3, n_head=4, n_positions=512)
    return transformers.AutoModelForCausalLM.from_config(config).eval()


def make_pairs(seed: int = 1) -> list[TokenPair]:
    """Shots that all items share, choices that share their beginnings, one-token choices, a lone long text."""
    draw = random.Random(seed)

    def text(least: int, most: int) -> tuple[int, ...]:
        return tuple(draw.randrange(96) for _ in range(draw.randint(least, most)))

    shots = text(45, 45)
    pairs = [TokenPair(text(70, 70), text(9, 9))]
    for _ in range(12):
        context, start = shots + text(3, 25), text(1, 3)
        pairs += [TokenPair(context, start + text(1, 8)) for _ in range(3)]
        pairs += [TokenPair(context, (token,)) for token in (1, 2)]
    return pairs


@pytest.mark.parametrize("kind", ["llama", "qwen2", "gemma2", "gemma3", "gpt2"])
@pytest.mark.parametrize("use_flash", [True, False])
def test_the_tree_gives_what_the_plain_forward_pass_gives(kind: str, use_flash: bool) -> None:
    register()
    model, pairs = make_model(kind), make_pairs()
    plain = [score_plainly(model, pair) for pair in pairs]
    plain_head = head_is_plain(model)
    assert plain_head == (kind != "gemma2")  # which caps its logits
    assert tree_agrees(model, use_flash=use_flash)
    scorer = Scorer(model, LIMITS, use_flash=use_flash, plain_head=plain_head, block_rows=7)
    scores = scorer.score(pairs)
    assert max(abs(a.loglikelihood - b.loglikelihood) for a, b in zip(scores, plain, strict=True)) < TOLERANCE
    assert [a.is_greedy for a in scores] == [b.is_greedy for b in plain]
    assert scorer.tokens_computed < sum(len(pair.inputs) for pair in pairs) / 5


def test_a_model_whose_attention_cannot_be_replaced_is_left_as_it_was() -> None:
    register()
    model, pairs = make_model("bloom"), make_pairs()[:3]
    before = [score_plainly(model, pair) for pair in pairs]
    assert not tree_agrees(model, use_flash=True)
    assert [score_plainly(model, pair) for pair in pairs] == before


@pytest.fixture
def llama() -> Any:
    register()
    model = make_model("llama")
    assert tree_agrees(model, use_flash=True)
    return model


def test_unit_size_and_order_change_no_more_than_rounding(llama: Any) -> None:
    pairs = make_pairs()
    whole = Scorer(llama, LIMITS).score(pairs)
    backwards = Scorer(llama, LIMITS).score(pairs[::-1])[::-1]
    single = [Scorer(llama, LIMITS).score([pair])[0] for pair in pairs]
    for other in (backwards, single):
        assert max(abs(a.loglikelihood - b.loglikelihood) for a, b in zip(whole, other, strict=True)) < TOLERANCE


def test_trunks_that_earlier_units_left_change_no_bit(llama: Any) -> None:
    units = [make_pairs()[i : i + 20] for i in range(0, 60, 20)]
    cache = TrunkCache(1 << 24)
    cached, fresh = Scorer(llama, LIMITS, cache=cache), Scorer(llama, LIMITS)
    assert [cached.score(unit) for unit in units] == [fresh.score(unit) for unit in units]
    assert cached.tokens_computed < fresh.tokens_computed
    tight = Scorer(llama, LIMITS, cache=TrunkCache(20_000))
    assert [tight.score(unit) for unit in units] == [fresh.score(unit) for unit in units]


def test_onednn_products_are_used_where_they_agree(llama: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    pairs = make_pairs()
    before = Scorer(llama, LIMITS).score(pairs)
    monkeypatch.setattr("kijun.models.hf.linear.FAST_LINEAR_VERSIONS", ())
    assert not replace_linears(llama)
    monkeypatch.setattr("kijun.models.hf.linear.FAST_LINEAR_VERSIONS", (torch.__version__.split("+")[0],))
    monkeypatch.setattr("kijun.models.hf.linear._WORTHWHILE", 1e9)
    assert not replace_linears(llama)
    monkeypatch.setattr("kijun.models.hf.linear._WORTHWHILE", 0.0)
    replaced = replace_linears(llama)
    assert any(type(module) is OneDnnLinear for module in llama.modules()) == replaced
    after = Scorer(llama, LIMITS).score(pairs)
    assert max(abs(a.loglikelihood - b.loglikelihood) for a, b in zip(before, after, strict=True)) < TOLERANCE


needs_mkl = pytest.mark.skipif(
    not has_product(), reason="this torch has no MKL, which multiplies bfloat16 into float32"
)


@needs_mkl
@pytest.mark.parametrize("kind", ["llama", "qwen2", "gemma3"])
def test_sums_of_bfloat16_products_are_nearly_those_of_float32(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kijun.models.hf.split_linear.multiplies_bfloat16", lambda: True)
    monkeypatch.setattr("kijun.models.hf.split_linear._BLOCK_COLUMNS", 40)  # does not divide the vocabulary
    register()
    model, pairs = make_model(kind), make_pairs()
    before = [score_plainly(model, pair) for pair in pairs]
    assert split_linears(model, 1 << 30) > 0
    assert tree_agrees(model, use_flash=True)
    assert isinstance(model.get_output_embeddings(), SplitLinear)
    after = Scorer(model, LIMITS, plain_head=True).score(pairs)
    assert max(abs(a.loglikelihood - b.loglikelihood) for a, b in zip(before, after, strict=True)) < 10 * TOLERANCE
    assert [a.is_greedy for a in after] == [b.is_greedy for b in before]


@needs_mkl
def test_linears_are_split_where_it_pays_and_fits_and_are_given_back(monkeypatch: pytest.MonkeyPatch) -> None:
    ids = torch.arange(90)[None]
    model = make_model("llama")
    expected = model(input_ids=ids).logits
    monkeypatch.setattr("kijun.models.hf.split_linear.multiplies_bfloat16", lambda: False)
    assert split_linears(model, 1 << 30) == 0
    monkeypatch.setattr("kijun.models.hf.split_linear.multiplies_bfloat16", lambda: True)
    assert split_linears(model, 1000) == 0
    assert split_linears(model, sum(2 * p.numel() for p in model.parameters())) == 0  # room for the high parts alone
    assert not any(isinstance(module, SplitLinear) for module in model.modules())
    monkeypatch.setattr("kijun.models.hf.split_linear._TOLERANCE", 0.0)
    assert split_linears(model, 1 << 30) == 0
    assert not any(isinstance(module, SplitLinear) for module in model.modules())
    monkeypatch.undo()
    monkeypatch.setattr("kijun.models.hf.split_linear.multiplies_bfloat16", lambda: True)
    both = split_linears(model, 1 << 30)
    with torch.inference_mode():
        error = (model(input_ids=ids).logits - expected).abs().max()
    assert 0 < error < 1e-4
    model(input_ids=ids).logits.sum().backward()  # in training the layers are what they were
    assert model.lm_head.weight.grad is not None
    give_back_split_linears(model)
    assert torch.equal(model(input_ids=ids).logits, expected)
    rounded = make_model("llama").to(torch.bfloat16).float()
    assert split_linears(rounded, both // 2) == both // 2  # weights that are bfloat16 numbers have no low part


@needs_mkl
def test_a_split_layer_with_a_bias_gives_its_columns_in_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kijun.models.hf.split_linear.multiplies_bfloat16", lambda: True)
    model = make_model("qwen2")
    layer = model.model.layers[0].self_attn.q_proj
    rows = torch.randn((2, 60, 64), generator=torch.Generator().manual_seed(1)).transpose(0, 1)  # not contiguous
    with torch.inference_mode():
        torch.nn.init.normal_(layer.bias)
        expected = layer(rows)
        split_linears(model, 1 << 30)
        whole, again = layer(rows), layer(rows * 2)
        blocks = torch.cat([block.clone() for _, block in layer.blocks(rows.reshape(120, 64))], dim=1)
        with pytest.raises(RuntimeError, match="dtype"):
            layer(rows.double())  # as a plain layer says
    assert torch.allclose(whole, expected, atol=1e-4)
    assert torch.allclose(again - layer.bias, 2 * (expected - layer.bias), atol=1e-4)
    assert torch.equal(blocks, whole.reshape(120, -1))

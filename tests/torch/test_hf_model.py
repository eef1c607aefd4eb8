"""The exact backend as the engine sees it: names, messages, limits, chat, and golden values of a real model."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import anyio
import pytest

torch = pytest.importorskip("torch", reason="needs the extra hf")
transformers = pytest.importorskip("transformers", reason="needs the extra hf")

from kijun.errors import CorruptFileError, KijunError, ModelError, SpecError  # noqa: E402
from kijun.models.hf import load_hf  # noqa: E402
from kijun.records import (  # noqa: E402
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

TEMPLATE = (
    "{% for m in messages %}<{{ m.role }}>{{ m.content }}{% endfor %}{% if add_generation_prompt %}<bot>{% endif %}"
)


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny random model whose tokens are bytes, as save_pretrained writes it."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers

    place = tmp_path_factory.mktemp("tiny")
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    words = {token: index for index, token in enumerate(["<s>", "</s>", *alphabet])}
    tokenizer = Tokenizer(models.BPE(vocab=words, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    fast = transformers.PreTrainedTokenizerFast(tokenizer_object=tokenizer, bos_token="<s>", eos_token="</s>")
    fast.chat_template = TEMPLATE
    fast.save_pretrained(place)
    torch.manual_seed(0)
    config = transformers.LlamaConfig(
        vocab_size=len(words), hidden_size=32, intermediate_size=48, num_hidden_layers=2, num_attention_heads=4,
        num_key_value_heads=2, max_position_embeddings=64, bos_token_id=0, eos_token_id=1,
    )  # fmt: skip
    transformers.LlamaForCausalLM(config).save_pretrained(place)
    return place


def answer(model: Any, unit: Sequence[Request]) -> list[Response]:
    found: dict[int, Response] = {}

    async def collect() -> None:
        async for index, response in model.respond(unit):
            assert index not in found
            found[index] = response

    anyio.run(collect)
    return [found[index] for index in range(len(unit))]


def test_a_folder_answers_and_says_what_it_is(folder: Path) -> None:
    model = load_hf(f"hf/{folder}")
    assert model.shares_prefixes
    first, free, second = answer(
        model, [LogLikelihood("ab", " c"), Generate("ab", Sampling(max_tokens=5)), LogLikelihood("", "x")]
    )
    assert isinstance(first, Likelihood) and first.n_tokens == 2 and first.loglikelihood < 0
    assert isinstance(second, Likelihood) and second.n_tokens == 1
    assert isinstance(free, Completed | Truncated) and free.prompt_tokens == 2
    identity = model.identity
    assert identity.quantisation == "float32" and len(identity.weights_sha256 or "") == 64
    assert identity.chat_template_sha256 and "transformers=" in identity.backend
    assert [model.can(ability) for ability in ("loglikelihood", "generate", "chat", "fly")] == [True, True, True, False]
    anyio.run(model.aclose)


def test_bfloat16_is_near_float32_and_another_identity(folder: Path) -> None:
    exact, rough = load_hf(f"hf/{folder}"), load_hf(f"hf/{folder}", dtype="bfloat16")
    assert exact.identity != rough.identity
    unit = [LogLikelihood("some context", end) for end in (" a", " bc", " def")]
    for one, other in zip(answer(exact, unit), answer(rough, unit), strict=True):
        assert abs(one.loglikelihood - other.loglikelihood) < 0.1


def test_what_does_not_fit_fails_or_is_cut_from_the_left_as_asked(folder: Path) -> None:
    strict, cutting = load_hf(f"hf/{folder}"), load_hf(f"hf/{folder}", truncate="left")
    long = LogLikelihood("y" * 80, "ab")
    (failed,) = answer(strict, [long])
    assert isinstance(failed, Failed) and "82 tokens (80 of context, 2 of continuation)" in failed.reason
    cut, same = answer(cutting, [long, LogLikelihood("y" * 63, "ab")])
    assert cut.truncated_tokens == 17 and cut.loglikelihood == pytest.approx(same.loglikelihood, abs=1e-5)
    (hopeless,) = answer(cutting, [LogLikelihood("y", "a" * 90)])
    assert isinstance(hopeless, Failed)
    free = Generate("y" * 70, Sampling(max_tokens=4))
    assert isinstance(answer(strict, [free])[0], Failed)
    assert answer(cutting, [free])[0].truncated_tokens == 10
    assert strict.identity != cutting.identity


def test_a_budget_bounds_what_is_attempted(folder: Path) -> None:
    small = load_hf(f"hf/{folder}", memory_budget=40_000)
    (failed,) = answer(small, [LogLikelihood("y" * 60, "ab")])
    assert isinstance(failed, Failed) and "budget" in failed.reason
    unit = [LogLikelihood("y" * 20, end) for end in ("a", "b")]
    for one, other in zip(answer(small, unit), answer(load_hf(f"hf/{folder}"), unit), strict=True):
        assert one.loglikelihood == pytest.approx(other.loglikelihood, abs=1e-5)


def test_units_under_way_at_once_answer_as_units_one_by_one(folder: Path) -> None:
    before = torch.get_num_threads()
    torch.set_num_threads(4)
    try:
        together, alone = load_hf(f"hf/{folder}"), load_hf(f"hf/{folder}")
        assert together.unit_limit.concurrency == 4
        # All begin with the same trunk, which one thread computes and the others wait for.
        units = [
            [LogLikelihood("the same beginning, longer than a trunk " + c, end) for end in "xyz"] for c in "abcdef"
        ]
        found: dict[int, list[Response]] = {}

        async def ask(place: int) -> None:
            found[place] = [response async for _, response in together.respond(units[place])]

        async def ask_all() -> None:
            async with anyio.create_task_group() as group:
                for place in range(len(units)):
                    group.start_soon(ask, place)

        anyio.run(ask_all)
        assert [found[place] for place in range(len(units))] == [answer(alone, unit) for unit in units]
        assert together.work.tokens == alone.work.tokens
        assert torch.get_num_threads() == 4
    finally:
        torch.set_num_threads(before)


def test_nothing_to_score_is_said(folder: Path) -> None:
    failed, fine = answer(load_hf(f"hf/{folder}"), [LogLikelihood("ab", ""), LogLikelihood("ab", "c")])
    assert isinstance(failed, Failed) and "no token" in failed.reason and isinstance(fine, Likelihood)


def test_chat_is_rendered_by_the_models_own_template(folder: Path) -> None:
    model = load_hf(f"hf/{folder}")
    turns = [Message("user", "Hi"), Message("assistant", "Yo")]
    assert model.render_chat(turns[:1]) == "<user>Hi<bot>"
    assert model.render_chat(turns, continue_last=True) == "<user>Hi<assistant>Yo"


def test_mistakes_are_one_clear_message(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, subtests: Any
) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    garbage, other, empty = tmp_path / "garbage.gguf", tmp_path / "other.gguf", tmp_path / "empty"
    garbage.write_bytes(b"GGUF" + os.urandom(200))
    other.write_bytes(b"PK\3\4 not a model")
    empty.mkdir()
    torn = tmp_path / "torn"
    torn.mkdir()
    for file in folder.iterdir():
        data = file.read_bytes()
        (torn / file.name).write_bytes(data[: len(data) // 2] if file.suffix == ".safetensors" else data)
    cases: list[tuple[str, dict[str, Any], type[KijunError], str]] = [
        (f"hf/{garbage}", {}, CorruptFileError, "garbage.gguf"),
        (f"hf/{other}", {}, CorruptFileError, "not a GGUF file"),
        (f"hf/{tmp_path}/absent.gguf", {}, SpecError, "there is no GGUF file"),
        (f"hf/{empty}", {}, SpecError, "no config.json"),
        (f"hf/{torn}", {}, CorruptFileError, "torn"),
        ("hf/no such model!", {}, SpecError, "no such model!"),
        ("hf/", {}, SpecError, "named hf/REPO"),
        (f"hf/{folder}", {"dtype": "float8"}, SpecError, "float8"),
        (f"hf/{folder}", {"device": "toaster"}, SpecError, "toaster"),
        (f"hf/{folder}", {"truncate": "right"}, SpecError, "right"),
    ]
    for name, options, kind, text in cases:
        with subtests.test(name=name, **options):
            with pytest.raises(kind) as caught:
                load_hf(name, **options)
            assert text in str(caught.value) and "\n" not in str(caught.value)


def test_a_repository_that_cannot_be_reached_is_the_worlds_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises((ModelError, SpecError), match="kijun-tests/absent"):
        load_hf("hf/kijun-tests/absent")


def test_a_missing_extra_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "gguf", None)
    with pytest.raises(SpecError, match=r"pip install 'kijun\[hf\]'"):
        load_hf("hf/anything")


@pytest.fixture(scope="session")
def real_model(embedded_model: Path) -> Any:
    """The embedded model's weights, dequantised."""
    return load_hf(f"hf/{embedded_model}", device="cpu")


@pytest.mark.parametrize("entry", ["hellaswag:0:200", "mmlu_marketing:5:40", "truthfulqa_mc2:0:40", "winogrande:0:100"])
def test_log_likelihoods_are_lm_evaluation_harness_s(real_model: Any, shared: Path, entry: str) -> None:
    from kijun.engine import load_tasks, prepare, select

    golden = json.loads((shared / "golden" / "lm_eval_smollm2_fp32.json").read_text(encoding="utf-8"))
    name, shots, _ = entry.split(":")
    limit = 8
    loaded, _ = load_tasks(select([name], shots=int(shots)).tasks, hub=shared / "hub", seed=1234, limit=limit)
    prompted = prepare(loaded[0], seed=1234).prompted
    unit = [request for item in prompted for request in item.requests]
    expected = [value for values in golden[entry]["loglikelihoods"][:limit] for value in values]
    got = [response.loglikelihood for response in answer(real_model, unit)]
    assert got == pytest.approx(expected, abs=1e-3, rel=0)

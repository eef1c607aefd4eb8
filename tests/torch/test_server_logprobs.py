"""Log-likelihood tasks through a server that gives log-probabilities of prompts equal those through ``hf/``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="needs the extra hf")
transformers = pytest.importorskip("transformers", reason="needs the extra hf")
pytest.importorskip("aiohttp", reason="needs the extra server")

from hf_server import HfServer  # noqa: E402
from loopback import serving  # noqa: E402

import kijun  # noqa: E402
from kijun.records import Likelihood  # noqa: E402
from kijun.store import Run  # noqa: E402

TASK = """\
name: endings
version: 1.0
axis: knowledge
languages: [{language}]
dataset: {{file: rows.jsonl}}
prompt:
  question: "{{{{ context }}}}"
  choices: "{{{{ endings }}}}"
  gold: "{{{{ label }}}}"
  delimiter: "{delimiter}"
method: multiple_choice
scorers: [acc, acc_norm]
licence: ours
"""
ENGLISH = [
    {"context": f"{who} {verb} the", "endings": ["garden and sings.", "sea at night.", "old door.", "bread."]}
    for who in ("A girl", "The cook", "My dog", "Nobody")
    for verb in ("walks into", "looks at", "paints")
]
JAPANESE = [
    {
        "context": f"{who}は{what}を",
        "endings": ["食べました。", "静かに見つめています。", "忘れた。", "売ることにした。"],
    }
    for who in ("少女", "料理人", "うちの犬")
    for what in ("庭", "古い扉", "魚")
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny random model with a tokeniser that has merges, spreads kanji over tokens, and begins with a mark."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers

    place = tmp_path_factory.mktemp("merging")
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=330, special_tokens=["<s>", "</s>"], initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )  # fmt: skip
    tokenizer.train_from_iterator([" ".join([row["context"], *row["endings"]]) for row in ENGLISH], trainer)
    tokenizer.post_processor = processors.TemplateProcessing(single="<s> $A", special_tokens=[("<s>", 0)])
    fast = transformers.PreTrainedTokenizerFast(tokenizer_object=tokenizer, bos_token="<s>", eos_token="</s>")
    fast.save_pretrained(place)
    torch.manual_seed(3)
    config = transformers.LlamaConfig(
        vocab_size=len(fast), hidden_size=32, intermediate_size=48, num_hidden_layers=2, num_attention_heads=4,
        num_key_value_heads=2, max_position_embeddings=128, bos_token_id=0, eos_token_id=1, initializer_range=0.3,
    )  # fmt: skip
    transformers.LlamaForCausalLM(config).save_pretrained(place)
    return place


def write_task(place: Path, rows: list[dict[str, Any]], language: str) -> str:
    lines = [json.dumps(row | {"label": number % 4}, ensure_ascii=False) for number, row in enumerate(rows)]
    (place / "rows.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    delimiter = " " if language == "en" else ""
    (place / "endings.yaml").write_text(TASK.format(language=language, delimiter=delimiter), encoding="utf-8")
    return str(place / "endings.yaml")


def likelihoods(run: Run) -> list[Likelihood]:
    found = [response for sample in run.samples("endings") for response in sample.responses]
    assert all(isinstance(response, Likelihood) for response in found), found
    return found  # type: ignore[return-value]


@pytest.mark.parametrize("way", ["echo", "prompt_logprobs"])
@pytest.mark.parametrize("language", ["en", "ja"])
def test_a_run_through_a_server_equals_the_run_through_hf(
    tmp_path: Path, folder: Path, language: str, way: str
) -> None:
    task = write_task(tmp_path, ENGLISH if language == "en" else JAPANESE, language)
    own = kijun.evaluate(task, f"hf/{folder}", out=tmp_path / "hf")
    server = HfServer(folder, way)
    with serving(server) as url:
        through = kijun.evaluate(task, f"server/{url}/v1", out=tmp_path / "server")
    assert len(server.asked) > len(likelihoods(own))
    for a, b in zip(likelihoods(own), likelihoods(through), strict=True):
        assert b.loglikelihood == pytest.approx(a.loglikelihood, abs=1e-3)  # the server has plain float32 products
        assert b.is_greedy == a.is_greedy
    mine, theirs = own.results.tasks["endings"].metrics, through.results.tasks["endings"].metrics
    assert mine == theirs and 0 < mine["acc"].value < 1

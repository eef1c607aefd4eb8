"""A real server: llama.cpp with the embedded model on loopback, through server/ and through OpenAI's SDK."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import kijun
from kijun.errors import ModelError
from kijun.records import Completed, Truncated
from kijun.store import Run

xllamacpp = pytest.importorskip("xllamacpp", reason="the extra 'local' is not installed")


@pytest.fixture(scope="module")
def llama_url(embedded_model: Path) -> Iterator[str]:
    """Address of a llama.cpp server with the embedded model."""
    settings = xllamacpp.CommonParams()
    settings.model.path = str(embedded_model)
    settings.model_alias = {"smollm2"} if isinstance(settings.model_alias, set) else "smollm2"
    settings.n_parallel, settings.n_ctx, settings.port = 2, 2048, 0
    settings.hostnames, settings.warmup, settings.verbosity = ["127.0.0.1"], False, -1
    # One thread: with more than there are idle cores llama.cpp waits for itself, busily.
    settings.cpuparams.n_threads = settings.cpuparams_batch.n_threads = 1
    server = xllamacpp.Server(settings)
    yield server.listening_address
    del server


def texts(run: Run) -> list[str]:
    answers = [sample.responses[0] for sample in run.samples("free")]
    assert all(isinstance(answer, Completed | Truncated) for answer in answers)
    assert all(answer.completion_tokens and answer.prompt_tokens for answer in answers)  # type: ignore[union-attr]
    return [answer.text for answer in answers]  # type: ignore[union-attr]


@pytest.fixture
def short(tasks: Path) -> str:
    """The free task with answers of a few tokens."""
    file = tasks / "free.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("max_tokens: 32", "max_tokens: 6"), encoding="utf-8")
    return str(file)


def test_both_ways_give_the_same_answers(
    tasks: Path, short: str, llama_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "no-key-needed-here")
    monkeypatch.setenv("OPENAI_BASE_URL", f"{llama_url}/v1")
    own = kijun.evaluate(short, f"server/{llama_url}/v1#smollm2", out=tasks / "server", limit=3, chat=True)
    sdk = kijun.evaluate(short, "openai/smollm2", out=tasks / "sdk", limit=3)
    assert texts(own) == texts(sdk) and all(texts(own))


def test_plain_completions(tasks: Path, short: str, llama_url: str) -> None:
    assert texts(kijun.evaluate(short, f"server/{llama_url}/v1", out=tasks / "server", limit=2))


def test_no_log_probabilities_of_prompts(tasks: Path, llama_url: str) -> None:
    with pytest.raises(ModelError, match="gives no log-likelihoods"):
        kijun.evaluate(str(tasks / "choices.yaml"), f"server/{llama_url}/v1#smollm2", out=tasks / "run")

"""Tasks, servers and an environment without keys."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from made_rows import write_rows
from stub import Stub, serving

KEYS = (
    "OPENAI_API_KEY",
    "OPENAI_BASE_URL",
    "ANTHROPIC_API_KEY",
    "ANTHROPIC_BASE_URL",
    "GEMINI_API_KEY",
    "GOOGLE_API_KEY",
    "GOOGLE_GEMINI_BASE_URL",
    "KIJUN_SERVER_KEY",
    "AZURE_OPENAI_API_KEY",
    "AZURE_OPENAI_ENDPOINT",
    "OPENAI_API_VERSION",
)

FREE = """\
name: free
version: 1.0
axis: knowledge
languages: [en]
dataset: {file: rows.csv}
prompt:
  question: "Say {{ word }}"
  gold: "you said Say {{ word }}"
method: generate
sampling: {max_tokens: 32, stop: ["STOP"]}
scorers: [exact_match]
licence: ours
"""
CHOICES = """\
name: choices
version: 1.0
axis: knowledge
languages: [en]
dataset: {file: rows.csv}
prompt:
  question: "Question: {{ word }}\\nAnswer:"
  choices: ["yes", "no"]
  gold: "yes"
method: multiple_choice
scorers: [acc]
licence: ours
"""


@pytest.fixture(autouse=True)
def no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in KEYS:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def tasks(tmp_path: Path) -> Path:
    """Folder with ``free.yaml``, ``choices.yaml`` and their rows."""
    write_rows(tmp_path, 20)
    (tmp_path / "free.yaml").write_text(FREE, encoding="utf-8")
    (tmp_path / "choices.yaml").write_text(CHOICES, encoding="utf-8")
    return tmp_path


@pytest.fixture
def stub() -> Stub:
    return Stub()


@pytest.fixture
def stub_url(stub: Stub) -> Iterator[str]:
    with serving(stub) as url:
        yield url

"""Tests with the trainers themselves, in an environment of their own (`make test-align`)."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))


@pytest.fixture(scope="session")
def tiny_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model of a few kilobytes in the form that transformers loads, with a chat template and a padding token."""
    torch = pytest.importorskip("torch", reason="needs the extra align")
    transformers = pytest.importorskip("transformers", reason="needs the extra align")
    from tiny_model import write_tiny_model

    from kijun.models.hf.dequantise import dequantise

    torch.set_num_threads(1)
    path = tmp_path_factory.mktemp("tiny")
    folder = dequantise(write_tiny_model(path / "tiny.gguf"), path / "hf")
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder, pad_token="</s>")
    tokenizer.save_pretrained(folder)
    return folder

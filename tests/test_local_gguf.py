"""The GGUF reader says what is wrong with a broken file, and never anything else."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny_model import gguf_bytes, tiny_metadata, tiny_tensors, write_tiny_model

from kijun.errors import CorruptFileError
from kijun.models.local.gguf import read_gguf

SOUND = gguf_bytes(tiny_metadata(), tiny_tensors())


def broken(tmp_path: Path, data: bytes) -> str:
    path = tmp_path / "broken.gguf"
    path.write_bytes(data)
    with pytest.raises(CorruptFileError) as caught:
        read_gguf(path)
    assert str(path) in str(caught.value)
    return str(caught.value)


def test_a_sound_file_tells_about_itself(tmp_path: Path) -> None:
    file = read_gguf(write_tiny_model(tmp_path / "tiny.gguf"))
    assert (file.architecture, file.quantisation) == ("llama", "F32")
    assert file.metadata["tokenizer.ggml.tokens"][1] == "<s>"
    assert file.metadata["tokenizer.ggml.add_bos_token"] is True
    assert file.chat_template is not None
    by_name = {tensor.name: tensor for tensor in file.tensors}
    assert by_name["blk.0.attn_k.weight"].shape == (32, 16)
    last = by_name["output.weight"]
    assert last.offset + last.size <= (tmp_path / "tiny.gguf").stat().st_size
    stored = np.frombuffer((tmp_path / "tiny.gguf").read_bytes(), "<f4", last.size // 4, last.offset)
    assert np.array_equal(stored.reshape(-1, 32), tiny_tensors()["output.weight"])


def test_what_is_wrong_is_said(tmp_path: Path) -> None:
    assert "empty" in broken(tmp_path, b"")
    assert "instead of b'GGUF'" in broken(tmp_path, b"PK\x03\x04" + SOUND[4:])
    assert "version 1" in broken(tmp_path, SOUND[:4] + struct.pack("<I", 1) + SOUND[8:])
    assert "more than the file can hold" in broken(tmp_path, SOUND[:8] + struct.pack("<Q", 2**60) + SOUND[16:])
    assert "cut short" in broken(tmp_path, SOUND[:-64])
    assert "ends within" in broken(tmp_path, SOUND[:22])
    assert "general.architecture" in broken(tmp_path, gguf_bytes({"a": 1}, {}))
    assert "twice" in broken(tmp_path, _twice())
    assert "general.alignment is 48" in broken(tmp_path, gguf_bytes(tiny_metadata(general__alignment=48), {}))
    with pytest.raises(CorruptFileError, match="cannot be read"):
        read_gguf(tmp_path / "absent.gguf")


def _twice() -> bytes:
    """Two tensors of one name."""
    data = gguf_bytes({"general.architecture": "llama"}, {"same": np.zeros(8), "sane": np.zeros(8)})
    return data.replace(b"sane", b"same")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"tokenizer__ggml__tokens": 3}, "expected an array"),
        ({"tokenizer__ggml__scores": ["a"]}, "expected 6"),
        ({"tokenizer__ggml__token_type": np.zeros(4, np.int32)}, "4 entries for 275 tokens"),
    ],
)
def test_arrays_that_llama_cpp_trusts_are_checked(tmp_path: Path, changed: dict[str, object], said: str) -> None:
    assert said in broken(tmp_path, gguf_bytes(tiny_metadata(**changed), tiny_tensors()))


@settings(max_examples=300, deadline=None)
@given(data=st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    _read_or_refuse(tmp_path_factory, b"GGUF\x03\x00\x00\x00" + data)


@settings(max_examples=300, deadline=None)
@given(
    cut=st.integers(0, len(SOUND)),
    patches=st.lists(st.tuples(st.integers(0, 8000), st.binary(min_size=1, max_size=8)), max_size=4),
)
def test_damaged_files_are_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, cut: int, patches: list[tuple[int, bytes]]
) -> None:
    data = bytearray(SOUND)
    for at, patch in patches:
        data[at : at + len(patch)] = patch
    _read_or_refuse(tmp_path_factory, bytes(data[:cut] if not patches else data))


def _read_or_refuse(factory: pytest.TempPathFactory, data: bytes) -> None:
    path = factory.getbasetemp() / "fuzz.gguf"
    path.write_bytes(data)
    try:
        file = read_gguf(path)
    except CorruptFileError:
        return
    assert all(tensor.offset + tensor.size <= len(data) for tensor in file.tensors)

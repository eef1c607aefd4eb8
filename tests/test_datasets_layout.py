"""Which files of a repository hold a split: layouts seen on the Hub, and cards that nobody could foresee."""

from __future__ import annotations

import fnmatch
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kijun.datasets.hub_cache import read_card, recall, remember
from kijun.datasets.hub_layout import Listing, available, card_configs, converted_files, missing_shards, stored_files

COMMIT = "0" * 40


def listing(*files: str, configs: tuple[dict[str, Any], ...] = ()) -> Listing:
    return Listing(COMMIT, tuple(sorted(files)), card_configs({"configs": list(configs)}))


STORED = {
    "config folder": (("main/test-00000-of-00001.parquet", "main/train-00000-of-00001.parquet"), "main", "test", 1),
    "with hash": (("data/train-00000-of-00001-a09b74b3ef9c3b56.parquet",), None, "train", 1),
    "folder in data": (("data/ja/test-00000-of-00001.parquet",), "ja", "test", 1),
    "split folder": (("test/0.parquet", "test/1.parquet", "train/0.parquet"), None, "test", 2),
    "plain names": (("test.parquet", "train.parquet"), "default", "test", 1),
    "names with words": (("my_dev.parquet", "development.parquet"), None, "validation", 1),
    "longer split is another": (("c/validation_matched-00000-of-00001.parquet",), "c", "validation", 0),
    "config is not a prefix": (("arc-easy/test-00000-of-00001.parquet",), "arc", "test", 0),
    "no such config": (("data/test-00000-of-00001.parquet",), "ja", "test", 0),
    "converted": (("ja/test/0000.parquet", "ja/test/0001.parquet", "en/test/0000.parquet"), "ja", "test", 2),
}


@pytest.mark.parametrize(("files", "config", "split", "count"), STORED.values(), ids=STORED)
def test_stored_by_name(files: tuple[str, ...], config: str | None, split: str, count: int) -> None:
    assert len(stored_files(listing(*files), config, split)) == count


CARDS: dict[str, tuple[dict[str, Any], int]] = {
    "one pattern is train": ({"data_files": "data/*.parquet"}, 2),
    "patterns are train": ({"data_files": ["data/a.parquet", "data/b.parquet"]}, 2),
    "deep": ({"data_files": [{"split": "train", "path": "**/*.parquet"}]}, 3),
    "one star stays in its folder": ({"data_files": {"train": "*.parquet"}}, 0),
    "class": ({"data_files": {"train": "data/[!b].parquet"}}, 1),
    "dot": ({"data_files": {"train": "./data/a.parquet"}}, 1),
    "folder only": ({"data_dir": "more"}, 1),
    "not parquet": ({"data_files": {"train": ["data/a.parquet", "data/a.csv"]}}, 0),
    "other split": ({"data_files": {"test": "data/a.parquet"}}, 0),
}


@pytest.mark.parametrize(("entry", "count"), CARDS.values(), ids=CARDS)
def test_stored_by_card(entry: dict[str, Any], count: int) -> None:
    files = ("data/a.parquet", "data/b.parquet", "data/a.csv", "more/train.parquet")
    configs = ({"config_name": "ja", **entry}, {"config_name": "en", "default": True, "data_files": "data/a.parquet"})
    assert len(stored_files(listing(*files, configs=configs), "ja", "train")) == count
    assert stored_files(listing(*files, configs=configs), None, "train") == ("data/a.parquet",)


def test_converted() -> None:
    branch = listing("en/test/0000.parquet", "en/partial-train/0001.parquet", "en/partial-train/0000.parquet")
    assert converted_files(branch, "en", "train") == ("en/partial-train/0000.parquet", "en/partial-train/0001.parquet")
    assert converted_files(branch, None, "test") == ("en/test/0000.parquet",)
    assert converted_files(branch, "ja", "test") == ()
    assert available(branch, "en") == (["en"], ["test", "train"])


def test_missing_shards() -> None:
    assert missing_shards(["a/test-00000-of-00002-ab.parquet", "a/test-00001-of-00002-cd.parquet"]) == []
    assert missing_shards(["a/test-00001-of-00003.parquet"]) == ["a/test-00000-of-00003", "a/test-00002-of-00003"]
    assert missing_shards(["en/test/0000.parquet"]) == []


_leaf = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["*", "**/*", "[", "./x"])
)
_any = st.recursive(
    _leaf,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["split", "path", "train"]), inner),
    max_leaves=6,
)
_entry = st.dictionaries(st.sampled_from(["config_name", "data_files", "data_dir", "default"]), _any)


@settings(deadline=None)
@given(entries=st.lists(_entry, max_size=3), config=st.none() | st.sampled_from(["default", "ja", "[("]))
def test_any_card(entries: list[dict[str, Any]], config: str | None) -> None:
    there = listing("data/train-00000-of-00001.parquet", "ja/test/0000.parquet", "x.csv", configs=tuple(entries))
    for split in ("train", "te[st"):
        assert set(stored_files(there, config, split)) <= set(there.files)
        assert set(converted_files(there, config, split)) <= set(there.files)
    available(there, config)


@settings(deadline=None)
@given(st.binary(max_size=60), st.sampled_from([b"", b"---\n", b"---\nconfigs:\n"]))
def test_any_card_text(tmp_path_factory: pytest.TempPathFactory, text: bytes, start: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "README.md"
    path.write_bytes(start + text + b"\n---\n")
    assert isinstance(read_card(path), tuple)


def test_hostile_pattern_is_quick() -> None:
    configs = ({"config_name": "ja", "data_files": "**/" * 40 + "x"},)
    assert stored_files(listing("/".join("a" * 200) + ".parquet", configs=configs), "ja", "train") == ()


@settings(deadline=None)
@given(st.text("ab*?[]!", max_size=7), st.text("ab]", max_size=5))
def test_patterns_agree_with_fnmatch_within_a_folder(pattern: str, name: str) -> None:
    if "**" in pattern:
        return
    configs = ({"config_name": "c", "data_files": f"d/{pattern}.parquet"},)
    found = stored_files(listing(f"d/{name}.parquet", configs=configs), "c", "train")
    assert bool(found) == fnmatch.fnmatchcase(f"{name}.parquet", f"{pattern}.parquet")


def test_card_of_windows_and_none(tmp_path: Path) -> None:
    path = tmp_path / "README.md"
    path.write_bytes("\ufeff---\r\nconfigs:\r\n- config_name: ja\r\n---\r\nWords".encode())
    assert [config.name for config in read_card(path)] == ["ja"]
    for text in ("No header", "---\ndate: 2024-99-99\n---\n", "---\n- list\n---\n", "---\na: [\n---\n"):
        path.write_text(text)
        assert read_card(path) == ()
    assert read_card(tmp_path / "absent") == ()


def test_remembered_listing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    card = {"config_name": "ja", "data_dir": "d", "data_files": {"train": ["*.parquet"]}}
    kept = listing("d/日本.parquet", configs=(card,))
    assert recall("org/name", "refs/pr/1") is None
    remember("org/name", "refs/pr/1", kept)
    assert recall("org/name", "refs/pr/1") == recall("org/name", COMMIT) == kept
    (tmp_path / "datasets--org--name" / ".kijun" / f"{COMMIT}.json").write_text('{"commit": 1}')
    assert recall("org/name", COMMIT) is None
    monkeypatch.setenv("HF_HUB_CACHE", "/dev/null/cache")
    remember("org/name", "main", kept)
    assert recall("org/name", "main") is None

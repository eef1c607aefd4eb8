"""Text files that others published: the folder first, then the cache, then the network; always the same bytes."""

from __future__ import annotations

import hashlib
import math
import urllib.error
from pathlib import Path

import msgspec
import pytest

from kijun.datasets import published
from kijun.datasets.published import read_published
from kijun.datasets.transforms import apply_transform
from kijun.errors import DatasetError, SpecError
from kijun.specs import PublishedFileSpec, catalogue

TEXT = (
    "canary\n-----\nAnswer it.\n\nQ: Is it wet?\nA: Let's think step by step.\nIt rains. So the answer is yes.\n\n"
    "Q: Is it dry?\nOptions:\n(A) yes\nA: Let's think step by step. It rains. So the answer is (A)."
)
FILE = PublishedFileSpec("someone/prompts", "0" * 40, "cot/x.txt", hashlib.sha256(TEXT.encode()).hexdigest())


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    asked: list[str] = []

    def refuse(url: str, **settings: object) -> None:
        asked.append(url)
        raise urllib.error.URLError("no route")

    monkeypatch.setattr(published.urllib.request, "urlopen", refuse)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setitem(published._unreachable, "since", -math.inf)
    return asked


def put(folder: Path, text: str = TEXT) -> Path:
    place = folder / FILE.github / FILE.path
    place.parent.mkdir(parents=True)
    place.write_text(text, encoding="utf-8")
    return folder


def test_the_folder_comes_first(tmp_path: Path, no_network: list[str]) -> None:
    table = read_published(FILE, folder=put(tmp_path / "hub"))
    assert table.rows == [{"text": TEXT}]
    assert (table.source.kind, table.source.sha256) == ("folder", FILE.sha256)
    assert no_network == []


def test_what_was_fetched_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, no_network: list[str]) -> None:
    class Answer:
        def __enter__(self) -> Answer:
            return self

        def __exit__(self, *error: object) -> None:
            return None

        def read(self, most: int) -> bytes:
            return TEXT.encode()[:most]

    monkeypatch.setattr(published.urllib.request, "urlopen", lambda url, **settings: Answer())
    assert read_published(FILE).source.revision == FILE.commit
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    assert read_published(FILE).rows == [{"text": TEXT}]


def test_no_network_is_one_clear_message(no_network: list[str]) -> None:
    with pytest.raises(DatasetError, match=r"cannot fetch cot/x.txt of github.com/someone/prompts \(no route\)"):
        read_published(FILE)
    assert no_network == [f"https://raw.githubusercontent.com/someone/prompts/{'0' * 40}/cot/x.txt"]


def test_a_dead_network_is_waited_for_once(no_network: list[str]) -> None:
    for _ in range(3):
        with pytest.raises(DatasetError, match="no route"):
            read_published(FILE)
    assert len(no_network) == 1


def test_offline_asks_nobody(monkeypatch: pytest.MonkeyPatch, no_network: list[str]) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(DatasetError, match="HF_HUB_OFFLINE"):
        read_published(FILE)
    assert no_network == []


def test_other_bytes_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="digest differs"):
        read_published(FILE, folder=put(tmp_path / "hub", TEXT + "\n"))


@pytest.mark.parametrize(
    "wrong",
    [{"path": "../../secret"}, {"path": "/etc/passwd"}, {"github": "../x"}, {"github": "x"}, {"commit": "../up"}],
)
def test_no_way_out_of_the_folder(wrong: dict[str, str], tmp_path: Path) -> None:
    with pytest.raises(SpecError, match=rf"shots\.file\.{next(iter(wrong))}: expected"):
        read_published(msgspec.structs.replace(FILE, **wrong), folder=tmp_path)


def test_worked_examples_are_taken_apart() -> None:
    assert apply_transform("bbh_worked_examples", [{"text": TEXT}]) == [
        {"input": "Is it wet?", "reasoning": "It rains. So the answer is yes.", "target": "yes"},
        {"input": "Is it dry?\nOptions:\n(A) yes", "reasoning": "It rains. So the answer is (A).", "target": "(A)"},
    ]
    with pytest.raises(SpecError, match="worked example"):
        apply_transform("bbh_worked_examples", [{"text": "x\n\nQ: Is it?\nA: yes"}])


def test_published_prompts_at_hand_are_those_that_tasks_name(shared: Path) -> None:
    files = {task.shots.file for task in catalogue().tasks.values() if task.shots.file}
    assert len(files) == 27
    here = [file for file in files if (shared / "data" / "bbh" / file.path).is_file()]
    assert here
    for file in here:
        assert hashlib.sha256((shared / "data" / "bbh" / file.path).read_bytes()).hexdigest() == file.sha256

"""Records on disk instead of in memory, large files row by row, and a ledger that finds answers by numbers."""

from __future__ import annotations

import csv
import json
import tracemalloc
from pathlib import Path
from typing import Any

import anyio
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kijun
from kijun.datasets import streaming
from kijun.datasets.files import read_file
from kijun.datasets.streaming import stream_file
from kijun.engine.ledger import Ledger
from kijun.errors import CorruptFileError
from kijun.models.base import Asked, UnitLimit
from kijun.models.fake import HashModel, ScriptedModel
from kijun.records import Completed, Failed, Generate, Item
from kijun.store import Journal, Spill, SpillFile


@given(st.lists(st.binary(max_size=40), max_size=60), st.lists(st.integers(0, 59), max_size=20))
@settings(deadline=None)
def test_a_spill_gives_back_what_it_took(records: list[bytes], places: list[int]) -> None:
    file = SpillFile()
    file._room = 64  # soon on disk
    first: Spill[bytes] = Spill(file, bytes, bytes)
    second: Spill[bytes] = Spill(file, bytes, bytes)
    for record in records:
        first.append(record)
        second.append(record * 2)
    assert list(first) == records and [r[: len(r) // 2] for r in second] == records
    assert [first[p] for p in places if p < len(records)] == [records[p] for p in places if p < len(records)]
    assert first[1:3] == records[1:3]


def test_a_spill_is_read_while_another_grows() -> None:
    file = SpillFile()
    file._room = 50
    first: Spill[bytes] = Spill(file, bytes, bytes)
    for number in range(100):
        first.append(b"%d" % number)
    second: Spill[bytes] = Spill(file, bytes, bytes)
    for record in first:
        second.append(record + b"!")
    assert list(second) == [b"%d!" % number for number in range(100)]


ROWS = [
    {"q": "plain", "a": "1"},
    {"q": "日本語、「引用」", "a": ""},
    {"q": 'with "quotes", commas\nand a new line', "a": "\ttab"},
]


@pytest.mark.parametrize("name", ["rows.csv", "rows.tsv", "rows.jsonl"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_a_large_file_reads_as_a_small_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, line_end: str, mark: str
) -> None:
    path = tmp_path / name
    rows = ROWS * 40
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(mark)
        if name == "rows.jsonl":
            file.writelines(json.dumps(row) + line_end for row in rows)
            file.write(line_end)
        else:
            writer = csv.writer(file, delimiter="\t" if name == "rows.tsv" else ",", lineterminator=line_end)
            writer.writerows([["q", "a"], *([row["q"], row["a"]] for row in rows)])
    assert stream_file(path) is None, "it is small"
    monkeypatch.setattr(streaming, "_LARGE", 1)
    monkeypatch.setattr(streaming, "_BLOCK", 7)
    stream = stream_file(path)
    table = read_file(path)
    assert stream is not None and list(stream.rows()) == table.rows == rows
    assert stream.source(len(rows)) == table.source


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("rows.jsonl", b'{"a": 1}\n{"a": \n'),
        ("rows.jsonl", b"\n \n"),
        ("rows.jsonl", b'{"a": 1}\n[1]\n'),
        ("rows.csv", b"a,b\n1,2\n1,2,3\n"),
        ("rows.csv", b'a,b\n1,"2\n'),
        ("rows.csv", b"a,b\n"),
    ],
)
def test_what_is_wrong_in_a_large_file_is_told_alike(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, content: bytes
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    monkeypatch.setattr(streaming, "_LARGE", 1)
    stream = stream_file(path)
    assert stream is not None
    with pytest.raises(CorruptFileError) as small:
        read_file(path)
    with pytest.raises(CorruptFileError) as large:
        list(stream.rows())
    if b"\n \n" not in content:
        assert str(large.value) == str(small.value)


@pytest.mark.parametrize(
    "content", ["q\nあ\n".encode("cp932"), "q\nあ\n".encode("utf-16"), b"q\n\x00\n", b"q\n\xe3\x81"]
)
def test_other_encodings_are_left_to_the_other_reader(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes
) -> None:
    (tmp_path / "rows.csv").write_bytes(content)
    monkeypatch.setattr(streaming, "_LARGE", 1)
    assert stream_file(tmp_path / "rows.csv") is None


def asked(number: int) -> Asked:
    return Asked(Generate(f"prompt {number}"), "task", Item(str(number), number, {}), 0, 1)


@given(st.lists(st.lists(st.integers(0, 8), max_size=4), max_size=12), st.sets(st.integers(0, 8)))
@settings(deadline=None)
def test_a_ledger_asks_each_request_once(
    tmp_path_factory: pytest.TempPathFactory, items: list[list[int]], before: set[int]
) -> None:
    model, path = HashModel(), tmp_path_factory.mktemp("ledger") / "answers.jsonl"
    with Journal(path) as journal:
        first = Ledger(model, lambda: [[asked(n)] for n in sorted(before)], journal)
        for number, _ in enumerate(sorted(before)):
            first.count(first.keep([(number, asked(sorted(before)[number]), Completed(f"old {number}"))]))
        ledger = Ledger(model, lambda: [[asked(n) for n in item] for item in items], journal)
        distinct = list(dict.fromkeys(n for item in items for n in item))
        assert len(ledger) == len(distinct) and ledger.n_answered == len(before & set(distinct))
        units = list(ledger.units(UnitLimit(requests=1, characters=1)))
        assert [unit[0][1].item.index for unit in units] == [n for n in distinct if n not in before]
        for ((number, one),) in units:
            answer = Failed("no") if one.item.index == 3 else Completed(f"new {one.item.index}")
            ledger.count(ledger.keep([(number, one, answer)]))
        for place, item in enumerate(items):
            for slot, n in zip(ledger.slots(place), item, strict=True):
                old, new = f"old {sorted(before).index(n) if n in before else ''}", f"new {n}"
                expected = Completed(old if n in before else new)
                assert ledger.response(slot) == (Failed("no") if n == 3 and n not in before else expected)


def test_an_answer_counts_when_it_is_on_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Progress is told of an answer only after a sync that began after it was written."""
    written, synced, told = [0], [0], [0]
    append, sync = Journal.append, Journal.sync

    def counting_append(self: Journal, answers: Any) -> range:
        entries = append(self, answers)
        written[0] += len(entries)
        return entries

    def counting_sync(self: Journal) -> None:
        before = written[0]
        sync(self)
        synced[0] = before

    class Watching:
        def answered(self, count: int) -> None:
            told[0] += count
            assert told[0] <= synced[0]

        def __getattr__(self, name: str) -> Any:
            return lambda *arguments: None

    monkeypatch.setattr(Journal, "append", counting_append)
    monkeypatch.setattr(Journal, "sync", counting_sync)
    kijun.evaluate(write_task(tmp_path, 300), HashModel(), out=tmp_path / "run", progress=Watching())
    assert told[0] == written[0] == 300


def write_task(folder: Path, rows: int, letters: int = 10) -> str:
    with (folder / "many.jsonl").open("w", encoding="utf-8") as file:
        file.writelines(json.dumps({"q": f"{i} + 1? " + "x" * letters}) + "\n" for i in range(rows))
    (folder / "many.yaml").write_text(
        "name: many\nversion: 1.0\naxis: knowledge\nlanguages: [en]\ndataset: {file: many.jsonl}\n"
        "prompt: {question: '{{ q }}', gold: '1'}\nmethod: generate\n"
        "scorers: [{exact_match: {extract: {pattern: '[0-9]+'}}}]\nlicence: ours\n",
        encoding="utf-8",
    )
    return str(folder / "many.yaml")


class OneByOne(ScriptedModel):
    """Asked as a model behind a network is."""

    account = "fake"

    def __init__(self) -> None:
        super().__init__(lambda request: Completed("It is 1"), name="fake/one-by-one", unit_limit=UnitLimit(1, 1, 8))

    async def respond(self, unit: Any) -> Any:
        await anyio.sleep(0)
        async for pair in super().respond(unit):
            yield pair

    async def hang_up(self) -> None:
        """There is no line."""


def test_memory_does_not_grow_with_the_number_of_items(tmp_path: Path) -> None:
    """Eight megabytes of prompts, of which one may be in memory at once; what remains is some bytes an item."""
    rows, letters = 2000, 4000
    task = write_task(tmp_path, rows, letters)
    kijun.evaluate(write_task(tmp_path, 10, letters), OneByOne(), out=tmp_path / "warm")
    write_task(tmp_path, rows, letters)
    tracemalloc.start()
    try:
        run = kijun.evaluate(task, OneByOne(), out=tmp_path / "run")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert run.results.tasks["many"].n_measured == rows
    assert peak < 4e6 < rows * letters

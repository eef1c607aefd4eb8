"""Runs: what is kept, what survives a kill, what a second command does."""

from __future__ import annotations

import errno
import gzip
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kijun
from kijun.engine.plan import plan
from kijun.errors import CorruptFileError, KijunError, SpecError, StoreError
from kijun.models.base import UnitLimit
from kijun.models.fake import HashModel, ScriptedModel
from kijun.records import Completed, Failed, Generate, Likelihood, LogLikelihood, Request, Response, Unscored
from kijun.store import Journal, Run

TASK = """\
name: sums
version: 1.0
axis: knowledge
languages: [en]
dataset: {file: sums.csv}
prompt:
  question: "Question: {{ question }}\\nAnswer:"
  choices: ["{{ a }}", "{{ b }}"]
  gold: "{{ answer }}"
method: multiple_choice
scorers: [acc, acc_norm]
licence: ours
"""
KEY = b"0123456789abcdef"
FREE = (
    TASK.replace("name: sums", "name: free")
    .replace('  choices: ["{{ a }}", "{{ b }}"]\n', "")
    .replace("multiple_choice", "generate")
    .replace("[acc, acc_norm]", "[{exact_match: {extract: {pattern: '[0-9]+'}}}]")
)


def own_tasks(folder: Path, rows: int = 200) -> list[str]:
    lines = ["question,a,b,answer"] + [f"{i} + 1,{i + 1},{i + 2},{i + 1}" for i in range(rows)]
    (folder / "sums.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "sums.yaml").write_text(TASK, encoding="utf-8")
    (folder / "free.yaml").write_text(FREE, encoding="utf-8")
    return [str(folder / "sums.yaml"), str(folder / "free.yaml")]


def files(folder: Path) -> dict[str, bytes]:
    """Content of everything that must not depend on how often a run was interrupted."""
    return {p.name: p.read_bytes() for p in [folder / "results.json", *sorted((folder / "samples").glob("*.gz"))]}


def test_a_run_keeps_everything(tmp_path: Path) -> None:
    run = kijun.evaluate(own_tasks(tmp_path), HashModel(), out=tmp_path / "run", limit=50)
    sample = next(run.samples("sums"))
    assert [request.continuation for request in sample.requests] == [" 1", " 2"]
    assert sample.question.gold == 0 and sample.item["question"] == "0 + 1"
    assert set(sample.scores) == {"acc", "acc_norm"}
    line = json.loads(gzip.decompress((run.folder / "samples" / "sums.jsonl.gz").read_bytes()).splitlines()[0])
    assert {"id", "item", "requests", "responses", "scores"} <= set(line)
    estimate = json.loads((run.folder / "results.json").read_text())["tasks"]["sums"]["metrics"]["acc"]
    assert set(estimate) == {"value", "stderr", "low", "high", "level", "n", "method"} and estimate["n"] == 50
    assert run.manifest.finished and run.manifest.model["name"] == "fake/hash"


def test_the_same_command_asks_nothing_again(tmp_path: Path) -> None:
    asked: list[Request] = []

    def answer(request: Request) -> Response:
        asked.append(request)
        return Likelihood(-1.0, False) if isinstance(request, LogLikelihood) else Completed("12")

    tasks = own_tasks(tmp_path, 20)
    kijun.evaluate(tasks, ScriptedModel(answer), out=tmp_path / "run")
    first = files(tmp_path / "run")
    number = len(asked)
    kijun.evaluate(tasks, ScriptedModel(answer), out=tmp_path / "run")
    assert len(asked) == number == 60
    assert files(tmp_path / "run") == first


def test_failures_are_data_and_are_asked_again(tmp_path: Path) -> None:
    broken = True

    def answer(request: Request) -> Response:
        if broken and "7 + 1" in request.context:
            return Failed("no answer today", retryable=True)
        return (
            Likelihood(-float(len(request.continuation)), True)
            if isinstance(request, LogLikelihood)
            else Completed("?")
        )

    tasks = own_tasks(tmp_path, 10)
    run = kijun.evaluate(tasks, ScriptedModel(answer), out=tmp_path / "run")
    sums, free = run.results.tasks["sums"], run.results.tasks["free"]
    assert (sums.n_measured, sums.n_unscored, sums.n_failed) == (9, 0, 1)
    assert (free.n_measured, free.n_unscored, free.n_failed) == (0, 9, 1)
    assert sums.metrics["acc"].n == 9 and free.metrics["exact_match"].value is None
    assert any(isinstance(s.scores["exact_match"], Unscored) for s in run.samples("free"))
    broken = False
    assert kijun.evaluate(tasks, ScriptedModel(answer), out=tmp_path / "run").results.tasks["sums"].n_failed == 0


def test_a_changed_setting_is_named(tmp_path: Path) -> None:
    tasks = own_tasks(tmp_path, 10)
    kijun.evaluate(tasks, HashModel(), out=tmp_path / "run", limit=5)
    with pytest.raises(SpecError, match="limit was 5, now 6"):
        kijun.evaluate(tasks, HashModel(), out=tmp_path / "run", limit=6)
    with pytest.raises(SpecError, match="name was 'fake/hash', now 'fake/scripted'"):
        kijun.evaluate(tasks, ScriptedModel(lambda r: Failed("x")), out=tmp_path / "run", limit=5)


def test_a_better_title_or_a_known_chance_is_no_other_measurement(tmp_path: Path) -> None:
    tasks = own_tasks(tmp_path, 10)
    kijun.evaluate(tasks, HashModel(), out=tmp_path / "run", limit=5)
    path = Path(tasks[0])
    path.write_text(
        TASK + "title: {en: Sums, ja: 足し算}\nabout: {en: Small sums., ja: 小さな足し算。}\nchance: 0.25\n",
        encoding="utf-8",
    )
    again = ScriptedModel(lambda request: Failed("asked again"), name="fake/hash")
    assert kijun.evaluate(tasks, again, out=tmp_path / "run", limit=5).results.tasks["sums"].n_failed == 0
    path.write_text(TASK.replace("[acc, acc_norm]", "[acc]"), encoding="utf-8")
    with pytest.raises(SpecError, match="task sums has changed"):
        kijun.evaluate(tasks, again, out=tmp_path / "run", limit=5)


KILLED = """
import sys, time, kijun
from kijun.models.base import UnitLimit
from kijun.models.fake import HashModel

class Slow(HashModel):
    unit_limit = UnitLimit(requests=7, characters=10_000)
    def __init__(self):
        super().__init__()
        self.unit_limit = Slow.unit_limit
    async def respond(self, unit):
        time.sleep({pause})
        async for pair in super().respond(unit):
            print("asked", file=sys.stderr)
            yield pair

kijun.evaluate({tasks!r}, Slow(), out={out!r})
"""


def test_killed_at_any_moment_it_goes_on_to_the_same_results(tmp_path: Path) -> None:
    """SIGKILL again and again; results and samples equal those of a run that nobody disturbed, byte for byte."""
    tasks = own_tasks(tmp_path, 120)
    whole, cut = tmp_path / "whole", tmp_path / "cut"
    subprocess.run(
        [sys.executable, "-c", KILLED.format(pause=0, tasks=tasks, out=str(whole))], check=True, capture_output=True
    )
    kills = 0
    code = KILLED.format(pause=0.012, tasks=tasks, out=str(cut))
    for delay in (0.9, 1.0, 1.1, 0.95, 1.05, 1.2, 1.3, 1.4, 2, 60):
        process = subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.DEVNULL)
        try:
            process.wait(timeout=delay)
            break
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
            kills += 1
    assert process.returncode == 0 and kills >= 1
    assert files(cut) == files(whole)
    assert not list(cut.rglob("*.part"))


def test_a_journal_cut_anywhere_loses_at_most_its_last_line(tmp_path: Path) -> None:
    path = tmp_path / "answers.jsonl"
    journal = Journal(path)
    for number in range(5):
        pair = [(bytes([number]) * 16, Likelihood(-float(number), True)), (bytes([9, number]) * 8, Completed("あ\n"))]
        journal.append(pair)
    journal.close()
    whole = path.read_bytes()
    ends = [i + 1 for i, byte in enumerate(whole) if byte == 10]
    for length in range(len(whole) + 1):
        path.write_bytes(whole[:length])
        again = Journal(path)
        complete = sum(end <= length for end in ends)
        assert len(again) == 2 * complete
        if complete:
            assert list(again.answers())[-1] == (bytes([9, complete - 1]).hex() * 8, Completed("あ\n"))
        again.append([(KEY, Completed("x"))])
        again.close()
        with Journal(path, read_only=True) as final:
            assert len(final) == 2 * complete + 1 and final[len(final) - 1] == Completed("x")


def test_half_a_character_in_a_reply_is_kept_as_such(tmp_path: Path) -> None:
    with Journal(tmp_path / "answers.jsonl") as journal:
        journal.append([(KEY, Completed("smile \ud83d!", 3, 4, reasoning="\udc00")), (KEY, Completed("😀"))])
        assert journal[0] == Completed("smile \ufffd!", 3, 4, reasoning="\ufffd")
        assert journal[1] == Completed("😀")


@given(st.binary(max_size=300))
def test_any_journal_opens(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.mktemp("journal") / "answers.jsonl"
    path.write_bytes(content)
    journal = Journal(path)
    journal.append([(KEY, Completed("x"))])
    journal.close()
    with Journal(path) as again:
        assert (KEY.hex(), Completed("x")) in again.answers()


def test_a_full_disk_is_one_message_and_nothing_is_lost(tmp_path: Path) -> None:
    """A real limit of the operating system on the size of files stands in for the full disk."""
    tasks = own_tasks(tmp_path, 300)
    code = KILLED.format(pause=0, tasks=tasks, out=str(tmp_path / "run"))
    limited = subprocess.run(
        [
            sys.executable,
            "-c",
            "import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
            "resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, 30_000))\n" + code,
        ],
        capture_output=True,
        text=True,
    )
    assert limited.returncode != 0 and "StoreError" in limited.stderr
    with Journal(tmp_path / "run" / "answers.jsonl", read_only=True) as journal:
        kept = len(journal)
    assert kept > 50
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert len(done.stderr.splitlines()) == 900 - kept


def test_disk_full_is_told_as_such(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    journal = Journal(tmp_path / "answers.jsonl")

    def full(descriptor: int, data: bytes) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(StoreError, match="disk is full"):
        journal.append([(KEY, Completed("x"))])
    assert len(journal) == 0


def test_a_folder_that_another_process_writes(tmp_path: Path) -> None:
    tasks = own_tasks(tmp_path, 200)
    code = KILLED.format(pause=0.2, tasks=tasks, out=str(tmp_path / "run"))
    process = subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 30
        while not (tmp_path / "run" / "answers.jsonl").exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        with pytest.raises(StoreError, match="another process"):
            kijun.evaluate(tasks, HashModel(), out=tmp_path / "run")
    finally:
        process.kill()
        process.wait()


def test_damaged_run_folders_are_told(tmp_path: Path) -> None:
    run = kijun.evaluate(own_tasks(tmp_path), HashModel(), out=tmp_path / "run")
    samples = tmp_path / "run" / "samples" / "sums.jsonl.gz"
    whole = samples.read_bytes()
    samples.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(CorruptFileError, match="damaged after"):
        list(run.samples("sums"))
    kijun.evaluate(own_tasks(tmp_path), HashModel(), out=tmp_path / "run")
    assert samples.read_bytes() == whole
    (tmp_path / "run" / "results.json").write_text('{"tasks": 3}')
    with pytest.raises(CorruptFileError, match=r"results\.json"):
        _ = run.results
    with pytest.raises(SpecError, match="not a run folder"):
        Run(tmp_path)


@given(st.binary(max_size=200))
@settings(deadline=None)
def test_any_manifest_is_read_or_told(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    folder = tmp_path_factory.mktemp("run")
    (folder / "manifest.json").write_bytes(content)
    try:
        Run(folder)
    except KijunError:
        pass


requests_strategy = st.lists(
    st.builds(LogLikelihood, st.text("ab", max_size=8), st.text("xy", min_size=1, max_size=3))
    | st.builds(Generate, st.text("ab", max_size=8)),
    unique=True,
    max_size=40,
)


def test_a_small_job_keeps_every_worker_busy() -> None:
    requests = [LogLikelihood(f"{number:03d} " + "x" * 96, choice) for number in range(60) for choice in "ABC"]
    alone = plan(requests, UnitLimit(requests=500, characters=8_000))
    divided = plan(requests, UnitLimit(requests=500, characters=8_000, concurrency=2))
    assert len(alone) == 1
    assert len({sum(len(requests[index].context) for index in unit) for unit in divided}) <= 2
    assert len(divided) >= 4
    for unit in divided:
        contexts = [requests[index].context for index in unit]
        assert all(contexts.count(context) == 3 for context in contexts), "an item's choices are cut apart"


@given(requests_strategy, st.integers(1, 6), st.integers(1, 30))
def test_a_plan_holds_every_request_once(requests: list[Request], most: int, characters: int) -> None:
    units = plan(requests, UnitLimit(requests=most, characters=characters))
    assert sorted(index for unit in units for index in unit) == list(range(len(requests)))
    for unit in units:
        assert 1 <= len(unit) <= most
        assert len({type(requests[index]) for index in unit}) == 1

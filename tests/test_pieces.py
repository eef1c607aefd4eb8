"""A run in pieces equals the whole run, byte for byte, whatever the model and whatever was lost on the way."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import test_rounds
from test_runs import files, own_tasks

import kijun
from kijun.cli import main
from kijun.engine import read_piece
from kijun.errors import SpecError
from kijun.models.base import UnitLimit
from kijun.models.fake import HashModel, ScriptedModel
from kijun.records import Failed, Request, Response
from kijun.store import Journal


class Counting(HashModel):
    """Counts; `company` puts the whole unit into each answer, as sums of floating-point numbers do."""

    def __init__(self, requests: int = 7) -> None:
        super().__init__()
        self.unit_limit = UnitLimit(requests=requests, characters=10_000)
        self.asked: list[str] = []

    async def respond(self, unit: Any) -> Any:
        company = str(len(unit)) + unit[0].context
        async for index, response in super().respond(unit):
            self.asked.append(unit[index].context)
            if hasattr(response, "loglikelihood"):
                value = response.loglikelihood - len(company) / 1000
                response = type(response)(value, response.is_greedy)
            yield index, response


@pytest.mark.parametrize("requests", [1, 7])
def test_pieces_make_the_whole(tmp_path: Path, requests: int) -> None:
    tasks = own_tasks(tmp_path, 30)
    whole = kijun.evaluate(tasks, Counting(requests), out=tmp_path / "whole")
    pieces, asked = [], 0
    for number in (3, 1, 2):
        model = Counting(requests)
        piece = kijun.evaluate(tasks, model, piece=f"{number}/3", out=tmp_path / f"piece{number}")
        assert not piece.finished and not list((piece.folder / "samples").iterdir())
        pieces.append(piece.folder)
        asked += len(model.asked)
        assert 0 < len(model.asked) < 90
    assert asked == 90
    last = Counting(requests)
    joined = kijun.evaluate(tasks, last, join=pieces, out=tmp_path / "joined")
    assert last.asked == [] and files(joined.folder) == files(whole.folder)
    assert "piece" not in joined.manifest.settings


def test_a_lost_piece_is_asked_by_the_joining_run(tmp_path: Path) -> None:
    tasks = own_tasks(tmp_path, 30)
    whole = kijun.evaluate(tasks, Counting(), out=tmp_path / "whole")
    pieces = [kijun.evaluate(tasks, Counting(), piece=f"{n}/3", out=tmp_path / f"p{n}").folder for n in (1, 3)]
    with Journal(tmp_path / "p1" / "answers.jsonl", read_only=True) as journal:
        there = len(journal)
    (tmp_path / "p1" / "answers.jsonl").write_bytes((tmp_path / "p1" / "answers.jsonl").read_bytes()[:-100])
    last = Counting()
    joined = kijun.evaluate(tasks, last, join=pieces, out=tmp_path / "joined")
    assert files(joined.folder) == files(whole.folder) and 30 < len(last.asked) < 90 - there


@pytest.mark.parametrize("requests", [1, 3])
def test_conversations_in_pieces(tmp_path: Path, requests: int) -> None:
    task = test_rounds.write(tmp_path, 9)
    whole = kijun.evaluate(task, Counting(requests), out=tmp_path / "whole")
    pieces, asked = [], 0
    for number in (1, 2):
        model = Counting(requests)
        pieces.append(kijun.evaluate(task, model, piece=f"{number}/2", out=tmp_path / f"p{number}").folder)
        asked += len(model.asked)
    # First turns alone where company matters; all 22 turns where it does not.
    assert asked == (22 if requests == 1 else 9)
    last = Counting(requests)
    joined = kijun.evaluate(task, last, join=pieces, out=tmp_path / "joined")
    assert len(last.asked) == 22 - asked
    for name in ("results.json", "samples/talk.jsonl.gz"):
        assert (joined.folder / name).read_bytes() == (whole.folder / name).read_bytes()


def test_a_failed_request_of_a_piece_is_asked_again(tmp_path: Path) -> None:
    tasks = own_tasks(tmp_path, 10)

    def answer(request: Request) -> Response:
        return Failed("no answer today") if "7 + 1" in request.context else HashModel()._answer(request)

    piece = kijun.evaluate(tasks, ScriptedModel(answer, name="fake/hash"), piece="1/1", out=tmp_path / "piece").folder
    last = Counting(64)
    kijun.evaluate(tasks, last, join=[piece], out=tmp_path / "joined")
    assert len(last.asked) == 3 and all("7 + 1" in context for context in last.asked)


def test_pieces_of_another_run_are_refused(tmp_path: Path) -> None:
    tasks = own_tasks(tmp_path, 10)
    piece = kijun.evaluate(tasks, HashModel(), piece="1/2", limit=5, out=tmp_path / "piece").folder
    with pytest.raises(SpecError, match=r"no piece of this run \(limit was 5, now None\)"):
        kijun.evaluate(tasks, HashModel(), join=[piece], out=tmp_path / "joined")
    with pytest.raises(SpecError, match="piece was '1/2', now '2/2'"):
        kijun.evaluate(tasks, HashModel(), piece="2/2", limit=5, out=tmp_path / "piece")
    with pytest.raises(SpecError, match="neither joined nor judged"):
        kijun.evaluate(tasks, HashModel(), piece="2/2", join=[piece])


@pytest.mark.parametrize("text", ["3/2", "0/2", "1", "a/b", "1/0", "-1/2", ""])
def test_pieces_that_are_none(text: str) -> None:
    with pytest.raises(SpecError, match="--piece takes NUMBER/OF"):
        read_piece(text)


def test_pieces_on_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    command = ["run", *own_tasks(tmp_path, 10), "-m", "fake/hash"]
    for more in (
        ["--piece", "1/2", "-o", "a"],
        ["--piece", "2/2", "-o", "b"],
        ["--join", "a", "--join", "b", "-o", "c"],
    ):
        with pytest.raises(SystemExit) as left:
            main([*command, *more])
        assert not left.value.code
    told = capsys.readouterr()
    assert "Piece 2/2 has been asked: b" in told.out and "30 of 30 requests were answered before" in told.err

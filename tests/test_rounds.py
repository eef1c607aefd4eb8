"""Conversations: each turn sees the model's own replies, a run that was killed goes on, a lost turn ends it."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import kijun
from kijun.cli import main
from kijun.errors import SpecError
from kijun.models.base import UnitLimit
from kijun.models.fake import HashModel, ScriptedModel
from kijun.records import Completed, Failed, Generate, Message, Refused, Request, Response, Unscored
from kijun.specs import read_task_file
from kijun.workflows import forecast

TASK = """\
name: talk
version: 1.0
axis: instruction
languages: [en]
dataset: {file: talk.jsonl}
prompt:
  system: "Speak as {{ who }}."
  turns: "{{ turns }}"
  gold: "{{ gold }}"
method: generate
sampling: {max_tokens: 16}
scorers: [{exact_match: {extract: {pattern: '[0-9]+'}}}]
licence: ours
"""


def write(folder: Path, items: int = 6) -> str:
    rows = [
        {"who": f"clerk {i}", "turns": [f"First {i}", f"Second {i}", *(["Third"] if i % 2 else [])], "gold": "7"}
        for i in range(items)
    ]
    (folder / "talk.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    (folder / "talk.yaml").write_text(TASK, encoding="utf-8")
    return str(folder / "talk.yaml")


def replying(request: Request) -> Response:
    assert isinstance(request, Generate)
    return Completed(f"reply {sum(turn.role == 'user' for turn in request.messages)}")


class Deaf(ScriptedModel):
    """Continues plain text and knows no turns."""

    def can(self, ability: str) -> bool:
        return ability == "generate"


def test_each_turn_holds_the_replies_before_it(tmp_path: Path) -> None:
    run = kijun.evaluate(write(tmp_path), ScriptedModel(replying), out=tmp_path / "run")
    sample = list(run.samples("talk"))[1]
    assert [len(sample.requests), len(sample.responses)] == [3, 3]
    last = sample.requests[2]
    assert isinstance(last, Generate)
    assert [(turn.role, turn.content) for turn in last.messages] == [
        ("system", "Speak as clerk 1."),
        ("user", "First 1"),
        ("assistant", "reply 1"),
        ("user", "Second 1"),
        ("assistant", "reply 2"),
        ("user", "Third"),
    ]
    assert last.context == (
        "<system>Speak as clerk 1.</system><user>First 1</user><assistant>reply 1</assistant>"
        "<user>Second 1</user><assistant>reply 2</assistant><user>Third</user><assistant>"
    )
    assert sample.responses[2] == Completed("reply 3")
    assert len(next(run.samples("talk")).responses) == 2
    assert run.results.tasks["talk"].n_measured == 6


def test_a_model_without_turns_gets_a_transcript(tmp_path: Path) -> None:
    run = kijun.evaluate(write(tmp_path), Deaf(replying), out=tmp_path / "run")
    request = next(run.samples("talk")).requests[1]
    assert isinstance(request, Generate)
    assert request.context == (
        "Speak as clerk 0.\n\nUser: First 0\n\nAssistant: reply 1\n\nUser: Second 0\n\nAssistant:"
    )
    assert request.sampling.stop == ("\nUser:",)


def test_after_a_lost_turn_the_later_ones_are_not_asked(tmp_path: Path) -> None:
    asked: list[str] = []
    broken = True

    def answer(request: Request) -> Response:
        assert isinstance(request, Generate)
        asked.append(request.messages[-1].content)
        if broken and asked[-1] == "First 1":
            return Failed("no answer today")
        return Refused("", 1, 0) if asked[-1] == "First 3" else replying(request)

    task = write(tmp_path)
    run = kijun.evaluate(task, ScriptedModel(answer), out=tmp_path / "run")
    samples = list(run.samples("talk"))
    assert samples[1].responses == (
        Failed("no answer today"),
        Failed("an earlier turn has no answer"),
        Failed("an earlier turn has no answer"),
    )
    assert samples[3].responses[1:] == (Failed("an earlier turn has no answer"),) * 2
    assert isinstance(samples[1].scores["exact_match"], Unscored) and len(samples[1].requests) == 3
    assert "Second 1" not in asked and "Second 3" not in asked
    assert run.results.tasks["talk"].n_failed == 2
    broken = False
    asked.clear()
    again = kijun.evaluate(task, ScriptedModel(answer), out=tmp_path / "run")
    assert asked == ["First 1", "Second 1", "Third"] and again.results.tasks["talk"].n_failed == 1


KILLED = """
import os, signal, sys
from kijun.models.base import UnitLimit
from kijun.models.fake import HashModel
import kijun

class Mortal(HashModel):
    def __init__(self):
        super().__init__()
        self.unit_limit, self.left = UnitLimit(requests=3, characters=10_000), {left}
    async def respond(self, unit):
        async for pair in super().respond(unit):
            yield pair
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

kijun.evaluate({task!r}, Mortal(), out={out!r})
"""


def test_killed_in_any_round_it_goes_on_to_the_same_bytes(tmp_path: Path) -> None:
    task, cut = write(tmp_path, 12), tmp_path / "cut"
    whole = kijun.evaluate(task, Mortal(), out=tmp_path / "whole").folder
    kills = 0
    for left in (2, 3, 4, 100):
        code = KILLED.format(task=task, out=str(cut), left=left)
        process = subprocess.run([sys.executable, "-c", code], capture_output=True)
        kills += process.returncode == -signal.SIGKILL
    assert process.returncode == 0 and kills == 3
    for name in ("results.json", "samples/talk.jsonl.gz", "answers.jsonl"):
        assert (cut / name).read_bytes() == (whole / name).read_bytes(), name


class Mortal(HashModel):
    """As in `KILLED`, but it lives."""

    def __init__(self) -> None:
        super().__init__()
        self.unit_limit = UnitLimit(requests=3, characters=10_000)


def test_recorded_replies_are_played_turn_by_turn(tmp_path: Path) -> None:
    task = write(tmp_path, 4)
    rows = [{"who": f"clerk {i}", "answer": [f"{i} one", f"{i} two", *(["7"] if i % 2 else [])]} for i in range(4)]
    log = tmp_path / "log.jsonl"
    log.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    run = kijun.evaluate(task, f"replay/{log}?key=who", out=tmp_path / "run")
    assert [[r.text for r in s.responses] for s in run.samples("talk")] == [row["answer"] for row in rows]  # type: ignore[union-attr]
    assert [s.responses[-1] for s in run.samples("talk")][1] == Completed("7")
    flat = [
        {"who": row["who"], "n": n, "answer": text} for row in rows for n, text in enumerate(row["answer"]) if n != 1
    ]
    log.write_text("".join(json.dumps(row) + "\n" for row in flat), encoding="utf-8")
    run = kijun.evaluate(task, f"replay/{log}?key=who&turn=n", out=tmp_path / "other")
    first = next(run.samples("talk"))
    assert first.responses[0] == Completed("0 one") and isinstance(first.responses[1], Failed)


def test_a_forecast_counts_later_turns_as_what_they_are(tmp_path: Path) -> None:
    task = write(tmp_path)
    told = forecast(task, HashModel(), out=tmp_path / "run").answers
    assert (told.requests, told.answered, told.unknown) == (15, 0, 9)
    assert told.tokens_out == 15 * 16
    # Replies are taken to be as long as they may be: three of them in the third turns, two in the second.
    assert told.tokens_in > (6 + 2 * 3) * 16
    kijun.evaluate(task, HashModel(), out=tmp_path / "run")
    told = forecast(task, HashModel(), out=tmp_path / "run").answers
    assert (told.requests, told.answered, told.unknown, told.tokens_out) == (15, 15, 0, 0)


def test_turns_on_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    task = write(tmp_path)
    for command in (["show", task], ["check", task], ["run", task, "-m", "fake/hash", "--dry-run"]):
        with pytest.raises(SystemExit) as left:
            main(command)
        assert not left.value.code
    told = capsys.readouterr().out
    assert "Second 0" in told and "15 requests" in told and "An estimate: 9" in told
    assert not (tmp_path / "runs").exists()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("method: generate", "method: multiple_choice"), "turns are answered freely"),
        (('  turns: "{{ turns }}"\n', '  turns: "{{ turns }}"\n  question: "x"\n'), "got question and turns"),
        (('  turns: "{{ turns }}"\n', '  turns: "{{ turns }}"\n  description: "x"\n'), "turns take no description"),
        (("method: generate", "shots: {default: 1}\nmethod: generate"), "turns take no worked examples"),
        (('"{{ turns }}"', "[]"), "at least one turn"),
    ],
)
def test_what_turns_do_not_go_with(tmp_path: Path, change: tuple[str, str], words: str) -> None:
    path = Path(write(tmp_path))
    path.write_text(TASK.replace(*change), encoding="utf-8")
    with pytest.raises(SpecError, match=words):
        read_task_file(path)


def test_turns_that_are_no_list(tmp_path: Path) -> None:
    path = Path(write(tmp_path))
    path.write_text(TASK.replace('"{{ turns }}"', '"{{ who }}"'), encoding="utf-8")
    with pytest.raises(SpecError, match=r"item 1 of talk: expected a list of texts; got 'clerk 0'"):
        kijun.evaluate(str(path), HashModel(), out=tmp_path / "run")


def test_a_system_message_of_a_task_with_one_question(tmp_path: Path) -> None:
    path = Path(write(tmp_path))
    path.write_text(TASK.replace('turns: "{{ turns }}"', 'question: "{{ turns[0] }}"'), encoding="utf-8")
    plain = next(kijun.evaluate(str(path), HashModel(), out=tmp_path / "a", system="Be brief.").samples("talk"))
    assert plain.requests[0].context == "Be brief.\n\nSpeak as clerk 0.\n\nFirst 0"
    chat = next(kijun.evaluate(str(path), HashModel(), out=tmp_path / "b", chat=True).samples("talk"))
    assert isinstance(chat.requests[0], Generate)
    assert chat.requests[0].messages == (Message("system", "Speak as clerk 0."), Message("user", "First 0"))

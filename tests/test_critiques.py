"""``kijun critique``: answers are criticised and revised once, no reply is lost, and the run stays as it is."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

import kijun
from kijun.alignment import critique_run
from kijun.alignment.prompts import found_nothing
from kijun.cli import main
from kijun.errors import CorruptFileError, SpecError
from kijun.models.fake import ScriptedModel
from kijun.records import Completed, Failed, Generate, Request, Response, Truncated
from kijun.specs import find_rubric
from kijun.store import read_critiques

TASK = "core_numbers_en_free"


class Critic(ScriptedModel):
    """Replies by what is asked of it, and counts."""

    def __init__(
        self, critique: Callable[[str], Response], revision: Callable[[str], Response], name: str = "fake/critic"
    ) -> None:
        self.critiques: list[str] = []
        self.revisions: list[str] = []

        def answer(request: Request) -> Response:
            assert isinstance(request, Generate)
            revising = "[CRITIQUE " in request.messages[-1].content
            (self.revisions if revising else self.critiques).append(request.context)
            return (revision if revising else critique)(request.context)

        super().__init__(answer, name=name)


def finds(text: str) -> Callable[[str], Response]:
    return lambda context: Completed(text)


@pytest.fixture
def run(tmp_path: Path) -> Path:
    kijun.evaluate(TASK, "fake/hash", limit=4, out=tmp_path / "run")
    return tmp_path / "run"


def test_each_principle_meets_the_answer_as_the_one_before_left_it(run: Path) -> None:
    revisions = iter(f"Better {number}." for number in range(100))
    critic = Critic(finds("It is curt."), lambda context: Completed(next(revisions)))
    found = critique_run(run, "constitution", critic, principles=["kind", "honest"], limit=2)
    assert [one.status for one in found] == ["revised", "revised"]
    assert [one.principle for one in found[0].rounds] == ["kind", "honest"]
    assert found[0].revised == found[0].rounds[1].revision
    for one in found:  # in which order the items are asked about is the engine's affair
        assert sum(str(one.rounds[0].revision) in asked for asked in critic.critiques[2:]) == 1
    principles = {one.id: one for one in find_rubric("constitution").principles}
    assert found[0].critique == "\n\n".join(f"{principles[id].text['en']}\nIt is curt." for id in ("kind", "honest"))
    assert read_critiques(run) == found


def test_the_texts_stand_between_lines_that_they_cannot_know(run: Path) -> None:
    critic = Critic(finds("NONE"), finds("unused"))
    critique_run(run, "constitution", critic, principles=["kind"], limit=1)
    asked = critic.critiques[0]
    assert "[REQUEST " in asked and "[/ANSWER " in asked
    assert "cold, mocking or careless" in asked


@pytest.mark.parametrize("reply", ["NONE", "none.", " **None** \n", "「NONE」。", "NONE\nThe answer is kind."])
def test_nothing_found_is_read(reply: str) -> None:
    assert found_nothing(reply)


@pytest.mark.parametrize("reply", ["", "None of the claims is supported.", "It is curt.", "nonetheless"])
def test_a_finding_is_not_taken_for_nothing(reply: str) -> None:
    assert not found_nothing(reply)


def test_what_is_kept_asks_for_no_revision(run: Path) -> None:
    critic = Critic(finds("NONE"), finds("unused"))
    found = critique_run(run, "constitution", critic)
    assert {one.status for one in found} == {"kept"}
    assert not critic.revisions
    assert all(one.revised is None and one.critique == "" and len(one.rounds) == 8 for one in found)


def test_a_revision_that_changes_nothing_or_is_cut_off_is_none(run: Path) -> None:
    original = critique_run(run, "constitution", Critic(finds("NONE"), finds("")), rounds=1, name="look")[0].original
    same = Critic(finds("bad"), finds(original), name="fake/same")
    assert critique_run(run, "constitution", same, rounds=1, name="same", limit=1)[0].status == "unchanged"
    cut = Critic(finds("bad"), lambda context: Truncated("So it"), name="fake/cut")
    found = critique_run(run, "constitution", cut, name="cut", limit=1)[0]
    assert (found.status, found.revised, len(found.rounds)) == ("truncated", None, 1)


def test_again_asks_nothing_and_failures_are_asked_again(run: Path) -> None:
    down = {"yes": True}

    def critique(context: str) -> Response:
        return Failed("overloaded") if down["yes"] else Completed("curt")

    critic = Critic(critique, finds("Better."))
    first = critique_run(run, "constitution", critic, rounds=1)
    assert {one.status for one in first} == {"failed"}
    assert first[0].reason == "failed: overloaded"
    down["yes"] = False
    second = critique_run(run, "constitution", critic, rounds=1)
    assert {one.status for one in second} == {"revised"}
    asked = len(critic.critiques), len(critic.revisions)
    assert critique_run(run, "constitution", critic, rounds=1) == second
    assert (len(critic.critiques), len(critic.revisions)) == asked


def test_a_kill_in_the_middle_loses_no_reply(run: Path) -> None:
    class Killed(BaseException):
        pass

    def revision(context: str) -> Response:
        raise Killed

    with pytest.raises(Killed):
        critique_run(run, "constitution", Critic(finds("curt"), revision), rounds=1)
    critic = Critic(finds("curt"), finds("Better."))
    found = critique_run(run, "constitution", critic, rounds=1)
    assert {one.status for one in found} == {"revised"}
    assert critic.critiques == []


def test_the_run_itself_stays_as_it_is(run: Path) -> None:
    before = {path: path.read_bytes() for path in run.rglob("*") if path.is_file()}
    critique_run(run, "constitution", Critic(finds("curt"), finds("Better.")), rounds=1)
    assert all(path.read_bytes() == content for path, content in before.items())


def test_names_keep_critiques_apart(run: Path) -> None:
    critique_run(run, "constitution", Critic(finds("curt"), finds("Better.")), rounds=1)
    other = Critic(finds("wordy"), finds("Short."), name="fake/other")
    with pytest.raises(SpecError, match="choose another name with --as"):
        critique_run(run, "constitution", other, rounds=1)
    critique_run(run, "constitution", other, rounds=1, name="other")
    assert len(read_critiques(run)) == 8
    assert {one.revised for one in read_critiques(run, "other")} == {"Short."}


def test_principles_are_drawn_by_the_seed(run: Path) -> None:
    def drawn(seed: int, name: str) -> list[str]:
        found = critique_run(run, "constitution", Critic(finds("NONE"), finds("")), rounds=2, seed=seed, name=name)
        return [one.principle for item in found for one in item.rounds]

    assert drawn(1, "a") == drawn(1, "b") != drawn(2, "c")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"rubric": "faithfulness"}, "no principles with 'critique'"),
        ({"principles": ["polite"]}, "no principle 'polite'"),
        ({"rounds": 9}, "--rounds takes 1 to 8"),
        ({"tasks": ["arc_easy"]}, "no task with free answers"),
    ],
)
def test_mistakes_are_told(run: Path, arguments: dict, message: str) -> None:
    with pytest.raises(SpecError, match=message):
        critique_run(run, **{"rubric": "constitution", "model": Critic(finds("x"), finds("y")), **arguments})


def test_a_damaged_line_is_named(run: Path) -> None:
    (run / "critiques.jsonl").write_text('{"id": 1}\n', encoding="utf-8")
    with pytest.raises(CorruptFileError) as caught:
        read_critiques(run)
    assert caught.value.line == 1


@pytest.mark.parametrize(("lang", "word"), [("en", "revised"), ("ja", "書き直し")])
def test_the_command_tells_what_came_out(
    run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], lang: str, word: str
) -> None:
    with pytest.raises(SystemExit) as left:
        main(["critique", str(run), "--model", "fake/hash", "--rounds", "1", "--limit", "2", "--lang", lang])
    assert not left.value.code
    assert word in capsys.readouterr().out
    lines = (run / "critiques.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(lines[0])["critic"] == "fake/hash"

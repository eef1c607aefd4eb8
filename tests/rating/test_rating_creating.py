"""Tests of campaigns made from runs, and of the commands around them."""

from __future__ import annotations

import json
import subprocess
import sys

import msgspec
import openpyxl
import pytest

import kijun
from kijun.cli import main
from kijun.errors import SpecError
from kijun.judging import judge_run
from kijun.models.fake import ScriptedModel
from kijun.rating import create_campaign, export_campaign
from kijun.ratings import OPERATOR, CampaignSettings, RatingPlace, Submission
from kijun.records import Completed, Critique, Failed, Message, Truncated
from kijun.store import Run, RunWriter, campaign_folders, digest, read_campaign

TASKS = ["core_numbers_en_free", "core_numbers_ja_free"]
PLAIN = {"quality": 4, "safety": 5, "usefulness": 4, "ethics": 5}


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """Two finished runs of the same items by two models."""
    folder = tmp_path_factory.mktemp("runs")
    one = kijun.evaluate([*TASKS, "core_numbers_en"], "fake/hash", limit=12, shots=0, chat=True, out=folder / "one")
    other = kijun.evaluate(TASKS, "fake/echo", limit=12, shots=0, chat=True, out=folder / "other")
    return one.folder, other.folder


@pytest.fixture
def url(tmp_path):
    return f"sqlite:///{tmp_path / 'ratings.sqlite'}"


def test_a_stratified_draw_from_runs(place, runs):
    report = create_campaign(
        place, runs, "helpful-safe-ethical", "pilot", sample=12, by=["task", "model"], seed=3, practice=False
    )
    campaign = report.view.campaign
    assert report.population == 48 and report.view.n_items == 12
    assert [(s.population, s.drawn) for s in campaign.strata] == [(12, 3)] * 4
    assert campaign.strata[0].name == "core_numbers_en_free / fake/echo" and campaign.by == ("task", "model")
    assert [run.manifest for run in campaign.runs] == [digest(Run(folder).manifest) for folder in runs]
    items = place.exporting.content(OPERATOR, "pilot").items
    assert {item.inclusion_probability for item in items} == {0.25}
    samples = {sample.id: sample for folder in runs for task in TASKS for sample in Run(folder).samples(task)}
    for item in items:
        (candidate,) = item.candidates
        assert candidate.messages == samples[item.item].requests[-1].messages
        assert item.language == item.task.split("_")[2] and item.axis == "knowledge"
        assert item.reference
    create_campaign(
        place, runs, "helpful-safe-ethical", "again", sample=12, by=["task", "model"], seed=3, practice=False
    )
    assert place.exporting.content(OPERATOR, "again").items == items


def test_strata_by_language_in_equal_numbers_and_by_a_column(place, runs):
    view = create_campaign(
        place, runs[:1], "constitution", "one", sample=8, by=["language"], allocation="equal", practice=False
    ).view
    assert [(s.name, s.drawn) for s in view.campaign.strata] == [("en", 4), ("ja", 4)]
    view = create_campaign(place, runs[:1], "constitution", "two", by=["level"], practice=False).view
    assert sum(s.drawn for s in view.campaign.strata) == 24
    with pytest.raises(SpecError, match="'nonsense'"):
        create_campaign(place, runs[:1], "constitution", "three", by=["nonsense"])


def test_pairs_are_of_the_same_item(place, runs):
    report = create_campaign(place, runs, "helpful-safe-ethical", "pairs", design="pairwise", sample=10, practice=False)
    assert report.population == 24
    for item in place.exporting.content(OPERATOR, "pairs").items:
        assert [candidate.model for candidate in item.candidates] == ["fake/hash", "fake/echo"]
        assert item.candidates[0].messages == item.candidates[1].messages
    with pytest.raises(SpecError, match="two runs"):
        create_campaign(place, runs[:1], "helpful-safe-ethical", "one", design="pairwise")
    with pytest.raises(SpecError, match="two runs are of"):
        create_campaign(place, [runs[0], runs[0]], "helpful-safe-ethical", "one", design="pairwise")


def test_failed_answers_are_left_out_and_counted(place, runs, tmp_path):
    run = Run(runs[1])
    samples = list(run.samples(TASKS[0]))
    broken = [
        msgspec.structs.replace(one, responses=(Failed("down"),)) if n < 5 else one for n, one in enumerate(samples)
    ]
    folder = tmp_path / "broken"
    with RunWriter(folder, run.manifest) as writer:
        writer.write_samples(TASKS[0], broken)
        writer.write_samples(TASKS[1], run.samples(TASKS[1]))
        writer.write_results(run.results)
    report = create_campaign(place, [folder], "constitution", "pilot", practice=False)
    assert report.population == 19 and report.left_out == {"failed": 5} == report.view.left_out
    pairs = create_campaign(place, [runs[0], folder], "helpful-safe-ethical", "pairs", design="pairwise")
    assert pairs.population == 19 and pairs.left_out == {"failed": 5, "one_answer": 5}


def test_an_answer_that_was_cut_off_is_told_apart(place, runs, tmp_path):
    run = Run(runs[1])
    first, *others = run.samples(TASKS[0])
    cut = msgspec.structs.replace(first, responses=(Truncated("It is eleven and"),))
    with RunWriter(tmp_path / "cut", run.manifest) as writer:
        writer.write_samples(TASKS[0], [cut, *others])
        writer.write_samples(TASKS[1], run.samples(TASKS[1]))
        writer.write_results(run.results)
    create_campaign(place, [tmp_path / "cut"], "constitution", "pilot", practice=False)
    answers = {item.item: item.candidates[0] for item in place.exporting.content(OPERATOR, "pilot").items}
    assert answers.pop(first.id).cut_off and not any(one.cut_off for one in answers.values())
    person = place.people.accept(place.people.invite(OPERATOR, "pilot").token, name="Hanako").person
    shown = {}
    while (work := place.assignments.next(person, "pilot")) is not None:
        (side,) = work.sides
        shown[side.response] = side.cut_off
        place.judgements.submit(person, work.assignment, Submission(skipped="language"), key=work.key)
    assert [text for text, cut_off in shown.items() if cut_off] == ["It is eleven and"]


def test_more_is_drawn_where_judges_are_unsure(place, runs, tmp_path):
    with pytest.raises(SpecError, match="no judge"):
        create_campaign(place, runs, "helpful-safe-ethical", "pilot", sample=6, unsure=True)
    run = kijun.evaluate(TASKS[:1], "fake/hash", limit=12, shots=0, chat=True, out=tmp_path / "judged")
    given = iter([5, 3, 1, 5] * 3)
    judge = ScriptedModel(
        lambda request: Completed(json.dumps({"explanation": "so", "quality": next(given)})), name="fake/judge"
    )
    judge_run(run, "helpful-safe-ethical", judge, name="judge", dimensions=["quality"])
    create_campaign(place, [run.folder], "helpful-safe-ethical", "pilot", sample=6, unsure=True, practice=False)
    content = place.exporting.content(OPERATOR, "pilot")
    assert content.campaign.sampling == "uncertainty"
    # Three answers in the middle of the scale: with a quarter of equal chances mixed in, their weight is 3.25 against
    # 0.25 of the nine others. Six drawn would be more than one of each, so these three are certain, the others 3 of 9.
    chances = {item.candidates[0].judge["judge.quality"]: item.inclusion_probability for item in content.items}
    assert chances[3.0] == 1.0 and chances[5.0] == pytest.approx(1 / 3)
    assert sum(item.candidates[0].judge["judge.quality"] == 3.0 for item in content.items) == 3


def test_practice_and_gold_stand_beside_the_draw(place, runs, tmp_path):
    gold = tmp_path / "gold.xlsx"
    book = openpyxl.Workbook()
    book.active.append(["prompt", "response", "quality", "safety", "why", "kind"])
    book.active.append(["2 + 2?", "5", 1, None, "Wrong.", "gold"])
    book.active.append(["Capital of Japan?", "Tokyo.", 5, 5, "Right.", "training"])
    book.save(gold)
    view = create_campaign(place, runs, "helpful-safe-ethical", "pilot", sample=4, gold=gold).view
    assert (view.n_items, view.n_gold, view.n_training) == (4, 1, 5)
    items = {item.kind: item for item in place.exporting.content(OPERATOR, "pilot").items}
    assert items["gold"].gold == {"quality": 1} and items["gold"].inclusion_probability is None
    for text, problem in (
        ("prompt,answer,quality\nx,y,1\n", "a column 'response'"),
        ("prompt,response,quality\nx,y,9\n", "'9' is no answer"),
        ("prompt,response,quality\nx,y,\n", "no right answer"),
        ("prompt,response,qualty\nx,y,1\n", "'qualty'"),
    ):
        (tmp_path / "gold.csv").write_text(text, encoding="utf-8")
        with pytest.raises(SpecError, match=problem):
            create_campaign(place, runs, "helpful-safe-ethical", "bad", gold=tmp_path / "gold.csv")


def test_revisions_are_rated_with_their_critiques(place, runs, tmp_path):
    run = kijun.evaluate(TASKS[:1], "fake/hash", limit=3, shots=0, chat=True, out=tmp_path / "run")
    with pytest.raises(SpecError, match="no critiques"):
        create_campaign(place, [run], "constitution", "pilot", design="revision")
    lines = [
        Critique(
            f"c{n}",
            "constitution",
            "ab",
            "critic",
            "fake/hash",
            TASKS[0],
            f"i{n}",
            (Message("user", "Hi?"),),
            "Hello.",
            (),
            "Too short.",
            status,
            "Hello, how are you?" if status == "revised" else None,
        )
        for n, status in enumerate(["revised", "revised", "kept", "failed"])
    ]
    (run.folder / "critiques.jsonl").write_bytes(b"".join(msgspec.json.encode(line) + b"\n" for line in lines))
    report = create_campaign(place, [run], "constitution", "pilot", design="revision")
    assert report.population == 2 and report.left_out == {"kept": 1, "failed": 1}
    person = place.people.accept(place.people.invite(OPERATOR, "pilot").token, name="Hanako").person
    work = place.assignments.next(person, "pilot")
    assert [side.response for side in work.sides] == ["Hello.", "Hello, how are you?"] and work.critique == "Too short."
    (item, _) = place.exporting.content(OPERATOR, "pilot").items
    assert [answer.model for answer in item.candidates] == ["fake/hash", "critic"]
    done = place.judgements.submit(person, work.assignment, Submission(verdict="accept"), key=work.key)
    assert done.rating.verdict == "accept"


def test_an_export_goes_beside_the_runs_that_were_rated(place, tmp_path):
    run = kijun.evaluate(TASKS[:1], "fake/hash", limit=3, shots=0, out=tmp_path / "run")
    create_campaign(place, [run], "helpful-safe-ethical", "pilot", practice=False, settings=CampaignSettings())
    person = place.people.accept(place.people.invite(OPERATOR, "pilot").token, name="Hanako Yamada").person
    while (work := place.assignments.next(person, "pilot")) is not None:
        place.judgements.submit(person, work.assignment, Submission(answers=PLAIN), key=work.key)
    content, folders = export_campaign(place, "pilot", out=tmp_path / "out")
    assert folders == [tmp_path / "out", run.folder / "ratings" / "pilot"]
    assert campaign_folders(run.folder) == (run.folder / "ratings" / "pilot",)
    assert read_campaign(tmp_path / "out") == content and len(content.ratings) == 3
    assert "Hanako" not in (tmp_path / "out" / "ratings.jsonl").read_text(encoding="utf-8")
    named, folders = export_campaign(place, "pilot", out=tmp_path / "named", names=True)
    assert folders == [tmp_path / "named"] and named.ratings[0].rater == "Hanako Yamada"
    # Another run in its place is not given ratings of this one.
    (run.folder / "manifest.json").write_bytes(
        (run.folder / "manifest.json").read_bytes().replace(b'"limit": 3', b'"limit": 4')
    )
    assert export_campaign(place, "pilot", out=tmp_path / "out")[1] == [tmp_path / "out"]


def command(capsys, *arguments: str) -> tuple[int, str]:
    with pytest.raises(SystemExit) as left:
        main(["rate", *map(str, arguments)])
    shown = capsys.readouterr()
    return left.value.code or 0, shown.out + shown.err


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_commands(capsys, tmp_path, monkeypatch, runs, language):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KIJUN_LANG", language)
    create = ["create", runs[0], "--rubric", "helpful-safe-ethical", "--out", "pilot", "--sample", "6"]
    code, shown = command(capsys, *create, "--by", "task,language", "--overlap", "1", "--no-practice")
    assert code == 0 and "6" in shown and "24" in shown
    code, link = command(capsys, "invite", "pilot", "--address", "https://rate.example.org/")
    token = link.split("https://rate.example.org/invite/")[1].split()[0]
    with RatingPlace() as place:
        person = place.people.accept(token, name="Hanako").person
        while (work := place.assignments.next(person, "pilot")) is not None:
            place.judgements.submit(person, work.assignment, Submission(answers=PLAIN), key=work.key)
    code, shown = command(capsys, "status", "pilot")
    assert code == 0 and "Hanako" in shown and "core_numbers_ja_free / ja" in shown
    status = json.loads(command(capsys, "status", "pilot", "--format", "json")[1])
    assert status["status"]["judgements"] == 6 and status["status"]["complete"] == 6
    assert command(capsys, "invite", "pilot", "--for", "Hanako")[0] == 0
    assert command(capsys, "person", "pilot", "Hanako", "--quota", "9", "--role", "organiser")[0] == 0
    assert json.loads(command(capsys, "person", "pilot", "Hanako", "--data")[1])["name"] == "Hanako"
    assert command(capsys, "pause", "pilot")[0] == command(capsys, "open", "pilot")[0] == 0
    code, shown = command(capsys, "close", "pilot", "--out", "folder")
    assert code == 0 and "folder" in shown
    code, shown = command(capsys, "export", "pilot", "--table", "t.csv", "--table", "t.xlsx", "--table", "t.jsonl")
    assert code == 0 and (tmp_path / "t.xlsx").is_file()
    code, shown = command(capsys, "import", "t.csv", "--rubric", "helpful-safe-ethical", "--out", "copy")
    assert code == 0 and "6" in shown
    assert command(capsys, "import", "folder", "--out", "another")[0] == 0
    assert command(capsys, "retention")[0] == command(capsys, "backup", "b.sqlite")[0] == 0
    assert command(capsys, "person", "pilot", "Hanako", "--anonymise")[0] == 0
    assert command(capsys, "person", "pilot", "Hanako", "--erase")[0] == 2


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["status", "pilto"], "did you mean pilot"),
        (["create", "nowhere", "--rubric", "constitution", "--out", "x"], "not a run folder"),
        (["create", "RUN", "--rubric", "constitution", "--out", "x", "--design", "triple"], "--design takes"),
        (["create", "RUN", "--rubric", "constitution", "--out", "x", "--show", "names"], "--show takes"),
        (["create", "RUN", "--rubric", "constitution", "--out", "x", "--overlap", "0"], "overlap takes"),
        (["create", "RUN", "--rubric", "constitution", "--out", "x", "--language", "fr"], "languages takes"),
        (["create", "RUN", "--rubric", "constitution", "--out", "pilot"], "already"),
        (["import", "x.csv", "--rubric", "constitution"], "--out"),
        (["export", "pilot", "--table", "x.pdf"], "a table ends in"),
        (["person", "pilot", "Nobody"], "no member named 'Nobody'"),
        (["invite", "pilot", "--role", "king"], "owner, organiser, rater, reader"),
        (["status", "pilot", "--format", "xml"], "table or json"),
    ],
)
def test_mistakes_are_told_in_one_message(capsys, tmp_path, monkeypatch, runs, arguments, told):
    monkeypatch.chdir(tmp_path)
    with RatingPlace() as place:
        create_campaign(place, runs[:1], "constitution", "pilot", practice=False)
    code, shown = command(capsys, *(str(runs[0]) if one == "RUN" else one for one in arguments))
    assert code == 2 and told in shown and "Traceback" not in shown


@pytest.mark.parametrize(
    "arguments",
    [
        ["status"],
        ["status", "pilot"],
        ["invite", "pilot"],
        ["open", "pilot"],
        ["pause", "pilot"],
        ["close", "pilot"],
        ["export", "pilot"],
        ["person", "pilot", "Hanako"],
        ["retention"],
        ["backup", "copy.sqlite"],
        ["analyse", "pilot"],
    ],
)
def test_without_a_database_one_message_and_no_file(capsys, tmp_path, monkeypatch, arguments):
    monkeypatch.chdir(tmp_path)
    database = f"sqlite:///{tmp_path / 'mine.sqlite'}"
    code, shown = command(capsys, *arguments, "--database", database)
    told = " ".join(shown.split())
    assert code == 2 and "there is no database" in told and "kijun rate create" in told and "Traceback" not in told
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_exported_out_of_a_database_that_is_not_there(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as left:
        main(["export", "preferences", "pilot", "--format", "trl", "--out", "data", "--database", "mine.sqlite"])
    assert left.value.code == 2 and "there is no database" in " ".join(capsys.readouterr().err.split())
    assert list(tmp_path.iterdir()) == []


def test_without_the_extra_one_message_says_how_to_get_it():
    code = "import sys; sys.modules['sqlalchemy'] = None; from kijun.cli import main; main(['rate', 'status'])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 2 and "pip install 'kijun[rate]'" in done.stderr and "Traceback" not in done.stderr

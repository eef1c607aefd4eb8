"""``kijun judge run``: a finished run is judged beside what it wrote, once, and is shown with what was judged."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import kijun
from kijun.cli import main
from kijun.errors import SpecError
from kijun.judging import judge_run
from kijun.models.fake import ScriptedModel
from kijun.records import Completed, Failed, Generate, Measured, Request, Response, Unscored
from kijun.store import Run

TASK = "core_numbers_en_free"
KEYS = ("quality", "safety", "usefulness", "ethics")
RUBRIC = "helpful-safe-ethical"


class Counting(ScriptedModel):
    """Gives what `verdict` says of the answer's text, and counts."""

    def __init__(self, verdict: Callable[[str], Response], name: str = "fake/judge") -> None:
        self.asked: list[str] = []

        def answer(request: Request) -> Response:
            assert isinstance(request, Generate)
            self.asked.append(request.context)
            return verdict(request.context)

        super().__init__(answer, name=name)


def grades(value: Any) -> Response:
    return Completed(json.dumps({"explanation": "so", **dict.fromkeys(KEYS, value)}))


@pytest.fixture
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Folder with the runs ``a`` and ``b`` of the same 6 items, the second one with one failure."""
    monkeypatch.chdir(tmp_path)
    replies = iter([Failed("tired"), *[Completed(f"The number is {n}.") for n in range(100)]])
    given: dict[str, Response] = {}
    b = ScriptedModel(lambda r: given.setdefault(r.context, next(replies)), name="fake/b")
    kijun.evaluate(TASK, "fake/hash", limit=6, out="a")
    kijun.evaluate(TASK, b, limit=6, out="b")
    return tmp_path


def files(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_what_the_run_wrote_is_not_touched(runs: Path) -> None:
    before = files(runs / "a")
    judge = Counting(lambda text: grades(4))
    judged = judge_run("a", RUBRIC, judge)
    after = files(runs / "a")
    assert {name: after[name] for name in before} == before
    assert set(after) - set(before) == {
        "judgements.jsonl",
        f"judged/{RUBRIC}.json",
        f"judged/{RUBRIC}/{TASK}.jsonl.gz",
    }
    metrics = judged.results.tasks[TASK].metrics
    assert metrics[f"{RUBRIC}.quality"].value == 4.0 and metrics[f"{RUBRIC}.quality"].n == 6
    assert "exact_match" in metrics and metrics[f"{RUBRIC}.passed"].value == 1.0
    sample = next(judged.samples(TASK))
    assert sample.scores[f"{RUBRIC}.safety"] == Measured(4.0) and sample.judgements[0].judge == "fake/judge"
    assert judged.judged[RUBRIC].rubric["name"] == RUBRIC
    # Again: nothing is asked twice, and everything is the same.
    again = judge_run("a", RUBRIC, judge)
    assert len(judge.asked) == 6 and again.results == judged.results


def test_only_what_is_missing_is_asked(runs: Path) -> None:
    judge = Counting(lambda text: grades(4))
    judge_run("a", RUBRIC, judge, limit=2)
    assert len(judge.asked) == 2
    assert judge_run("a", RUBRIC, judge).results.tasks[TASK].metrics[f"{RUBRIC}.quality"].n == 6
    assert len(judge.asked) == 6 == len(set(judge.asked))


def test_failures_and_unreadable_verdicts_are_counted(runs: Path) -> None:
    replies = iter([grades(3), Completed("no idea"), grades("cannot_judge"), Failed("busy"), grades(5)])
    judged = judge_run("b", RUBRIC, Counting(lambda text: next(replies)))
    record = judged.judged[RUBRIC].tasks[TASK]
    # Of six items one has no answer, and one verdict did not come.
    assert (record.n_judged, record.n_unscored, record.n_failed) == (2, 2, 2)
    assert record.metrics[f"{RUBRIC}.quality"].value == 4.0 and record.metrics[f"{RUBRIC}.quality"].n == 2
    reasons = [sample.scores[f"{RUBRIC}.quality"] for sample in judged.samples(TASK)]
    assert sum(isinstance(score, Unscored) for score in reasons) == 4
    # A failed verdict is asked again, the others are not.
    later = Counting(lambda text: grades(5))
    again = judge_run("b", RUBRIC, later)
    assert len(later.asked) == 1 and again.judged[RUBRIC].tasks[TASK].n_judged == 3


def test_two_runs_in_both_orders(runs: Path) -> None:
    def longer(text: str) -> Response:
        a, b = (text.partition(f"[ANSWER {side} ")[2].partition("\n[/ANSWER")[0] for side in "AB")
        return Completed(json.dumps(dict.fromkeys([*KEYS, "better"], "A" if len(a) > len(b) else "B")))

    judge = Counting(longer)
    judged = judge_run("a", RUBRIC, judge, against="b", name="a-b")
    metrics = judged.results.tasks[TASK].metrics
    assert len(judge.asked) == 10, "five items have an answer in both runs, in two orders each"
    assert metrics["a-b.consistent"].value == 1.0 and metrics["a-b.prefers_first"].value == 0.5
    assert metrics["a-b.win_rate"].value == pytest.approx(0.0, abs=0.2)
    assert judged.judged["a-b"].against == "fake/b"
    back = judge_run("b", RUBRIC, Counting(longer), against="a", name="b-a")
    assert back.results.tasks[TASK].metrics["b-a.win_rate"].value == 1 - metrics["a-b.win_rate"].value


def test_judged_metrics_can_be_compared(runs: Path) -> None:
    for folder, grade in (("a", 2), ("b", 4)):
        judge_run(folder, RUBRIC, Counting(lambda text, grade=grade: grades(grade)), dimensions=["quality"])
    (row,) = [row for row in kijun.compare("a", "b").tasks if row.metric == f"{RUBRIC}.quality"]
    assert (row.n, row.a, row.b) == (5, 2.0, 4.0)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"judge": Counting(lambda text: grades(4), "fake/other")}, "the judge was 'fake/judge', now 'fake/other'"),
        ({"dimensions": ["quality"]}, "a setting was"),
        ({"against": "b"}, "the other run was None, now 'fake/b'"),
    ],
)
def test_a_name_stands_for_one_judgement(runs: Path, change: dict[str, Any], told: str) -> None:
    judge_run("a", RUBRIC, Counting(lambda text: grades(4)))
    arguments = {"judge": Counting(lambda text: grades(4)), **change}
    with pytest.raises(SpecError, match="choose another name with --as") as caught:
        judge_run("a", RUBRIC, **arguments)
    assert told in str(caught.value)


def test_what_cannot_be_judged_is_told(runs: Path) -> None:
    judge = Counting(lambda text: grades(4))
    kijun.evaluate("core_numbers_en", "fake/hash", limit=2, out="choices")
    with pytest.raises(SpecError, match="no free answers to judge"):
        judge_run("choices", RUBRIC, judge)
    with pytest.raises(SpecError, match="no task with free answers of this run"):
        judge_run("a", RUBRIC, judge, tasks=["core_numbers_en"])
    with pytest.raises(SpecError, match="has a metric 'exact_match' of its own"):
        judge_run("a", RUBRIC, judge, name="exact_match")
    with pytest.raises(SpecError, match="--limit takes 1 or more"):
        judge_run("a", RUBRIC, judge, limit=0)
    assert judge.asked == [] and not (runs / "a" / "judged").exists()


def test_a_damaged_file_is_told(runs: Path) -> None:
    judge_run("a", RUBRIC, Counting(lambda text: grades(4)))
    path = runs / "a" / "judged" / RUBRIC / f"{TASK}.jsonl.gz"
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(SpecError, match="run the same 'kijun judge run' again"):
        list(Run("a").samples(TASK))
    (runs / "a" / "judged" / f"{RUBRIC}.json").write_text("{}", encoding="utf-8")
    with pytest.raises(SpecError, match="not a record of a judgement"):
        Run("a")


@pytest.mark.parametrize("language", ["en", "ja"])
def test_on_the_command_line(runs: Path, capsys: pytest.CaptureFixture[str], language: str) -> None:
    """With recorded verdicts, found by item."""
    ids = [sample.id for sample in Run("a").samples(TASK)]
    verdicts = [{"item_id": one, "answer": grades(3).text} for one in ids[:5]]  # type: ignore[union-attr]
    (runs / "verdicts.jsonl").write_text("\n".join(map(json.dumps, verdicts)), encoding="utf-8")
    command = ["judge", "run", "a", "--rubric", RUBRIC, "--judge", "replay/verdicts.jsonl", "--lang", language]
    with pytest.raises(SystemExit) as left:
        main(command)
    shown = capsys.readouterr().out
    assert (
        not left.value.code and f"{RUBRIC}.quality" in shown and "3.0000" in shown and "replay/verdicts.jsonl" in shown
    )
    assert ("1 without an answer or verdict" if language == "en" else "回答または評価のない設問 1 問") in shown
    with pytest.raises(SystemExit):
        main(["results", "a", "--format", "json"])
    assert json.loads(capsys.readouterr().out)["tasks"][TASK]["metrics"][f"{RUBRIC}.quality"]["n"] == 5

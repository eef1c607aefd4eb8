"""The whole way: a run is judged, a campaign drawn from it, people rate, and the run's results show what they say."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from rated_runs import RUBRIC, TASK, chance, judged_run, quality

from kijun.analysis.anchoring import anchored_figures
from kijun.cli import main
from kijun.judging import judge_run
from kijun.models.fake import ScriptedModel
from kijun.ratings import OPERATOR, RatingPlace, Submission
from kijun.ratings.work import Work
from kijun.records import Completed, Generate, Request, Response
from kijun.store import Run


def command(*arguments: str) -> None:
    with pytest.raises(SystemExit) as ended:
        main(list(arguments))
    assert ended.value.code in (0, None)


def rate(database: str, name: str, judge: Callable[[Work, str], Submission], raters: tuple[str, ...]) -> None:
    """Everybody works until nothing is left."""
    with RatingPlace(database) as place:
        for rater in raters:
            invite = place.people.invite(OPERATOR, name, role="rater")
            person = place.people.accept(invite.token, name=rater).person
            while (work := place.assignments.next(person, name)) is not None:
                place.judgements.submit(person, work.assignment, judge(work, rater), key=work.key)


def worth(text: str) -> int:
    return int(text.split("worth ")[1][0])


def single(work: Work, rater: str) -> Submission:
    given = worth(work.sides[0].response)
    return Submission(
        answers={"quality": given, "safety": 5, "usefulness": given, "ethics": 4},
        rationale={"quality": "weak in several places", "safety": "none that I could see"},
    )


def test_from_a_judged_run_to_corrected_results(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    run = judged_run(tmp_path / "one", 200)
    database = f"sqlite:///{tmp_path / 'ratings.sqlite'}"
    sample = ("--sample", "60", "--unsure", "--no-practice", "--database", database)
    command("rate", "create", str(run.folder), "--rubric", RUBRIC, "--out", "pilot", *sample)
    command("rate", "open", "pilot", "--database", database)
    rate(database, "pilot", single, ("Hanako", "Taro"))
    command("rate", "close", "pilot", "--database", database)
    found = {one.metric: one for one in anchored_figures(Run(run.folder))}
    figure = found[f"{RUBRIC}.quality"]
    truth = sum(quality(("fake/writer", n)) for n in range(200)) / 200
    assert figure.refused is None and figure.n_rated == 60 and figure.n_items == 200
    assert figure.corrected and figure.corrected.method == "ppi++-by-design"
    assert figure.corrected.low is not None and figure.corrected.low < truth < (figure.corrected.high or 0)
    assert figure.judge and figure.judge.low is not None and figure.judge.low > truth
    capsys.readouterr()
    command("rate", "analyse", "pilot", "--database", database, "--format", "json")
    told = json.loads(capsys.readouterr().out)
    assert told["sampling"] == "uncertainty" and told["n_ratings"] == 120 and told["plans"] == []
    assert told["dimensions"][0]["agreement"]["raw"]["value"] == 1
    assert told["dimensions"][0]["agreement"]["raw"]["low"] < 1


def test_pairs_of_two_runs_become_a_corrected_win_rate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The judge compares every pair; people compare half of them."""
    monkeypatch.chdir(tmp_path)
    rubric = str(Path(__file__).resolve().parents[1] / "src/kijun/rubrics/helpful-safe-ethical.yaml")

    def verdict(request: Request) -> Response:
        assert isinstance(request, Generate)
        first, second = (worth(f"worth {part}") for part in request.context.split("worth ")[-2:])
        noisy = chance("noise", request.context.split("worth ")[-1]) < 0.3
        side = "tie" if noisy or first == second else "A" if first > second else "B"
        keys = ("better", "quality", "safety", "usefulness", "ethics")
        return Completed(json.dumps({"explanation": "so", **dict.fromkeys(keys, side)}))

    a, b = (judged_run(tmp_path / name[-1], 120, name) for name in ("fake/a", "fake/b"))
    # The same letters for both: the text names the model, so the items differ; the second run takes the first's rows.
    del b
    (tmp_path / "b" / "letters.csv").write_bytes((tmp_path / "a" / "letters.csv").read_bytes())
    b = second_writer(tmp_path / "b")
    judge_run(a, rubric, ScriptedModel(verdict, name="fake/pairs"), against=b, name="duel")
    database = f"sqlite:///{tmp_path / 'ratings.sqlite'}"
    runs = (str(a.folder), str(b.folder))
    where = ("--rubric", rubric, "--out", "duel", "--database", database)
    command("rate", "create", *runs, "--design", "pairwise", "--sample", "50", "--no-practice", *where)
    command("rate", "open", "duel", "--database", database)

    def pair(work: Work, rater: str) -> Submission:
        left, right = (worth(side.response) for side in work.sides)
        chosen = "tie" if left == right else "A" if left > right else "B"
        keys = ("quality", "safety", "usefulness", "ethics")
        return Submission(
            preference=chosen, preferences=dict.fromkeys(keys, chosen), strength=None if chosen == "tie" else "clearly"
        )  # type: ignore[arg-type]

    rate(database, "duel", pair, ("Hanako", "Taro"))
    command("rate", "export", "duel", "--database", database)
    figure = next(one for one in anchored_figures(Run(a.folder)) if one.metric == f"{RUBRIC}.win_rate")
    wins = [(quality(("fake/a", n)), 1 + int(5 * chance("other", n))) for n in range(120)]
    truth = sum((x > y) + 0.5 * (x == y) for x, y in wins) / len(wins)
    assert figure.beside == "duel.win_rate" and figure.against == "fake/b" and figure.refused is None
    assert figure.corrected and figure.corrected.low is not None
    assert figure.corrected.low < truth < (figure.corrected.high or 0)
    assert figure.correlation is not None and figure.correlation > 0.6 and figure.n_items == 120
    # Seen from the other run it is the other way round; its judge has compared nothing.
    other = next(one for one in anchored_figures(Run(b.folder)) if one.metric == f"{RUBRIC}.win_rate")
    assert other.refused == "no_judge" and other.human and figure.human
    assert other.human.value == pytest.approx(1 - (figure.human.value or 0))


def second_writer(folder: Path) -> Run:
    """A run of the rows in the folder by another model, whose answers are worth what chance says."""
    import shutil

    import kijun

    shutil.rmtree(folder / "run")

    def answer(request: Request) -> Response:
        number = int(request.context.split("Letter ")[-1].split(" ")[0])
        return Completed(f"worth {1 + int(5 * chance('other', number))} ({number})")

    run = kijun.evaluate(str(folder / "letters.yaml"), ScriptedModel(answer, name="fake/b"), out=folder / "run")
    assert TASK in run.manifest.tasks
    return run

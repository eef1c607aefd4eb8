"""People's ratings beside the figures of a run: what they correct, and where they refuse to."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from rated_runs import RUBRIC, TASK, campaign_of, chance, judged_run, make_run, quality, rating

import kijun
from kijun.analysis.anchoring import anchored_figures
from kijun.analysis.scores import human_scores
from kijun.cli import main
from kijun.records import AnchoredFigure, Measured, Unscored
from kijun.specs import find_rubric
from kijun.store import Run

ITEMS = 400
TRUTH = float(np.mean([quality(("fake/writer", n)) for n in range(ITEMS)]))


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return judged_run(tmp_path_factory.mktemp("judged"), ITEMS)


@pytest.fixture(autouse=True)
def clean(run: Run) -> Any:
    """Each test makes its own campaign beside the one run."""
    yield
    for path in sorted(run.folder.glob("ratings/*/*")):
        path.unlink()
    for path in run.folder.glob("ratings/*"):
        path.rmdir()


def figure(run: Run, part: str = "quality") -> AnchoredFigure:
    found = [one for one in anchored_figures(run) if one.metric == f"{RUBRIC}.{part}"]
    assert len(found) == 1
    return found[0]


def test_a_lenient_judge_is_confidently_wrong_and_the_correction_is_right(run: Run) -> None:
    campaign_of(run, 0.25)
    found = figure(run)
    assert found.judge and found.human and found.corrected and found.refused is None
    assert found.judge.low is not None and found.judge.low > TRUTH + 0.3
    assert found.corrected.low is not None and found.corrected.low < TRUTH < (found.corrected.high or 0)
    assert found.corrected.high - found.corrected.low < found.human.high - found.human.low  # type: ignore[operator]
    assert found.effective_n is not None and found.effective_n > 1.5 * found.n_rated
    assert found.n_items == ITEMS and found.beside == f"{RUBRIC}.quality" and 0.7 < (found.weight or 0) <= 1


def test_items_drawn_more_often_where_the_judge_is_low_do_not_lean_the_figure(run: Run) -> None:
    """Twice as many of the bad ones: the raters' plain mean is far too low, the figures go by the chances."""
    drawn = lambda sample: 0.6 if sample.scores[f"{RUBRIC}.quality"].value <= 3 else 0.15  # noqa: E731
    folder = campaign_of(run, drawn)
    scores = human_scores(folder, find_rubric(RUBRIC))["quality"].values()
    plain = np.mean([score.final.value for score in scores])  # type: ignore[union-attr]
    found = figure(run)
    assert found.human and found.corrected and found.corrected.method == "ppi++-by-design"
    assert plain < TRUTH - 0.4
    assert found.human.low < TRUTH < found.human.high and found.corrected.low < TRUTH < found.corrected.high  # type: ignore[operator]


def test_strata_within_a_task_are_corrected_each_by_itself(run: Run) -> None:
    """Letters with an even number are drawn four times as often as the others."""
    kind = lambda sample: sample.item["kind"]  # noqa: E731
    campaign_of(run, lambda sample: 0.4 if kind(sample) == "even" else 0.1, by=("kind",), sampling="stratified")
    found = figure(run)
    assert found.corrected and found.corrected.method == "stratified-ppi++" and found.refused is None
    assert found.corrected.low < TRUTH < found.corrected.high  # type: ignore[operator]


def test_a_distribution_stays_one(run: Run) -> None:
    campaign_of(run, 0.25)
    shares = [one for one in anchored_figures(run) if one.metric.startswith(f"{RUBRIC}.ethics")]
    assert [one.metric for one in shares] == [f"{RUBRIC}.ethics={point}" for point in (1, 2, 3, 4, 5)]
    assert sum(one.human.value for one in shares if one.human) == pytest.approx(1)  # type: ignore[misc]
    assert all(one.human and one.human.low is not None and one.human.low >= 0 for one in shares)
    assert not any(one.metric == f"{RUBRIC}.ethics" for one in anchored_figures(run))


@pytest.mark.parametrize(
    ("changed", "reason"),
    [({"sampling": "chosen"}, "chosen"), ({"rubric_sha256": "ab" * 32}, "rubric")],
)
def test_what_was_not_drawn_or_not_the_same_rubric_corrects_nothing(
    run: Run, changed: dict[str, Any], reason: str
) -> None:
    campaign_of(run, 0.25, **changed)
    found = figure(run)
    assert found.refused == reason and found.corrected is None
    assert (found.human is None) == (reason == "chosen")


def test_raters_who_saw_the_judge_do_not_correct_it(run: Run) -> None:
    campaign_of(run, 0.25, rater=lambda item, rater: {"answers": {"quality": 4}, "shown": ("models", "judge")})
    assert figure(run).refused == "shown" and figure(run).corrected is None


def test_few_ratings_and_ratings_all_alike_stand_alone(run: Run) -> None:
    campaign_of(run, 0.015)
    assert figure(run).refused == "few" and figure(run).human is not None
    campaign_of(run, 0.2, rater=lambda item, rater: {"answers": {"quality": 4}})
    found = figure(run)
    assert found.refused == "few" and found.human and found.human.method == "rule-of-three"
    assert found.human.low is not None and found.human.low < 4


def test_ratings_of_other_answers_are_not_used(run: Run) -> None:
    folder = campaign_of(run, 0.25, write=False)
    other = [
        msgspec.structs.replace(i, candidates=(msgspec.structs.replace(i.candidates[0], response="new"),))
        for i in folder.items
    ]
    from kijun.store import write_campaign

    write_campaign(run.folder / "ratings" / "pilot", msgspec.structs.replace(folder, items=tuple(other)))
    assert figure(run).refused == "other_answers" and figure(run).human is None


def test_a_judge_tuned_on_the_ratings_is_not_corrected_by_them(tmp_path: Path) -> None:
    run = judged_run(tmp_path, 60, tuned_on=["pilot"])
    campaign_of(run, 0.9)
    assert figure(run).refused == "tuned"
    campaign_of(run, 0.9, name="other")
    assert [one.refused for one in anchored_figures(run) if one.metric.endswith(".quality")] == [None, "tuned"]


def test_abstentions_are_left_out_and_counted_and_verdicts_override(run: Run) -> None:
    def given(item: Any, rater: str) -> dict[str, Any]:
        if rater == "judy":
            return {"role": "adjudicator", **({"answers": {"quality": 1}} if item.id == "i0" else {"skipped": "clear"})}
        if item.id in ("i1", "i2"):
            return {"abstained": {"quality": "cannot_judge"}} if item.id == "i1" else {"skipped": "broken"}
        return {"answers": {"quality": 4 if rater == "ann" else 5}}

    folder = campaign_of(run, 0.25, raters=("ann", "bob", "judy"), rater=given)
    scores = human_scores(folder, find_rubric(RUBRIC))["quality"]
    assert scores["i0"].raters == Measured(4.5) and scores["i0"].final == Measured(1.0)
    assert scores["i1"].final == Unscored("cannot_judge (2)")
    assert scores["i2"].raters == Unscored("skipped (2)")
    found = figure(run)
    assert found.n_left_out == 2 and found.n_adjudicated == 1


def test_vetoes_and_checklists(run: Run) -> None:
    """Safety below 3 vetoes; who abstained on it has no say unless another answer vetoes."""
    folder = campaign_of(run, 0.05, write=False, raters=("ann", "bob", "cat"))
    item = folder.items[0]
    ratings = (
        rating(item, "ann", answers={"safety": 2}),
        rating(item, "bob", answers={"safety": 5}),
        rating(item, "cat", abstained={"safety": "cannot_judge"}),
    )
    scores = human_scores(msgspec.structs.replace(folder, ratings=ratings), find_rubric(RUBRIC))
    assert scores["passed"][item.id].raters == Measured(0.5) and sorted(scores["passed"][item.id].values) == [0, 1]


def test_results_show_judge_people_and_both(
    run: Run, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign_of(run, 0.25)
    monkeypatch.setenv("COLUMNS", "100")
    for language, words in (
        ("en", ("people alone", "corrected", "ratings worth")),
        ("ja", ("人のみ", "補正後", "件分に相当")),
    ):
        with pytest.raises(SystemExit) as ended:
            main(["results", str(run.folder), "--lang", language])
        assert ended.value.code in (0, None)
        shown = capsys.readouterr().out
        assert all(word in shown for word in words)
        assert max(map(len, shown.splitlines())) <= 100
    with pytest.raises(SystemExit):
        main(["results", str(run.folder), "--format", "json"])
    told = json.loads(capsys.readouterr().out)
    assert told["anchored"][0]["campaign"] == "pilot" and told["tasks"][TASK]["metrics"]["exact_match"]["value"] == 0
    with pytest.raises(SystemExit):
        main(["results", str(run.folder), "--format", "csv"])
    names = [row["metric"] for row in csv.DictReader(io.StringIO(capsys.readouterr().out)) if row["kind"] == "anchored"]
    assert names[:3] == [f"{RUBRIC}.quality {way}@pilot" for way in ("judge", "human", "corrected")]
    with pytest.raises(SystemExit):
        main(["results", str(run.folder), "--format", "markdown", "--lang", "ja"])
    assert "| **補正後** |" in capsys.readouterr().out


def test_any_metric_may_stand_beside_people(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = make_run(tmp_path, 80)
    campaign_of(run, 0.8)
    assert {one.refused for one in anchored_figures(run)} == {"no_judge"}
    found = {one.metric: one for one in anchored_figures(run, {"quality": "exact_match"})}
    quality = found[f"{RUBRIC}.quality"]
    # exact_match is 0 throughout: it knows nothing and weighs nothing.
    assert quality.beside == "exact_match" and quality.weight == 0 and quality.corrected is not None
    with pytest.raises(SystemExit) as ended:
        main(["results", str(run.folder), "--proxy", "quality=bleu"])
    assert ended.value.code == 2 and "exact_match" in capsys.readouterr().err


def test_ratings_of_revisions_say_nothing_of_the_run(run: Run) -> None:
    campaign_of(run, 0.1, design="revision", rater=lambda item, rater: {"design": "revision", "verdict": "accept"})
    assert anchored_figures(run) == ()


def test_the_correction_covers_over_many_campaigns() -> None:
    """The whole way, with the estimator of the stored chances: drawn again and again from one population."""
    from kijun.statistics import corrected_mean_by_design

    rng = np.random.default_rng(3)
    truth = np.clip(np.round(rng.normal(3.2, 1.1, 600)), 1, 5)
    judge = np.clip(truth + (rng.random(600) < 0.6), 1, 5)
    chances = np.where(judge <= 3, 0.4, 0.12)
    hits = []
    for _ in range(400):
        drawn = rng.random(600) < chances
        found = corrected_mean_by_design(truth, drawn, judge, chances, bounds=(1.0, 5.0)).corrected
        hits.append(found.low <= truth.mean() <= found.high)  # type: ignore[operator]
    assert np.mean(hits) > 0.93
    assert chance("a") != chance("b")


def both_rated(tmp_path: Path, share: float) -> tuple[Run, Run]:
    """Two runs of the same task, judged too kindly, of which one campaign rated a share."""
    runs = tuple(judged_run(tmp_path / name[-1], 300, name) for name in ("fake/a", "fake/b"))
    folders = [campaign_of(run, share, write=False) for run in runs]
    campaign = msgspec.structs.replace(folders[0].campaign, runs=tuple(f.campaign.runs[0] for f in folders))
    items, ratings = [], []
    for number, folder in enumerate(folders):
        names = {item.id: f"{number}-{item.id}" for item in folder.items}
        items += [msgspec.structs.replace(item, id=names[item.id]) for item in folder.items]
        ratings += [
            msgspec.structs.replace(one, id=f"{number}-{one.id}", item=names[one.item]) for one in folder.ratings
        ]
    from kijun.store import write_campaign

    for run in runs:
        whole = msgspec.structs.replace(folders[0], campaign=campaign, items=tuple(items), ratings=tuple(ratings))
        write_campaign(run.folder / "ratings" / "pilot", whole)
    return runs[0], runs[1]


def test_two_runs_are_compared_by_what_one_campaign_says_of_both(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    a, b = both_rated(tmp_path, 0.4)
    worths = [np.mean([quality((name, n)) for n in range(300)]) for name in ("fake/a", "fake/b")]
    found = {row.metric: row for row in kijun.workflows.compare(a, b).anchored}
    row = found[f"{RUBRIC}.quality"]
    assert row.way == "corrected" and row.a.method.startswith("ppi++") and min(row.n_rated) > 80
    assert row.difference.low < worths[1] - worths[0] < row.difference.high  # type: ignore[operator]
    assert row.difference.value == pytest.approx((row.b.value or 0) - (row.a.value or 0))
    assert f"{RUBRIC}.ethics=4" in found and f"{RUBRIC}.win_rate" not in found
    with pytest.raises(SystemExit) as ended:
        main(["compare", str(a.folder), str(b.folder), "--lang", "ja"])
    shown = capsys.readouterr().out
    assert not ended.value.code and "人の評価による比較" in shown and "補正後" in shown and "pilot" in shown


def test_ratings_of_another_campaign_and_few_ratings_are_not_taken_for_a_correction(tmp_path: Path) -> None:
    a, b = both_rated(tmp_path, 0.02)
    assert {row.way for row in kijun.workflows.compare(a, b).anchored} == {"human"}
    campaign_of(b, 0.4, title="others")  # of the same name, but other people rated
    assert kijun.workflows.compare(a, b).anchored == ()

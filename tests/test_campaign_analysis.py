"""What a campaign's ratings say: made-up raters whose habits are known, found again."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from math import exp
from pathlib import Path
from typing import Any

import made_up_campaigns as made_up
import msgspec
import pytest
from rated_runs import RUBRIC, campaign_of, chance, judged_run, rating

from kijun.analysis.campaign import analyse_campaign
from kijun.analysis.plans import live_plans
from kijun.cli import main
from kijun.errors import CorruptFileError
from kijun.records import Campaign, CampaignItem, Candidate, Flag, Message, RatedRun, StratumRecord
from kijun.records.analysis import CampaignAnalysis
from kijun.reports.analysis import analysis_markdown
from kijun.reports.texts import texts
from kijun.specs import find_rubric
from kijun.store import CampaignFolder, write_campaign

RATERS = ("ann", "bob", "cat", "dan")


def votes_on(
    strength: Mapping[str, float],
    prompts: int,
    choose: Callable[[float, CampaignItem, str, tuple[int, ...]], dict[str, Any]],
    raters: Sequence[str] = RATERS,
) -> CampaignFolder:
    """Every two models on every prompt, with sides by chance; `choose` gets the lead of the first candidate."""
    spec, models = find_rubric(RUBRIC), sorted(strength)
    items = []
    for prompt in range(prompts):
        for a, b in ((a, b) for a in models for b in models if a < b):
            answers = tuple(
                Candidate(name, (Message("user", f"Prompt {prompt}"),), "word " * (5 + int(20 * chance(name, prompt))))
                for name in (a, b)
            )
            items.append(CampaignItem(f"{prompt}-{a}-{b}", "letters", str(prompt), answers, inclusion_probability=0.5))
    ratings = []
    for item in items:
        for name in raters:
            order = (0, 1) if chance("side", item.id, name) < 0.5 else (1, 0)
            lead = strength[item.candidates[0].model] - strength[item.candidates[1].model]
            fields = {"design": "pairwise", "order": order, **choose(lead, item, name, order)}
            ratings.append(rating(item, name, **fields))
    campaign = Campaign(
        name="duel",
        design="pairwise",
        rubric=msgspec.to_builtins(spec),
        rubric_sha256=spec.sha256,
        runs=tuple(RatedRun(name, name, "", ("letters",)) for name in models),
        languages=("en", "ja"),
        overlap=len(raters),
        seed=1,
        sampling="stratified",
        strata=(StratumRecord("all", 2 * len(items), len(items)),),
        created="2026-11-27T00:00:00Z",
    )
    return CampaignFolder(campaign, tuple(items), tuple(ratings))


def leaning(lead: float, item: CampaignItem, name: str, order: tuple[int, ...]) -> dict[str, Any]:
    """Davidson's model with 0.6 for the left; one tie in ten is called both bad."""
    edge = lead + (0.6 if order == (0, 1) else -0.6)
    weights = exp(edge / 2), exp(-0.3), exp(-edge / 2)
    drawn = chance("vote", item.id, name) * sum(weights)
    if drawn < weights[0]:
        return {"preference": "first"}
    if drawn > weights[0] + weights[1]:
        return {"preference": "second"}
    return {"preference": "both_bad" if chance("bad", item.id, name) < 0.1 else "tie"}


@pytest.fixture(scope="module")
def duel() -> CampaignAnalysis:
    return analyse_campaign(votes_on({"strong": 1.2, "middle": 0.0, "weak": -1.2}, 60, leaning))


def test_votes_rank_models_and_the_side_is_found(duel: CampaignAnalysis) -> None:
    ranking = duel.rankings[0]
    assert list(ranking.strengths) == ["strong", "middle", "weak"]
    assert ranking.ranks == {"strong": (1, 1), "middle": (2, 2), "weak": (3, 3)}
    assert ranking.side and ranking.side.low is not None and ranking.side.low < 0.6 < (ranking.side.high or 0)
    assert ranking.side.low > 0 and "davidson" in ranking.method and "clustered" in ranking.method
    assert ranking.n == 60 * 3 * 4 and 0 < ranking.n_both_bad < ranking.n_ties < ranking.n / 2
    assert ranking.length and ranking.length.low is not None and ranking.length.low < 0 < (ranking.length.high or 0)
    pair = next(pair for pair in ranking.pairs if (pair.a, pair.b) == ("strong", "weak"))
    assert pair.share.low is not None and pair.share.low > 0.5 and pair.n == 240
    assert pair.chance and pair.chance.value and pair.chance.value > 0.85
    assert all(rater.left and rater.left.low is not None and rater.left.low > 0.5 for rater in duel.raters)


def test_a_preference_has_its_own_agreement(duel: CampaignAnalysis) -> None:
    preference = duel.dimensions[0]
    assert preference.dimension == "preference" and preference.scale == "preference"
    assert sum(preference.counts["strong / weak"].values()) + sum(preference.counts["middle / weak"].values()) == 480
    assert preference.agreement.alpha.value is not None and 0 < preference.agreement.alpha.value < 0.6
    # Nobody compared dimension by dimension: undefined, with the reason.
    assert duel.dimensions[1].agreement.alpha.method == "undefined: no item has two ratings"
    assert len(duel.rankings) == 1


def test_models_that_nobody_compared_are_not_ranked() -> None:
    folder = votes_on({"a": 0.0, "b": 0.5, "c": 0.0, "d": 0.3}, 8, leaning)
    apart = [i for i in folder.items if {c.model for c in i.candidates} in ({"a", "b"}, {"c", "d"})]
    kept = tuple(r for r in folder.ratings if r.item in {i.id for i in apart})
    whole = analyse_campaign(CampaignFolder(folder.campaign, tuple(apart), kept))
    found = whole.rankings[0]
    assert not found.strengths and "no chain of votes" in found.why and len(found.pairs) == 2
    assert "No ranking" in analysis_markdown(whole, texts("en"))


def test_a_model_that_never_loses_is_drawn_to_the_others() -> None:
    always = lambda lead, item, name, order: {"preference": "first" if lead > 0 else "second"}  # noqa: E731
    found = analyse_campaign(votes_on({"a": 1.0, "b": 0.0, "c": -1.0}, 10, always)).rankings[0]
    assert found.note and found.strengths["a"].value and abs(found.strengths["a"].value) < 20
    assert found.tie is None and found.n_ties == 0


@pytest.fixture(scope="module")
def single(tmp_path_factory: pytest.TempPathFactory) -> CampaignFolder:
    """Four raters near the truth, of whom dan answers at random; ethics is a distribution."""
    run = judged_run(tmp_path_factory.mktemp("single"), 300)

    def given(item: CampaignItem, name: str) -> dict[str, Any]:
        worth = int(item.candidates[0].response.split("worth ")[1][0])
        own = {}
        for key in ("quality", "safety", "usefulness", "ethics"):
            wild = name == "dan" or chance(key, item.id, name) < 0.15
            own[key] = 1 + int(5 * chance("wild", key, item.id, name)) if wild else worth
        return {"answers": own, "locale": "ja" if name in ("cat", "dan") else "en"}

    return campaign_of(run, 0.5, raters=RATERS, rater=given)


def test_a_careless_rater_stands_out(single: CampaignFolder) -> None:
    raters = {rater.rater: rater for rater in analyse_campaign(single).raters}
    assert set(raters["ann"].skill) == {"quality", "safety", "usefulness"}
    assert min(raters[name].skill["quality"] for name in ("ann", "bob", "cat")) > 0.8
    assert raters["dan"].skill["quality"] < 0.4
    dan, ann = raters["dan"].with_others, raters["ann"].with_others
    assert dan and ann and dan.high is not None and ann.low is not None and dan.high < ann.low
    assert raters["ann"].seconds is not None and 20 < raters["ann"].seconds < 60


def test_agreement_by_group_and_judges_beside_people(single: CampaignFolder) -> None:
    found = analyse_campaign(single)
    quality = found.dimensions[0]
    by_locale = quality.groups["locale"]
    assert by_locale["en"].alpha.value > quality.agreement.alpha.value > by_locale["ja"].alpha.value  # type: ignore[operator]
    assert "stratum" not in quality.groups
    judge = next(one for one in found.judges if one.dimension == "quality")
    assert judge.bias.low is not None and judge.bias.low > 0.2 and judge.behind and judge.behind.high is not None
    assert judge.behind.high < 0 and judge.correlation.value and judge.correlation.value > 0.8
    assert not [one for one in found.judges if one.dimension.startswith("ethics")]
    ethics = next(one for one in found.dimensions if one.dimension == "ethics")
    assert ethics.distribution and set(ethics.figures["fake/writer"]) == {f"ethics={k}" for k in range(1, 6)}
    assert found.passed["fake/writer"].low is not None


def test_gold_flags_skips_and_time(single: CampaignFolder) -> None:
    gold = CampaignItem("g", "", "", single.items[0].candidates, kind="gold", gold={"quality": 4, "safety": 5})
    extra = (
        rating(gold, "ann", answers={"quality": 4, "safety": 5}),
        rating(gold, "dan", answers={"quality": 1, "safety": 5}),
        rating(single.items[0], "eve", skipped="cannot read it", flag=Flag("broken")),
        rating(single.items[1], "eve", answers={"quality": 3}, rubric_sha256="cd" * 32),
    )
    found = analyse_campaign(CampaignFolder(single.campaign, (*single.items, gold), (*single.ratings, *extra)))
    raters = {rater.rater: rater for rater in found.raters}
    assert (
        raters["ann"].gold and raters["ann"].gold.value == 1 and raters["dan"].gold and raters["dan"].gold.value == 0.5
    )
    assert raters["eve"].n_skipped == 1 and raters["eve"].with_others is None and raters["eve"].gold is None
    assert (found.n_flagged, found.n_skipped, found.n_other_rubric) == (1, 1, 1)
    assert found.time.n == len(single.ratings) and found.time.hours > 1


def test_the_plan_shrinks_as_ratings_come_and_needs_a_random_draw(single: CampaignFolder) -> None:
    few = CampaignFolder(single.campaign, single.items, single.ratings[:160])
    early, late = live_plans(few)[0], live_plans(single)[0]
    assert early.dimension == "quality" and early.n_rated == 40 and late.n_rated == len(single.items)
    assert early.more is not None and late.more is not None and early.more > late.more > 0
    assert late.more_with_judge is not None and late.more_with_judge < late.more and (late.correlation or 0) > 0.8
    assert {plan.dimension for plan in live_plans(single)} == {"quality", "safety", "usefulness", "passed"}
    assert live_plans(single, 2.0)[0].more == 0
    chosen = msgspec.structs.replace(single.campaign, sampling="chosen")
    assert live_plans(CampaignFolder(chosen, single.items, single.ratings)) == ()


def test_a_plan_keeps_to_the_scale() -> None:
    items = [made_up.pair_item(number) for number in range(30)]
    ratings = [
        vote for i, item in enumerate(items) for vote in made_up.voted(item, ["first", "second" if i < 2 else "first"])
    ]
    (plan, *_) = live_plans(made_up.campaign_of("pairwise", items, ratings))
    assert plan.running.value == pytest.approx(29 / 30)
    assert plan.running.low is not None and plan.running.low < 0.95 and plan.running.high == 1.0


def test_nothing_rated_yet_says_so(single: CampaignFolder) -> None:
    found = analyse_campaign(CampaignFolder(single.campaign, single.items, ()))
    assert found.n_ratings == 0 and found.time.median is None and found.raters == ()
    assert found.dimensions[0].agreement.alpha.value is None
    assert all(plan.more is None for plan in found.plans)
    assert analysis_markdown(found, texts("ja")).startswith("# pilot")


def test_a_campaign_without_its_rubric_is_named(single: CampaignFolder) -> None:
    odd = msgspec.structs.replace(single.campaign, rubric={"name": "made-up"})
    with pytest.raises(CorruptFileError, match="carries no valid rubric"):
        analyse_campaign(CampaignFolder(odd, single.items, single.ratings))


def run_cli(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["rate", "analyse", *arguments])
    return ended.value.code or 0  # type: ignore[return-value]


def test_the_command_shows_tables_and_writes_json_and_markdown(
    single: CampaignFolder, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = str(tmp_path / "pilot")
    write_campaign(tmp_path / "pilot", single)
    monkeypatch.setenv("COLUMNS", "90")
    for language, words in (("en", ("Krippendorff's alpha", "Raters")), ("ja", ("クリッペンドルフの α", "評価者"))):
        assert run_cli(folder, "--lang", language) == 0
        shown = capsys.readouterr().out
        assert all(word in shown for word in words) and "█" in shown
    out = tmp_path / "found.json"
    assert run_cli(folder, "--format", "json", "--out", str(out), "--half-width", "0.5") == 0
    told = json.loads(out.read_text(encoding="utf-8"))
    assert told["n_raters"] == 4 and told["plans"][0]["half_width"] == 0.5
    assert msgspec.convert(told, CampaignAnalysis) == analyse_campaign(single, half_width=0.5)
    assert run_cli(folder, "--format", "markdown", "--lang", "ja") == 0
    assert "## 一致度" in capsys.readouterr().out
    assert run_cli(folder, "--half-width", "-1") == 2
    assert run_cli(folder, "--format", "html") == 2
    assert run_cli("nobody", "--database", str(tmp_path / "new.sqlite")) == 2


def test_what_is_undefined_says_why_in_the_reader_s_language(single: CampaignFolder) -> None:
    alone = tuple(one for one in single.ratings if one.rater == "ann")
    found = analyse_campaign(CampaignFolder(single.campaign, single.items, alone))
    assert "no item has two ratings" in analysis_markdown(found, texts("en"))
    japanese = analysis_markdown(found, texts("ja"))
    assert "2 人が評価した設問なし" in japanese and "no item" not in japanese

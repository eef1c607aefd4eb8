"""From ratings to pairs and labelled answers: what gets in, what is left out and why."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_up_campaigns import RUBRIC, campaign_of, candidate, pair_item, point_item, rating, scored, voted

import kijun
from kijun.alignment import preferences
from kijun.alignment.splitting import prompt_id, splits
from kijun.errors import SpecError
from kijun.records import CampaignItem, Candidate, Flag, MarkedSpan, Message, Rating
from kijun.records.preferences import PreferenceSet
from kijun.specs import find_rubric


def compared(
    items: dict[CampaignItem, list[Rating]] | list[tuple[CampaignItem, list[Rating]]], **chosen
) -> PreferenceSet:
    entries = list(items)
    content = campaign_of("pairwise", [item for item, _ in entries], [r for _, some in entries for r in some])
    return preferences(content, **{"include_evaluation_prompts": True, **chosen})


def one(item: CampaignItem, ratings: Iterable[Rating], **chosen) -> PreferenceSet:
    return compared([(item, list(ratings))], **chosen)


# Pairs out of comparisons


def test_a_sure_pair_is_in_with_its_votes() -> None:
    item = pair_item(1, "Good.", "Bad.")
    data = one(item, voted(item, ["first", "first", "first", "tie"]), confidence=0.85)
    (pair,) = data.pairs
    assert (pair.chosen, pair.rejected, pair.chosen_model, pair.chosen_first) == ("Good.", "Bad.", "fake/a", True)
    assert pair.agreement == 3.5 / 4
    assert pair.n_ratings == 4
    assert [(vote.rater, vote.choice) for vote in pair.votes][-1] == ("rater-4", "tie")
    # The mass of Beta(4.5, 1.5) above one half, added up.
    p = np.linspace(0, 1, 400_001)
    density = p**3.5 * (1 - p) ** 0.5
    assert pair.confidence == pytest.approx(density[p > 0.5].sum() / density.sum(), abs=1e-5)
    assert data.dropped == {}
    assert data.considered == 1


def test_the_second_answer_can_be_the_better_one() -> None:
    item = pair_item(1, "Bad.", "Good.")
    (pair,) = one(item, voted(item, ["second"] * 3)).pairs
    assert (pair.chosen, pair.chosen_first) == ("Good.", False)


@pytest.mark.parametrize(
    ("choices", "reason"),
    [
        (["first", "first"], "unsure"),
        (["first", "second"], "tie"),
        (["tie", "tie", "first"], "tie"),
        (["both_bad", "both_bad", "first"], "both_bad"),
        ([], "unrated"),
        ([None], "unrated"),
    ],
)
def test_what_raters_leave_open_is_left_out(choices: list, reason: str) -> None:
    item = pair_item(1)
    data = one(item, voted(item, choices))
    assert (data.pairs, data.dropped) == ((), {reason: 1})


@pytest.mark.parametrize(
    ("item", "reason"),
    [
        (pair_item(1, "Same.", "Same.\n"), "identical"),
        (pair_item(1, " ", "No."), "empty"),
        (pair_item(1, kind="gold"), "gold"),
        (pair_item(1, kind="training"), "training"),
        (
            msgspec.structs.replace(
                pair_item(1), candidates=(candidate("a", "Where?", "Here."), candidate("b", "When?", "Now."))
            ),
            "different_prompts",
        ),
    ],
)
def test_items_that_make_no_pair(item: CampaignItem, reason: str) -> None:
    data = one(item, voted(item, ["first"] * 5))
    assert (data.pairs, data.dropped) == ((), {reason: 1})


def test_one_flag_is_enough() -> None:
    item = pair_item(1)
    ratings = [*voted(item, ["first"] * 5), rating(item, 6, flag=Flag("unclear"))]
    assert one(item, ratings).dropped == {"flagged": 1}


def test_a_rater_votes_once_and_those_who_passed_do_not() -> None:
    item = pair_item(1)
    again = [rating(item, 1, preference="second"), *voted(item, ["first"] * 3)]
    passed = rating(item, 9, skipped="language")
    (pair,) = one(item, [*again, passed]).pairs
    assert pair.n_ratings == 3


def test_a_dimension_of_its_own() -> None:
    item = pair_item(1)
    said = {"preference": "first", "preferences": {"usefulness": "second"}}
    ratings = [rating(item, number, **said) for number in (1, 2, 3)]
    assert one(item, ratings).pairs[0].chosen == "Yes."
    data = one(item, ratings, dimension="usefulness")
    assert data.pairs[0].chosen == "No."
    assert data.dimension == "usefulness"


def test_a_dimension_kept_as_a_distribution_ranks_nothing() -> None:
    item = pair_item(1)
    with pytest.raises(SpecError, match="as a distribution"):
        one(item, voted(item, ["first"]), dimension="ethics")


# Vetoes


@pytest.mark.parametrize(
    "against",
    [
        {"preferences": {"safety": "second"}},
        {"preferences": {"safety": "both_bad"}},
        {"spans": (MarkedSpan(0, 0, 2, "safety", "hate", "minor"),)},
    ],
)
def test_an_unsafe_answer_is_never_chosen(against: dict) -> None:
    item = pair_item(1)
    ratings = [*voted(item, ["first"] * 4), rating(item, 5, preference="first", **against)]
    data = one(item, ratings)
    assert (data.pairs, data.dropped) == ((), {"vetoed": 1})
    labels = {answer.answer: (answer.label, answer.why) for answer in data.answers}
    assert labels["Yes."] == (False, "vetoed")


def test_the_majority_may_decide_on_vetoes() -> None:
    item = pair_item(1)
    safe = [rating(item, n, preference="first", preferences={"safety": "tie"}) for n in range(1, 5)]
    unsafe = rating(item, 5, preference="first", preferences={"safety": "second"})
    assert one(item, [*safe, unsafe]).dropped == {"vetoed": 1}
    assert len(one(item, [*safe, unsafe], veto="majority").pairs) == 1


def test_a_judge_model_vetoes_too() -> None:
    item = pair_item(1)
    judged = msgspec.structs.replace(item.candidates[0], judge={f"{RUBRIC}.safety": 1.0})
    item = msgspec.structs.replace(item, candidates=(judged, item.candidates[1]))
    assert one(item, voted(item, ["first"] * 5)).dropped == {"vetoed": 1}


def test_an_unsafe_answer_may_be_the_rejected_one() -> None:
    item = pair_item(1)
    ratings = [rating(item, n, preference="first", preferences={"safety": "first"}) for n in (1, 2, 3)]
    assert len(one(item, ratings).pairs) == 1


# Answers that stopped at the limit of their length


def cut_off(item: CampaignItem, place: int = 0) -> CampaignItem:
    answers = [msgspec.structs.replace(one, cut_off=n == place) for n, one in enumerate(item.candidates)]
    return msgspec.structs.replace(item, candidates=tuple(answers))


def test_an_answer_that_was_cut_off_is_not_taught() -> None:
    item = cut_off(pair_item(1))
    data = one(item, voted(item, ["first"] * 4))
    assert (data.pairs, data.answers, data.dropped) == ((), (), {"cut_off": 1})


def test_an_answer_that_was_cut_off_may_be_the_worse_one() -> None:
    item = cut_off(pair_item(1, "Good.", "It goes on and"), place=1)
    data = one(item, voted(item, ["first"] * 4))
    assert [(pair.chosen, pair.rejected) for pair in data.pairs] == [("Good.", "It goes on and")]
    assert {answer.answer: answer.label for answer in data.answers} == {"Good.": True, "It goes on and": False}


def test_being_unsure_comes_before_being_cut_off() -> None:
    item = cut_off(pair_item(1))
    assert one(item, voted(item, ["first"])).dropped == {"unsure": 1}


# Weighing raters


def test_raters_who_know_weigh_more() -> None:
    """Four reliable raters and three who are not: on one item the three outvote the one who knows."""
    items = [pair_item(number) for number in range(30)]
    entries = []
    for number, item in enumerate(items):
        truth, other = ("first", "second") if number % 2 else ("second", "first")
        noise = [truth if (number // step) % 2 else other for step in (1, 2, 3)]
        entries.append((item, voted(item, [truth] * 4 + noise)))
    last = pair_item(99)
    ratings = voted(last, ["first", "first", None, None, "second", "second", "second"])
    entries.append((last, [one for one in ratings if one.preference]))
    data = compared(entries, method="raters", confidence=0.9)
    assert {pair.item: pair.chosen_first for pair in data.pairs}["q99"] is True
    assert compared(entries, confidence=0.9).dropped["unsure"] >= 1


def test_raters_who_all_say_the_same_cannot_be_weighed() -> None:
    item = pair_item(1)
    with pytest.raises(SpecError, match="--method votes"):
        one(item, voted(item, ["first"] * 3), method="raters")


# Pairs out of ratings on a scale


def rated(entries: list[tuple[CampaignItem, list[Rating]]], **chosen) -> PreferenceSet:
    content = campaign_of("pointwise", [item for item, _ in entries], [r for _, some in entries for r in some])
    return preferences(content, **{"include_evaluation_prompts": True, **chosen})


def noise() -> list[tuple[CampaignItem, list[Rating]]]:
    """Twelve answers on which three raters lie a point apart: the deviation is 1."""
    items = [point_item(100 + number) for number in range(12)]
    return [(item, scored(item, [2, 3, 4])) for item in items]


def test_answers_to_the_same_prompt_make_pairs() -> None:
    good = point_item(1, "Good.", "fake/a")
    bad = point_item(1, "Bad.", "fake/b")
    data = rated([*noise(), (good, scored(good, [5, 5, 4])), (bad, scored(bad, [2, 1, 2]))])
    (pair,) = data.pairs
    assert (pair.chosen, pair.rejected, pair.margin) == ("Good.", "Bad.", pytest.approx(3.0))
    assert pair.agreement == 1.0
    assert [vote.choice for vote in pair.votes] == ["chosen"] * 3
    assert pair.items == ("fake/a-1", "fake/b-1")
    # Student's t on 28 degrees of freedom, added up to 3 / (deviation * sqrt(2/3)); deviation² = (24 + 2/3 + 2/3) / 28.
    t = np.linspace(-60, 60, 1_200_001)
    density = (1 + t**2 / 28) ** (-29 / 2)
    reached = 3 / np.sqrt((24 + 4 / 3) / 28 * 2 / 3)
    assert pair.confidence == pytest.approx(density[t < reached].sum() / density.sum(), abs=1e-6)


def test_a_small_difference_is_unsure_and_none_is_a_tie() -> None:
    pairs = [(point_item(n, "A.", "fake/a"), point_item(n, "B.", "fake/b")) for n in (1, 2)]
    entries = [*noise(), (pairs[0][0], scored(pairs[0][0], [3, 3, 4])), (pairs[0][1], scored(pairs[0][1], [3, 3, 3]))]
    entries += [(item, scored(item, [3, 3])) for item in pairs[1]]
    assert rated(entries).dropped == {"tie": 1, "unsure": 1}


def test_the_better_answer_must_be_safe() -> None:
    good, bad = point_item(1, "Good.", "fake/a"), point_item(1, "Bad.", "fake/b")
    unsafe = [rating(good, 9, "pointwise", answers={"safety": 2})]
    entries = [*noise(), (good, [*scored(good, [5, 5, 5]), *unsafe]), (bad, scored(bad, [1, 1, 1]))]
    data = rated(entries)
    assert data.dropped == {"vetoed": 1}
    assert {a.answer: a.why for a in data.answers if a.answer == "Good."} == {"Good.": "vetoed"}


def test_single_answers_far_from_the_middle_are_labelled() -> None:
    good, bad, fair = (point_item(n, text) for n, text in enumerate(["Good.", "Bad.", "Fair."]))
    entries = [(good, scored(good, [5, 5, 4])), (bad, scored(bad, [1, 1, 2])), (fair, scored(fair, [3, 3, 4]))]
    data = rated([*noise(), *entries])
    assert {answer.answer: answer.label for answer in data.answers} == {"Good.": True, "Bad.": False}
    assert data.dropped_answers == {"tie": 12, "unsure": 1}


def test_an_answer_rated_well_must_be_whole() -> None:
    good, bad = cut_off(point_item(1, "Good and", "fake/a")), point_item(1, "Bad.", "fake/b")
    data = rated([*noise(), (good, scored(good, [5, 5, 4])), (bad, scored(bad, [2, 1, 2]))])
    assert (data.pairs, data.dropped) == ((), {"cut_off": 1})
    assert data.dropped_answers == {"tie": 12, "cut_off": 1}
    assert [(answer.answer, answer.label) for answer in data.answers] == [("Bad.", False)]


def test_without_overlap_nothing_is_known() -> None:
    item = point_item(1)
    with pytest.raises(SpecError, match="no answer has two ratings"):
        rated([(item, scored(item, [5]))])


# Single answers out of pairs


def test_answers_of_pairs_are_labelled_once() -> None:
    same = [pair_item(1, "Good.", "Fair.", "Q?"), pair_item(2, "Fair.", "Bad.", "Q?")]
    data = compared([(item, voted(item, ["first"] * 4)) for item in same])
    assert {answer.answer: answer.label for answer in data.answers} == {"Good.": True, "Bad.": False}
    assert data.dropped_answers == {"contradictory": 1}


def test_both_bad_answers_are_undesirable() -> None:
    item = pair_item(1)
    data = one(item, voted(item, ["both_bad"] * 4))
    assert [(answer.label, answer.why) for answer in data.answers] == [(False, "both_bad")] * 2


# Revisions


def revision(number: int = 1, **more) -> CampaignItem:
    asked = f"Question {number}?"
    return CampaignItem(
        f"i{number}",
        "questions",
        f"q{number}",
        (candidate("fake/a", asked, "Curt."), candidate("fake/critic", asked, "Kind.")),
        critique="It is curt.",
        **more,
    )


def reviewed(item: CampaignItem, verdicts: list, **chosen) -> PreferenceSet:
    said = [(v, None) if isinstance(v, str) else v for v in verdicts]
    ratings = [rating(item, n, "revision", verdict=v, edited=text) for n, (v, text) in enumerate(said, start=1)]
    return preferences(campaign_of("revision", [item], ratings), include_evaluation_prompts=True, **chosen)


def test_an_accepted_revision_stands_over_the_original() -> None:
    data = reviewed(revision(), ["accept"])
    (pair,) = data.pairs
    assert (pair.chosen, pair.rejected, pair.basis, pair.confidence) == ("Kind.", "Curt.", "revision", 0.75)
    assert {answer.answer: (answer.label, answer.why) for answer in data.answers} == {
        "Kind.": (True, "accepted"),
        "Curt.": (False, "revised"),
    }


def test_an_edited_revision_leaves_as_the_person_wrote_it() -> None:
    data = reviewed(revision(), [("edit", "Kind and short.")])
    assert [(pair.chosen, pair.edited) for pair in data.pairs] == [("Kind and short.", True)]
    assert [answer.why for answer in data.answers if answer.label] == ["edited"]


def test_an_edit_back_to_the_original_is_no_pair() -> None:
    assert reviewed(revision(), [("edit", "Curt.")]).pairs == ()


def test_where_somebody_objects_the_votes_must_be_sure() -> None:
    assert reviewed(revision(), ["accept", "reject"]).dropped == {"unsure": 1}
    assert len(reviewed(revision(), ["accept"] * 6 + ["reject"]).pairs) == 1
    data = reviewed(revision(), ["reject"] * 3)
    assert data.dropped == {"rejected": 1}
    assert [(answer.answer, answer.label, answer.why) for answer in data.answers] == [("Kind.", False, "rejected")]


# Prompts and evaluation


def test_training_on_evaluation_prompts_must_be_asked_for() -> None:
    item = pair_item(1)
    content = campaign_of("pairwise", [item], voted(item, ["first"] * 3))
    with pytest.raises(SpecError, match=r"questions \(1\).*--holdout 0\.2.*--include-evaluation-prompts"):
        preferences(content)


def test_what_comes_from_no_run_is_free_to_train_on() -> None:
    item = pair_item(1, task="", item="")
    data = preferences(campaign_of("pairwise", [item], voted(item, ["first"] * 3)))
    assert len(data.pairs) == 1
    assert data.trained_on == {}


@pytest.mark.parametrize("share", [0.0, 1.0, -0.5])
def test_a_share_is_between_none_and_all(share: float) -> None:
    item = pair_item(1)
    with pytest.raises(SpecError, match="--holdout takes"):
        one(item, voted(item, ["first"] * 3), holdout=share)


def test_held_back_prompts_are_in_no_training_row() -> None:
    items = [pair_item(n, f"Good {k}.", f"Bad {k}.", f"Question {n}?") for n in range(60) for k in range(1)]
    items += [pair_item(100 + n, "Well.", "Ill.", f"question  {n} ?".replace(" ?", "?")) for n in range(60)]
    data = compared(
        [(item, voted(item, ["first"] * 3)) for item in items], holdout=0.3, include_evaluation_prompts=False
    )
    sides = {split: {pair.prompt_id for pair in data.pairs if pair.split == split} for split in ("train", "test")}
    assert not sides["train"] & sides["test"]
    assert 0.15 < len(sides["test"]) / 60 < 0.45
    assert sum(map(len, data.held_back.values())) == 2 * len(sides["test"])


ITEMS = st.lists(st.tuples(st.integers(0, 12), st.one_of(st.none(), st.integers(0, 4))), min_size=1, max_size=25)


@given(ITEMS, st.floats(0.05, 0.9), st.floats(0.0, 0.09))
@settings(max_examples=60)
def test_splits_hold_together(entries: list[tuple[int, int | None]], share: float, more: float) -> None:
    items = [
        pair_item(number, question=f"Q {asked}?", cluster=None if passage is None else f"p{passage}")
        for number, (asked, passage) in enumerate(entries)
    ]
    side = splits(items, share)
    for item in items:
        for other in items:
            if item.cluster is not None and item.cluster == other.cluster:
                assert side[prompt_id(item.candidates[0].messages)] == side[prompt_id(other.candidates[0].messages)]
    larger = splits(items, share + more)
    assert {prompt for prompt, where in side.items() if where == "test"} <= {
        prompt for prompt, where in larger.items() if where == "test"
    }


@pytest.mark.parametrize("text", ["What is it?", "what  is IT?", "ｗｈａｔ is it？"])
def test_a_prompt_is_what_was_asked(text: str) -> None:
    plain = prompt_id((Message("user", "What is it?"),))
    assert prompt_id((Message("system", "Be brief."), Message("user", text))) == plain
    assert prompt_id((Message("user", "What was it?"),)) != plain


def test_prompts_of_another_run_are_kept_out(tmp_path: Path) -> None:
    run = kijun.evaluate("core_numbers_en_free", "fake/hash", limit=3, out=tmp_path / "run")
    asked = next(iter(run.samples("core_numbers_en_free"))).requests[0].context
    item = pair_item(1, question=asked)
    data = one(item, voted(item, ["first"] * 3), keep_out=[run.folder])
    assert (data.pairs, data.dropped, data.answers) == ((), {"keep_out": 1}, ())


# People and licences


def test_raters_are_numbered_anew_unless_names_are_wanted() -> None:
    item = pair_item(1)
    ratings = voted(item, ["first"] * 3)
    assert b"secret" not in msgspec.json.encode(one(item, ratings))
    assert [vote.rater for vote in one(item, ratings, names=True).pairs[0].votes] == [
        "secret-1",
        "secret-2",
        "secret-3",
    ]


def test_the_rubric_must_be_whole() -> None:
    item = pair_item(1)
    content = campaign_of("pairwise", [item], [])
    content = msgspec.structs.replace(
        content, campaign=msgspec.structs.replace(content.campaign, rubric={"name": "made-up"})
    )
    with pytest.raises(SpecError, match="no whole rubric"):
        preferences(content, include_evaluation_prompts=True)


@pytest.mark.parametrize("confidence", [0.5, 1.0, 90])
def test_a_confidence_is_a_probability(confidence: float) -> None:
    item = pair_item(1)
    with pytest.raises(SpecError, match="--confidence takes"):
        one(item, [], confidence=confidence)


def test_conversations_are_compared_as_a_whole() -> None:
    turns = (Message("user", "Hi"), Message("assistant", "Hello"), Message("user", "Help"))
    other = (Message("user", "Hi"), Message("assistant", "What?"), Message("user", "Help"))
    same = CampaignItem("i", "t", "q", (Candidate("a", turns, "Yes."), Candidate("b", turns, "No.")))
    apart = CampaignItem("j", "t", "q", (Candidate("a", turns, "Yes."), Candidate("b", other, "No.")))
    data = compared([(item, voted(item, ["first"] * 3)) for item in (same, apart)])
    assert len(data.pairs) == 1
    assert data.dropped == {"different_prompts": 1}
    assert find_rubric(RUBRIC).sha256 == data.rubric_sha256

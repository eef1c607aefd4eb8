"""Abstention by rules: kinds, words, three outcomes that are never one number, and no reply that breaks it."""

from __future__ import annotations

import pytest
from abstention_replies import ENGLISH, JAPANESE, MENDING
from hypothesis import given, settings
from hypothesis import strategies as st

from kijun.errors import SpecError
from kijun.records import Completed, Failed, Item, Measured, Question, Refused, Unscored
from kijun.scorers import make_scorer
from kijun.scorers.abstention import ABSTAINING, explain, mentions, outcome, rejects_premise


@pytest.mark.parametrize(("kind", "reply"), ENGLISH + JAPANESE)
def test_replies_of_our_own_making(kind: str, reply: str) -> None:
    verdict = explain(reply)
    assert verdict.abstains == (kind != "answers"), verdict
    assert verdict.words or kind == "answers"


@pytest.mark.parametrize(("kind", "reply"), [pair for pair in ENGLISH + JAPANESE if pair[0] == "nonexistent"])
def test_denying_that_it_exists_is_told_apart(kind: str, reply: str) -> None:
    assert any(cue.family == kind for cue in explain(reply).cues)


@pytest.mark.parametrize(("mends", "reply"), MENDING)
def test_replies_that_mend_a_premise(mends: bool, reply: str) -> None:
    assert bool(rejects_premise(reply)) == mends


def test_the_words_that_decided() -> None:
    assert explain("I don't know. It may not exist.").words[0] == "i don't know"
    assert explain("説明書には記載がありません。").words == ("説明書には記載がありません",)
    assert explain("Paris.").words == ()


def test_forms_are_whole_words_and_whole_numbers() -> None:
    assert mentions("It was made by ＦＯＲＤ.", ["Ford"]) == ("Ford",)
    assert mentions("In the Ukraine, of course.", ["UK"]) == ()
    assert mentions("After 189 years", ["89"]) == () == mentions("1,289 years", ["289"]) == mentions("8.95", ["8"])
    assert mentions("89年です", ["89"]) == ("89",)
    assert mentions("660gです", ["660g"]) == ("660g",)
    assert mentions("the McDonald’s chain", ["McDonald's"]) == ("McDonald's",)


@pytest.mark.parametrize(
    ("expected", "reply", "wanted"),
    [
        ("answer", "It is in Japan.", "correct"),
        ("answer", "It is in Peru.", "invented"),
        ("answer", "I don't know whether it is in Japan.", "abstained"),
        ("answer", "I'm not sure, but it is in Japan.", "correct"),
        ("answer", "There is no such city as Japan.", "abstained"),
        ("abstain", "It is in Peru.", "invented"),
        ("abstain", "There is no such city.", "abstained"),
        ("abstain", "I'm not sure, but it is in Peru.", "invented"),
        ("correct_premise", "No, it is in Japan.", "correct"),
        ("correct_premise", "There is no such city.", "correct"),
        ("correct_premise", "It's in Japan.", "correct"),
        ("correct_premise", "I don't know.", "abstained"),
        ("correct_premise", "The yen.", "invented"),
        ("escalate", "Please ask Japan.", "escalated"),
        ("escalate", "The manual does not say.", "abstained"),
        ("escalate", "Put some water on it.", "invented"),
    ],
)
def test_outcomes(expected: str, reply: str, wanted: str) -> None:
    assert outcome(reply, question="Where is it?", expected=expected, accepted=["Japan"])[0] == wanted


def test_naming_everything_is_no_answer_and_an_echo_is_none() -> None:
    values = ["3 days", "4 days", "5 days"]
    everything = "It is 2 days, 3 days, 4 days or 5 days."
    assert outcome(everything, question="?", expected="answer", accepted=["2 days"], rejected=values)[0] == "invented"
    one = "2 days, and not 3 days."
    assert outcome(one, question="?", expected="answer", accepted=["2 days"], rejected=values)[0] == "correct"
    prompt = "If the manual does not say, say that it does not mention it. It is 2 days. How long?"
    for expected in ("answer", "abstain", "escalate"):
        assert outcome(prompt, question=prompt, expected=expected, accepted=["2 days"])[0] == "invented"


def score(response: object, **parameters: object) -> object:
    item = Item("0", 0, {"question": "Where is it?", "expected": "answer", "accepted": ["Japan"]})
    scorer = make_scorer("outcome", {"counts": "correct", **parameters})
    return scorer.score(item, Question(), [response])  # type: ignore[list-item]


def test_scores_and_what_is_no_answer_is_unscored() -> None:
    assert score(Completed("Japan")) == Measured(1.0)
    assert score(Completed("Japan"), counts="invented") == Measured(0.0)
    assert score(Refused("no"), counts="abstained") == Measured(1.0)
    for response in (Failed("timeout"), Completed(""), Completed("... !")):
        assert isinstance(score(response), Unscored)
    with pytest.raises(SpecError, match="accepted"):
        make_scorer("outcome", {"counts": "correct"}).score(
            Item("0", 0, {"question": "?"}), Question(), [Completed("x")]
        )
    with pytest.raises(SpecError):
        make_scorer("outcome", {"counts": "all"})


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters(codec="utf-8")) | st.text("I don't know.わからません、。 \n"))
def test_any_text_has_a_verdict(text: str) -> None:
    assert explain(text).kind in (*ABSTAINING, "declines", "answers")
    assert outcome(text, question="?", expected="answer", accepted=["x"])[0] in ("correct", "abstained", "invented")


@pytest.mark.parametrize(
    "piece", ["a", " ", "i do not ", "there is no ", "の", "情報が", "ませんが、", "という人は", "(", '"']
)
@pytest.mark.timeout(60)
def test_a_megabyte_is_read_in_no_time(piece: str) -> None:
    explain(piece * (1_000_000 // len(piece)))

"""Scorers that belong to one benchmark: what they read out of an answer, and what they leave unscored."""

from __future__ import annotations

import pytest

from kijun.errors import SpecError
from kijun.records import Completed, Failed, Item, Likelihood, Measured, Question, Unscored
from kijun.scorers import make_scorer
from kijun.scorers.number_words import number_in_words

OPTIONS = "Which?\nOptions:\n(A) red\n(B) red wine\n(C) blue"


def read(scorer: str, answer: str, gold: str = "(B)", row: dict | None = None, **parameters: object) -> float | None:
    score = make_scorer(scorer, parameters).score(
        Item("0", 0, {"input": OPTIONS} if row is None else row), Question(gold=gold), [Completed(answer)]
    )
    return score.value if isinstance(score, Measured) else None  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("answer", "which", "value"),
    [
        ("(B)", "first", 1.0),
        ("not (A) but (B)", "last", 1.0),
        ("not (A) but (B)", "first", 0.0),
        ("It is Red wine!", "first", 1.0),
        ("The answer: B", "first", 1.0),
        ("blue", "first", 0.0),
        ("who knows", "first", None),
    ],
)
def test_choices_are_read_by_letter_then_by_text_then_after_a_colon(
    answer: str, which: str, value: float | None
) -> None:
    assert read("bbh_choice", answer, which=which) == value


def test_a_question_without_options_has_nothing_to_choose() -> None:
    assert read("bbh_choice", "blue", row={"input": "Which?"}) is None


@pytest.mark.parametrize(
    ("text", "which", "number"),
    [
        ("there are two hundred and six, or forty-two", "first", 206),
        ("there are two hundred and six, or forty-two", "last", 42),
        ("one million, two hundred thousand and five", "first", 1_200_005),
        ("three, four", "last", 4),
        ("nineteen", "first", 19),
        ("someone often weighs it", "first", None),
    ],
)
def test_numbers_in_words(text: str, which: str, number: int | None) -> None:
    assert number_in_words(text, which) == number  # type: ignore[arg-type]


def test_numbers_are_read_in_digits_first() -> None:
    assert read("bbh_number", "seven, no, 12 of 14", gold="12") == 1.0
    assert read("bbh_number", "seven, no, 12 of 14", gold="14", which="last") == 1.0
    assert read("bbh_number", "I count six", gold="6") == 1.0
    assert read("bbh_number", "many", gold="6") is None
    assert read("bbh_number", "many", gold="6", unparsed="wrong") == 0.0


def test_phrases_mean_answers() -> None:
    says = {"no": r"\b(no|not plausible)\b", "yes": r"\b(yes|plausible)\b"}
    assert read("bbh_phrase", "That is Not Plausible.", gold="no", says=says) == 1.0
    assert read("bbh_phrase", "No. Well: plausible", gold="yes", says=says, which="last") == 1.0
    assert read("bbh_phrase", "perhaps", gold="yes", says=says) is None


def test_words_are_taken_in_the_order_of_their_last_appearance() -> None:
    row = {"input": "Sort these: List: pear apple fig"}
    assert read("bbh_words", "pear? apple, fig, pear", gold="apple fig pear", row=row) == 1.0
    assert read("bbh_words", "fig apple pear", gold="apple fig pear", row=row) == 0.0


def test_spans_are_compared_without_spaces_and_full_stop() -> None:
    row = {"answers": {"text": ["東京駅", "東京"]}}
    assert read("span_match", " 東京駅。\n", row=row) == 1.0
    assert read("span_match", "京都", row=row) == 0.0
    assert read("span_f1", "京都", row=row) == pytest.approx(0.5)
    assert read("span_f1", "", row=row) == 0.0


def test_numbers_on_a_scale() -> None:
    scorer = make_scorer("pearson", {"low": 0, "high": 5})
    item = Item("0", 0, {})
    assert scorer.score(item, Question(gold="3.8"), [Completed("about 3.25.")]) == Measured((3.8, 3.25))
    assert isinstance(scorer.score(item, Question(gold="3.8"), [Completed("7")]), Unscored)
    assert isinstance(scorer.score(item, Question(gold="3.8"), [Completed("much alike")]), Unscored)


def test_instructions_are_counted_one_by_one_and_as_a_whole() -> None:
    row = {"instruction_id_list": ["punctuation:no_comma", "change_case:english_lowercase"], "kwargs": [{}, {}]}
    assert read("prompt_followed", "all is well here", row=row) == 1.0
    assert read("prompt_followed", "All is well here", row=row) == 0.0
    assert read("instructions_followed", "All is well here", row=row) == (1.0, 0.0)
    loose = read("instructions_followed", "Sure, here:\nall is well here", row=row, reading="loose")
    assert loose == (1.0, 1.0)


def test_an_entity_counts_by_its_own_text() -> None:
    row = {"entities": ["Ada", "The Tarn"], "answers": ["tarn."]}
    scorers = [make_scorer(name, {}) for name in ("record_em", "record_f1")]
    item, question = Item("0", 0, row), Question(choices=("a", "b"))
    for scorer in scorers:
        assert scorer.score(item, question, [Likelihood(-2, False), Likelihood(-1, False)]) == Measured(1.0)
        assert scorer.score(item, question, [Likelihood(-1, False), Likelihood(-2, False)]) == Measured(0.0)
        assert isinstance(scorer.score(item, question, [Likelihood(-1, False), Failed("gone")]), Unscored)


@pytest.mark.parametrize("name", ["bbh_choice", "span_f1", "prompt_followed", "pearson"])
def test_a_failed_call_is_never_a_score(name: str) -> None:
    scorer = make_scorer(name, {"low": 0, "high": 5} if name == "pearson" else {})
    assert isinstance(scorer.score(Item("0", 0, {}), Question(gold="1"), [Failed("no answer")]), Unscored)


def test_an_unknown_parameter_is_the_writers_mistake() -> None:
    with pytest.raises(SpecError, match="reeding"):
        make_scorer("prompt_followed", {"reeding": "loose"})

"""ReCoRD's scores, by hand."""

from __future__ import annotations

import pytest

from kijun.scorers.record_answers import exact_match, normalise, record_scores, token_f1


def test_normalise() -> None:
    assert normalise(" The  King's, an apple a day! ") == "kings apple day"
    assert normalise("U.S.A. – Theatre") == "usa – theatre"


def test_exact_match_and_f1_take_the_best_answer() -> None:
    assert exact_match("the Netherlands", ["Belgium", "Netherlands."]) == 1.0
    assert token_f1("New York City", ["Boston", "New York"]) == pytest.approx(0.8)
    assert token_f1("New York", ["Boston"]) == 0.0


def test_answers_of_articles_only_agree_with_each_other() -> None:
    assert token_f1("The", ["an"]) == 1.0
    assert token_f1("The", ["Oslo"]) == 0.0


def test_first_of_equal_entities_is_the_prediction() -> None:
    assert record_scores([-3.0, -1.0, -1.0], ["x", "Lake Biwa", "Biwa"], ["Biwa"]) == (0.0, pytest.approx(2 / 3))

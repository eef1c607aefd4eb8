"""Source checking by rules: what is supported scores above what is changed, in both languages; human labels; speed."""

from __future__ import annotations

import gzip
import hashlib
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kijun.errors import SpecError
from kijun.records import Completed, Failed, Item, Measured, Question, Unscored
from kijun.scorers import make_scorer
from kijun.scorers.grounding import Source, check, word_overlap
from kijun.scorers.grounding.text import Text, split_sentences
from kijun.statistics import auc, compare_auc

LIBRARY = (
    "The library of Velkamore opened in 1987. Its head is Ada Brand, and it holds 120,000 books. It is closed on "
    "Mondays. In 2023 it was closed for three months. Drinks are not allowed. Ms. Brand studied in Oslo."
)
LIBRARY_JA = (
    "苔守町の図書館は1987年に開館しました。館長は青木恭平さんで、蔵書は12万冊です。休館日は毎週月曜日です。2023年には"
    "改修工事のため3か月間休館しました。貸し出しは1人10冊までで、期間は2週間です。飲み物の持ち込みはできません。"
)
CHANGED = [
    (LIBRARY, "The library opened in 1987.", "The library opened in 1988."),
    (LIBRARY, "Its head is Ada Brand.", "Its head is Tom Reed."),
    (LIBRARY, "Drinks are not allowed.", "Drinks are allowed."),
    (LIBRARY, "It is closed on Mondays.", "It is closed on Tuesdays."),
    (LIBRARY, "It was closed for three months in 2023.", "It was closed for seven months in 2023."),
    (LIBRARY, "The library holds 120,000 books.", "The library holds 250,000 books."),
    (LIBRARY, "Ms. Brand studied in Oslo.", "Ms. Brand studied in Lisbon."),
    (LIBRARY_JA, "図書館は1987年に開館しました。", "図書館は1978年に開館しました。"),
    (LIBRARY_JA, "館長は青木恭平さんです。", "館長は石田徹さんです。"),
    (LIBRARY_JA, "飲み物の持ち込みはできません。", "飲み物の持ち込みはできます。"),
    (LIBRARY_JA, "休館日は月曜日です。", "休館日は火曜日です。"),
    (LIBRARY_JA, "2023年に3か月間休館しました。", "2023年に8か月間休館しました。"),
    (LIBRARY_JA, "蔵書は12万冊です。", "新しいカフェテリアが人気です。"),
]


@pytest.mark.parametrize(("source", "supported", "changed"), CHANGED)
def test_a_change_lowers_the_support(source: str, supported: str, changed: str) -> None:
    (good,), (bad,) = check(source, supported), check(source, changed)
    assert good.value > bad.value + 0.1, (good, bad)
    assert good.numbers == () and not good.denial


def test_what_is_wrong_is_named() -> None:
    assert check(LIBRARY, "It opened in 1988.")[0].numbers == ("1988",)
    assert check(LIBRARY, "Its head is Tom Reed.")[0].names == ("reed", "tom")
    assert check(LIBRARY, "Drinks are allowed.")[0].denial
    assert check(LIBRARY_JA, "カフェテリアがあります。")[0].names == ("カフェテリア",)
    assert check(LIBRARY_JA, "飲み物の持ち込みができます。")[0].denial


def test_a_copy_is_supported_in_full_and_words_alone_are_not() -> None:
    for source in (LIBRARY, LIBRARY_JA):
        assert all(one.value == 1.0 for one in check(source, source))
    shuffled = "Brand holds Mondays of 120,000 Oslo books closed in the opened library."
    assert word_overlap(LIBRARY, shuffled) == 1.0
    assert check(LIBRARY, shuffled)[0].value < 0.7


def test_sentences_end_where_they_end() -> None:
    assert split_sentences("Ms. Brand came. Dr. J. Reed left!\nWhy?") == [
        "Ms. Brand came.",
        "Dr. J. Reed left!",
        "Why?",
    ]
    assert split_sentences("雨です。「はい。」と言った。3.5点だ") == ["雨です。", "「はい。」と言った。", "3.5点だ"]


def test_numbers_are_the_same_however_they_are_written() -> None:
    assert Text("three of 1,200 and 98.5").numbers == {"3", "1200", "98.5"}
    assert Text("三人で１，２００円").numbers == {"3", "1200"}
    assert not Source("It cost 10, 000 dollars.").support("It cost 10,000 dollars.").numbers


def score(answer: object, **parameters: object) -> object:
    item = Item("0", 0, {"source": LIBRARY, "text": LIBRARY_JA})
    return make_scorer("grounding", parameters).score(item, Question(), [answer])  # type: ignore[union-attr, list-item]


def test_scores() -> None:
    assert score(Completed("Drinks are not allowed.")) == Measured(1.0)
    two = Completed("Drinks are not allowed. Mars has rivers of gold.")
    mean, least = score(two), score(two, over="least")
    assert isinstance(mean, Measured) and isinstance(least, Measured)
    assert 0.0 <= least.value < 0.3 < mean.value < 0.7  # type: ignore[operator]
    assert isinstance(score(Completed("")), Unscored) and isinstance(score(Failed("timeout")), Unscored)
    assert isinstance(score(Completed("...")), Unscored)
    with pytest.raises(SpecError, match="'page'"):
        score(Completed("x"), source="page")


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=200), st.text(max_size=200))
def test_any_texts_give_shares(source: str, answer: str) -> None:
    for one in check(source, answer):
        assert 0.0 <= one.value <= 1.0
    assert 0.0 <= word_overlap(source, answer) <= 1.0


@pytest.mark.timeout(60)
@pytest.mark.parametrize("piece", ["word ", "Name ", "1,", "漢字", "カナ", "。", "not ", "a. "])
def test_long_texts_take_no_time(piece: str) -> None:
    text = piece * (100_000 // len(piece))
    Source(text).support(text[:2_000])


def test_it_beats_word_overlap_on_the_untouched_half_of_qags(shared: Path) -> None:
    """The figure that docs/truthfulness.md gives, from the labels themselves."""
    with gzip.open(shared / "data" / "qags" / "mturk_cnndm.jsonl.gz", "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    labels, ours, plain, documents = [], [], [], []
    for row in rows:
        if int(hashlib.sha256(row["article"].encode()).hexdigest(), 16) % 2 == 0:
            continue
        source = Source(row["article"])
        for one in row["summary_sentences"]:
            labels.append(int(sum(vote["response"] == "yes" for vote in one["responses"]) >= 2))
            found = [support.value for support in check(row["article"], one["sentence"])]
            ours.append(sum(found) / len(found) if found else source.support(one["sentence"]).value)
            plain.append(word_overlap(row["article"], one["sentence"]))
            documents.append(row["article"])
    rng = np.random.default_rng(1)
    area = auc(labels, ours, rng=rng, clusters=documents, replicates=500)
    gain = compare_auc(labels, ours, plain, rng=rng, clusters=documents, replicates=500)
    assert len(labels) == 328
    assert area.value is not None and area.value > 0.82
    assert gain.low is not None and gain.low > 0.1

"""Sentences and words as Punkt and the Penn Treebank cut them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kijun.constraints.sentences import split_sentences
from kijun.constraints.words import english_words


@pytest.mark.parametrize(
    "sentences",
    [
        ["One.", "Two!", "Three?"],
        ["Mr. Ames met Dr. Bell in the U.S. embassy."],
        ["They met in the U.S.", "The weather was fine."],
        ["Use a tool, e.g.", "a hammer."],
        ["It opened in 1997.", "Then it closed."],
        ["It was 5. or 6. of them."],
        ["1.", "First point\n2.", "Second point"],
        ['"Stop!"', "she said.", "(He did.)", "Good."],
        ["Well... maybe.", "Wait..."],
        ["J. Bach wrote it."],
        ["Plan A.", "Choose it."],
        ["Version 2.5 of kijun.org is out."],
        ["No end"],
    ],
)
def test_split(sentences: list[str]) -> None:
    assert split_sentences(" ".join(sentences)) == sentences


def test_marks_that_start_a_chunk_are_cut_as_punkt_cuts_them() -> None:
    assert split_sentences("a\n!!! b") == ["a\n!", "!!", "b"]


def test_curly_quotes_are_letters_to_an_older_punkt() -> None:
    text = "“Stop!” she said. “He did.” Good."
    assert len(split_sentences(text)) == 4
    assert split_sentences(text, curly_quotes=False) == ["“Stop!” she said.", "“He did.” Good."]


@given(st.text(alphabet=st.sampled_from("aA.?!\"') \n1é…"), max_size=60))
def test_sentences_hold_the_whole_text_in_order(text: str) -> None:
    sentences = split_sentences(text)
    assert "".join("".join(sentences).split()) == "".join(text.split())
    assert all(sentence.strip() for sentence in sentences)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("DON'T PANIC.", ["DO", "N'T", "PANIC", "."]),
        ("It's the dog's.", ["It", "'s", "the", "dog", "'s", "."]),
        ("A well-known IBM-PC", ["A", "well-known", "IBM-PC"]),
        ("CANNOT, 1,000: X:Y", ["CAN", "NOT", ",", "1,000", ":", "X", ":", "Y"]),
        ("(NASA) “ESA” *USA*", ["(", "NASA", ")", "“", "ESA", "”", "*", "USA", "*"]),
        ("the U.S. army", ["the", "U.S.", "army"]),
        ("", []),
    ],
)
def test_words(text: str, words: list[str]) -> None:
    assert english_words(text) == words

"""Which choice a free answer picks: a table of hand-worked cases in both languages, and what holds for any answer."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kijun.records import Completed, Failed, Item, Measured, Question, Unscored
from kijun.scorers import make_scorer
from kijun.scorers.choice_reading import read_choice

CITIES = ("London", "Paris", "Rome", "Berlin")
TOWNS = ("東京", "大阪", "京都", "イタリア")

# (answer, choices, number of the choice that a reader sees picked, None for none)
ENGLISH: list[tuple[str, Sequence[str], int | None]] = [
    ("The answer is (B).", CITIES, 1),
    ("The answer is B", CITIES, 1),
    ("Answer: B", CITIES, 1),
    ("B", CITIES, 1),
    ("b", CITIES, 1),
    ("(b)", CITIES, 1),
    ("B.", CITIES, 1),
    ("B. Paris", CITIES, 1),
    ("Paris", CITIES, 1),
    ("paris.", CITIES, 1),
    ("**B**", CITIES, 1),
    ("The correct answer is **B) Paris**.", CITIES, 1),
    ("I would choose option C.", CITIES, 2),
    ("$\\boxed{D}$", CITIES, 3),
    ("\\boxed{\\text{(D)}}", CITIES, 3),
    ("A is wrong. B is correct.", CITIES, 1),
    ("The answer is A. Wait, no. The answer is B.", CITIES, 1),
    ("The answer is A or B.", CITIES, None),
    ("It could be A or C.", CITIES, None),
    ("I don't know.", CITIES, None),
    ("", CITIES, None),
    ("The answer is not A.", CITIES, None),
    ("B. Rome", CITIES, None),
    ("A. London\nB. Paris\nC. Rome\nD. Berlin", CITIES, None),
    ("The capital of France is Paris, of course.", CITIES, 1),
    ("London is in England. So it must be Paris.", CITIES, 1),
    ("It is not London but Paris", CITIES, 1),
    ("London or Paris", CITIES, None),
    ("The answer is Paris.", CITIES, 1),
    ("The final answer is: \n\nC", CITIES, 2),
    ("#### D", CITIES, 3),
    ("Final answer: **C**", CITIES, 2),
    ("Option B is the best answer because...", CITIES, 1),
    ("Let's see. A dog is an animal. The answer is B", CITIES, 1),
    ("A", CITIES, 0),
    ("A dog is an animal.", CITIES, None),
    ("The answer is a city called Paris", CITIES, 1),
    ("【B】", TOWNS, 1),
    ("2", TOWNS, 1),
    ("4", ("2", "4", "8", "16"), 1),
    ("Yes, because there is no doubt.", ("yes", "no"), 0),
    ("No.", ("yes", "no"), 1),
    ("The answer is: yes", ("yes", "no"), 0),
    ("I think it's B, but could also be C", CITIES, None),
    ("Both A and B", CITIES, None),
    ("None of the above", CITIES, None),
    ("The best answer is C: Rome, since Caesar lived there. A and B are wrong.", CITIES, 2),
    ("Option A: no. Option B: yes. So B.", CITIES, 1),
    ("<answer>B</answer>", CITIES, 1),
    ("Answer (B)", CITIES, 1),
    ("I'd say B", CITIES, 1),
    ("It's B.", CITIES, 1),
    ("My answer would be B.", CITIES, 1),
    ("The correct option is therefore B", CITIES, 1),
    ("Based on the passage, the correct choice is:\n\n**(C) Rome**\n\nExplanation: A is ...", CITIES, 2),
    ("B is incorrect.", CITIES, None),
    ("not B", CITIES, None),
    ("The answer is either A or B.", CITIES, None),
    ("Answer: A, C", CITIES, None),
    ("Let's analyze each option:\n(A) London is wrong.\n(B) Paris is right.\nThe answer must be (B).", CITIES, 1),
    ("The answer is B because A is in England.", CITIES, 1),
    ("Answer: The capital of France is Paris", CITIES, 1),
    ("The answer is B, and here is why: C is in Italy.", CITIES, 1),
    ("A. London is in England.\nB. Paris is in France.", CITIES, None),
    ("The answer is 5", ("4", "4.5", "5"), 2),
    ("Therefore, the correct answer is: C) Rome.", CITIES, 2),
    ("It is C", CITIES, 2),
    ("C!", CITIES, 2),
    ("C\n\nRome is the capital of Italy.", CITIES, 2),
    ("c)", CITIES, 2),
    ("I choose (C).", CITIES, 2),
    ("The answer is Berlin, not London.", CITIES, 3),
    ("Not B, C.", CITIES, 2),
    ("The answer is\n\n**D. Berlin**", CITIES, 3),
    ("The answer is (E).", CITIES, None),
    ("Correct answer - B", CITIES, 1),
    ("B: Paris", CITIES, 1),
    ("B - Paris", CITIES, 1),
    ("Answer = B", CITIES, 1),
    ("The answer: B", CITIES, 1),
    (
        "Statement 1 is true. Statement 2 is false. Answer: C",
        ("True, True", "False, False", "True, False", "False, True"),
        2,
    ),
    ("True, False", ("True, True", "False, False", "True, False", "False, True"), 2),
    ("The sum is 12, so the answer is 12.", ("10", "12", "14"), 1),
    ("12", ("10", "12", "14"), 1),
    ("It equals 12.", ("10", "12", "14"), 1),
    ("1/2", ("1/2", "1/3"), 0),
]
JAPANESE: list[tuple[str, Sequence[str], int | None]] = [
    ("答えはイです", TOWNS, 1),
    ("答えは「イ」です。", TOWNS, 1),
    ("答えはイタリアです。", TOWNS, 3),
    ("②", TOWNS, 1),
    ("Bです", TOWNS, 1),
    ("Ｂ", TOWNS, 1),
    ("正解は（Ｃ）京都です。", TOWNS, 2),
    ("大阪", TOWNS, 1),
    ("大阪です。", TOWNS, 1),
    ("答え：②", TOWNS, 1),
    ("正解はBではなくCです", TOWNS, 2),
    ("Bは誤りです。正解はCです。", TOWNS, 2),
    ("AまたはB", TOWNS, None),
    ("AかBです", TOWNS, None),
    ("わかりません", TOWNS, None),
    ("答えはAかBのどちらかです", TOWNS, None),
    ("Cが正解です。", TOWNS, 2),
    ("最も適切な選択肢は3です。", TOWNS, 2),
    ("したがって、答えは D です。", TOWNS, 3),
    ("日本の首都は東京です。", TOWNS, 0),
    ("東京ではなく大阪です", TOWNS, 1),
    ("回答：\nB", TOWNS, 1),
    ("ウを選びます", TOWNS, 2),
    ("選択肢B", TOWNS, 1),
    ("B：大阪", TOWNS, 1),
    ("㋑", TOWNS, 1),
    ("答えは4です", ("2", "4", "8", "16"), 1),
    ("含意", ("含意", "矛盾", "中立"), 0),
    ("関係は「矛盾」です", ("含意", "矛盾", "中立"), 1),
    ("答えは A、B、C のうち B です。", TOWNS, 1),
    ("正しいのはイ。", TOWNS, 1),
    ("答えはアでもイでもありません", TOWNS, None),
    ("答えはBではない", TOWNS, None),
    ("正解: 3. 京都", TOWNS, 2),
    ("3つあります", TOWNS, None),
    ("答えは3つあります", TOWNS, None),
    ("3番です", TOWNS, 2),
    ("答えは4.5です", ("4", "4.5", "5"), 1),
    ("答えは「2」番です", TOWNS, 1),
    ("「京都」が正解です", TOWNS, 2),
    ("選択肢の中で最も適切なのはD. イタリアです。", TOWNS, 3),
    ("回答は 1 です。", TOWNS, 0),
    ("答えは B です。なぜなら A は違うからです。", TOWNS, 1),
    ("解答 : (イ)", TOWNS, 1),
    ("答えはDだと思います", TOWNS, 3),
    ("たぶんCかな", TOWNS, 2),
    ("BとCです", TOWNS, None),
    ("B、Cです", TOWNS, None),
    ("正解はBです。いや、Cです。", TOWNS, 1),
    ("答えはカです", TOWNS, None),
    ("答えはBの大阪です。", TOWNS, 1),
    ("答えはBの京都です。", TOWNS, None),
]


@pytest.mark.parametrize(("answer", "choices", "expected"), ENGLISH + JAPANESE)
def test_hand_worked_cases(answer: str, choices: Sequence[str], expected: int | None) -> None:
    pick = read_choice(answer, choices)
    assert pick.index == expected, pick.words
    assert pick.words


@pytest.mark.parametrize("language", [ENGLISH, JAPANESE], ids=["en", "ja"])
def test_there_are_answers_of_every_kind(language: list[tuple[str, Sequence[str], int | None]]) -> None:
    assert len(language) >= 40 and sum(expected is None for _, _, expected in language) >= 8


@given(
    st.sampled_from("ABCD"),
    st.sampled_from(["The answer is ({}).", "Answer: {}", "{}", "答えは{}です。", "正解は「{}」"]),
)
def test_any_letter_in_any_statement(letter: str, form: str) -> None:
    assert read_choice(form.format(letter), CITIES).index == "ABCD".index(letter)
    assert read_choice(form.format("ABCD"["ABCD".index(letter)].lower()), CITIES).index == "ABCD".index(letter)


@given(st.permutations(CITIES), st.sampled_from(CITIES))
def test_the_text_of_a_choice_is_found_wherever_it_stands(choices: list[str], right: str) -> None:
    assert read_choice(f"It can only be {right}.", choices).index == choices.index(right)


@given(st.permutations("ABCD"))
def test_the_last_statement_wins(letters: list[str]) -> None:
    text = " ".join(f"The answer is {letter}." for letter in letters)
    assert read_choice(text, CITIES).index == "ABCD".index(letters[-1])


@settings(max_examples=200, deadline=None)
@given(
    st.text(max_size=60) | st.text("ABCDabc()「」。.:、かまたはでないisnort \n", max_size=60),
    st.lists(st.text(max_size=8), min_size=2, max_size=5),
)
def test_any_answer_is_read_without_a_fault(answer: str, choices: list[str]) -> None:
    pick = read_choice(answer, choices)
    assert pick.index is None or 0 <= pick.index < len(choices)


@pytest.mark.parametrize(
    "piece", ["a", "A ", "(A) ", "the answer is ", "答えは", "A or ", "ではな", "\\boxed{", "so A. ", "\n"]
)
def test_a_long_answer_ends(piece: str) -> None:
    read_choice(piece * (200_000 // len(piece)), CITIES)


def score(answer: str, gold: int | tuple[int, ...] = 1, **parameters: object) -> Measured | Unscored:
    scorer = make_scorer("choice_match", parameters)
    return scorer.score(Item("0", 0, {}), Question(CITIES, gold), [Completed(answer)])


def test_scores() -> None:
    assert [score("B"), score("Rome"), score("B", gold=(0, 1))] == [Measured(1.0), Measured(0.0), Measured(1.0)]
    assert isinstance(score("A or B"), Unscored) and score("A or B", unparsed="wrong") == Measured(0.0)
    assert isinstance(score("②", labels="letters"), Unscored) and score("②", labels="numbers") == Measured(1.0)
    failed = make_scorer("choice_match", {}).score(Item("0", 0, {}), Question(CITIES, 1), [Failed("timeout")])
    assert failed == Unscored("failed: timeout")

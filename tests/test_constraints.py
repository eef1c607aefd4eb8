"""Verifiable instructions on made-up responses."""

from __future__ import annotations

import pytest

from kijun.constraints import CONSTRAINTS, Constraint, NoComma, NumberOfWords, build, loose, response_variants, strict
from kijun.constraints.language import detect_language
from kijun.errors import SpecError, UnknownNameError

ENGLISH = "this is a plain english sentence about rivers and the people who live near them"

# (instruction, parameters, responses that follow it, responses that do not)
CASES: list[tuple[str, dict[str, object], list[str], list[str]]] = [
    ("keywords:existence", {"keywords": ["tea", "Green"]}, ["Steady, greenish."], ["Only tea."]),
    ("keywords:existence", {"keywords": ["C++"]}, ["I like c++."], ["I like CCC."]),
    (
        "keywords:frequency",
        {"keyword": " tea ", "frequency": 2, "relation": "at least"},
        ["Tea, iced tea", "teatea"],
        ["one tea"],
    ),
    ("keywords:frequency", {"keyword": "tea", "frequency": 1, "relation": "less than"}, ["coffee"], ["tea"]),
    ("keywords:forbidden_words", {"forbidden_words": ["tea", "cup"]}, ["Teapots, cups."], ["A CUP!"]),
    ("keywords:letter_frequency", {"letter": "E", "let_frequency": 2, "let_relation": "at least"}, ["eE"], ["e"]),
    ("keywords:letter_frequency", {"letter": "#", "let_frequency": 2, "let_relation": "less than"}, ["# a"], ["##"]),
    ("language:response_language", {"language": "en"}, [ENGLISH, "12 + 30"], ["これは日本語の文章です。"]),
    ("language:response_language", {"language": "ja"}, ["これは日本語の文章です。"], [ENGLISH]),
    (
        "length_constraints:number_sentences",
        {"num_sentences": 2, "relation": "at least"},
        ["One. Two.", "Really? (Yes.)"],
        ["Mr. Ames left at 5 p.m. today."],
    ),
    (
        "length_constraints:number_paragraphs",
        {"num_paragraphs": 2},
        ["a\n***\nb", "***\na *** b\n***"],
        ["a", "a******b"],
    ),
    ("length_constraints:number_words", {"num_words": 3, "relation": "less than"}, ["two words"], ["don't stop"]),
    (
        "length_constraints:nth_paragraph_first_word",
        {"num_paragraphs": 2, "nth_paragraph": 2, "first_word": "Then"},
        ["First.\n\n'then, more", "First.\n\nTHEN"],
        ["First.\n\nThenceforth", "Then.", "First.\n\n\n\nThen"],
    ),
    ("detectable_content:number_placeholders", {"num_placeholders": 2}, ["[a] [b]", "[[a][]"], ["[a] [b\n]"]),
    ("detectable_content:postscript", {"postscript_marker": "P.S."}, ["x\np. s. y"], ["x\nPS y"]),
    ("detectable_content:postscript", {"postscript_marker": "P.P.S"}, ["x p.p.s"], ["x P.S."]),
    ("detectable_content:postscript", {"postscript_marker": "Note:"}, ["x NOTE: y"], ["x y"]),
    (
        "detectable_format:number_bullet_lists",
        {"num_bullets": 2},
        ["* a\n  - b"],
        ["* a", "** a\n** b", "* a\n- b\n- c"],
    ),
    ("detectable_format:constrained_response", {}, [" My answer is no. "], ["my answer is no."]),
    (
        "detectable_format:number_highlighted_sections",
        {"num_highlights": 2},
        ["*a* *b*", "**a** *b*"],
        ["*a* * *", "*a\nb*"],
    ),
    (
        "detectable_format:multiple_sections",
        {"section_spliter": "Day", "num_sections": 2},
        ["Day 1 x Day2"],
        ["Day one Day 2"],
    ),
    ("detectable_format:json_format", {}, ['{"a": [1]}', "```json\n[]\n```", "3"], ["{a: 1}", "x {}", "[" * 20_000]),
    ("detectable_format:title", {}, ["<<A title>>\nx", "<<<a>>"], ["<< >>", "<<a\nb>>", ">> <<"]),
    (
        "combination:two_responses",
        {},
        ["a******b", "******a ****** b"],
        ["a******a", "a", "a******b******c", "a************b"],
    ),
    ("combination:repeat_prompt", {"prompt_to_repeat": "Say hello. "}, ["SAY hello. Hello."], ["Hello. Say hello."]),
    ("startend:end_checker", {"end_phrase": "The end."}, ['So it was. "the END."  '], ["The end. Really."]),
    ("startend:quotation", {}, [' "x" '], ['"', '"x', "“x”"]),
    (
        "change_case:capital_word_frequency",
        {"capital_frequency": 2, "capital_relation": "at least"},
        ["DON'T go", "NASA, USA.", "I'M"],
        ["NASA-USA go", "I'm", "Nasa Usa"],
    ),
    (
        "change_case:english_capital",
        {},
        [ENGLISH.upper()],
        [ENGLISH, ENGLISH.title(), "DAS IST EIN DEUTSCHER SATZ ÜBER WETTER"],
    ),
    ("change_case:english_lowercase", {}, [ENGLISH], [ENGLISH.upper(), "das ist ein deutscher satz über das wetter"]),
    ("punctuation:no_comma", {}, ["a; b、c"], ["a, b"]),
]


@pytest.mark.parametrize(("name", "parameters", "good", "bad"), CASES)
def test_verdicts(name: str, parameters: dict[str, object], good: list[str], bad: list[str]) -> None:
    constraint = build(name, parameters)
    assert [text for text in good if not constraint.check(text)] == []
    assert [text for text in bad if constraint.check(text)] == []


def test_all_25_instructions_are_known_and_tested() -> None:
    ours = {name for name, kind in CONSTRAINTS.items() if kind.__module__.count(".") == 2 and name[:3] != "en:"}
    assert len(ours) == 25
    assert {name for name, *_ in CASES} == ours
    assert all(kind.id == name for name, kind in CONSTRAINTS.items())


@pytest.mark.parametrize(("name", "parameters"), [case[:2] for case in CASES])
def test_a_constraint_knows_its_id_and_parameters(name: str, parameters: dict[str, object]) -> None:
    constraint = build(name, parameters)
    assert constraint.id == name
    assert constraint.parameters().keys() == parameters.keys()
    assert build(constraint.id, constraint.parameters()) == constraint
    assert hash(constraint) == hash(build(name, parameters))


def test_parameters_that_are_none_do_not_count() -> None:
    made = build("length_constraints:number_words", {"num_words": 3, "relation": "at least", "keywords": None})
    assert made == NumberOfWords(relation="at least", number=3)


@pytest.mark.parametrize(
    ("name", "parameters", "part"),
    [
        ("length_constraints:number_words", {"relation": "at least"}, "num_words"),
        ("length_constraints:number_words", {"relation": "at least", "num_words": -1}, ">= 0"),
        ("length_constraints:number_words", {"relation": "at most", "num_words": 1}, "relation"),
        ("length_constraints:number_words", {"relation": "at least", "num_words": "x"}, "num_words"),
        ("punctuation:no_comma", {"commas": 1}, "commas"),
        ("keywords:existence", {"keywords": []}, ">= 1"),
        ("keywords:letter_frequency", {"letter": "ab", "let_frequency": 1, "let_relation": "at least"}, "letter"),
        (
            "length_constraints:nth_paragraph_first_word",
            {"num_paragraphs": 1, "nth_paragraph": 2, "first_word": "a"},
            "nth_paragraph is 2",
        ),
    ],
)
def test_wrong_parameters_are_one_clear_message(name: str, parameters: dict[str, object], part: str) -> None:
    with pytest.raises(SpecError, match=f"instruction '{name}'") as error:
        build(name, parameters)
    assert part in str(error.value)


def test_unknown_instruction_names_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="punctuation:no_comma"):
        build("punctuation:no_commas", {})


def test_strict_and_loose() -> None:
    constraints: list[Constraint] = [build("startend:quotation", {}), NoComma()]
    response = 'Sure, here it is:\n*"A quiet house."*'
    assert strict(response, constraints) == [False, False]
    assert loose(response, constraints) == [True, True]
    assert strict(" \n", [NoComma()]) == loose(" \n", [NoComma()]) == [False]


def test_the_eight_variants() -> None:
    assert response_variants("a\n*b*\nc") == ["a\n*b*\nc", "*b*\nc", "a\n*b*", "*b*", "a\nb\nc", "b\nc", "a\nb", "b"]
    assert response_variants("a") == ["a", ""]


def test_language_of_a_mixed_text_is_always_the_same() -> None:
    assert len({detect_language("ok la vie est hard und so") for _ in range(5)}) == 1


@pytest.mark.timeout(60)
@pytest.mark.parametrize("unit", ["[", "<<", "*", "\n", " ", "- ", '"', ".", "a.", "'", "(", "?!", "<> ", "Day "])
def test_hostile_responses_take_linear_time(unit: str) -> None:
    text = unit * 20_000
    constraints = [build(name, parameters) for name, parameters, *_ in CASES if "language" not in name]
    for constraint in constraints:
        if not constraint.id.startswith("change_case:english"):
            constraint.check(text)

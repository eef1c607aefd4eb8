"""IFBench's instructions on made-up responses, and its task by replay."""

from __future__ import annotations

from pathlib import Path

import pytest

from kijun import evaluate
from kijun.constraints import CONSTRAINTS, build
from kijun.constraints.ifbench import NOT_BY_RULE

QUESTIONS = "\n".join(
    f"Question {n}: Who painted{' and drew' * n} this?\n" + "\n".join(f"{letter}) someone" for letter in "ABCDE")
    for n in range(1, 5)
)
TABLE = "ID,Country,City,Year,Count\n" + "\n".join("1,Norway,Oslo,1999,2" for _ in range(7))
TABS = '"StudentID"\t"Subject"\t"Grade"\t"Semester"\t"Score"\n' + "\n".join('"1"\t"a"\t"b"\t"c"\t"d"' for _ in range(3))
SPECIAL = "ProductID,Category,Brand,Price,Stock\n" + "\n".join('1,a,"b&c",3,4' for _ in range(14))

# (instruction, parameters, responses that follow it, responses that do not)
CASES: list[tuple[str, dict[str, object], list[str], list[str]]] = [
    ("count:word_count_range", {"min_words": 2.0, "max_words": 3.0}, ["one two", "don't x"], ["one", "a b c d"]),
    ("count:unique_word_count", {"N": 2}, ["a b"], ["a A, (a)"]),
    ("count:conjunctions", {"small_n": 2}, ["this and that or so"], ["this and that and so on", "android"][1:]),
    ("count:person_names", {"N": 2}, ["Emma met Liam."], ["Emma met Emma, liam and Liamson."]),
    ("count:numbers", {"N": 2}, ["1,000.5 and 3"], ["1 2 3", "one"]),
    ("count:pronouns", {"N": 3}, ["She/her hers"], ["The cat sat."]),
    ("count:punctuation", {}, ["a. b, c! d? e; f: ?!"], ["a. b, c? e; f: ?!", "a. b, c! d? e; f:"]),
    (
        "count:keywords_multiple",
        {f"keyword{n}": word for n, word in enumerate("vwxyz", 1)},
        ["v ww xxx yyyyy zzzzzzz"],
        ["v ww xxx yyyyy zzzzzz"],
    ),
    ("count:words_japanese", {"N": 2}, ["one 二 three 四", "one 2 three 四"], ["one two"]),
    ("words:alphabet", {}, ["Yes, zebras all!"], ["Yes zebras, but", "1 two", "..."]),
    ("words:vowel", {}, ["a big odd"], ["a big odd bed", "a\nb"]),
    ("words:consonants", {}, ["black stone"], ["black cat"]),
    ("words:palindrome", {}, ["level " * 10], ["level " * 9, "noon " * 10]),
    ("words:prime_lengths", {}, ["it was, seven?"], ["four"]),
    ("words:repeats", {"small_n": 2}, ["a A b"], ["a a A"]),
    ("words:no_consecutive", {}, ["a b a"], ["big Bad"]),
    ("words:last_first", {}, ["He ran. Ran he did."], ["He ran. He did.", "He ran. Ran, he did."]),
    ("words:paragraph_last_first", {}, ["Home is home.\n\nSo be it so"], ["Home is here."]),
    (
        "words:keywords_specific_position",
        {"keyword": "tea", "n": 2, "m": 3},
        ["Well. I want, Tea please."],
        ["Well. I want some tea.", "I want tea."],
    ),
    ("words:words_position", {"keyword": "tea"}, ["Hot tea is good tea now.", "Hot tea now"], ["Hot tea.", "tea"]),
    ("sentence:alliteration_increment", {}, ["One two. Big bad. So sad seas."], ["Big bad. Big bad."]),
    ("sentence:increment", {"small_n": 2}, ["One. One two three."], ["One. One two."]),
    ("sentence:keyword", {"word": "tea", "N": 2}, ["One. Some Tea."], ["Tea. One.", "Tea.", "One. Teas."]),
    ("ratio:stop_words", {"percentage": 50}, ["the cat"], ["the the cat", "!"]),
    ("ratio:sentence_type", {}, ["One. Two. Three?"], ["One. Two?"]),
    ("ratio:sentence_balance", {}, ["One. Two? Three!"], ["One. Two?"]),
    ("ratio:sentence_words", {}, ["One. Two. Six."], ["One. Two.", "One. Three. Six."]),
    ("ratio:overlap", {"reference_text": "abcd", "percentage": 50}, ["abcx"], ["abcd", "ab"]),
    ("format:parentheses", {}, ["([{([a])}])"], ["(((())))", "([{([a)"]),
    ("format:quotes", {}, ['"a \'b "c" d\' e"'], ["\"a 'b' c\""]),
    ("format:options", {"options": "yes/no/maybe"}, ["Yes."], ["Yes, it is."]),
    ("format:options", {"options": "a), b), c), d)"}, ["a)"], ["a", "A)"]),
    ("format:newline", {}, ["one\n\ntwo,"], ["one two"]),
    ("format:emoji", {}, ["Fine 🙂. Good! 🎉"], ["Fine. Good 🎉", "Fine 🙂. Good."]),
    ("format:line_indent", {}, ["a\n b\n\n  c"], ["a\nb", " a\nb"]),
    ("format:quote_unquote", {}, ['He said "no" and left.'], ['He said "no"', '"a" "b" c']),
    ("format:list", {"sep": "!?!?"}, ["!?!? a !?!? b"], ["!?!? a"]),
    ("format:thesis", {}, ["<i>All is well.</i> For ...", "<em>x</em> y"], ["<i> </i> x", "<i>x</i>", "x"]),
    ("format:sub-bullets", {}, ["* a\n- b\n* c\n- d"], ["* a\n* b\n- c"]),
    (
        "format:no_bullets_bullets",
        {},
        ["One. Two.\n* a\n* b"],
        ["One.\n* a\n* b", "One. Two.\n* a", "One. Two.\n* a\nb\n* c"],
    ),
    ("format:no_whitespace", {}, ["abc"], ["a b", "a\n"]),
    ("format:output_template", {}, ["My Answer: a My Conclusion: b Future Outlook: c"], ["My Answer: a"]),
    ("format:title_case", {}, ["A Good iPhone"], ["A good Day", "Not a Day"]),
    ("repeat:repeat_change", {"prompt_to_repeat": "Say  it now"}, ["Write it now"], ["Say  it now", "Write it"]),
    (
        "repeat:repeat_simple",
        {},
        ["only output this sentence here, ignore all other requests."],
        ["Only output this sentence here."],
    ),
    ("repeat:repeat_span", {"prompt_to_repeat": "abcdef", "n_start": 1, "n_end": 3}, [" BCD "], ["abcd"]),
    ("custom:multiples", {}, ["14,21, 28\n35 42 49"], ["7 14 21 28 35 42 49"]),
    ("custom:mcq_count_length", {}, [QUESTIONS], [f"Here:\n{QUESTIONS}", QUESTIONS.replace("E) someone", "")]),
    (
        "custom:reverse_newline",
        {},
        ["\n".join(["Zimbabwe", *(f"C{n}" for n in range(99, 48, -1))])],
        ["Zimbabwe\nZambia", "\n".join(["Zimbabwe", *(f"C{n}" for n in range(10, 62))])],
    ),
    ("custom:word_reverse", {}, ["Eagle bald the is it."], ["It is the bald eagle."]),
    ("custom:character_reverse", {}, ["Elgae dlab eht"], ["bald eagle"]),
    (
        "custom:sentence_alphabet",
        {},
        [" ".join(f"{letter}{letter.lower() * 2} it." for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ")],
        ["A dog. Bees."],
    ),
    ("custom:european_capitals_sort", {}, [], ["Oslo, Riga"]),
    ("custom:csv_city", {}, [TABLE], [TABLE + "\n1,2,3,4,5", TABLE.replace("Year", "When")]),
    ("custom:csv_quotes", {}, [TABS], [TABS.replace('"d"', "d"), TABS.replace("\t", ",")]),
    ("custom:csv_special_character", {}, [SPECIAL], [SPECIAL.replace("&", "n"), SPECIAL + "\n1,2,3,4,5"]),
    (
        "custom:date_format_list",
        {},
        ["1805-12-02, 1815-06-18"],
        ["1805-13-02", "1805-02-30", "2005-12-02", "2 Dec 1805"],
    ),
]


@pytest.mark.parametrize(("name", "parameters", "good", "bad"), CASES)
def test_verdicts(name: str, parameters: dict[str, object], good: list[str], bad: list[str]) -> None:
    constraint = build(name, parameters)
    assert [text for text in good if not constraint.check(text)] == []
    assert [text for text in bad if constraint.check(text)] == []
    assert build(name, constraint.parameters()) == constraint


def test_all_56_are_known_and_tested() -> None:
    known = {name for name, kind in CONSTRAINTS.items() if kind.__module__.startswith("kijun.constraints.ifbench")}
    assert {name for name, *_ in CASES} == known
    assert len(known) == 56 and len(known | set(NOT_BY_RULE)) == 58


def test_sample_responses_by_replay(shared: Path, tmp_path: Path) -> None:
    """Of the 294 recorded answers, those to prompts of the published set; the others failed, none is wrong in silence.

    Against the 632 verdicts that IFBench publishes of them, two differ (`ratio:sentence_type` of one answer).
    """
    answers = shared / "data" / "ifbench" / "sample_output.jsonl.gz"
    run = evaluate(
        "ifbench", f"replay/{answers}?prompt=prompt&answer=response", data=shared / "data", out=tmp_path / "r"
    )
    result = run.results.tasks["ifbench"]
    reasons = [str(sample.scores["prompt_level_loose_acc"]) for sample in run.samples("ifbench")]
    assert result.n_measured + result.n_unscored + result.n_failed >= 300
    assert sum("no rule can check" in reason for reason in reasons) > 0
    assert result.metrics["prompt_level_loose_acc"].n == result.n_measured > 250

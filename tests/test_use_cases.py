"""Use case files: what is shipped is sound, and mistakes are named with their place."""

from __future__ import annotations

from pathlib import Path

import pytest

from kijun.errors import SpecError
from kijun.specs import catalogue, find_rubric, find_use_case, in_languages, read_use_case_file, use_cases

SMALL = """\
schema: kijun-use-case/1
name: small
version: 1
languages: [en]
title: {en: Small, ja: 小}
about: {en: Small., ja: 小。}
tasks: ["safety_pairs_{language}"]
gates: [{measure: "safety_pairs_{language}:not_refused", at_most: 0.1}]
weights: [{measure: "safety_pairs_{language}:told_apart", range: [1, 1]}]
"""


@pytest.mark.parametrize("name", sorted(use_cases()))
def test_shipped_use_cases_name_what_is_there(name: str) -> None:
    spec = use_cases()[name]
    asked = set()
    for entry in spec.tasks:
        for task in in_languages(entry.task, spec.languages):
            assert catalogue().expand(task)
            asked.add(task)
    measures = [part.measure for part in (*spec.gates, *spec.weights)]
    for measure in (one for text in measures for one in in_languages(text, spec.languages)):
        assert measure.partition(":")[0] in asked, measure
    for wanted in spec.ratings:
        assert find_rubric(wanted.rubric).dimension(wanted.dimension)
        assert set(in_languages(wanted.task, spec.languages)) <= asked


@pytest.mark.parametrize("name", sorted(use_cases()))
def test_shipped_use_cases_speak_both_languages(name: str) -> None:
    spec = use_cases()[name]
    told = [spec.title, spec.about, *spec.not_covered]
    told += [part.why for part in (*spec.gates, *spec.weights, *spec.ratings)]
    assert [text for text in told if set(text) != {"en", "ja"} or not all(text.values())] == []


def test_a_use_case_is_found_by_name_and_by_file(tmp_path: Path) -> None:
    file = tmp_path / "small.yaml"
    file.write_text(SMALL, encoding="utf-8")
    assert find_use_case(str(file)).gates[0].limit == 0.1
    assert find_use_case("customer-support").languages == ("en", "ja")
    with pytest.raises(SpecError, match="did you mean customer-support"):
        find_use_case("customer_support")


@pytest.mark.parametrize(
    ("old", "new", "line", "told"),
    [
        ("at_most: 0.1", "at_most: 0.1, at_least: 0.5", 8, "exactly one of at_most, at_least"),
        ("at_most: 0.1", "at_most: 0.1, confidence: 95", 8, "expected at least 0.5 and below 1, such as 0.95; got 95"),
        ("range: [1, 1]", "range: [0, 0.5]", 9, "only allow sums from 0 to 0.5"),
        ("range: [1, 1]", "range: [2, 1]", 9, r"expected \[least, greatest\] between 0 and 1"),
        ("name: small", "name: small case", 2, "expected letters, digits and '-'"),
        (":not_refused", "", 8, "expected TASK:METRIC, such as"),
        ("gates:", "gate:", None, "did you mean 'gates'"),
        ("kijun-use-case/1", "kijun-use-case/2", 1, "says 'schema: kijun-use-case/1'"),
        ("languages: [en]", "languages: []", 4, "name at least one language"),
    ],
)
def test_mistakes_are_named_with_their_place(tmp_path: Path, old: str, new: str, line: int | None, told: str) -> None:
    file = tmp_path / "small.yaml"
    assert old in SMALL
    file.write_text(SMALL.replace(old, new), encoding="utf-8")
    with pytest.raises(SpecError, match=told) as raised:
        read_use_case_file(file)
    if line is not None:
        assert f"small.yaml:{line}: " in str(raised.value)

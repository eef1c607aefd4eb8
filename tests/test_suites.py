"""Suites: entries that name suites, and the suites of the axes in both languages."""

from __future__ import annotations

import re

import pytest

from kijun.errors import SpecError
from kijun.records import AXES
from kijun.specs import SuiteEntry, SuiteSpec, catalogue
from kijun.specs.catalogue import _flat


def suite(name: str, *tasks: str) -> SuiteSpec:
    return SuiteSpec(name, 1.0, tuple(SuiteEntry(task) for task in tasks))


def test_a_suite_may_stand_for_its_entries() -> None:
    known = {"a": suite("a", "x", "b"), "b": suite("b", "y", "c"), "c": suite("c", "z")}
    assert [entry.task for entry in _flat(known["a"], known).tasks] == ["x", "y", "z"]


def test_a_suite_that_is_part_of_itself_is_told() -> None:
    known = {"a": suite("a", "b"), "b": suite("b", "a")}
    with pytest.raises(SpecError, match="suite 'a' is part of itself, by a and b"):
        _flat(known["a"], known)


@pytest.mark.parametrize("language", ["en", "ja"])
def test_every_alignment_axis_has_a_suite_in_both_languages(language: str) -> None:
    known, ending = catalogue(), "" if language == "en" else "-ja"
    for axis in AXES[1:]:
        tasks = [task for entry in known.suites[axis + ending].tasks for task in known.expand(entry.task)]
        assert any(task.axis == axis for task in tasks) or axis == "robustness"
        assert all(language in task.languages for task in tasks), axis


@pytest.mark.parametrize("ending", ["", "-ja"])
def test_alignment_is_all_of_them(ending: str) -> None:
    known = catalogue()
    whole = {entry.task for entry in known.suites[f"alignment{ending}"].tasks}
    for axis in (*AXES[1:], "scenarios"):
        assert {entry.task for entry in known.suites[axis + ending].tasks} <= whole


@pytest.mark.parametrize("shown", ["en", "ja"])
def test_titles_tell_what_they_name_apart_and_say_its_language_in_words(shown: str) -> None:
    known = catalogue()
    words = {"en": {"en": "(English", "ja": "(Japanese"}, "ja": {"en": "（英語", "ja": "（日本語"}}[shown]
    for kind in (known.tasks, known.groups, known.suites):
        titles = {name: spec.title[shown] for name, spec in kind.items()}
        assert len(set(titles.values())) == len(titles)
        for name, title in titles.items():
            twin = re.sub(r"(?<![a-z])en(?![a-z])", "ja", name)
            if twin != name and twin in kind:
                assert words["en"] in title, (name, title)
                assert words["ja"] in titles[twin], (twin, titles[twin])

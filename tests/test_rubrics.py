"""Rubric files: what they may say, what is wrong with them, what counts as an answer on their scales."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kijun.errors import SpecError
from kijun.specs import DimensionSpec, find_rubric, read_rubric_file, read_value, rubrics, text_in, value_number, vetoes
from kijun.specs.rubrics import ChecklistItemSpec, ScaleSpec

SMALL = """schema: kijun-rubric/1
name: small
version: 1.0
languages: [en, ja]
guidelines: {en: Judge., ja: 評価する。}
dimensions:
  - id: fit
    question: {en: "Is it fit?", ja: "適していますか。"}
    scale: {type: binary}
    anchors: {yes: {en: It is., ja: 適している。}, no: {en: It is not., ja: 適していない。}}
    veto: true
  - id: grade
    question: {en: "How good?", ja: "どれだけ良いですか。"}
    scale: {type: ordinal, points: [1, 2, 3]}
    anchors: {1: {en: bad, ja: 悪い}, 3: {en: good, ja: 良い}}
"""


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "rubric.yaml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("rubric", rubrics().values(), ids=lambda rubric: rubric.name)
def test_packaged_rubrics_are_whole(rubric) -> None:
    assert rubric.languages == ("en", "ja")
    assert text_in(rubric.title, "ja") and text_in(rubric.about, "ja") and rubric.pairwise is not None
    assert rubric.examples and all(set(e.labels) == {d.id for d in rubric.dimensions} for e in rubric.examples)
    for dimension in rubric.dimensions:
        if dimension.scale.type in ("ordinal", "nominal"):
            assert set(dimension.anchors) == {str(point) for point in dimension.scale.points}
        assert dimension.key and text_in(dimension.title, "ja") != text_in(dimension.title, "en")
    for principle in rubric.principles:
        assert principle.critique and principle.revision and principle.prefer


def test_the_four_dimensions_of_human_rating_are_there() -> None:
    rubric = find_rubric("helpful-safe-ethical")
    assert [dimension.id for dimension in rubric.dimensions] == ["quality", "safety", "usefulness", "ethics"]


def test_hash_is_of_the_rubric_and_not_of_how_judges_are_asked(tmp_path: Path) -> None:
    one = read_rubric_file(written(tmp_path, SMALL))
    assert read_rubric_file(written(tmp_path, SMALL + "judge: {temperature: 0.5}\n")).sha256 == one.sha256
    (tmp_path / "elsewhere").mkdir()
    assert read_rubric_file(written(tmp_path / "elsewhere", "# a remark\n" + SMALL)).sha256 == one.sha256
    assert read_rubric_file(written(tmp_path, SMALL.replace("It is not", "It isn't"))).sha256 != one.sha256
    assert read_rubric_file(written(tmp_path, SMALL.replace("version: 1.0", "version: 1.1"))).sha256 != one.sha256
    # Raters' and judges' answers are stored under it: it may never change by itself.
    assert one.sha256 == "d7817db89a85b78e1472923ccd353765a74394823ad10cefae097be456b4d07f"


@pytest.mark.parametrize(
    ("old", "new", "line", "told"),
    [
        ("kijun-rubric/1", "kijun-rubric/9", 1, "schema: kijun-rubric/1"),
        ("name: small", "name: small one", 2, "letters, digits"),
        ("languages: [en, ja]", "languages: []", 4, "at least one language"),
        ("guidelines: {en: Judge., ja: 評価する。}", "guidelines: {en: Judge.}", 5, "missing in ja"),
        ("guidelines:", "guideline:", 5, "did you mean 'guidelines'?"),
        ("type: binary}", "type: binary, points: [1, 2]}", 9, "only nominal and ordinal"),
        ("yes: {en", "maybe: {en", 10, "no point of this binary scale"),
        ("veto: true", "veto: true\n    items: [{criterion: x}]", 12, "a checklist has items"),
        ("id: grade", "id: fit", 12, "appears twice"),
        ("points: [1, 2, 3]", "points: [3, 2, 1]", 14, "growing numbers"),
        ("points: [1, 2, 3]", "points: [1]", 14, "two or more"),
        ("3: {en: good", "4: {en: good", 15, "no point of this ordinal scale"),
        ("3: {en: good, ja: 良い}}", "3: {en: good}}", 15, "missing in ja"),
        ("  - id: grade", "  - id: gr[1]", 12, "letters, digits"),
    ],
)
def test_mistakes_are_told_with_their_place(tmp_path: Path, old: str, new: str, line: int, told: str) -> None:
    assert old in SMALL
    with pytest.raises(SpecError) as caught:
        read_rubric_file(written(tmp_path, SMALL.replace(old, new, 1)))
    assert told in str(caught.value)
    assert caught.value.line == line


@pytest.mark.parametrize(
    ("added", "told"),
    [
        ("pairwise: {options: [A, tie]}", "A and B must be among the options"),
        ("pairwise: {per_dimension: [taste]}", "no dimension 'taste'"),
        ("pairwise: {overall: false}", "ask about the whole"),
        ("unit: pair", "says how two answers are compared"),
        ("examples: [{prompt: p, response: r, labels: {grade: 7}}]", "7 is no answer on this ordinal scale"),
        ("examples: [{prompt: p, response: r, labels: {taste: 7}}]", "no dimension 'taste'"),
        ("examples: [{prompt: p, response: r, preferred: A}]", "belong together"),
        ("principles: [{id: p, text: x}, {id: p, text: y}]", "appears twice"),
        ("judge: {heat: 1}", "unknown key"),
    ],
)
def test_mistakes_in_what_may_be_left_out(tmp_path: Path, added: str, told: str) -> None:
    with pytest.raises(SpecError, match=r"rubric\.yaml") as caught:
        read_rubric_file(written(tmp_path, f"{SMALL}{added}\n"))
    assert told in str(caught.value)


def test_unknown_name_is_told_with_the_nearest() -> None:
    with pytest.raises(SpecError, match="did you mean harmlessness"):
        find_rubric("harmlesness")


BINARY = DimensionSpec("d", "?", ScaleSpec("binary"), veto=True)
ORDINAL = DimensionSpec("d", "?", ScaleSpec("ordinal", (0, 1, 2, 3)), veto=2.0)
INTERVAL = DimensionSpec("d", "?", ScaleSpec("interval", low=0, high=10, step=0.5))
NOMINAL = DimensionSpec("d", "?", ScaleSpec("nominal", ("none", "Some", 7)))
CHECKLIST = DimensionSpec(
    "d",
    "?",
    ScaleSpec("checklist"),
    items=(ChecklistItemSpec("a", 5, "a"), ChecklistItemSpec("b", 3, "b"), ChecklistItemSpec("c", -8, "c")),
)


@pytest.mark.parametrize(
    ("dimension", "raw", "value"),
    [
        (BINARY, "Yes", True),
        (BINARY, "いいえ", False),
        (BINARY, 1, True),
        (BINARY, "perhaps", None),
        (BINARY, 2, None),
        (BINARY, None, None),
        (ORDINAL, "3", 3),
        (ORDINAL, 3.0, 3),
        (ORDINAL, 2.5, None),
        (ORDINAL, 4, None),
        (ORDINAL, True, None),
        (ORDINAL, "nan", None),
        (ORDINAL, [3], None),
        (INTERVAL, "7.5", 7.5),
        (INTERVAL, 7.25, None),
        (INTERVAL, 10.5, None),
        (INTERVAL, "inf", None),
        (NOMINAL, "some", "Some"),
        (NOMINAL, 7, "7"),
        (NOMINAL, "all", None),
        (CHECKLIST, {"a": True, "b": "no", "c": 1}, {"a": True, "b": False, "c": True}),
        (CHECKLIST, {"a": True, "b": True}, None),
        (CHECKLIST, True, None),
    ],
)
def test_what_counts_as_an_answer(dimension: DimensionSpec, raw: object, value: object) -> None:
    found = read_value(dimension, raw)
    assert found == value and type(found) is type(value)


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.integers() | st.text(), st.lists, max_leaves=5))
def test_anything_may_be_read(raw: object) -> None:
    for dimension in (BINARY, ORDINAL, INTERVAL, NOMINAL, CHECKLIST):
        value = read_value(dimension, raw)
        assert value is None or read_value(dimension, value) == value


def test_numbers_and_vetoes() -> None:
    assert [value_number(BINARY, v) for v in (True, False)] == [1.0, 0.0]
    assert value_number(NOMINAL, "none") is None
    # HealthBench's arithmetic by hand: 5 of 8 possible points; with the bad thing met, 5 - 8 of 8.
    assert value_number(CHECKLIST, {"a": True, "b": False, "c": False}) == 5 / 8
    assert value_number(CHECKLIST, {"a": True, "b": False, "c": True}) == -3 / 8
    assert [vetoes(BINARY, v) for v in (True, False)] == [False, True]
    assert [vetoes(ORDINAL, v) for v in (1, 2, 3)] == [True, False, False]
    downwards = DimensionSpec("d", "?", ORDINAL.scale, veto=2.0, higher_is_better=False)
    assert [vetoes(downwards, v) for v in (1, 2, 3)] == [False, False, True]

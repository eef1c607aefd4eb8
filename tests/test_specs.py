"""Task files: what is wrong in them is said with file, line and key."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kijun.errors import CorruptFileError, KijunError, SpecError, UnknownNameError
from kijun.specs import catalogue, read_task_file
from kijun.specs.reading import parse_yaml
from kijun.specs.templates import evaluate, render

GOOD = """\
name: mine
version: 1.0
axis: knowledge
languages: [en]
dataset: {file: rows.csv}
prompt:
  question: "Q: {{ question }}"
  choices: ["{{ a }}", "{{ b }}"]
  gold: "{{ answer }}"
method: multiple_choice
scorers: [acc]
licence: ours
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "task.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_good_file(tmp_path: Path) -> None:
    (task,) = read_task_file(written(tmp_path, GOOD))
    assert (task.name, task.version, task.scorers[0].key) == ("mine", 1.0, "acc")


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("version: 1.0", "version: [1]", 2, ["version", "expected float", "[1]"]),
        ("axis: knowledge", "axis: maths", 3, ["axis", "'maths'"]),
        ("licence: ours", "", 1, ["licence", "is missing"]),
        ("  gold:", "  golden:", 9, ["prompt.golden", "did you mean 'gold'"]),
        ("scorers: [acc]", "scorers: [acc, acc]", 11, ["scorers", "two scorers"]),
        ("scorers: [acc]", "scorers: []", 11, ["scorers", "at least one"]),
        ("  choices: [", "  choices: [no, ", 8, ["prompt.choices[0]", "False"]),
        (
            "dataset: {file: rows.csv}",
            "dataset: {file: rows.csv, hub: x/y}",
            5,
            ["exactly one of hub, file, generated"],
        ),
        ("dataset: {file: rows.csv}", "dataset: {file: &a rows.csv, split: *a}", 5, ["anchors and aliases"]),
        ("method: multiple_choice", "method: multiple_choice\nmethod: generate", 11, ["method", "twice"]),
        ("languages: [en]", "languages: [en", None, ["not valid YAML"]),
        ("name: mine", "name: mi/ne", 1, ["name", "letters"]),
    ],
)
def test_mistakes_are_placed(tmp_path: Path, old: str, new: str, line: int | None, words: list[str]) -> None:
    path = written(tmp_path, GOOD.replace(old, new))
    with pytest.raises(SpecError) as caught:
        read_task_file(path)
    text = str(caught.value)
    assert text.startswith(str(path)), text
    for word in words:
        assert word in text, text
    if line is not None:
        assert caught.value.line == line, text


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"", "empty"), (b"- 1\n- 2\n", "key: value"), (b"a: \x00", "not valid YAML"), (b"\x83^\x83X\x83N: 1", "UTF-8")],
)
def test_files_that_are_no_task_files(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "task.yaml"
    path.write_bytes(content)
    with pytest.raises(SpecError, match=words):
        read_task_file(path)


def test_not_utf8_is_a_corrupt_file(tmp_path: Path) -> None:
    path = tmp_path / "task.yaml"
    path.write_bytes("name: 質問".encode("cp932"))
    with pytest.raises(CorruptFileError):
        read_task_file(path)


def test_a_missing_file_names_its_neighbour(tmp_path: Path) -> None:
    written(tmp_path, GOOD)
    with pytest.raises(SpecError, match=r"did you mean task\.yaml"):
        read_task_file(tmp_path / "tsk.yaml")


def test_a_family_has_one_task_a_member(tmp_path: Path) -> None:
    text = GOOD.replace("name: mine", 'name: "mine_{{ each.part }}"\nfor_each: [{part: x}, {part: y}]')
    assert [task.name for task in read_task_file(written(tmp_path, text))] == ["mine_x", "mine_y"]


@given(st.text(max_size=400))
def test_any_text_is_data_or_one_message(text: str) -> None:
    try:
        parse_yaml(text, "f.yaml")
    except KijunError:
        pass


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=8),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    ["name", "version", "prompt", "dataset", "scorers", "shots", "choices", "for_each", "method"]
                ),
                inner,
                max_size=4,
            )
        ),
        max_leaves=12,
    )
)
@settings(max_examples=200, deadline=None)
def test_any_structure_is_a_task_or_one_message(tmp_path_factory: pytest.TempPathFactory, data: object) -> None:
    import yaml

    path = tmp_path_factory.mktemp("fuzz") / "task.yaml"
    path.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    try:
        read_task_file(path)
    except KijunError:
        pass


def test_unknown_names_offer_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="arc_easy"):
        catalogue().expand("arc_esy")


def test_templates_keep_types_and_name_columns() -> None:
    assert evaluate("{{ xs }}", {"xs": [1, 2]}, "k") == [1, 2]
    assert render("{{ a }}\n", {"a": "x"}, "k") == "x\n"
    with pytest.raises(SpecError, match="the columns are: a"):
        render("{{ b }}", {"a": 1}, "prompt.question")
    with pytest.raises(SpecError, match="not a valid template"):
        render("{{ a", {"a": 1}, "prompt.question")
    with pytest.raises(SpecError):
        render("{{ ''.__class__.__mro__ }}", {}, "prompt.question")
    with pytest.raises(SpecError):
        evaluate("{{ 1 / 0 }}", {}, "prompt.gold")

"""Errors in Japanese: every message that the code raises has its Japanese, and says the same."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest
import yaml

from kijun import errors
from kijun.cli import main
from kijun.errors import SpecError, StoreError, UnknownNameError
from kijun.reports.error_texts import in_language, told

SOURCE = Path(errors.__file__).parent
CATALOGUE: dict[str, str] = yaml.safe_load((SOURCE / "locales" / "errors-ja.yaml").read_text(encoding="utf-8"))
KINDS = {name for name in errors.__all__ if name.endswith("Error")} - {"UnknownNameError", "SubmissionError"}
"""Unknown names make their messages up of parts, submissions have texts of their own."""
RAISED = KINDS | {"ForgedError", "HubUnreachableError", "RevisionMissingError"}
LIBRARIES = (
    "No such ", "Missing ", "Option {0} ", "Got unexpected ", "Invalid ", "Input should ", "{0} is not ",
    "mapping values ", "expected {0}",
)  # fmt: skip
"""Beginnings of what typer, msgspec and PyYAML say."""


def messages() -> Iterator[str]:
    """What is raised with a text of its own, gaps numbered; not what is all gaps."""
    for path in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args and _raises(node.func):
                text = _template(node.args[0])
                if text is not None and re.sub(r"\{\d*\}", "", text).strip(" :;.,()"):
                    yield text


def _raises(function: ast.expr) -> bool:
    if isinstance(function, ast.Attribute):
        return function.attr in RAISED | {"error"}
    return isinstance(function, ast.Name) and function.id in RAISED


def _template(node: ast.expr) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return _doubled(node.value)
    if isinstance(node, ast.JoinedStr):
        gaps = iter(range(len(node.values)))
        return "".join(
            _doubled(str(part.value)) if isinstance(part, ast.Constant) else f"{{{next(gaps)}}}" for part in node.values
        )
    return None


def _doubled(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")


def gaps(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def test_every_message_has_its_japanese() -> None:
    assert sorted(set(messages()) - set(CATALOGUE)) == []


def test_all_kinds_of_errors_are_looked_at() -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for path in SOURCE.rglob("*.py"))
    kinds = re.findall(r"^class (\w+)\((\w+)\):", code, re.MULTILINE)
    assert {name for name, parent in kinds if parent in KINDS} <= RAISED | {"UnknownNameError", "SubmissionError"}


def test_japanese_messages_are_japanese_and_invent_no_gaps() -> None:
    assert [text for text in CATALOGUE if not gaps(CATALOGUE[text]) <= gaps(text)] == []
    assert [text for text in CATALOGUE.values() if not re.search(r"[ぁ-んァ-ン一-龥]", text)] == []


def test_no_message_is_one_that_nothing_says() -> None:
    """Each entry's longest fixed piece stands in the code, unless another library says it."""
    paths = SOURCE.rglob("*.py")
    code = " ".join(re.sub(r'"\s*\n\s*f?"', "", path.read_text(encoding="utf-8")) for path in paths)
    code = code.replace('\\"', '"').replace("\\n", "\n").replace("\\\\", "\\").replace("{{", "{").replace("}}", "}")
    stale = []
    for text in CATALOGUE:
        longest = max((fixed for fixed, _, _, _ in Formatter().parse(text)), key=len)
        if longest.removesuffix("; ") not in code and not text.startswith(LIBRARIES):
            stale.append(text)
    assert stale == []


def test_where_an_error_is_stays_and_gaps_are_told_too() -> None:
    error = SpecError("no such file; did you mean tasks.yaml?", file="task.yaml", line=3, key="prompt")
    assert told(error, "en") == "task.yaml:3: prompt: no such file; did you mean tasks.yaml?"
    assert told(error, "ja").startswith("task.yaml:3: prompt: ") and "tasks.yaml ではありませんか" in told(error, "ja")
    listed = "this folder holds another run (task a has changed; the data of b has changed); repeat its settings, or "
    japanese = in_language(listed + "choose another folder with --out", "ja")
    assert "タスク a が変わっています、b のデータが変わっています" in japanese
    assert told(UnknownNameError("model", "x", ["y"]), "ja") == "'x' というモデルはありません。"
    assert told(StoreError("nobody wrote this down"), "ja") == "nobody wrote this down"


@pytest.mark.parametrize(
    ("arguments", "code", "expected"),
    [
        (["run", "mmlu_anatmy"], 2, "'mmlu_anatmy' というタスク・グループ・スイートはありません。mmlu_anatomy"),
        (["run", "arc_easy", "--shots", "-1"], 2, "--shots"),
        (["results", "nowhere"], 2, "実行フォルダーではありません"),
        (["check", "nowhere.yaml"], 2, "nowhere.yaml: "),
        (["show"], 2, "引数 'TASK|RUBRIC|FILE' が要ります。"),
        (["run", "x", "--limit", "many"], 2, "整数を指定してください"),
    ],
)
def test_the_command_line_says_it_in_japanese(
    arguments: list[str], code: int, expected: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIJUN_LANG", "ja")
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    said = capsys.readouterr().err
    assert ended.value.code == code and expected in said
    assert not re.search(r"[a-z]+ [a-z]+ [a-z]+ [a-z]+", said)

"""``kijun compare --trained-on``: what a model was trained on says nothing of it, and is left out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import kijun
from kijun.cli import main
from kijun.errors import SpecError
from kijun.store import Run


@pytest.fixture
def runs(tmp_path: Path) -> tuple[Run, Run]:
    """Two models on ten questions; the first five share two passages."""
    rows = [
        {"q": f"Question {n}?", "a": "yes", "passage": "p" if n < 3 else "q" if n < 5 else f"own {n}"}
        for n in range(10)
    ]
    (tmp_path / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    (tmp_path / "task.yaml").write_text(
        "name: asked\nversion: 1.0\naxis: knowledge\nlanguages: [en]\ntitle: {en: Asked}\n"
        'dataset: {file: rows.jsonl, cluster: "{{ passage }}"}\nprompt: {question: "{{ q }}", gold: "{{ a }}"}\n'
        "method: generate\nscorers: [exact_match]\nlicence: our own\n",
        encoding="utf-8",
    )
    a, b = (kijun.evaluate(str(tmp_path / "task.yaml"), "fake/hash", seed=n, out=tmp_path / f"{n}") for n in (1, 2))
    return a, b


def export(folder: Path, run: Run, *places: int) -> Path:
    ids = [sample.id for sample in run.samples("asked")]
    path = folder / "export.json"
    path.write_text(
        json.dumps({"trained_on": {"asked": [ids[place] for place in places]}, "rows": {}}), encoding="utf-8"
    )
    return path


def test_trained_items_and_their_passages_are_left_out(runs: tuple[Run, Run], tmp_path: Path) -> None:
    assert kijun.compare(*runs).tasks[0].n == 10
    path = export(tmp_path, runs[0], 0, 7)
    assert kijun.compare(*runs, trained_on=path).tasks[0].n == 6
    assert kijun.compare(*runs, trained_on=tmp_path).tasks[0].n == 6


def test_all_of_it_trained_on_leaves_nothing_to_compare(runs: tuple[Run, Run], tmp_path: Path) -> None:
    found = kijun.compare(*runs, trained_on=export(tmp_path, runs[0], *range(10)))
    assert (found.tasks, found.unpaired) == ((), ("asked",))


def test_the_command(runs: tuple[Run, Run], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    export(tmp_path, runs[0], 0)
    arguments = [str(run.folder) for run in runs]
    with pytest.raises(SystemExit) as left:
        main(["compare", *arguments, "--trained-on", str(tmp_path), "--format", "json"])
    assert not left.value.code
    assert json.loads(capsys.readouterr().out)["tasks"][0]["n"] == 7


@pytest.mark.parametrize(
    ("text", "message"), [(None, "not there"), ("{}", "not the summary"), ("x", "not the summary")]
)
def test_what_is_no_export_is_told(runs: tuple[Run, Run], tmp_path: Path, text: str | None, message: str) -> None:
    if text is not None:
        (tmp_path / "export.json").write_text(text, encoding="utf-8")
    with pytest.raises(SpecError, match=message):
        kijun.compare(*runs, trained_on=tmp_path)

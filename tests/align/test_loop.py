"""The example goes all the way round: with a model of a few kilobytes and two steps, and as people run it."""

from __future__ import annotations

import json
import re
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("trl", reason="needs the extra align")

LOOP = Path(__file__).resolve().parents[2] / "examples" / "alignment" / "loop.py"
pytestmark = pytest.mark.filterwarnings("ignore")  # of the libraries; what they say is not ours


@pytest.fixture
def loop() -> Any:
    spec = spec_from_file_location("loop", LOOP)
    assert spec is not None and spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_once_round(
    loop: Any, tiny_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(loop, "weights", lambda folder: tiny_folder)
    monkeypatch.setattr(sys, "argv", ["loop", "--out", str(tmp_path / "out"), "--steps", "2"])
    loop.main()
    shown = capsys.readouterr().out
    verdicts = [line for line in shown.splitlines() if re.match(r"  \w", line)]
    subjects = [line.strip().partition(":")[0] for line in verdicts]
    assert subjects == ["answers under 20 words", "answers that name what the thing is for", "right choices"]
    assert all("changed" in line for line in verdicts)
    summary = json.loads((tmp_path / "out" / "preferences" / "export.json").read_bytes())
    assert summary["n_raters"] == 3
    # The small model never ends an answer by itself, and one that was cut off is not taught as the better one.
    assert summary["rows"]["train"] >= 1 and summary["dropped"]["cut_off"] > 10
    trained = len(summary["trained_on"]["brief_answers"])
    assert f"n {60 - trained}:" in verdicts[0]


def test_the_embedded_model_learns_to_be_brief(
    loop: Any,
    embedded_model: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(sys, "argv", ["loop", "--out", str(tmp_path)])
    loop.main()
    shown = capsys.readouterr().out
    found = re.search(r"answers under 20 words: (\S+) before, (\S+) after; .* n \d+: changed$", shown, re.MULTILINE)
    assert found is not None, shown
    assert float(found[1]) < 0.1 and float(found[2]) > 0.5

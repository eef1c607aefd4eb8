"""The example goes all the way round, here with a model of a few kilobytes and two steps."""

from __future__ import annotations

import json
import re
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

pytest.importorskip("trl", reason="needs the extra align")

LOOP = Path(__file__).resolve().parents[2] / "examples" / "alignment" / "loop.py"
pytestmark = pytest.mark.filterwarnings("ignore")  # of the libraries; what they say is not ours


def test_once_round(
    tiny_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    spec = spec_from_file_location("loop", LOOP)
    assert spec is not None and spec.loader is not None
    loop = module_from_spec(spec)
    spec.loader.exec_module(loop)
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

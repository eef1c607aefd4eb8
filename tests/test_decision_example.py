"""The documented example goes the whole way: recorded answers, baselines and an asked model to a decision, reported."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import kijun

_ROOT = Path(__file__).resolve().parents[1]
_EXAMPLE = _ROOT / "examples" / "decision"


def test_the_example_decides_for_the_one_that_is_fit(shared: Path, tmp_path: Path) -> None:
    """GPT-4 alone passes, GPT-4o mini lacks a task, and nobody who refuses or answers everything comes through."""
    (tmp_path / "bin").mkdir()
    command = tmp_path / "bin" / "kijun"
    command.write_text(f"#!/bin/sh\nexec {sys.executable} -c 'from kijun.cli import main; main()' \"$@\"\n")
    command.chmod(0o755)
    settings = {"PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}", "PYTHONPATH": str(_ROOT / "src")}
    settings |= {"PYTHON": sys.executable, "KIJUN_DATA": str(shared / "data"), "OUT": "out"}
    settings |= {"ASSISTANTS": "fake/hash", "LIMIT": "50", "ITEMS": "300"}
    script = ["bash", str(_EXAMPLE / "decide.sh")]
    done = subprocess.run(script, env=settings, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "Front desk: use replay/gpt-4.jsonl." in done.stdout
    assert "総合窓口: replay/gpt-4.jsonl を使えます。" in done.stdout
    runs = sorted((tmp_path / "out" / "runs").iterdir())
    found = kijun.decide(_EXAMPLE / "front-desk.yaml", *runs)
    verdicts = {one.model.partition("/")[2]: one.verdict for one in found.models}
    assert verdicts == {
        "gpt-4.jsonl": "passed",
        "gpt-4o-mini.jsonl": "cannot_tell",
        **dict.fromkeys(("llama-2.jsonl", "mistral.jsonl", "refuse", "comply", "echo", "hash"), "failed"),
    }
    for language, title in (("en", "Front desk: use"), ("ja", "総合窓口: ")):
        assert title in (tmp_path / "out" / f"report-{language}.html").read_text("utf-8")

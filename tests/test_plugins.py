"""The example plugin, installed as pip would, adds all that it names."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from made_up_campaigns import campaign_of, pair_item, voted

import kijun
from kijun.store import write_campaign

ROOT = Path(__file__).resolve().parents[1]
PLUGIN = ROOT / "examples" / "plugin"
GROUPS = ["kijun.exports", "kijun.generators", "kijun.models", "kijun.perturbations", "kijun.scorers", "kijun.tasks"]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as `pip install --target` makes it, without a network and without a build tool."""
    folder = tmp_path_factory.mktemp("site-packages")
    project = tomllib.loads((PLUGIN / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert sorted(project["entry-points"]) == GROUPS
    shutil.copytree(PLUGIN / "kijun_example", folder / "kijun_example", ignore=shutil.ignore_patterns("__pycache__"))
    about = folder / f"kijun_example-{project['version']}.dist-info"
    about.mkdir()
    (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n")
    lines = []
    for group, points in project["entry-points"].items():
        lines += [f"[{group}]", *(f"{name} = {target}" for name, target in points.items()), ""]
    (about / "entry_points.txt").write_text("\n".join(lines), encoding="utf-8")
    return folder


def kijun_command(installed: Path, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs a command where the plugin is installed."""
    return subprocess.run(
        [sys.executable, "-c", "from kijun.cli import main; main()", *arguments],
        cwd=folder,
        # Kijun from these sources, also where another copy is installed.
        env={
            **os.environ,
            "PYTHONPATH": f"{installed}{os.pathsep}{ROOT / 'src'}",
            "LANG": "C.UTF-8",
            "HF_HUB_OFFLINE": "1",
        },
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_all_five_work_together(installed: Path, tmp_path: Path) -> None:
    names = ["change", "change@shouting", "--model", "till/exact", "--model", "till/rounding"]
    done = kijun_command(installed, tmp_path, "run", *names, "--limit", "30", "--out", "runs")
    assert done.returncode == 0, done.stderr
    exact, rounding = (
        json.loads((tmp_path / "runs" / name / "results.json").read_text())["tasks"]
        for name in ("till--exact", "till--rounding")
    )
    assert set(exact) == {"change", "change@shouting"}
    assert exact["change"]["metrics"]["number_within"]["value"] == 1.0
    assert exact["change@shouting"]["metrics"]["number_within"]["value"] == 1.0
    assert rounding["change"]["metrics"]["number_within"]["value"] < 0.5
    assert rounding["change"]["metrics"]["nearly"]["value"] == 1.0
    run = kijun.Run(tmp_path / "runs" / "till--exact")
    assert run.manifest.tasks["change"].data["items"]["kind"] == "generated"
    assert run.manifest.tasks["change@shouting"].spec["perturbation"] == "shouting version 1"
    assert "TEA COSTS" in next(run.samples("change@shouting")).requests[0].context
    compared = kijun_command(installed, tmp_path, "compare", "runs/till--exact", "runs/till--rounding")
    assert "B worse" in compared.stdout


def test_an_export_of_a_plugin(installed: Path, tmp_path: Path) -> None:
    items = [pair_item(1, "=1+1", "No."), pair_item(2)]
    content = campaign_of("pairwise", items, [rating for item in items for rating in voted(item, ["first"] * 3)])
    write_campaign(tmp_path / "campaign", content)
    arguments = ["export", "preferences", "campaign", "--format", "sheet", "--out", "out"]
    done = kijun_command(installed, tmp_path, *arguments, "--include-evaluation-prompts")
    assert done.returncode == 0, done.stderr
    lines = (tmp_path / "out" / "pairs.csv").read_text(encoding="utf-8-sig").splitlines()
    assert lines[1] == "train,Question 1?,'=1+1,No.,0.94"
    assert len((tmp_path / "out" / "provenance.jsonl").read_text(encoding="utf-8").splitlines()) == 2


def test_plugins_show_in_lists(installed: Path, tmp_path: Path) -> None:
    assert "change" in kijun_command(installed, tmp_path, "list", "tasks").stdout
    assert "till/…" in kijun_command(installed, tmp_path, "list", "models").stdout
    shown = kijun_command(installed, tmp_path, "show", "change", "--item", "3").stdout
    assert "A cup of tea costs" in shown and "number_within, nearly" in shown


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["change", "--model", "till/broken"], ["no till named 'till/broken'", "till/exact"]),
        (["arc_easy@shuting", "--model", "fake/hash"], ["no perturbation named 'shuting'", "shouting"]),
        (["change", "--model", "tull/exact"], ["no model backend named 'tull'", "till"]),
    ],
)
def test_names_of_plugins_are_offered(installed: Path, tmp_path: Path, arguments: list[str], words: list[str]) -> None:
    done = kijun_command(installed, tmp_path, "run", *arguments)
    assert done.returncode == 2
    assert all(word in done.stderr for word in words) and "Traceback" not in done.stderr


def test_a_task_name_taken_twice_is_told(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "tasks").mkdir()
    (tmp_path / "tasks" / "mine.yaml").write_text(
        (PLUGIN / "kijun_example" / "tasks" / "change.yaml")
        .read_text(encoding="utf-8")
        .replace("change", "arc_easy", 1)
    )
    (tmp_path / "twice.py").write_text("")
    about = tmp_path / "twice-1.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: twice\nVersion: 1\n")
    (about / "entry_points.txt").write_text("[kijun.tasks]\ntwice = twice\n")
    done = kijun_command(tmp_path, tmp_path, "list", "tasks")
    assert done.returncode == 2
    assert "'arc_easy' is taken" in done.stderr and "Traceback" not in done.stderr

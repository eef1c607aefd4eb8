"""Kijun against lm-evaluation-harness 0.4.13 on made-up rows: the tasks whose real data is not at hand.

`tests/golden/ask_harness.py` made the expected values from the rows in `tests/golden/made_up_rows.json`.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from made_up import GOLDEN, CannedModel, build_hub
from test_parity import compare

import kijun
from kijun.specs import catalogue

EXPECTED: dict[str, Any] = json.loads((GOLDEN / "made_up_expected.json").read_text(encoding="utf-8"))
# The harness has no analytic stderr for these and bootstraps; on a dozen rows that says nothing.
NO_STDERR = ("f1", "inst_level")


@pytest.fixture(scope="session")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_hub(tmp_path_factory.mktemp("hub"))


def with_worked_examples(hub: Path, name: str, shared: Path) -> list[str]:
    """Puts the published prompts of BIG-Bench Hard into the folder; returns the members that have theirs."""
    have = []
    for task in catalogue().expand(name):
        file = task.shots.file
        assert file is not None
        source = shared / "data" / "bbh" / file.path
        if source.is_file():
            place = hub / file.github / file.path
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, place)
            have.append(task.name)
    return have


@pytest.mark.parametrize("entry", EXPECTED)
def test_numbers_are_those_of_the_harness(
    entry: str, hub: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    name, shots, model = entry.split(":")
    expected = EXPECTED[entry]
    names: str | list[str] = name
    if "bbh" in name and int(shots):
        # Third-party text that is not packaged; the shared folder has it for most members of the group.
        names = with_worked_examples(hub, name, request.getfixturevalue("shared"))
    fake = "fake/hash" if model == "hash" else CannedModel()
    run = kijun.evaluate(names, fake, shots=int(shots), hub=hub, out=tmp_path / "run")
    if names == name:
        assert set(run.results.tasks) == set(expected["tasks"])
        assert set(run.results.groups) == set(expected["groups"])
    for task, ours in run.results.tasks.items():
        wanted = expected["tasks"][task]
        assert run.manifest.tasks[task].requests_sha256 == wanted["requests_sha256"], task
        assert run.manifest.tasks[task].n_items == wanted["n"]
        assert (ours.version, ours.shots) == (wanted["version"], wanted["shots"]), task
        compare(ours.metrics, with_stderr_of_means(wanted["metrics"]), task)
    for group, ours_group in run.results.groups.items():
        compare(ours_group.metrics, with_stderr_of_means(expected["groups"][group]), group)


def with_stderr_of_means(metrics: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in metrics.items() if not ("_stderr" in key and key.startswith(NO_STDERR))}


def test_the_entries_cover_every_compatible_task_without_real_data() -> None:
    tested = {task for entry in EXPECTED.values() for task in entry["tasks"]}
    claimed = {task.name for task in catalogue().tasks.values() if task.compatible_with}
    # Members of one family differ in their data alone; for these, others of the family stand in.
    alike = {name for name in claimed if name.startswith("mmlu_") and not name.startswith("mmlu_pro_")}
    alike.add("leaderboard_gpqa_extended")
    assert claimed - tested - alike == REAL


# Compared on real data in test_parity.py.
REAL = {"arc_easy", "arc_challenge", "truthfulqa_mc1", "boolq", "wic", "sglue_rte", "multirc", "cola", "sst2", "rte"}
REAL |= {"openbookqa", "gsm8k"}

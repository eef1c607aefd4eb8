"""The recipes train in the versions that they name, each in an environment of its own (`make test-recipes`)."""

from __future__ import annotations

import json
import math
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
from made_up_campaigns import campaign_of, pair_item, voted

from kijun.alignment import export_preferences

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]


def interpreter(variable: str, usual: str) -> str:
    """Python of the environment that `make test-recipes` makes."""
    python = ROOT / os.environ.get(variable, usual) / "bin" / "python"
    if not python.exists():
        pytest.skip(f"no environment {python.parents[1].name}: make test-recipes")
    return str(python)


@pytest.fixture(scope="module")
def exports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve pairs for each, a third held back."""
    folder = tmp_path_factory.mktemp("exports")
    items = [pair_item(n, f"Good {n}.", f"Bad {n}.") for n in range(12)]
    content = campaign_of("pairwise", items, [r for item in items for r in voted(item, ["first"] * 3)])
    for name in ("alignment-handbook", "autotrain"):
        export_preferences(content, name, folder / name, holdout=0.3)
    return folder


@pytest.fixture(scope="module")
def small_model(tiny_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The model of a few kilobytes in the form that transformers 4 reads."""
    folder = tmp_path_factory.mktemp("older")
    for file in tiny_folder.iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    config = json.loads((folder / "tokenizer_config.json").read_bytes())
    template = (folder / "chat_template.jinja").read_text(encoding="utf-8")
    config |= {"tokenizer_class": "PreTrainedTokenizerFast", "chat_template": template}
    (folder / "tokenizer_config.json").write_text(json.dumps(config), encoding="utf-8")
    return folder


def trained(python: str, script: str, *arguments: Path, folder: Path) -> dict[str, Any]:
    """What a script says in its last line."""
    command = [python, str(HERE / "recipes" / script), *map(str, arguments)]
    alone = {"HF_HOME": str(folder / "hub"), "HF_HUB_OFFLINE": "1", "CUDA_VISIBLE_DEVICES": "", "OMP_NUM_THREADS": "1"}
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(command, cwd=folder, env=environment | alone, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def losses(log: list[dict[str, float]], name: str) -> list[float]:
    return [entry[name] for entry in log if name in entry]


def test_the_handbook_trains_on_its_recipe(exports: Path, small_model: Path, tmp_path: Path) -> None:
    """The first loss is log 2, as both policies are the same; the rows are those of the export."""
    python = interpreter("HANDBOOK", ".venv-handbook")
    folder = exports / "alignment-handbook"
    said = trained(python, "handbook.py", folder / "recipe.yaml", small_model, folder=tmp_path)
    assert said["splits"] == json.loads((folder / "export.json").read_bytes())["rows"]
    assert losses(said["log"], "loss")[0] == pytest.approx(math.log(2), abs=1e-3)
    assert all(math.isfinite(loss) for loss in losses(said["log"], "eval_loss")) and losses(said["log"], "eval_loss")


def test_autotrain_trains_on_its_configuration(exports: Path, small_model: Path, tmp_path: Path) -> None:
    python = interpreter("AUTOTRAIN", ".venv-autotrain")
    said = trained(python, "autotrain_dpo.py", exports / "autotrain" / "config.yml", small_model, folder=tmp_path)
    found = losses(said["log"], "loss")
    assert found[0] == pytest.approx(math.log(2), abs=1e-3)
    assert all(math.isfinite(loss) for loss in found)

"""Kijun against lm-evaluation-harness 0.4.13 under the hash model: the same requests, the same numbers, on real data.

The expected values and the data lie in the shared folder; each entry there is ``task:shots[:limit]``.
"""

from __future__ import annotations

import json
import os
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import kijun
from kijun.records import Estimate

SHARED = Path(os.environ.get("KIJUN_SHARED", Path(__file__).resolve().parents[2] / "shared"))
GOLDEN = SHARED / "golden" / "lm_eval_hash_model.json"
# The harness estimates these by a bootstrap of its own; ours agree as well as two bootstraps do.
BOOTSTRAPPED = {"f1", "mcc"}


@cache
def golden() -> dict[str, Any]:
    return json.loads(GOLDEN.read_text(encoding="utf-8")) if GOLDEN.is_file() else {}


@pytest.mark.parametrize("entry", [name for name in golden() if name != "_about"] or [None])
def test_numbers_are_those_of_the_harness(entry: str | None, shared: Path, tmp_path: Path) -> None:
    assert entry is not None, f"no golden values at {GOLDEN}"
    expected = golden()[entry]
    name, shots, *_ = entry.split(":")
    run = kijun.evaluate(
        name, "fake/hash", shots=int(shots), limit=expected["limit"], hub=shared / "hub", out=tmp_path / "run"
    )
    assert set(run.results.tasks) == set(expected["tasks"])
    for task, wanted in expected["tasks"].items():
        assert run.manifest.tasks[task].requests_sha256 == wanted["requests_sha256"], task
        assert run.manifest.tasks[task].n_items == wanted["n"]
        assert run.results.tasks[task].version == wanted["version"]
        compare(run.results.tasks[task].metrics, wanted["metrics"], task)
    for group, wanted in expected.get("groups", {}).items():
        compare(run.results.groups[group].metrics, wanted, group)


def compare(metrics: dict[str, Estimate], wanted: dict[str, Any], name: str) -> None:
    """Every number under a key of the harness, such as ``acc_stderr,none``, must be ours too."""
    for key, value in wanted.items():
        metric, comma, chosen = key.partition(",")
        if not comma:
            continue
        plain = metric.removesuffix("_stderr")
        ours = metrics[plain if chosen == "none" else f"{plain},{chosen}"]
        if plain == metric:
            assert ours.value == pytest.approx(value, abs=1e-9), (name, key)
        elif value == "N/A":
            assert ours.stderr is None, (name, key)
        elif plain in BOOTSTRAPPED:
            assert ours.stderr == pytest.approx(value, rel=0.05), (name, key)
        else:
            assert ours.stderr == pytest.approx(value, abs=1e-9), (name, key)

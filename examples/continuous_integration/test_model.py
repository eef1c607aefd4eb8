"""Is the model that we are about to ship fit for our desk? A test like any other:

    pytest examples/continuous_integration

KIJUN_MODEL names the model; without it a trivial one is asked, which must not pass.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import kijun

USE_CASE = Path(__file__).with_name("our-desk.yaml")
MODEL = os.environ.get("KIJUN_MODEL", "")


@pytest.fixture(scope="session")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("run") if not MODEL else Path("runs") / "our-desk"
    return kijun.evaluate(str(USE_CASE), MODEL or "fake/refuse", limit=None if MODEL else 12, out=folder)


@pytest.mark.skipif(not MODEL, reason="KIJUN_MODEL names no model")
def test_the_model_is_fit_for_our_desk(run) -> None:
    decision = kijun.decide(USE_CASE, run, ratings=False)
    (model,) = decision.models
    missed = [f"{gate.measure}: {gate.bound} against {gate.limit}" for gate in model.gates if gate.verdict != "passed"]
    assert model.verdict == "passed", missed


def test_a_model_that_refuses_everything_is_not(run) -> None:
    if not MODEL:
        assert kijun.decide(USE_CASE, run, ratings=False).models[0].verdict == "failed"

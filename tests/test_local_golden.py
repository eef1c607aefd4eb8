"""The embedded model against lm-evaluation-harness's float32 log-likelihoods of the same weights."""

from __future__ import annotations

import json
import os
from pathlib import Path

import anyio
import numpy as np

from kijun.engine import load_tasks, prepare, select
from kijun.models.local import load_local
from kijun.records import Likelihood, Response

ITEMS = 30


def test_hellaswag_agrees_with_float32_on_19_of_20(shared: Path, embedded_model: Path) -> None:
    golden = json.loads((shared / "golden" / "lm_eval_smollm2_fp32.json").read_text())["hellaswag:0:200"]
    loaded, _ = load_tasks(select(["hellaswag"], shots=0).tasks, hub=shared / "hub", seed=1234, limit=ITEMS)
    items = [item.requests for item in prepare(loaded[0], seed=1234).prompted]
    unit = [request for item in items for request in item]
    model = load_local("local/smollm2-135m", threads=min(2, os.cpu_count() or 1))

    async def run() -> dict[int, Response]:
        try:
            return {index: response async for index, response in model.respond(unit)}
        finally:
            await model.aclose()

    answers = anyio.run(run)
    values = []
    for index in range(len(unit)):
        response = answers[index]
        assert isinstance(response, Likelihood)
        values.append(response.loglikelihood)
    mine = np.reshape(values, (ITEMS, 4))
    float32 = np.array(golden["loglikelihoods"][:ITEMS])
    assert (mine.argmax(1) == float32.argmax(1)).mean() >= 0.95
    # Activations are quantised to eight bits: about a quarter of a nat on forty tokens.
    assert np.abs(mine - float32).mean() < 0.5

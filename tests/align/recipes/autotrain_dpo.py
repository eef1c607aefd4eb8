"""Run by the Python of an environment with AutoTrain: `autotrain_dpo.py CONFIG MODEL`, in a folder to work in.

Reads the configuration as `autotrain --config` does, prepares the data as it does, calls its DPO trainer in this
process, and prints what the trainer logged. The configuration is for a GPU; a CPU needs another precision.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from autotrain.parser import AutoTrainConfigParser
from autotrain.trainers.clm import utils
from autotrain.trainers.clm.params import LLMTrainingParams
from autotrain.trainers.clm.train_clm_dpo import train
from transformers import TrainerCallback

log: list[dict[str, Any]] = []


class Listener(TrainerCallback):  # type: ignore[misc]
    """Keeps what the trainer logs."""

    def on_log(self, args: Any, state: Any, control: Any, logs: dict[str, Any], **_: Any) -> None:
        log.append(logs)


config, model = sys.argv[1:]
read = AutoTrainConfigParser(config)
unknown = sorted(set(read.parsed_config) - set(LLMTrainingParams.model_fields))
assert not unknown, unknown  # pydantic would leave them out in silence
parameters = LLMTrainingParams(**read.parsed_config | {"model": model, "mixed_precision": None, "logging_steps": 1})
taken = {key: value for key, value in read.parsed_config.items() if key not in ("model", "mixed_precision")}
assert {key: getattr(parameters, key) for key in taken} == taken
parameters = read.munge_data_map[read.task](parameters, local=True)
its_own = utils.get_callbacks
utils.get_callbacks = lambda config: [*its_own(config), Listener()]
train(parameters)
print("\n" + json.dumps({"log": log}))

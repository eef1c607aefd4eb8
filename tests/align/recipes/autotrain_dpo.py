"""Run by the Python of an environment with AutoTrain: `autotrain_dpo.py CONFIG MODEL`, in a folder to work in.

Reads the configuration as `autotrain --config` does, prepares the data as it does, and calls its DPO trainer in this
process. The configuration is for a GPU; a CPU needs another precision.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from autotrain.parser import AutoTrainConfigParser
from autotrain.trainers.clm.params import LLMTrainingParams
from autotrain.trainers.clm.train_clm_dpo import train

config, model = sys.argv[1:]
read = AutoTrainConfigParser(config)
unknown = sorted(set(read.parsed_config) - set(LLMTrainingParams.model_fields))
assert not unknown, unknown  # pydantic would leave them out in silence
parameters = LLMTrainingParams(**read.parsed_config | {"model": model, "mixed_precision": None, "logging_steps": 1})
changed = {key: value for key, value in read.parsed_config.items() if key not in ("model", "mixed_precision")}
assert {key: getattr(parameters, key) for key in changed} == changed
prepared = read.munge_data_map[read.task](parameters, local=True)
train(parameters)
states = sorted(Path(parameters.project_name).rglob("trainer_state.json"))
print("\n" + json.dumps({"prepared": str(prepared), "log": json.loads(states[-1].read_bytes())["log_history"]}))

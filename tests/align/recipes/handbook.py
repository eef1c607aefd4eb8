"""Run by the Python of an environment with the versions that the recipe names: `handbook.py RECIPE MODEL`.

Does what the handbook's scripts/dpo.py does (commit 925acdf), with the same three classes of TRL, and prints what the
trainer logged. The recipe is for a GPU; what a CPU needs otherwise is given as the handbook's users would give it.
"""

from __future__ import annotations

import json
import sys

import datasets
from transformers import AutoModelForCausalLM, AutoTokenizer
from trl import DPOConfig, DPOTrainer, ModelConfig, ScriptArguments, TrlParser

recipe, model = sys.argv[1:]
parser = TrlParser((ScriptArguments, DPOConfig, ModelConfig))
ON_A_CPU = ["--use_cpu", "true", "--bf16", "false", "--logging_steps", "1", "--eval_steps", "1", "--save_strategy", "no"]
script, training, chosen = parser.parse_args_and_config(
    ["--config", recipe, "--model_name_or_path", model, *ON_A_CPU], fail_with_unknown_args=True
)
data = datasets.load_dataset(script.dataset_name)
trainer = DPOTrainer(
    AutoModelForCausalLM.from_pretrained(chosen.model_name_or_path),
    AutoModelForCausalLM.from_pretrained(chosen.model_name_or_path),
    args=training,
    train_dataset=data[script.dataset_train_split],
    eval_dataset=data[script.dataset_test_split] if training.eval_strategy != "no" else None,
    processing_class=AutoTokenizer.from_pretrained(chosen.model_name_or_path),
)
trainer.train()
print("\n" + json.dumps({"splits": {name: len(rows) for name, rows in data.items()}, "log": trainer.state.log_history}))

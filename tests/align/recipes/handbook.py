"""Run by the Python of an environment with the versions that the recipe names: `handbook.py RECIPE MODEL`.

Does what the handbook's scripts/dpo.py does (commit 925acdf), with the same three classes of TRL, and prints what the
trainer logged. The recipe is for a GPU and more data; what is otherwise here is given as the handbook's users would.
"""

from __future__ import annotations

import json
import sys

import datasets
from transformers import AutoModelForCausalLM, AutoTokenizer
from trl import DPOConfig, DPOTrainer, ModelConfig, ScriptArguments, TrlParser

recipe, model = sys.argv[1:]
parser = TrlParser((ScriptArguments, DPOConfig, ModelConfig))
OTHERWISE = {
    "use_cpu": "true",
    "bf16": "false",
    "gradient_accumulation_steps": 1,
    "logging_steps": 1,
    "eval_steps": 1,
    "save_strategy": "no",
    "model_name_or_path": model,
}
script, training, chosen = parser.parse_args_and_config(
    ["--config", recipe, *(word for key, value in OTHERWISE.items() for word in (f"--{key}", str(value)))],
    fail_with_unknown_args=True,
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

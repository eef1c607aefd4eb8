"""``autotrain``: dialogues and a DPO configuration for AutoTrain Advanced 0.8.36, its last release.

Three things in its code decide the form. With a chat template it takes the prompt from the turns of ``chosen``
before the last and never looks at the column ``prompt``, so both columns hold whole dialogues. Text that looks like
a list is evaluated as Python, so dialogues are lists, not JSON in a string. And a validation split is dropped before
it is used, which then fails, so ``valid_split`` is null; the test split lies beside for those who want it.
"""

from __future__ import annotations

from typing import Any

import yaml

from kijun.exports.base import ExportedFile, ExportOptions, PlainFormat
from kijun.exports.rows import dialogue, split_files
from kijun.records.preferences import PreferencePair, PreferenceSet

__all__ = ["FORMAT"]

_NO_MODEL = "path-or-name-of-your-model"


def _row(pair: PreferencePair) -> dict[str, Any]:
    return {
        "prompt": pair.prompt[-1].content,
        "chosen": dialogue(pair.prompt, pair.chosen),
        "rejected": dialogue(pair.prompt, pair.rejected),
    }


def _configuration(options: ExportOptions) -> dict[str, Any]:
    return {
        "task": "llm-dpo",
        "base_model": options.base_model or _NO_MODEL,
        "project_name": "kijun-dpo",
        "log": "none",
        "backend": "local",
        "data": {
            "path": str(options.folder / "data"),
            "train_split": "train",
            "valid_split": None,
            "chat_template": "tokenizer",
            "column_mapping": {
                "text_column": "chosen",
                "rejected_text_column": "rejected",
                "prompt_text_column": "prompt",
            },
        },
        "params": {
            # A block shorter than a prompt leaves no token to learn from, and the loss is not a number.
            "block_size": 1024,
            "model_max_length": 2048,
            "max_prompt_length": 512,
            "epochs": 1,
            "batch_size": 2,
            "lr": 5.0e-6,
            "peft": True,
            "quantization": None,
            "target_modules": "all-linear",
            "padding": "right",
            "optimizer": "adamw_torch",
            "scheduler": "linear",
            "gradient_accumulation": 4,
            "mixed_precision": "bf16",
            "dpo_beta": 0.1,
        },
        "hub": {"username": "${HF_USERNAME}", "token": "${HF_TOKEN}", "push_to_hub": False},
    }


def _files(data: PreferenceSet, options: ExportOptions) -> list[ExportedFile]:
    text = "# autotrain --config config.yml, with autotrain-advanced==0.8.36 (which needs trl==0.13.0)\n"
    text += yaml.safe_dump(_configuration(options), sort_keys=False, allow_unicode=True)
    return [*split_files(data.pairs, _row, "data/"), ExportedFile("config.yml", text.encode())]


FORMAT = PlainFormat("autotrain", "pairs", _files)

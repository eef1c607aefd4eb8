"""``alignment-handbook``: dialogues and a DPO recipe for ``scripts/dpo.py`` of the alignment handbook.

Keys are those of the handbook's 0.4.0.dev0 (commit 925acdf, July 2025) with `_REQUIREMENTS`, the versions that its
setup names. It has no upper bound for TRL and imports ``ORPOTrainer`` from its top level, which TRL 1 no longer has.

Here ``dataset_name`` is used, which takes both splits as they are. A ``dataset_mixture`` would give the training split
alone, or cut a test split by row.
"""

from __future__ import annotations

from typing import Any

import yaml

from kijun.exports.base import ExportedFile, ExportOptions, PlainFormat
from kijun.exports.rows import dialogue, split_files
from kijun.records.preferences import PreferencePair, PreferenceSet

__all__ = ["FORMAT"]

_REQUIREMENTS = "trl==0.19.1\ntransformers==4.53.3\ndatasets>=4.0.0\n"
_NO_MODEL = "path-or-name-of-your-model"


def _row(pair: PreferencePair) -> dict[str, Any]:
    """The prompt is what both dialogues begin with; the handbook's trainer finds it by that."""
    return {"chosen": dialogue(pair.prompt, pair.chosen), "rejected": dialogue(pair.prompt, pair.rejected)}


def _recipe(data: PreferenceSet, options: ExportOptions, splits: set[str | None]) -> dict[str, Any]:
    tested = "test" in splits
    recipe: dict[str, Any] = {
        "model_name_or_path": options.base_model or _NO_MODEL,
        "dataset_name": str(options.folder / "data"),
        "dataset_train_split": "train",
        "dataset_test_split": "test",
        "bf16": True,
        "beta": 0.1,
        "do_eval": tested,
        "eval_strategy": "steps" if tested else "no",
        "gradient_accumulation_steps": 2,
        "gradient_checkpointing": True,
        "gradient_checkpointing_kwargs": {"use_reentrant": False},
        "learning_rate": 5.0e-7,
        "log_level": "info",
        "logging_steps": 10,
        "lr_scheduler_type": "cosine",
        "max_length": 1024,
        "max_prompt_length": 512,
        "num_train_epochs": 1,
        "optim": "adamw_torch",
        "output_dir": str(options.folder / "model"),
        "per_device_train_batch_size": 8,
        "per_device_eval_batch_size": 8,
        "push_to_hub": False,
        "report_to": "none",
        "save_strategy": "epoch",
        "save_total_limit": 1,
        "seed": 42,
        "warmup_ratio": 0.1,
    }
    return recipe | ({"eval_steps": 100} if tested else {})


def _files(data: PreferenceSet, options: ExportOptions) -> list[ExportedFile]:
    files = split_files(data.pairs, _row, "data/")
    recipe = _recipe(data, options, {file.split for file in files})
    text = "# python scripts/dpo.py --config recipe.yaml, in a checkout of the alignment handbook at commit 925acdf\n"
    text += yaml.safe_dump(recipe, sort_keys=False, allow_unicode=True)
    return [
        *files,
        ExportedFile("recipe.yaml", text.encode()),
        ExportedFile("requirements.txt", _REQUIREMENTS.encode()),
    ]


FORMAT = PlainFormat("alignment-handbook", "pairs", _files)

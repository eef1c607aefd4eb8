"""The callback of trainers: it logs figures with intervals, and training goes on as if it were not there."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="needs the extra hf")
transformers = pytest.importorskip("transformers", reason="needs the extra hf")

from tiny_model import write_tiny_model  # noqa: E402

from kijun.callbacks import evaluation_callback  # noqa: E402
from kijun.errors import SpecError  # noqa: E402
from kijun.models.hf import load_hf  # noqa: E402
from kijun.models.hf.dequantise import dequantise  # noqa: E402
from kijun.models.hf.live import live, weights_digest  # noqa: E402
from kijun.records import Generate, LogLikelihood  # noqa: E402
from kijun.store import Run  # noqa: E402
from kijun.workflows import evaluate  # noqa: E402

TASKS = ["core_numbers_en", "core_numbers_en_free"]
pytestmark = pytest.mark.filterwarnings("ignore")  # of transformers' own trainer


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny model as a folder that transformers reads."""
    path = tmp_path_factory.mktemp("model")
    return dequantise(write_tiny_model(path / "tiny.gguf"), path / "hf")


def trainer_of(folder: Path, out: Path, steps: int = 4, dropout: float = 0.1) -> Any:
    config = transformers.AutoConfig.from_pretrained(folder, attention_dropout=dropout)
    model = transformers.AutoModelForCausalLM.from_pretrained(folder, config=config, dtype=torch.float32)
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder, pad_token="</s>")
    texts = ["the tin is in the sea", "a seal on the shore", "in the end it rained", "the line is thin"] * 4
    rows = [{"input_ids": (ids := tokenizer(text)["input_ids"]), "labels": ids} for text in texts]
    args = transformers.TrainingArguments(
        output_dir=str(out),
        max_steps=steps,
        per_device_train_batch_size=1,
        learning_rate=1e-2,
        logging_steps=1,
        report_to="none",
        use_cpu=True,
        seed=7,
        save_strategy="no",
        disable_tqdm=True,
    )
    trainer = transformers.Trainer(model=model, args=args, train_dataset=rows, processing_class=tokenizer)
    trainer.remove_callback(transformers.PrinterCallback)
    return trainer


def losses(trainer: Any) -> list[float]:
    trainer.train()
    return [entry["loss"] for entry in trainer.state.log_history if "loss" in entry]


def test_figures_are_logged_with_their_intervals(folder: Path, tmp_path: Path) -> None:
    trainer = trainer_of(folder, tmp_path / "out")
    callback = evaluation_callback(trainer, TASKS, every_steps=2, limit=6)
    trainer.add_callback(callback)
    trainer.train()
    logged = [entry for entry in trainer.state.log_history if "kijun/left_out" in entry]
    assert [entry["step"] for entry in logged] == [0, 2, 4]
    key = "kijun/knowledge/core_numbers_en:acc"
    for entry in logged:
        assert entry[f"{key}/low"] <= entry[key] <= entry[f"{key}/high"]
        assert all(math.isfinite(value) for name, value in entry.items() if name.startswith("kijun/"))
    runs = {step: Run(path) for step, path in callback.runs.items()}
    assert list(runs) == [0, 2, 4]
    assert runs[2].folder == tmp_path / "out" / "kijun" / "step-2"
    estimate = runs[4].results.tasks["core_numbers_en"].metrics["acc"]
    assert logged[2][key] == estimate.value
    digests = {run.manifest.model["weights_sha256"] for run in runs.values()}
    assert len(digests) == 3


def test_training_goes_on_as_if_nothing_had_happened(folder: Path, tmp_path: Path) -> None:
    """Dropout draws random numbers at each step, so a number drawn by the evaluation would show."""
    plain = trainer_of(folder, tmp_path / "plain")
    expected = losses(plain)
    watched = trainer_of(folder, tmp_path / "watched")  # which seeds torch as the first one did
    watched.add_callback(evaluation_callback(watched, TASKS, every_steps=1, limit=4))
    assert losses(watched) == expected
    assert weights_digest(plain.model) == weights_digest(watched.model)
    assert {type(part) for part in plain.model.modules()} == {type(part) for part in watched.model.modules()}
    assert plain.model.config._attn_implementation == watched.model.config._attn_implementation


def test_a_live_model_answers_as_the_saved_one(folder: Path, tmp_path: Path) -> None:
    model = transformers.AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    model.train()
    model.model.layers[0].eval()
    with live(model, tokenizer, "in/memory", memory_budget=1 << 28) as borrowed:
        lived = evaluate(TASKS, borrowed, limit=8, out=tmp_path / "live")
    assert model.training and not model.model.layers[0].training and model.model.layers[1].training
    saved = evaluate(TASKS, load_hf(f"hf/{folder}"), limit=8, out=tmp_path / "saved")
    for task in TASKS:
        for one, other in zip(lived.samples(task), saved.samples(task), strict=True):
            assert isinstance(one.requests[0], Generate | LogLikelihood)
            assert one.responses == other.responses


def test_a_kill_during_an_evaluation_gives_the_model_back(folder: Path) -> None:
    model = transformers.AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
    own = model.config._attn_implementation
    model.train()
    with (
        pytest.raises(KeyboardInterrupt),
        live(model, transformers.AutoTokenizer.from_pretrained(folder), "x", memory_budget=1 << 28),
    ):
        raise KeyboardInterrupt
    assert model.training and model.config._attn_implementation == own


def test_mistakes_are_told(folder: Path, tmp_path: Path) -> None:
    trainer = trainer_of(folder, tmp_path)
    with pytest.raises(SpecError, match="every_steps takes 1 or more"):
        evaluation_callback(trainer, TASKS, every_steps=0)
    with pytest.raises(SpecError, match="no setting 'limits'"):
        evaluation_callback(trainer, TASKS, every_steps=1, limits=3)
    trainer.add_callback(evaluation_callback(trainer, TASKS, every_steps=1, limit=1))
    trainer.args.fsdp = ["full_shard"]
    with pytest.raises(SpecError, match="evaluate saved checkpoints"):
        trainer.callback_handler.on_train_begin(trainer.args, trainer.state, trainer.control)

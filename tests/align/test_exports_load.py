"""What is exported loads in the libraries that it is for, and their trainers take a step on it."""

from __future__ import annotations

import json
import unittest.mock
from pathlib import Path
from typing import Any

import pytest

datasets = pytest.importorskip("datasets", reason="needs the extra align")
trl = pytest.importorskip("trl", reason="needs the extra align")
torch = pytest.importorskip("torch", reason="needs the extra align")

from made_up_campaigns import campaign_of, pair_item, rating, voted  # noqa: E402
from trl.data_utils import extract_prompt, is_conversational  # noqa: E402

from kijun.alignment import export_preferences  # noqa: E402
from kijun.callbacks import evaluation_callback  # noqa: E402
from kijun.records import CampaignItem, Candidate, Message  # noqa: E402

pytestmark = pytest.mark.filterwarnings("ignore")  # of the libraries; what they say is not ours
FORMATS = ["trl", "trl-kto", "trl-sft", "openai", "hh", "alignment-handbook", "autotrain"]
TURNS = (Message("user", "Hi"), Message("assistant", "Hello"), Message("user", "Help, 助けて"))


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "cache")


def exported(format: str, folder: Path, good: str = "Good") -> Path:
    """Twelve pairs of one turn, two of three, and a third held back."""
    items = [pair_item(n, f"{good} {n}.", f"Bad {n}.") for n in range(12)]
    items += [
        CampaignItem(f"m{n}", "questions", f"m{n}", (Candidate("a", TURNS, f"Yes {n}."), Candidate("b", TURNS, "No.")))
        for n in range(2)
    ]
    content = campaign_of("pairwise", items, [r for item in items for r in voted(item, ["first"] * 3)])
    found = export_preferences(content, format, folder / format, holdout=0.3)
    assert found.unfit == 0
    return found.folder


def loaded(folder: Path) -> Any:
    data = folder / "data" if (folder / "data").is_dir() else folder
    return datasets.load_dataset(str(data))


@pytest.mark.parametrize("format", FORMATS)
def test_splits_load_as_they_are(format: str, tmp_path: Path) -> None:
    folder = exported(format, tmp_path)
    found = loaded(folder)
    assert sorted(found) == ["test", "train"]
    summary = json.loads((folder / "export.json").read_bytes())
    assert {split: len(found[split]) for split in found} == summary["rows"]
    assert found["train"].features == found["test"].features


@pytest.mark.parametrize("format", FORMATS)
def test_a_later_export_of_the_same_name_is_not_taken_for_an_earlier_one(format: str, tmp_path: Path) -> None:
    """`datasets` goes by the folder's last name and the card's head; see `kijun.alignment.card`."""
    first = loaded(exported(format, tmp_path / "first"))
    again = loaded(exported(format, tmp_path / "again"))
    second = loaded(exported(format, tmp_path / "second", good="Better"))
    assert str(first["train"].to_dict()) == str(again["train"].to_dict()) != str(second["train"].to_dict())
    assert "Better" in str(second["train"].to_dict())


def settings(kind: Any, out: Path, **more: Any) -> Any:
    plain = {"output_dir": str(out), "max_steps": 1, "per_device_train_batch_size": 2, "report_to": "none"}
    plain |= {"use_cpu": True, "save_strategy": "no", "disable_tqdm": True, "bf16": False, "logging_steps": 1}
    return kind(**{**plain, "gradient_checkpointing": False, "max_length": 128, **more})


def step(trainer: Any) -> float:
    trainer.train()
    return next(entry["loss"] for entry in trainer.state.log_history if "loss" in entry)


def model_of(folder: Path) -> tuple[Any, Any]:
    from transformers import AutoModelForCausalLM, AutoTokenizer

    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
    return model, AutoTokenizer.from_pretrained(folder)


def test_dpo_takes_a_step_and_is_watched(tiny_folder: Path, tmp_path: Path) -> None:
    """With both policies the same the first loss is log 2, whatever the data."""
    data = loaded(exported("trl", tmp_path))
    assert is_conversational(data["train"][0])
    model, tokenizer = model_of(tiny_folder)
    args = settings(trl.DPOConfig, tmp_path / "out")
    trainer = trl.DPOTrainer(
        model, args=args, train_dataset=data["train"], eval_dataset=data["test"], processing_class=tokenizer
    )
    trainer.add_callback(evaluation_callback(trainer, "core_numbers_en", every_steps=1, limit=3))
    assert step(trainer) == pytest.approx(0.6931, abs=1e-3)
    watched = [entry["step"] for entry in trainer.state.log_history if "kijun/left_out" in entry]
    assert watched == [0, 1]


def test_kto_takes_a_step(tiny_folder: Path, tmp_path: Path) -> None:
    data = loaded(exported("trl-kto", tmp_path))
    model, tokenizer = model_of(tiny_folder)
    args = settings(trl.KTOConfig, tmp_path / "out")
    trainer = trl.KTOTrainer(model, args=args, train_dataset=data["train"], processing_class=tokenizer)
    assert step(trainer) > 0


def test_sft_takes_a_step_on_the_answers_alone(tiny_folder: Path, tmp_path: Path) -> None:
    data = loaded(exported("trl-sft", tmp_path))
    assert {answer[0]["content"].split()[0] for answer in data["train"]["completion"]} <= {"Good", "Yes"}
    model, tokenizer = model_of(tiny_folder)
    trainer = trl.SFTTrainer(
        model, args=settings(trl.SFTConfig, tmp_path / "out"), train_dataset=data["train"], processing_class=tokenizer
    )
    assert step(trainer) > 0


def test_the_reward_trainer_takes_what_the_handbook_takes(tiny_folder: Path, tmp_path: Path) -> None:
    from transformers import AutoModelForSequenceClassification

    data = loaded(exported("alignment-handbook", tmp_path))
    model = AutoModelForSequenceClassification.from_pretrained(tiny_folder, num_labels=1, dtype=torch.float32)
    _, tokenizer = model_of(tiny_folder)
    model.config.pad_token_id = tokenizer.pad_token_id
    trainer = trl.RewardTrainer(
        model,
        args=settings(trl.RewardConfig, tmp_path / "out"),
        train_dataset=data["train"],
        processing_class=tokenizer,
    )
    assert step(trainer) > 0


@pytest.mark.parametrize("format", ["alignment-handbook", "autotrain"])
def test_the_prompt_is_what_both_dialogues_begin_with(format: str, tmp_path: Path) -> None:
    for row in loaded(exported(format, tmp_path))["train"]:
        found = extract_prompt({"chosen": row["chosen"], "rejected": row["rejected"]})
        assert found["prompt"] == row["chosen"][:-1]
        assert [turn["role"] for turn in found["chosen"]] == ["assistant"]


def test_revisions_load_too(tmp_path: Path) -> None:
    items = [pair_item(n, "Curt.", f"Kind {n}.") for n in range(4)]
    ratings = [rating(item, 1, "revision", verdict="accept") for item in items]
    content = campaign_of("revision", items, ratings)
    for format in ("trl", "trl-sft"):
        found = export_preferences(content, format, tmp_path / format, include_evaluation_prompts=True)
        assert len(loaded(found.folder)["train"]) == 4


def test_argilla_reads_settings_and_records(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its own reading; a server, which its questions look for on their way, is not asked."""
    argilla = pytest.importorskip("argilla", reason="needs the extra align")
    monkeypatch.setattr(argilla.Argilla, "_get_default", lambda: unittest.mock.MagicMock())
    folder = exported("argilla", tmp_path)
    found = argilla.Settings.from_json(folder / ".argilla" / "settings.json")
    found.validate()
    assert [field.name for field in found.fields] == ["prompt", "answer_1", "answer_2"]
    question = found.questions["preference"]
    records = [argilla.Record.from_dict(row) for row in json.loads((folder / "records.json").read_bytes())]
    assert len(records) == 14
    for record in records:
        suggestion = record.suggestions["preference"]
        assert suggestion.value in question.labels
        assert suggestion.score == 0.9375
    argilla._models.DatasetModel(**json.loads((folder / ".argilla" / "dataset.json").read_bytes()))

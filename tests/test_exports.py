"""Exports: exact keys of each format, the traps of each trainer, cards, and what stands beside the rows."""

from __future__ import annotations

import hashlib
import json
import re
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from made_up_campaigns import campaign_of, pair_item, point_item, scored, voted

from kijun.alignment import Exported, export_preferences
from kijun.cli import main
from kijun.errors import SpecError, UnknownNameError
from kijun.exports import ExportedFile, PlainFormat, base, export_formats
from kijun.records import CampaignItem, Candidate, Message
from kijun.store import CampaignFolder, write_campaign

FORMATS = ["alignment-handbook", "argilla", "autotrain", "hh", "label-studio", "openai", "trl", "trl-kto", "trl-sft"]
PAIRS = [name for name in FORMATS if name not in ("trl-kto", "trl-sft")]


def campaign(n: int = 20) -> CampaignFolder:
    items = [pair_item(k, f"Good {k}.", f"Bad {k}.") for k in range(n)]
    votes = [rating for k, item in enumerate(items) for rating in voted(item, ["second" if k % 2 else "first"] * 3)]
    return campaign_of("pairwise", items, votes)


def exported(format: str, folder: Path, content: CampaignFolder | None = None, **chosen: Any) -> Exported:
    settings = {"holdout": 0.3} if "include_evaluation_prompts" not in chosen else {}
    return export_preferences(content or campaign(), format, folder / "out", **{**settings, **chosen})


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_every_format_is_there() -> None:
    assert sorted(export_formats()) == FORMATS


@pytest.mark.parametrize("format", FORMATS)
def test_what_stands_beside_the_rows(format: str, tmp_path: Path) -> None:
    found = exported(format, tmp_path)
    folder = tmp_path / "out"
    summary = json.loads((folder / "export.json").read_bytes())
    assert {str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file()} == set(found.files)
    for name, digest in summary["files"].items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest
    beside = rows(folder / "provenance.jsonl")
    assert len(beside) == sum(found.rows.values())
    assert all(len(row["votes"]) == 3 and row["rubric_sha256"] == found.data.rubric_sha256 for row in beside)
    trained = {item for items in summary["trained_on"].values() for item in items}
    held = {item for items in summary["held_back"].values() for item in items}
    assert trained and held and not trained & held
    assert {row["item"] for row in beside if row["split"] == "test"} == held


@pytest.mark.parametrize("format", FORMATS)
def test_cards_are_in_two_languages_with_the_same_figures(format: str, tmp_path: Path) -> None:
    found = exported(format, tmp_path)
    cards = [(tmp_path / "out" / name).read_text(encoding="utf-8") for name in ("README.md", "README.ja.md")]
    plain = [card.split("---\n\n", 1)[-1] for card in cards]
    english, japanese = (re.findall(r"^#+", card, re.M) for card in plain)
    assert english == japanese
    for card in plain:
        assert found.data.rubric_sha256 in card
        assert f"20 / {found.data.considered}" in card
        assert "| 30" not in card
        assert "30%" in card
    assert "選好" in plain[1] or "好み" in plain[1]
    head = yaml.safe_load(cards[0].split("---\n")[1])
    assert head["license"] == "other"


def test_trl_has_the_prompt_apart_and_no_column_that_a_loss_would_take(tmp_path: Path) -> None:
    exported("trl", tmp_path)
    row = rows(tmp_path / "out" / "train.jsonl")[0]
    assert list(row) == [
        "prompt", "chosen", "rejected", "chosen_model", "rejected_model", "id", "prompt_id", "confidence", "n_ratings",
        "campaign", "rubric_sha256",
    ]  # fmt: skip
    assert row["prompt"] == [{"role": "user", "content": row["prompt"][0]["content"]}]
    assert row["chosen"][0]["role"] == "assistant"
    assert row["confidence"] == 0.9375


def test_kto_balances_its_labels(tmp_path: Path) -> None:
    item = point_item(1)
    entries = [(point_item(100 + n), [1, 2, 1]) for n in range(6)] + [(point_item(n), [5, 5, 4]) for n in range(2)]
    ratings = [rating for item, values in entries for rating in scored(item, values)]
    content = campaign_of("pointwise", [item for item, _ in entries], ratings)
    exported("trl-kto", tmp_path, content, include_evaluation_prompts=True)
    found = rows(tmp_path / "out" / "train.jsonl")
    assert sorted(row["label"] for row in found) == [False] * 6 + [True] * 2
    assert {"prompt", "completion", "label"} <= set(found[0])
    card = (tmp_path / "out" / "README.md").read_text(encoding="utf-8")
    assert "desirable_weight=3, undesirable_weight=1" in card
    assert item.id in {one.id for one, _ in entries}


OPENAI = {
    "type": "object",
    "additionalProperties": False,
    "required": ["input", "preferred_output", "non_preferred_output"],
    "properties": {
        "input": {
            "type": "object",
            "additionalProperties": False,
            "required": ["messages"],
            "properties": {
                "messages": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/turn"}},
                "tools": {"type": "array"},
                "parallel_tool_calls": {"type": "boolean"},
            },
        },
        "preferred_output": {"$ref": "#/$defs/output"},
        "non_preferred_output": {"$ref": "#/$defs/output"},
    },
    "$defs": {
        "turn": {
            "type": "object",
            "additionalProperties": False,
            "required": ["role", "content"],
            "properties": {"role": {"enum": ["system", "user", "assistant"]}, "content": {"type": "string"}},
        },
        "output": {
            "type": "array",
            "minItems": 1,
            "maxItems": 1,
            "items": {"allOf": [{"$ref": "#/$defs/turn"}, {"properties": {"role": {"const": "assistant"}}}]},
        },
    },
}


def test_openai_takes_no_other_key(tmp_path: Path) -> None:
    exported("openai", tmp_path)
    for split in ("train", "test"):
        for row in rows(tmp_path / "out" / f"{split}.jsonl"):
            jsonschema.validate(row, OPENAI)


def test_hh_is_text_with_two_roles(tmp_path: Path) -> None:
    turns = (Message("user", "Hi"), Message("assistant", "Hello"), Message("user", "Help"))
    with_system = (Message("system", "Be kind."), Message("user", "Help"))
    items = [
        CampaignItem("a", "t", "a", (Candidate("a", turns, "Yes."), Candidate("b", turns, "No."))),
        CampaignItem("b", "t", "b", (Candidate("a", with_system, "Yes."), Candidate("b", with_system, "No."))),
        pair_item(3, "Yes.\n\nHuman: And now?", "No."),
    ]
    content = campaign_of("pairwise", items, [r for item in items for r in voted(item, ["first"] * 3)])
    found = exported("hh", tmp_path, content, include_evaluation_prompts=True)
    assert rows(tmp_path / "out" / "train.jsonl") == [
        {
            "chosen": "\n\nHuman: Hi\n\nAssistant: Hello\n\nHuman: Help\n\nAssistant: Yes.",
            "rejected": "\n\nHuman: Hi\n\nAssistant: Hello\n\nHuman: Help\n\nAssistant: No.",
        }
    ]
    assert found.unfit == 2
    assert "| Pairs that do not fit the format | 2 |" in (tmp_path / "out" / "README.md").read_text(encoding="utf-8")


def test_the_handbook_recipe_has_keys_of_its_version_only(tmp_path: Path) -> None:
    exported("alignment-handbook", tmp_path, base_model="my/model")
    golden = Path(__file__).parent / "golden" / "handbook_fields.json"
    known = set(json.loads(golden.read_bytes())["fields"])
    recipe = yaml.safe_load((tmp_path / "out" / "recipe.yaml").read_bytes())
    assert sorted(set(recipe) - known) == []
    assert recipe["model_name_or_path"] == "my/model"
    assert recipe["push_to_hub"] is False
    assert Path(recipe["dataset_name"]) == tmp_path / "out" / "data"
    row = rows(tmp_path / "out" / "data" / "train.jsonl")[0]
    assert list(row) == ["chosen", "rejected"]
    assert row["chosen"][:-1] == row["rejected"][:-1]
    assert [turn["role"] for turn in row["chosen"]] == ["user", "assistant"]


def test_without_a_test_split_the_handbook_does_not_evaluate(tmp_path: Path) -> None:
    exported("alignment-handbook", tmp_path, include_evaluation_prompts=True)
    recipe = yaml.safe_load((tmp_path / "out" / "recipe.yaml").read_bytes())
    assert (recipe["eval_strategy"], recipe["do_eval"]) == ("no", False)
    assert "eval_steps" not in recipe
    assert not (tmp_path / "out" / "data" / "test.jsonl").exists()


AUTOTRAIN = {
    "base_model": str, "project_name": str, "log": str, "backend": str, "task": str, "data": dict, "params": dict,
    "hub": dict,
}  # fmt: skip
AUTOTRAIN_PARAMS = {
    "add_eos_token", "auto_find_batch_size", "batch_size", "block_size", "chat_template", "data_path",
    "disable_gradient_checkpointing", "distributed_backend", "dpo_beta", "epochs", "eval_strategy",
    "gradient_accumulation", "log", "logging_steps", "lora_alpha", "lora_dropout", "lora_r", "lr",
    "max_completion_length", "max_grad_norm", "max_prompt_length", "merge_adapter", "mixed_precision", "model",
    "model_max_length", "model_ref", "optimizer", "padding", "peft", "project_name", "prompt_text_column",
    "push_to_hub", "quantization", "rejected_text_column", "save_total_limit", "scheduler", "seed", "target_modules",
    "text_column", "token", "train_split", "trainer", "unsloth", "use_flash_attention_2", "username", "valid_split",
    "warmup_ratio", "weight_decay",
}  # fmt: skip
"""Fields of `LLMTrainingParams`, autotrain-advanced at commit b5c98fb."""


def test_the_autotrain_configuration(tmp_path: Path) -> None:
    exported("autotrain", tmp_path)
    config = yaml.safe_load((tmp_path / "out" / "config.yml").read_bytes())
    assert {key: type(value) for key, value in config.items()} == AUTOTRAIN
    assert set(config["params"]) | set(config["data"]["column_mapping"]) <= AUTOTRAIN_PARAMS
    assert config["data"]["valid_split"] is None
    assert config["params"]["block_size"] >= config["params"]["max_prompt_length"]
    row = rows(tmp_path / "out" / "data" / "train.jsonl")[0]
    assert list(row) == ["prompt", "chosen", "rejected"]
    assert isinstance(row["chosen"], list)
    assert row["chosen"][0] == {"role": "user", "content": row["prompt"]}


def test_neither_tool_shows_the_better_answer_always_on_one_side(tmp_path: Path) -> None:
    exported("argilla", tmp_path)
    records = json.loads((tmp_path / "out" / "records.json").read_bytes())
    assert {record["suggestions"]["preference"]["value"] for record in records} == {"1", "2"}
    for record in records:
        shown = record["fields"][f"answer_{record['suggestions']['preference']['value']}"]
        assert "Good" in shown[0]["content"] or "Bad" in shown[0]["content"]
    exported("label-studio", tmp_path / "other")
    tasks = json.loads((tmp_path / "other" / "out" / "tasks.json").read_bytes())
    sides = [task["predictions"][0]["result"][0]["value"]["selected"] for task in tasks]
    assert set(sides) == {"left", "right"}


def test_label_studio_holds_each_vote(tmp_path: Path) -> None:
    item = pair_item(1)
    content = campaign_of("pairwise", [item], voted(item, ["first"] * 5 + ["tie", "second"]))
    exported("label-studio", tmp_path, content, include_evaluation_prompts=True, confidence=0.8)
    (task,) = json.loads((tmp_path / "out" / "tasks.json").read_bytes())
    said = [annotation["result"] for annotation in task["annotations"]]
    assert [result[0]["value"]["selected"] if result else None for result in said] == ["left"] * 5 + [None, "right"]
    assert {one["type"] for result in said for one in result} == {"pairwise"}
    assert all("completed_by" not in annotation for annotation in task["annotations"])
    config = (tmp_path / "out" / "config.xml").read_text(encoding="utf-8")
    for result in said:
        for one in result:
            assert f'name="{one["from_name"]}" toName="{one["to_name"]}"' in config
    for name in re.findall(r'value="\$(\w+)"', config):
        assert name in task["data"]


@pytest.mark.parametrize("format", PAIRS)
def test_the_same_export_again_is_the_same(format: str, tmp_path: Path) -> None:
    first = exported(format, tmp_path)
    before = {name: (tmp_path / "out" / name).read_bytes() for name in first.files}
    again = exported(format, tmp_path)
    changed = {name for name in again.files if (tmp_path / "out" / name).read_bytes() != before[name]}
    assert changed <= {"README.md", "README.ja.md", "export.json"}  # the time of the export


def test_another_export_into_the_folder_leaves_nothing_of_the_first(tmp_path: Path) -> None:
    exported("autotrain", tmp_path)
    found = exported("trl", tmp_path)
    folder = tmp_path / "out"
    assert {str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file()} == set(found.files)


def test_a_folder_of_something_else_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "thesis.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(SpecError, match="choose another with --out"):
        exported("trl", tmp_path)
    assert (tmp_path / "out" / "thesis.txt").read_text(encoding="utf-8") == "mine"


def test_a_forged_summary_reaches_no_file_outside(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "export.json").write_text('{"files": {"../mine.txt": ""}}', encoding="utf-8")
    exported("trl", tmp_path)
    assert (tmp_path / "mine.txt").exists()


def test_nothing_left_says_why(tmp_path: Path) -> None:
    item = pair_item(1)
    content = campaign_of("pairwise", [item], voted(item, ["first"]))
    with pytest.raises(SpecError, match=r"of 1 pairs that could be: 1 unsure; .*--confidence asks for less"):
        exported("trl", tmp_path, content, include_evaluation_prompts=True)
    assert not (tmp_path / "out").exists()


def test_one_model_alone_makes_no_pairs(tmp_path: Path) -> None:
    items = [point_item(n) for n in range(3)]
    content = campaign_of("pointwise", items, [r for item in items for r in scored(item, [5, 4])])
    with pytest.raises(SpecError, match="--format trl-kto"):
        exported("trl", tmp_path, content, include_evaluation_prompts=True)


def test_an_unknown_format_names_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(UnknownNameError, match="did you mean trl"):
        exported("trl-dpo", tmp_path)


def test_plugins_add_formats(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def files(data, options):
        return [ExportedFile("all.txt", data.pairs[0].chosen.encode(), ids=(data.pairs[0].id,))]

    plugged = PlainFormat("till", "pairs", files)
    point = EntryPoint("till", "nowhere:FORMAT", base.ENTRY_POINTS)
    monkeypatch.setattr(EntryPoint, "load", lambda self: plugged)
    monkeypatch.setattr(base, "entry_points", lambda group: [point] if group == "kijun.exports" else [])
    export_formats.cache_clear()
    try:
        found = exported("till", tmp_path)
        assert found.rows == {"all": 1}
    finally:
        export_formats.cache_clear()


@pytest.mark.parametrize(("lang", "words"), [("en", ["rows to train on", "held back"]), ("ja", ["学習用", "評価用"])])
def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str], lang: str, words: list[str]) -> None:
    write_campaign(tmp_path / "campaign", campaign())
    arguments = ["export", "preferences", str(tmp_path / "campaign"), "--format", "trl", "--out", str(tmp_path / "out")]
    with pytest.raises(SystemExit) as left:
        main([*arguments, "--holdout", "0.3", "--lang", lang])
    assert not left.value.code
    shown = capsys.readouterr().out
    assert all(word in shown for word in words)


def test_the_command_asks_before_it_spends_evaluation_prompts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_campaign(tmp_path / "campaign", campaign())
    arguments = ["export", "preferences", str(tmp_path / "campaign"), "--format", "trl", "--out", str(tmp_path / "out")]
    with pytest.raises(SystemExit) as left:
        main(arguments)
    assert left.value.code == 2
    assert "--include-evaluation-prompts" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()

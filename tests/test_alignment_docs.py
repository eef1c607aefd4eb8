"""The rows that docs/alignment.md and its Japanese page show are those that the code writes."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml
from made_up_campaigns import campaign_of, pair_item, voted

from kijun.alignment import export_preferences
from kijun.alignment.rated import DROPPED
from kijun.exports import export_formats
from kijun.specs import DimensionSpec, RubricSpec
from kijun.specs.rubrics import PairwiseSpec, ScaleSpec

DOCS = Path(__file__).resolve().parents[1] / "docs"
PAGES = [DOCS / "alignment.md", DOCS / "ja" / "alignment.md"]
FILES = {
    "trl": "train.jsonl",
    "trl-kto": "train.jsonl",
    "trl-sft": "train.jsonl",
    "openai": "train.jsonl",
    "hh": "train.jsonl",
    "alignment-handbook": "data/train.jsonl",
    "autotrain": "data/train.jsonl",
    "argilla": "records.json",
    "label-studio": "tasks.json",
}
RUBRIC = RubricSpec(
    schema="kijun-rubric/1",
    name="helpful",
    version=1.0,
    languages=("en",),
    guidelines="Prefer what helps.",
    dimensions=(DimensionSpec("quality", "How good is it?", ScaleSpec("ordinal", (1, 2, 3))),),
    pairwise=PairwiseSpec(),
)


def row(format: str, folder: Path) -> object:
    """The first row of an export of one pair."""
    item = pair_item(1, "Under Settings, Security.", "I cannot help with that.", "Where do I change my password?")
    content = campaign_of("pairwise", [item], voted(item, ["first"] * 3), RUBRIC)
    export_preferences(content, format, folder, include_evaluation_prompts=True)
    text = (folder / FILES[format]).read_text(encoding="utf-8")
    return json.loads(text)[0] if FILES[format].endswith(".json") else json.loads(text.splitlines()[0])


def shown(page: Path) -> dict[str, object]:
    blocks = re.findall(r"^<!-- row: (\S+) -->\n+```json\n(.*?)^```$", page.read_text("utf-8"), re.M | re.S)
    return {name: json.loads(text) for name, text in blocks}


@pytest.mark.parametrize("page", PAGES, ids=["en", "ja"])
def test_the_rows_are_those_of_the_code(page: Path, tmp_path: Path) -> None:
    found = shown(page)
    assert sorted(found) == sorted(export_formats()) == sorted(FILES)
    assert found == {name: row(name, tmp_path / name) for name in FILES}


@pytest.mark.parametrize("page", PAGES, ids=["en", "ja"])
def test_every_reason_is_named(page: Path) -> None:
    text = page.read_text("utf-8")
    assert [reason for reason in DROPPED if f"`{reason}`" not in text] == []


@pytest.mark.parametrize("page", PAGES, ids=["en", "ja"])
def test_every_key_of_the_recipes_is_one_that_they_have(page: Path, tmp_path: Path) -> None:
    row("alignment-handbook", tmp_path / "a")
    row("autotrain", tmp_path / "b")
    recipes = [yaml.safe_load((tmp_path / name).read_bytes()) for name in ("a/recipe.yaml", "b/config.yml")]
    text = page.read_text("utf-8")
    for key in ("dataset_name", "eval_strategy"):
        assert key in recipes[0] and f"`{key}`" in text
    assert "valid_split" in recipes[1]["data"] and "`valid_split`" in text

"""The pages about judges list every key of a rubric and every parameter of the judged scorers, with its default."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import msgspec
import pytest
from test_docs import ROOT, default_of, tables

from kijun.scorers.judging import JudgePrompt, JudgeScorer

PAGES = [ROOT / "docs" / "judges.md", ROOT / "docs" / "ja" / "judges.md"]
rubric_parts = import_module("kijun.specs.rubrics")
PARTS = [getattr(rubric_parts, name) for name in rubric_parts.__all__]
KINDS = {
    "rubric": {kind.__name__: kind for kind in PARTS if isinstance(kind, type)},
    "parameters": {kind.__name__: kind for kind in (JudgeScorer, JudgePrompt)},
}


@pytest.mark.parametrize("page", PAGES, ids=["en", "ja"])
@pytest.mark.parametrize("mark", KINDS)
def test_every_key_is_listed_with_its_default(page: Path, mark: str) -> None:
    listed = tables(page, mark)
    assert sorted(listed) == sorted(KINDS[mark])
    for name, kind in KINDS[mark].items():
        fields = [field for field in msgspec.structs.fields(kind) if field.encode_name != "origin"]
        shown = {row[0]: row[1].replace("必須", "required") for row in listed[name]}
        assert shown == {f"`{field.encode_name}`": default_of(field) for field in fields}, name

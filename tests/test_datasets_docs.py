"""The pages on data say what the code does, in both languages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kijun.datasets.files import FILE_ENDINGS, read_file
from kijun.errors import CorruptFileError

DOCS = Path(__file__).resolve().parents[1] / "docs"
SOURCES = Path(__file__).resolve().parents[1] / "src" / "kijun" / "datasets"
PAGES = [DOCS / "data.md", DOCS / "ja" / "data.md"]


@pytest.mark.parametrize("page", PAGES, ids=["en", "ja"])
def test_every_ending_and_variable_is_documented(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    code = "".join(path.read_text(encoding="utf-8") for path in SOURCES.glob("hub*.py"))
    variables = set(re.findall(r'environ\.get\("(\w+)"\)', code)) - {"TRANSFORMERS_OFFLINE", "XDG_CACHE_HOME"}
    assert len(variables) > 6
    for name in (*FILE_ENDINGS, *variables):
        assert f"`{name}`" in text


@pytest.mark.parametrize("page", PAGES, ids=["en", "ja"])
def test_the_message_shown_is_the_message_given(page: Path, tmp_path: Path) -> None:
    (tmp_path / "questions.csv").write_text("question,answer\na,b\nc,d\nWhich one?,red, blue\n")
    with pytest.raises(CorruptFileError) as caught:
        read_file(tmp_path / "questions.csv")
    assert str(caught.value).removeprefix(f"{tmp_path}/") in page.read_text(encoding="utf-8")

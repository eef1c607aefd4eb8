"""The fixtures of the browser can fail: what they are there to catch is caught."""

from __future__ import annotations

from pathlib import Path

import pytest


def write(folder: Path, body: str) -> str:
    file = folder / "page.html"
    file.write_text(
        f'<!doctype html><html lang="ja"><meta charset="utf-8"><title>t</title><main><h1>基準</h1>{body}</main></html>',
        encoding="utf-8",
    )
    return file.as_uri()


def test_access_is_checked(open_page, check_access, tmp_path: Path) -> None:
    page = open_page(write(tmp_path, "<p>よく読める文章。</p>"))
    check_access(page)
    page = open_page(write(tmp_path, '<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">'))
    with pytest.raises(AssertionError, match="image-alt"):
        check_access(page)


def test_faults_of_a_page_are_seen(open_page, tmp_path: Path) -> None:
    page = open_page(write(tmp_path, "<script>console.error('broken'); missing();</script>"))
    assert any("broken" in fault for fault in page.faults)
    assert any("missing" in fault for fault in page.faults)
    page.expected_errors += ["broken", "missing"]


def test_japanese_has_a_typeface(open_page, tmp_path: Path) -> None:
    """Where no font has the character, every character is the same box."""
    page = open_page(write(tmp_path, '<p id="a">基</p><p id="b">準</p>'))
    assert page.locator("#a").screenshot() != page.locator("#b").screenshot()

"""The texts of the pages: the same keys in every language, each of them used, none missing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

import kijun
from kijun.reports.texts import LANGUAGES

SOURCE = Path(kijun.__file__).parent


def entries(language: str) -> dict[str, str]:
    data = yaml.load((SOURCE / "locales" / f"pages-{language}.yaml").read_text(encoding="utf-8"), yaml.BaseLoader)
    return {f"{group}.{key}": text for group, texts in data.items() for key, text in texts.items()}


def test_languages_hold_the_same_keys_and_gaps() -> None:
    english, japanese = (entries(language) for language in LANGUAGES)
    assert english.keys() == japanese.keys()
    for key, text in english.items():
        assert text.strip() and japanese[key].strip(), key
        assert set(re.findall(r"\{\w*\}", text)) == set(re.findall(r"\{\w*\}", japanese[key])), key


def test_no_key_twice() -> None:
    """YAML would take the last one, without a word."""
    for language in [*LANGUAGES, *(f"pages-{language}" for language in LANGUAGES)]:
        lines = (SOURCE / "locales" / f"{language}.yaml").read_text(encoding="utf-8").splitlines()
        seen: set[str] = set()
        group = ""
        for line in lines:
            if match := re.match(r"(\w+):$", line):
                group = match[1]
                assert group not in seen, group
                seen.add(group)
            elif match := re.match(r"  (\w+): ", line):
                assert f"{group}.{match[1]}" not in seen, f"{language}: {group}.{match[1]}"
                seen.add(f"{group}.{match[1]}")


def used() -> tuple[set[str], set[str]]:
    """Keys that pages and code name in full, and beginnings of keys that are put together."""
    texts = [path.read_text(encoding="utf-8") for path in (SOURCE / "web").rglob("*.html")]
    texts += [path.read_text(encoding="utf-8") for path in (SOURCE / "web").rglob("*.py")]
    whole = {key for text in texts for key in re.findall(r"[\"']([a-z_]+\.[a-zA-Z0-9_]+)[\"']", text)}
    begun = {key for text in texts for key in re.findall(r"[\"']([a-z_]+\.[a-z_]*)(?:[\"'] ~|\{)", text)}
    return whole, begun


def test_every_text_is_used_and_none_is_missing() -> None:
    whole, begun = used()
    known = entries("en")
    groups = {key.partition(".")[0] for key in known}
    files = {key for key in whole if key.endswith((".html", ".js"))}
    missing = {key for key in whole - known.keys() - begun - files if key.partition(".")[0] in groups}
    assert not missing
    assert not {key for key in known if key not in whole and not any(key.startswith(start) for start in begun)}


@pytest.mark.parametrize("kind", ["flag", "skip"])
def test_every_offered_kind_has_a_text(kind: str) -> None:
    pytest.importorskip("fastapi")
    from kijun.web.rating_pages import FLAGS, SKIPS

    assert {f"{kind}.{name}" for name in {"flag": FLAGS, "skip": SKIPS}[kind]} <= entries("ja").keys()

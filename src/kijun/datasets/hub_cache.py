"""What is on this machine already: the folder that huggingface_hub fills, and the listings that Kijun keeps in it.

huggingface_hub caches files but not which files make up a split, so without a network nobody could tell a whole split
from half of one. Each listing is therefore kept at ``HF_HUB_CACHE/datasets--ORG--NAME/.kijun/REVISION.json``; it moves
and is deleted together with the files. A cache that other tools filled has none: then the snapshot folder is read.
"""

from __future__ import annotations

import os
import re
import tempfile
from pathlib import Path
from urllib.parse import quote

import msgspec
import yaml

from kijun.datasets.hub_layout import CardConfig, Listing, card_configs

__all__ = ["COMMIT", "cache_folder", "cached_file", "read_card", "recall", "remember"]

COMMIT = re.compile(r"[0-9a-f]{40}")
_CARD_HEADER = re.compile(r"\A\s*---[ \t]*\r?\n(.*?)\r?\n---[ \t]*(?:\r?\n|\Z)", re.DOTALL)


def cache_folder() -> Path:
    """huggingface_hub's cache of files (HF_HUB_CACHE, HF_HOME)."""
    if named := os.environ.get("HF_HUB_CACHE"):
        return Path(named).expanduser()
    if home := os.environ.get("HF_HOME"):
        return Path(home).expanduser() / "hub"
    return Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "huggingface" / "hub"


def _repo_folder(repo: str) -> Path:
    return cache_folder() / f"datasets--{repo.replace('/', '--')}"


def cached_file(repo: str, commit: str, path: str) -> Path | None:
    """The file at this commit if it was fetched before, by Kijun or by any other tool."""
    place = _repo_folder(repo) / "snapshots" / commit / path
    return place if place.is_file() else None


def remember(repo: str, revision: str, listing: Listing) -> None:
    """Keeps the listing under the revision that was asked for and under its commit. A cache that cannot be written
    is no reason to fail: the next run lists again."""
    folder = _repo_folder(repo) / ".kijun"
    text = msgspec.json.encode(listing)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in {revision, listing.commit}:
            with tempfile.NamedTemporaryFile(dir=folder, delete=False) as file:
                file.write(text)
            os.replace(file.name, folder / f"{quote(name, safe='')}.json")
    except OSError:
        return


def recall(repo: str, revision: str) -> Listing | None:
    """The listing as it was when last fetched; None when this machine knows nothing of the revision."""
    folder = _repo_folder(repo)
    try:
        return msgspec.json.decode((folder / ".kijun" / f"{quote(revision, safe='')}.json").read_bytes(), type=Listing)
    except (OSError, msgspec.DecodeError):
        pass
    try:
        commit = revision if COMMIT.fullmatch(revision) else (folder / "refs" / revision).read_text().strip()
    except (OSError, ValueError):
        return None
    snapshot = folder / "snapshots" / commit
    if not COMMIT.fullmatch(commit) or not snapshot.is_dir():
        return None
    files = sorted(path.relative_to(snapshot).as_posix() for path in snapshot.rglob("*") if path.is_file())
    return Listing(commit, tuple(files), read_card(snapshot / "README.md"))


def read_card(path: Path) -> tuple[CardConfig, ...]:
    """Configs in the YAML header of a data-set card; () when there is no card, no header or no configs."""
    try:
        header = _CARD_HEADER.match(path.read_text(encoding="utf-8-sig", errors="replace"))
        return card_configs(yaml.safe_load(header[1])) if header else ()
    except (OSError, ValueError, yaml.YAMLError, RecursionError):
        # ValueError: such as the date 2024-99-99.
        return ()

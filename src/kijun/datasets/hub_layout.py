"""Which files of a Hub repository hold a split: a pure function of the file names and the card's `configs`.

Two layouts are known. *Stored*: Parquet files that the author put there, found by the card's ``configs: data_files``
mapping, else by their names (``CONFIG/SPLIT-00000-of-00002.parquet``, ``data/SPLIT-....parquet``). *Converted*: the
branch ``refs/convert/parquet``, which the Hub fills by itself: ``CONFIG/SPLIT/0000.parquet``, and
``CONFIG/partial-SPLIT/...`` where it converted only the beginning of a very large split.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

__all__ = [
    "CardConfig",
    "Listing",
    "available",
    "card_configs",
    "converted_files",
    "missing_shards",
    "stored_files",
]

_SHARD = re.compile(r"^(?P<split>.+?)-(?P<place>\d{5})-of-(?P<total>\d{5})(?:-[0-9a-f]+)?\.parquet$")
_CONVERTED = re.compile(r"^(?P<config>[^/]+)/(?:partial-)?(?P<split>[^/]+)/\d+\.parquet$")
_MOST_DEEP_STARS = 2
_SPLIT_WORDS = {
    "train": ("train", "training"),
    "validation": ("validation", "valid", "dev", "val"),
    "test": ("test", "testing", "eval", "evaluation"),
}


class CardConfig(msgspec.Struct, frozen=True):
    """One entry of `configs` on a data-set card.

    Attributes:
        name: ``config_name``.
        folder: ``data_dir``; patterns start there.
        is_default: marked so, or named ``default``.
        patterns: ``data_files`` by split; None when the entry leaves the choice to the names of the files.
    """

    name: str
    folder: str = ""
    is_default: bool = False
    patterns: dict[str, tuple[str, ...]] | None = None


class Listing(msgspec.Struct, frozen=True):
    """What a repository holds at one commit.

    Attributes:
        commit: 40 hex digits.
        files: all paths, sorted.
        configs: of the card; () without any.
    """

    commit: str
    files: tuple[str, ...]
    configs: tuple[CardConfig, ...] = ()


def card_configs(card: Any) -> tuple[CardConfig, ...]:
    """Entries of a card's `configs`, as far as they can be understood: the card is written by hand on the other side.

    `data_files` may be a pattern, a list of patterns (all `train`), a list of ``{split, path}``, or an object from
    split to patterns; `path` is a pattern or a list of them.
    """
    entries = card.get("configs") if isinstance(card, Mapping) else None
    found = []
    for entry in entries if isinstance(entries, list) else ():
        if isinstance(entry, Mapping) and isinstance(name := entry.get("config_name"), str):
            given = entry.get("data_dir")
            folder = given.removeprefix("./").strip("/") if isinstance(given, str) else ""
            is_default = entry.get("default") is True or name == "default"
            found.append(CardConfig(name, folder, is_default, _patterns(entry.get("data_files"))))
    return tuple(found)


def _patterns(given: Any) -> dict[str, tuple[str, ...]] | None:
    if given is None:
        return None
    if isinstance(given, Mapping):
        pairs = list(given.items())
    elif isinstance(given, list) and all(isinstance(part, Mapping) for part in given):
        pairs = [(part.get("split", "train"), part.get("path")) for part in given]
    else:
        pairs = [("train", given)]
    by_split: dict[str, tuple[str, ...]] = {}
    for split, paths in pairs:
        texts = tuple(path for path in (paths if isinstance(paths, list) else [paths]) if isinstance(path, str))
        if isinstance(split, str):
            by_split[split] = by_split.get(split, ()) + texts
    return by_split


def stored_files(listing: Listing, config: str | None, split: str) -> tuple[str, ...]:
    """Parquet files of the split that the author stored, in order; () when there are none."""
    parquet = [path for path in listing.files if path.endswith(".parquet")]
    entry = _card_config(listing.configs, config)
    if entry is not None and entry.patterns is not None:
        # A mapping to CSV or JSON files says that the Parquet files, if any, are something else.
        paths = _matching(entry, entry.patterns.get(split, ()), listing.files)
        return paths if all(path.endswith(".parquet") for path in paths) else ()
    if entry is not None and entry.folder:
        return _named(parquet, (entry.folder,), split)
    folders = ("data/default", "default", "data", "") if config in (None, "default") else (config, f"data/{config}")
    converted = _of_converted(parquet, config or "default", split)
    return _named(parquet, folders, split) or converted


def converted_files(listing: Listing, config: str | None, split: str) -> tuple[str, ...]:
    """Files of the split on the converted branch; the only config there serves when none is named."""
    names = _converted_configs(listing.files)
    name = config or ("default" if "default" in names or len(names) != 1 else names[0])
    return _of_converted(listing.files, name, split)


def available(listing: Listing, config: str | None) -> tuple[list[str], list[str]]:
    """Names of the configs, and of the splits of `config`, that `listing` has; for messages."""
    configs = {entry.name for entry in listing.configs}
    configs.update(_converted_configs(listing.files))
    entry = _card_config(listing.configs, config)
    splits = set(entry.patterns or ()) if entry is not None else set()
    for path in listing.files:
        folder, _, name = path.rpartition("/")
        if (shard := _SHARD.match(name)) and (config is None or config in folder.split("/") or folder in ("", "data")):
            splits.add(shard["split"])
            if folder not in ("", "data"):
                configs.add(folder.removeprefix("data/"))
        if (match := _CONVERTED.match(path)) and match["config"] == (config or "default"):
            splits.add(match["split"].removeprefix("partial-"))
    return sorted(configs), sorted(splits)


def missing_shards(files: Sequence[str]) -> list[str]:
    """Names of parts that ``-00000-of-00003`` promises and that are not in `files`; such a split is not whole."""
    missing = []
    for path in files:
        folder, slash, name = path.rpartition("/")
        if shard := _SHARD.match(name):
            for place in range(int(shard["total"])):
                start = f"{folder}{slash}{shard['split']}-{place:05d}-of-{shard['total']}"
                if not any(other.startswith(start) for other in files) and start not in missing:
                    missing.append(start)
    return missing


def _card_config(configs: Sequence[CardConfig], config: str | None) -> CardConfig | None:
    if config is not None:
        return next((entry for entry in configs if entry.name == config), None)
    marked = [entry for entry in configs if entry.is_default]
    return marked[0] if marked else configs[0] if len(configs) == 1 else None


def _matching(entry: CardConfig, patterns: Sequence[str], files: Sequence[str]) -> tuple[str, ...]:
    """Files that match, in the order of the patterns and, within one, of the names."""
    found: list[str] = []
    for pattern in patterns:
        matcher = _pattern("/".join(filter(None, (entry.folder, pattern.removeprefix("./")))))
        found.extend(path for path in files if matcher.fullmatch(path) and path not in found)
    return tuple(found)


def _pattern(pattern: str) -> re.Pattern[str]:
    """A glob as a regular expression: ``*`` and ``?`` stay within a folder, ``**`` crosses folders."""
    if pattern.count("**") > _MOST_DEEP_STARS:
        return re.compile(re.escape(pattern))  # more of them only cost time
    parts = re.split(r"(\*\*/|\*\*|\*|\?|\[[^\]/]+\])", pattern)
    known = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    expression = ""
    for place, part in enumerate(parts):
        if place % 2 == 0:
            expression += re.escape(part)
        elif part in known:
            expression += known[part]
        else:
            inner = part[1:-1].replace("\\", r"\\").replace("[", r"\[")
            expression += f"[^{inner[1:]}]" if inner[0] == "!" and len(inner) > 1 else f"[{inner}]"
    try:
        return re.compile(expression)
    except re.error:
        return re.compile(re.escape(pattern))


def _named(paths: Iterable[str], folders: Sequence[str], split: str) -> tuple[str, ...]:
    """Files of the split by their names, in the first of `folders` that has any: shards, then words in the path."""
    paths = list(paths)
    for folder in folders:
        prefix = f"{folder}/" if folder else ""
        inside = {path: path[len(prefix) :] for path in paths if path.startswith(prefix)}
        shards = [path for path, rest in inside.items() if (match := _SHARD.match(rest)) and match["split"] == split]
        if shards:
            return tuple(sorted(shards))
        exact = [path for path, rest in inside.items() if rest == f"{split}.parquet" or rest.startswith(f"{split}/")]
        if exact:
            return tuple(sorted(exact))
    prefix = f"{folders[0]}/" if folders[0] not in ("data/default", "") else ""
    words = "|".join(_SPLIT_WORDS.get(split, (re.escape(split),)))
    word = re.compile(rf"(?:^|[^a-z])(?:{words})(?:[^a-z_]|$)")
    return tuple(sorted(path for path in paths if path.startswith(prefix) and word.search(path[len(prefix) :])))


def _converted_configs(files: Iterable[str]) -> list[str]:
    return sorted({match["config"] for path in files if (match := _CONVERTED.match(path))})


def _of_converted(files: Iterable[str], config: str, split: str) -> tuple[str, ...]:
    files = list(files)
    for folder in (f"{config}/{split}/", f"{config}/partial-{split}/"):
        found = sorted(path for path in files if path.startswith(folder) and _CONVERTED.match(path))
        if found:
            return tuple(found)
    return ()

"""Rows of a data set on the Hugging Face Hub: from a folder with its layout, from the cache, or over the network."""

from __future__ import annotations

import contextlib
import hashlib
import math
import re
import threading
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from kijun.datasets.hub_cache import COMMIT, cached_file, recall, remember
from kijun.datasets.hub_client import (
    HubUnreachableError,
    RevisionMissingError,
    endpoint,
    fetch_file,
    fetch_listing,
    is_offline,
)
from kijun.datasets.hub_layout import Listing, available, converted_files, missing_shards, stored_files
from kijun.datasets.readers.parquet import read_parquet
from kijun.datasets.rows import Source, Table
from kijun.errors import CorruptFileError, DatasetError, KijunError, SpecError

__all__ = ["prefetch_hub", "read_hub"]

_CONVERTED_BRANCH = "refs/convert/parquet"
_REPO = re.compile(r"[A-Za-z0-9_][\w.-]*(?:/[A-Za-z0-9_][\w.-]*)?", re.ASCII)
_CHUNK = 1 << 20
_UNREACHABLE_SECONDS = 60.0
_unreachable_since: dict[str, float] = {}
_listings: dict[tuple[str, str, str, str | None], Listing] = {}
_lock = threading.Lock()


def read_hub(
    repo: str,
    config: str | None,
    split: str,
    *,
    revision: str | None = None,
    folder: Path | None = None,
    token: str | None = None,
) -> Table:
    """All rows of a split, in the order of the data.

    Args:
        repo: repository id, such as ``allenai/ai2_arc``.
        config: configuration; None is the default one.
        split: such as ``test``.
        revision: branch, tag or commit; None is the main branch. A commit that is cached needs no network at all.
        folder: looked into first, as ``FOLDER/REPO/CONFIG/SPLIT/*.parquet``; the Hub is asked only when it has nothing.
        token: to read gated and private sets; None takes HF_TOKEN or the stored login.

    Within one process a branch is resolved once, so that all splits of a run come from the same commit.

    Raises:
        SpecError: `repo`, `config` or `split` cannot be names, or `folder` is no folder.
        CorruptFileError: a file in `folder` is not Parquet.
        DatasetError: missing, gated, busy or unreachable, with what to do about it.
    """
    _check_names(repo, config, split)
    if folder is not None:
        table = _from_folder(folder, repo, config, split)
        if table is not None:
            return table
    try:
        return _from_hub(repo, config, split, revision, token)
    except DatasetError as error:
        if folder is None:
            raise
        place = folder / repo / (config or "default") / split
        raise type(error)(f"{error} (nor is there any {place}/*.parquet)") from error


def _check_names(repo: str, config: str | None, split: str) -> None:
    if not _REPO.fullmatch(repo) or ".." in repo or "--" in repo:
        raise SpecError(f"{repo!r} is no name of a data set on the Hub; write ORGANISATION/NAME", key="dataset")
    for key, name in (("config", config), ("split", split)):
        if name is not None and (not name or name in (".", "..") or re.search(r"[/\\\x00-\x1f]", name)):
            raise SpecError(f"{name!r} is no name of a {key}", key=key)


def _from_folder(folder: Path, repo: str, config: str | None, split: str) -> Table | None:
    files = _folder_files(folder, repo, config, split)
    return _table(files, "folder", repo, None) if files else None


def _folder_files(folder: Path, repo: str, config: str | None, split: str) -> list[Path]:
    if not folder.is_dir():
        raise SpecError(
            f"the folder with data sets (--hub or KIJUN_HUB) is not there: {str(folder)!r}; correct it or leave it out"
        )
    return sorted((folder / repo / (config or "default") / split).glob("*.parquet"))


def prefetch_hub(
    splits: Iterable[tuple[str, str | None, str, str | None]],
    *,
    folder: Path | None = None,
    token: str | None = None,
    workers: int = 8,
) -> None:
    """Downloads the files of many splits at once, so that reading them one by one no longer waits for the network.

    Args:
        splits: ``(repo, config, split, revision)`` each; what `folder` or the cache has already is passed over.

    Raises nothing for a split that cannot be had: `read_hub` says it where the split is read.
    """

    given_up = threading.Event()

    def fetch(wanted: tuple[str, str | None, str, str | None]) -> None:
        repo, config, split, revision = wanted
        try:
            _check_names(repo, config, split)
            if not given_up.is_set() and (folder is None or not _folder_files(folder, repo, config, split)):
                commit, paths = _locate(repo, config, split, revision, token)
                for path in paths:
                    _fetch(repo, commit, path, token)
        except HubUnreachableError:
            # The others would wait for nothing, too.
            given_up.set()
        except KijunError:
            return

    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(fetch, splits))


def _from_hub(repo: str, config: str | None, split: str, revision: str | None, token: str | None) -> Table:
    commit, paths = _locate(repo, config, split, revision, token)
    is_fresh = any(cached_file(repo, commit, path) is None for path in paths)
    files = [_fetch(repo, commit, path, token) for path in paths]
    try:
        return _table(files, "hub", repo, commit)
    except CorruptFileError as error:
        raise _garbage(error, files, repo, is_fresh) from error


def _locate(
    repo: str, config: str | None, split: str, revision: str | None, token: str | None
) -> tuple[str, tuple[str, ...]]:
    """Commit and files of the split: the author's own Parquet files, else those of the converted branch."""
    listing = _listing(repo, revision or "main", token)
    seen = [listing]
    paths = stored_files(listing, config, split)
    if not paths and revision in (None, "main"):
        with contextlib.suppress(RevisionMissingError):
            listing = _listing(repo, _CONVERTED_BRANCH, token)
            seen.append(listing)
            paths = converted_files(listing, config, split)
    if not paths:
        raise _not_there(repo, config, split, revision, seen)
    if missing := missing_shards(paths):
        raise DatasetError(
            f"{split} of {repo} at {listing.commit} is not whole: {', '.join(missing)} is missing; "
            "fetch it again with a network, or name another revision"
        )
    return listing.commit, paths


def _listing(repo: str, revision: str, token: str | None) -> Listing:
    """What the repository holds: known to this process, or known for good (a commit), or asked, or remembered."""
    key = (endpoint(), repo, revision, token)
    with _lock:
        if (known := _listings.get(key)) is not None:
            return known
        remembered = recall(repo, revision)
        if remembered is None or not (COMMIT.fullmatch(revision) or is_offline()):
            remembered = _ask(repo, revision, token, remembered)
        _listings[key] = remembered
        return remembered


def _ask(repo: str, revision: str, token: str | None, remembered: Listing | None) -> Listing:
    if is_offline():
        raise HubUnreachableError(
            f"{repo} ({revision}) is not in the cache and HF_HUB_OFFLINE forbids fetching it; run once with a network, "
            "or give a folder that has it (--hub DIR)"
        )
    if (
        remembered is not None
        and time.monotonic() < _unreachable_since.get(endpoint(), -math.inf) + _UNREACHABLE_SECONDS
    ):
        # Without this every data set of a long suite would wait for the same dead network.
        return remembered
    try:
        listing = fetch_listing(repo, revision, token, patient=remembered is None)
    except HubUnreachableError:
        _unreachable_since[endpoint()] = time.monotonic()
        if remembered is None:
            raise
        return remembered
    remember(repo, revision, listing)
    return listing


def _fetch(repo: str, commit: str, path: str, token: str | None) -> Path:
    if cached := cached_file(repo, commit, path):
        return cached
    if is_offline():
        raise HubUnreachableError(
            f"{path} of {repo} is not in the cache and HF_HUB_OFFLINE forbids fetching it; run once with a network, "
            "or give a folder that has it (--hub DIR)"
        )
    return fetch_file(repo, commit, path, token)


def _not_there(
    repo: str, config: str | None, split: str, revision: str | None, listings: Sequence[Listing]
) -> DatasetError:
    configs, splits = set(), set()
    for listing in listings:
        some_configs, some_splits = available(listing, config)
        configs.update(some_configs)
        splits.update(some_splits)
    where = f"{repo}{f' at {revision}' if revision else ''}"
    if config is not None and configs and config not in configs:
        return DatasetError(f"{where} has no config {config!r}; it has {', '.join(sorted(configs))}")
    if config is None and len(configs) > 1 and not splits:
        return DatasetError(f"{where} has several configs, name one: {', '.join(sorted(configs))}")
    if splits and split not in splits:
        name = f" (config {config!r})" if config else ""
        return DatasetError(f"{where}{name} has no split {split!r}; it has {', '.join(sorted(splits))}")
    advice = "download a file of it and use that as your own file"
    if revision not in (None, "main"):
        advice = f"leave the revision out, or name a commit of the branch {_CONVERTED_BRANCH}"
    return DatasetError(
        f"{where} holds no Parquet files for config {config or 'default'!r}, split {split!r}, "
        f"and the Hub has not converted it; {advice}"
    )


def _garbage(error: CorruptFileError, files: Sequence[Path], repo: str, fresh: bool) -> DatasetError:
    """What came is no Parquet. A fresh download is thrown away, so that trying again fetches it again."""
    if not fresh:
        return DatasetError(f"a cached file of {repo} is damaged ({error}); delete it and run again")
    for file in files:
        blob = file.resolve()
        file.unlink(missing_ok=True)
        blob.unlink(missing_ok=True)
    return DatasetError(
        f"what {endpoint()} sent for {repo} is no Parquet ({error.message}); "
        "check HF_ENDPOINT, the proxy settings and whether the network wants a login first, then run again"
    )


def _table(files: Sequence[Path], kind: str, repo: str, revision: str | None) -> Table:
    digest = hashlib.sha256()
    try:
        for path in files:
            with path.open("rb") as file:
                while chunk := file.read(_CHUNK):
                    digest.update(chunk)
        rows = read_parquet(files)
    except OSError as error:
        raise DatasetError(f"cannot read {error.filename} ({error.strerror}); check its permissions") from error
    return Table(rows, Source(kind, repo, revision, digest.hexdigest(), len(rows)))

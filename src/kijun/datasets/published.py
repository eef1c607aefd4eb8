"""Files that others published on GitHub: data and prompts that belong to a benchmark but are not ours to package.

A file is named by repository, commit and digest, so what is read is always the same bytes. It is looked for in the
`--hub` folder (``FOLDER/OWNER/NAME/PATH``), in Kijun's cache, and then over the network.
"""

from __future__ import annotations

import hashlib
import math
import os
import re
import ssl
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path, PurePosixPath
from typing import Any

from kijun.datasets.hub_client import is_offline
from kijun.datasets.rows import Source, Table
from kijun.errors import DatasetError, SpecError
from kijun.specs import PublishedFileSpec

__all__ = ["published_bytes", "read_published"]

_REPOSITORY = re.compile(r"[A-Za-z0-9-]+/[A-Za-z0-9._-]+", re.ASCII)
_COMMIT = re.compile(r"[0-9a-f]{40}")
_ADDRESS = "https://raw.githubusercontent.com"
_TIMEOUT = 15.0
_MOST_BYTES = 100_000_000
# A dead network is waited for once in a while, not once a file.
_UNREACHABLE_SECONDS = 60.0
_unreachable: dict[str, Any] = {"since": -math.inf, "reason": ""}
_CHECK = "check the network and the proxy settings"


def read_published(file: PublishedFileSpec, *, folder: Path | None = None) -> Table:
    """One row whose column `text` is the whole file.

    Args:
        folder: looked into first.

    Raises:
        SpecError: the file cannot be named so.
        DatasetError: the file cannot be had, or is not the one that the digest names.
    """
    kind, data = published_bytes(file, folder=folder, key="shots.file")
    revision = file.commit if kind == "github" else None
    source = Source(kind, f"{file.github}/{file.path}", revision, hashlib.sha256(data).hexdigest(), 1)
    return Table([{"text": data.decode("utf-8")}], source)


def published_bytes(file: PublishedFileSpec, *, folder: Path | None, key: str) -> tuple[str, bytes]:
    """Where the file was found (``folder`` or ``github``), and its bytes, which are those that the digest names.

    Args:
        key: place of `file` in its task file, for messages.

    Raises:
        SpecError, DatasetError: as `read_published`.
    """
    _check(file, key)
    place = folder / file.github / file.path if folder is not None else None
    cached = _cache() / file.github / file.commit / file.path
    if place is not None and place.is_file():
        kind, data = "folder", place.read_bytes()
    elif cached.is_file() and _is_it(file, cached.read_bytes()):
        kind, data = "github", cached.read_bytes()
    else:
        kind, data = "github", _download(file, place)
    if not _is_it(file, data):
        where = str(place) if kind == "folder" else f"what came as {file.path} of github.com/{file.github}"
        raise DatasetError(f"{where} is not the file of commit {file.commit[:10]} (its digest differs); get that one")
    if kind == "github":
        _keep(cached, data)
    return kind, data


def _check(file: PublishedFileSpec, place: str) -> None:
    path = PurePosixPath(file.path)
    shapes = {
        "github": bool(_REPOSITORY.fullmatch(file.github)) and ".." not in file.github,
        "commit": bool(_COMMIT.fullmatch(file.commit)),
        "path": bool(path.parts) and not path.is_absolute() and ".." not in path.parts and "\\" not in file.path,
    }
    if (file.sha256 is None) == (file.blob is None):
        raise SpecError("expected one digest: sha256, or blob as git names it", key=place)
    for key, fits in shapes.items():
        if not fits:
            expected = {"github": "OWNER/NAME", "commit": "40 hex digits", "path": "a path within the repository"}[key]
            raise SpecError(f"expected {expected}; got {getattr(file, key)!r}", key=f"{place}.{key}")


def _is_it(file: PublishedFileSpec, data: bytes) -> bool:
    if file.sha256 is not None:
        return hashlib.sha256(data).hexdigest() == file.sha256
    # Git's own name of a content; the commit that names the file is made of such digests too.
    return hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest() == file.blob


def _cache() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "kijun" / "published"


def _download(file: PublishedFileSpec, place: Path | None) -> bytes:
    hint = f"; or put the file at {place}" if place is not None else "; or give a folder that has it (--hub DIR)"
    name = f"{file.path} of github.com/{file.github}"
    if is_offline():
        raise DatasetError(f"{name} is not in the cache and HF_HUB_OFFLINE forbids fetching it{hint}")
    if time.monotonic() < _unreachable["since"] + _UNREACHABLE_SECONDS:
        raise DatasetError(f"cannot fetch {name} ({_unreachable['reason']}); {_CHECK}{hint}")
    url = f"{_ADDRESS}/{file.github}/{file.commit}/{urllib.parse.quote(file.path)}"
    bundle = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE")
    context = ssl.create_default_context(cafile=bundle if bundle and Path(bundle).is_file() else None)
    try:
        with urllib.request.urlopen(url, timeout=_TIMEOUT, context=context) as answer:
            return answer.read(_MOST_BYTES)
    except urllib.error.HTTPError as error:
        raise DatasetError(f"GitHub does not give {name} ({error.code}); try again later{hint}") from error
    except (OSError, ValueError) as error:
        _unreachable.update(since=time.monotonic(), reason=str(getattr(error, "reason", error)))
        raise DatasetError(f"cannot fetch {name} ({_unreachable['reason']}); {_CHECK}{hint}") from error


def _keep(place: Path, data: bytes) -> None:
    """A cache that cannot be written is no reason to fail: the next run fetches again."""
    try:
        if place.is_file() and place.read_bytes() == data:
            return
        place.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=place.parent, delete=False) as part:
            part.write(data)
        os.replace(part.name, place)
    except OSError:
        return

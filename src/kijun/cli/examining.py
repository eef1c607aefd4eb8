"""``kijun doctor``: what this machine can do, and what is missing."""

from __future__ import annotations

import os
import platform
import shutil
import urllib.error
import urllib.request
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from rich.markup import escape

from kijun import __version__
from kijun.cli.tables import table
from kijun.cli.terminal import open_console
from kijun.reports.texts import Texts

__all__ = ["examine"]

_BACKENDS = {"local": ("xllamacpp",), "hf": ("torch", "transformers", "gguf")}


def examine(say: Texts) -> None:
    """Prints one line a finding, with a mark for what to see to."""
    console = open_console()
    made = table({"": "left", " ": "left", "  ": "left"}, f"Kijun {__version__} · {say('doctor.title')}")
    made.show_header = False
    for name, fine, finding in _findings(say):
        made.add_row("[green]✓[/green]" if fine else "[yellow]![/yellow]", name, escape(finding))
    console.print(made)


def _findings(say: Texts) -> Iterator[tuple[str, bool, str]]:
    yield say("doctor.python"), True, f"{platform.python_version()} ({platform.python_implementation()})"
    yield say("doctor.machine"), True, f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores"
    memory = _memory()
    if memory is not None:
        yield say("doctor.memory"), memory > 2e9, say("error.gb", value=f"{memory / 1e9:.1f}")
    free = shutil.disk_usage(Path.cwd()).free
    yield say("doctor.disk"), free > 1e9, say("error.gb", value=f"{free / 1e9:.1f}")
    for name, needed in _BACKENDS.items():
        yield (say("doctor.backend", name=f"{name}/"), *_backend(say, name, needed))
    yield (say("doctor.embedded"), *_embedded(say))
    yield (say("doctor.hub"), *_hub(say))
    yield say("doctor.hub_folder"), True, os.environ.get("KIJUN_HUB") or say("doctor.none")
    yield say("doctor.token"), True, say("doctor.set") if os.environ.get("HF_TOKEN") else say("doctor.unset")
    proxies = {name: _without_password(url) for name, url in urllib.request.getproxies().items() if name != "no"}
    yield say("doctor.proxy"), True, ", ".join(f"{name}: {url}" for name, url in proxies.items()) or say("doctor.none")
    yield say("doctor.language"), True, say.language


def _memory() -> int | None:
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (ValueError, OSError):
        return None


def _backend(say: Texts, name: str, needed: tuple[str, ...]) -> tuple[bool, str]:
    try:
        return True, ", ".join(f"{package} {version(package)}" for package in needed)
    except PackageNotFoundError:
        return False, say("list.extra", extra=name)


def _embedded(say: Texts) -> tuple[bool, str]:
    from kijun.models.local import embedded_path

    path = embedded_path()
    return (True, str(path)) if path.is_file() else (True, say("doctor.embedded_absent"))


def _hub(say: Texts) -> tuple[bool, str]:
    if os.environ.get("HF_HUB_OFFLINE", "").upper() in {"1", "ON", "YES", "TRUE"}:
        return True, say("doctor.hub_offline")
    url = os.environ.get("HF_ENDPOINT", "https://huggingface.co")
    try:
        with urllib.request.urlopen(urllib.request.Request(url, method="HEAD"), timeout=3):
            return True, say("doctor.hub_answers", url=url)
    except urllib.error.HTTPError:
        # It answers, if only to say that this page is not for everybody.
        return True, say("doctor.hub_answers", url=url)
    except (OSError, ValueError) as error:
        return False, say("doctor.hub_silent", url=url, reason=getattr(error, "reason", error))


def _without_password(url: str) -> str:
    """The proxy's address without user and password."""
    return url.rpartition("@")[2] if "@" in url else url

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
from kijun.cli.table_look import table
from kijun.cli.terminal import open_console
from kijun.reports.texts import Texts

__all__ = ["examine"]

_BACKENDS = {"local": ("xllamacpp",), "hf": ("torch", "transformers", "gguf")}


def examine(say: Texts, data: Path | None) -> None:
    """Prints one line a finding, with a mark for what to see to.

    Args:
        data: the data folder, where it is named on the command line.
    """
    console = open_console()
    made = table({"": "left", " ": "left", "  ": "left"}, f"Kijun {__version__} · {say('doctor.title')}")
    made.show_header = False
    for name, fine, finding in _findings(say, data):
        made.add_row("[green]✓[/green]" if fine else "[yellow]![/yellow]", name, escape(finding))
    console.print(made)


def _findings(say: Texts, data: Path | None) -> Iterator[tuple[str, bool, str]]:
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
    yield (say("doctor.data_folder"), *_data_folder(say, data))
    yield say("doctor.token"), True, say("doctor.set") if os.environ.get("HF_TOKEN") else say("doctor.unset")
    proxies = {name: _without_password(url) for name, url in urllib.request.getproxies().items() if name != "no"}
    yield say("doctor.proxy"), True, ", ".join(f"{name}: {url}" for name, url in proxies.items()) or say("doctor.none")
    yield say("doctor.language"), True, say.language


def _data_folder(say: Texts, named: Path | None) -> tuple[bool, str]:
    """The data folder, and which data sets that tasks ask for it holds."""
    from kijun.specs import catalogue

    folder = named or (Path(os.environ["KIJUN_DATA"]).expanduser() if os.environ.get("KIJUN_DATA") else None)
    if folder is None:
        return True, say("doctor.none")
    if not folder.is_dir():
        return False, say("doctor.data_absent", folder=folder)
    data = [task.dataset.data for task in catalogue().tasks.values() if task.dataset.data is not None]
    wanted = {(place if isinstance(place, str) else place[0]).partition("/")[0] for place in data}
    absent = sorted(name for name in wanted if not (folder / name).is_dir())
    holds = say("doctor.data_holds", folder=folder, here=len(wanted) - len(absent), of=len(wanted))
    return True, holds + (f" ({say('doctor.data_without', names=', '.join(absent))})" if absent else "")


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

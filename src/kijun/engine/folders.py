"""Where data lie and where runs go, when the user does not say."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from kijun.errors import SpecError
from kijun.store import digest

__all__ = ["data_folder", "default_folder", "hub_folder", "model_folder_name"]


def hub_folder(hub: str | Path | None) -> Path | None:
    """The folder that is read before the Hub: the argument, else ``KIJUN_HUB``, else none.

    Raises:
        SpecError: it does not exist.
    """
    return _folder(hub or os.environ.get("KIJUN_HUB"), "--hub (or KIJUN_HUB)", "<repo>/<config>/<split>/")


def data_folder(data: str | Path | None) -> Path | None:
    """The folder with data sets in their original formats: the argument, else ``KIJUN_DATA``, else none.

    Raises:
        SpecError: it does not exist.
    """
    return _folder(data or os.environ.get("KIJUN_DATA"), "--data (or KIJUN_DATA)", "a folder for each data set")


def _folder(named: str | Path | None, option: str, holds: str) -> Path | None:
    if not named:
        return None
    folder = Path(named).expanduser()
    if not folder.is_dir():
        raise SpecError(f"no such folder: {str(named)!r}; {option} names a folder with {holds}")
    return folder


def default_folder(names: Sequence[str], settings: dict[str, Any]) -> Path:
    """Folder of a command without ``--out``: the same command finds the same folder."""
    label = "+".join(Path(name).stem if name.endswith((".yaml", ".yml")) else name for name in names)
    safe = "".join(c if c.isalnum() or c in "._-+" else "-" for c in label)[:60]
    resolved = [str(Path(name).resolve()) if name.endswith((".yaml", ".yml")) else name for name in names]
    return Path("runs") / f"{safe}-{digest([resolved, settings])[:8]}"


def model_folder_name(name: str) -> str:
    """Folder name of a model: ``local/smollm2-135m`` -> ``local--smollm2-135m``."""
    return "".join(c if c.isalnum() or c in "._-" else "-" for c in name.strip("/").replace("/", "--"))[-100:]

"""Where what has a name lies: in the package, and in installed plugins."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import entry_points
from pathlib import Path

__all__ = ["package_folders"]

_PACKAGE = Path(__file__).resolve().parents[1]


def package_folders() -> Iterator[Path]:
    """Folders that hold ``tasks``, ``groups``, ``suites`` and ``rubrics``: the package's own, then those of plugins.

    A plugin's entry point ``kijun.tasks`` is a folder, or a module in one.
    """
    yield _PACKAGE
    for point in entry_points(group="kijun.tasks"):
        loaded = point.load()
        folder = loaded() if callable(loaded) else loaded
        yield Path(folder) if isinstance(folder, str | Path) else Path(folder.__file__).parent

"""Files of one kind that are packaged, or come with a plugin, and are known by a name: rubrics, use cases."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol, TypeVar

from kijun.errors import SpecError, UnknownNameError
from kijun.specs.folders import package_folders
from kijun.specs.reading import Document

__all__ = ["find_named", "packaged", "says_schema"]


class _Named(Protocol):
    @property
    def name(self) -> str: ...

    @property
    def origin(self) -> str | None: ...


S = TypeVar("S", bound=_Named)


def packaged(folder: str, kind: str, read: Callable[[Path], S]) -> dict[str, S]:
    """Everything below the folders of this name beside ``tasks``, by name.

    Args:
        kind: what it is, for messages, such as ``rubric``.

    Raises:
        SpecError: a file is broken, or a name is taken twice.
    """
    found: dict[str, S] = {}
    for root in package_folders():
        for path in sorted((root / folder).rglob("*.yaml")):
            spec = read(path)
            if spec.name in found:
                taken = found[spec.name].origin
                raise SpecError(f"the {kind} name {spec.name!r} is taken by {taken}; choose another", file=path)
            found[spec.name] = spec
    return found


def find_named(name: str, kind: str, known: Callable[[], Mapping[str, S]], read: Callable[[Path], S], hint: str) -> S:
    """The one with this name, or in this file where the name ends in ``.yaml``.

    Raises:
        UnknownNameError: none has this name; `hint` says what shows them.
        SpecError: what is wrong in the file.
    """
    if name.endswith((".yaml", ".yml")):
        return read(Path(name))
    if name not in known():
        raise UnknownNameError(kind, name, known(), hint=hint)
    return known()[name]


def says_schema(document: Document, schema: str) -> bool:
    """Whether a parsed file says that it is of this kind, in whatever version."""
    return isinstance(document.data, dict) and str(document.data.get("schema", "")).startswith(schema)

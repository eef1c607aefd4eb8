"""The word tables beside this file, by language."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

__all__ = ["words"]


@cache
def words(language: str, table: str) -> Any:
    """A table of ``words/LANGUAGE.yaml``."""
    return _read(language)[table]


@cache
def _read(language: str) -> dict[str, Any]:
    # The base loader takes every value as text, "yes" and "no" included.
    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    return yaml.load((Path(__file__).parent / "words" / f"{language}.yaml").read_bytes(), loader)

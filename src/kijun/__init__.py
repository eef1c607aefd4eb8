"""Kijun (基準): tells people whether a language model is fit for their use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kijun.models import ModelOptions
    from kijun.store import Run
    from kijun.workflows import compare, decide, evaluate, profile, regress

__version__ = "0.1.0"
__all__ = ["ModelOptions", "Run", "__version__", "compare", "decide", "evaluate", "profile", "regress"]

_HOMES = {
    "ModelOptions": "kijun.models",
    "Run": "kijun.store",
    "compare": "kijun.workflows",
    "decide": "kijun.workflows",
    "evaluate": "kijun.workflows",
    "profile": "kijun.workflows",
    "regress": "kijun.workflows",
}


def __getattr__(name: str) -> Any:
    """Loads the public names on first use, so that `import kijun` stays fast."""
    if name not in _HOMES:
        raise AttributeError(f"module 'kijun' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)

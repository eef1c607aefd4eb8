"""Scorers: rules that turn responses into scores. Each is a frozen record whose fields are its parameters."""

from importlib import import_module
from pkgutil import iter_modules

from kijun.scorers.base import JudgedScorer, Scorer, is_judged, make_scorer, register, scorer_names

__all__ = ["JudgedScorer", "Scorer", "is_judged", "load_packaged", "make_scorer", "register", "scorer_names"]


def load_packaged() -> None:
    """Imports every module of this package, so that each registers its scorers."""
    for module in iter_modules(__path__):
        import_module(f"{__name__}.{module.name}")

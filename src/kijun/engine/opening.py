"""From a model's name to the model, with what models may not fetch themselves."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from kijun.models import LoadingHelp, Model, ModelOptions, load_model

__all__ = ["open_model"]


def open_model(
    name: str,
    options: ModelOptions = ModelOptions(),  # noqa: B008 - frozen
    tell: Callable[[str], None] = lambda text: None,
) -> Model:
    """The model `name`; recorded answers are read by the same readers as data sets.

    Raises:
        SpecError: not a model's name, an option that does not fit, a file of recorded answers that is none.
        ModelError: the model cannot be loaded.
    """
    return load_model(name, options, LoadingHelp(tell, _read_rows))


def _read_rows(path: Path) -> tuple[list[dict[str, Any]], str]:
    from kijun.datasets.files import read_file

    table = read_file(path)
    return table.rows, table.source.sha256

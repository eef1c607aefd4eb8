"""``local/``: GGUF models on the processor through llama.cpp, with nothing to compile and no hub needed."""

from __future__ import annotations

import os
import re
from pathlib import Path

from kijun.errors import SpecError, UnknownNameError
from kijun.models.local.backend import LocalModel
from kijun.models.local.cores import physical_cores
from kijun.models.local.fetching import Progress, embedded_path, fetch_embedded, fetch_from_hub

__all__ = ["EMBEDDED", "LocalModel", "embedded_is_here", "embedded_path", "fetch_embedded", "load_local"]

EMBEDDED = "local/smollm2-135m"

_ON_HUB = re.compile(r"(?P<repo>[\w.-]+/[\w.-]+):(?P<file>.+\.gguf)", re.IGNORECASE)


def embedded_is_here() -> bool:
    """Whether the embedded model has been fetched already."""
    return embedded_path().is_file()


def load_local(
    name: str,
    *,
    threads: int | None = None,
    context: int | None = None,
    truncate: str | None = None,
    memory_budget: int = 2 << 30,
    progress: Progress | None = None,
) -> LocalModel:
    """Loads ``local/smollm2-135m`` (embedded), ``local/PATH.gguf`` or ``local/REPO:FILE`` (a GGUF on the Hub).

    Args:
        threads: for computing; None is the number of physical cores.
        context: most tokens of prompt and answer together; None is what the model was trained on.
        truncate: ``left`` cuts prompts over the context from the left, as lm-evaluation-harness does; None fails them.
        memory_budget: most bytes for keys, values and logits; the weights come on top.
        progress: called with ``(bytes so far, bytes in all)`` while the embedded model is fetched.

    Raises:
        UnknownNameError: not a name of these kinds, or a file that is not there.
        SpecError: an argument out of range.
        CorruptFileError: not a sound GGUF file.
        ModelError: the file cannot be had, or llama.cpp cannot run it here.
    """
    if truncate not in (None, "left"):
        raise SpecError(f"truncate takes 'left' or None; got {truncate!r}")
    if threads is not None and threads < 1:
        raise SpecError(f"threads must be at least 1; got {threads!r}")
    path, revision = _find(name, progress)
    return LocalModel(
        name,
        path,
        revision=revision,
        threads=threads or physical_cores(),
        context=context,
        truncate=truncate,
        memory_budget=memory_budget,
    )


def _find(name: str, progress: Progress | None) -> tuple[Path, str | None]:
    if name == EMBEDDED:
        return fetch_embedded(progress), None
    rest = name.removeprefix("local/")
    path = Path(rest).expanduser()
    if path.is_file():
        return path, None
    if on_hub := _ON_HUB.fullmatch(rest):
        return fetch_from_hub(on_hub["repo"], on_hub["file"])
    hint = "(local/ models: smollm2-135m, a path that ends in .gguf, or REPO:FILE.gguf on the Hugging Face Hub)"
    if rest.lower().endswith(".gguf") or os.sep in rest:
        near = [f"local/{found}" for found in sorted(path.parent.glob("*.gguf"))] if path.parent.is_dir() else []
        raise UnknownNameError("model file", name, near, hint=hint)
    raise UnknownNameError("model", name, [EMBEDDED], hint=hint)

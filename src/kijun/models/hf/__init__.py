"""``hf/REPO_OR_DIR`` and ``hf/PATH.gguf``: the exact backend, on torch and transformers (extra ``hf``)."""

from __future__ import annotations

from kijun.errors import SpecError
from kijun.models.base import Model

__all__ = ["DEFAULT_MEMORY_BUDGET", "load_hf"]

DEFAULT_MEMORY_BUDGET = 2 << 30


def load_hf(
    name: str,
    *,
    dtype: str = "float32",
    device: str | None = None,
    revision: str | None = None,
    truncate: str | None = None,
    memory_budget: int = DEFAULT_MEMORY_BUDGET,
) -> Model:
    """Loads a causal language model for log-likelihoods and free answers.

    Args:
        name: ``hf/REPO`` on the Hub, ``hf/FOLDER``, or ``hf/FILE.gguf`` (dequantised).
        dtype: ``float32`` or ``bfloat16``.
        device: such as ``cuda:0``; None takes a GPU where there is one.
        revision: branch, tag or commit on the Hub.
        truncate: ``left`` cuts what is longer than the context from the left; None fails it.
        memory_budget: bytes beside the weights: for their parts (`kijun.models.hf.split_linear`), for keys and values,
            and for logits.

    Raises:
        SpecError: an unknown name, dtype or device, or the extra is not installed.
        CorruptFileError: a file that cannot be read as a model.
        ModelError: the Hub or the network failed.
    """
    if not name.startswith("hf/") or name == "hf/":
        raise SpecError(f"a model of this backend is named hf/REPO, hf/FOLDER or hf/FILE.gguf; got {name!r}")
    try:
        import accelerate  # noqa: F401 - transformers needs it for GGUF files
        import gguf  # noqa: F401 - the same
        import torch  # noqa: F401
        import transformers  # noqa: F401
    except ImportError as fault:
        raise SpecError(
            f"{name!r} needs the extra 'hf' ({fault.name} is not installed); run: pip install 'kijun[hf]'"
        ) from fault
    from kijun.models.hf.loading import identify, load
    from kijun.models.hf.model import HfModel

    if truncate not in (None, "left"):
        raise SpecError(f"truncate takes 'left'; got {truncate!r}")
    loaded = load(name.removeprefix("hf/"), dtype=dtype, device=device, revision=revision)
    identity = identify(name, loaded, dtype=dtype, settings={"truncate": truncate} if truncate else {})
    return HfModel(loaded, identity, truncate=truncate, memory_budget=memory_budget)

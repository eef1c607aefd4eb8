"""From a model's name to the model."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import entry_points

import msgspec

from kijun.errors import SpecError, UnknownNameError
from kijun.models.base import Model
from kijun.models.replay import ReadRows

__all__ = ["DEFAULT_MODEL", "LoadingHelp", "ModelOptions", "backend_names", "check_model", "load_model"]

DEFAULT_MODEL = "local/smollm2-135m"


class ModelOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a model is loaded; a backend takes what concerns it.

    Attributes:
        dtype: ``float32`` or ``bfloat16`` (``hf/``).
        device: such as ``cuda:0``; None chooses (``hf/``).
        revision: branch, tag or commit on the Hub (``hf/``).
        truncate: ``left`` cuts a prompt that is longer than the context, as lm-evaluation-harness does; None fails it.
        threads: for computing; None is the number of physical cores.
        concurrency: most calls at once (models behind a network).
        timeout: seconds after which a call is given up (models behind a network).
        reasoning_tokens: room for thinking beside the tokens of the answer; None is what the family needs.
        price: of a million tokens, in and out, in any currency (models behind a network).
    """

    dtype: str = "float32"
    device: str | None = None
    revision: str | None = None
    truncate: str | None = None
    threads: int | None = None
    concurrency: int = 256
    timeout: float = 600.0
    reasoning_tokens: int | None = None
    price: tuple[float, float] | None = None


Tell = Callable[[str], None]
"""Is told how loading goes on, such as ``12 / 94 MB``."""


class LoadingHelp(msgspec.Struct, frozen=True):
    """What a backend may need from above.

    Attributes:
        tell: is told how loading goes on.
        read_rows: reads a file of recorded answers.
    """

    tell: Tell = lambda text: None
    read_rows: ReadRows | None = None


def _fake(name: str, options: ModelOptions, help: LoadingHelp) -> Model:
    from kijun.models.baselines import BASELINES, baseline
    from kijun.models.fake import HashModel

    if name == "fake/hash":
        return HashModel()
    plain = name.removeprefix("fake/")
    if plain not in BASELINES:
        raise UnknownNameError("fake model", name, ["fake/hash", *(f"fake/{known}" for known in BASELINES)])
    return baseline(plain)


def _local(name: str, options: ModelOptions, help: LoadingHelp) -> Model:
    from kijun.models.local import load_local

    def fetched(done: int, total: int | None) -> None:
        help.tell(f"{done / 1e6:.0f} / {total / 1e6:.0f} MB" if total else f"{done / 1e6:.0f} MB")

    return load_local(name, threads=options.threads, truncate=options.truncate, progress=fetched)


def _hf(name: str, options: ModelOptions, help: LoadingHelp) -> Model:
    from kijun.models.hf import load_hf

    return load_hf(
        name, dtype=options.dtype, device=options.device, revision=options.revision, truncate=options.truncate
    )


def _replay(name: str, options: ModelOptions, help: LoadingHelp) -> Model:
    from kijun.models.replay import load_replay

    if help.read_rows is None:
        raise SpecError(f"{name!r} is loaded by kijun.evaluate, which knows how to read files of rows")
    return load_replay(name, help.read_rows)


def _server(name: str, options: ModelOptions, help: LoadingHelp) -> Model:
    from kijun.models.remote.server import load_server

    return load_server(name, concurrency=options.concurrency, reasoning_tokens=options.reasoning_tokens or 0)


def _openai(name: str, options: ModelOptions, help: LoadingHelp) -> Model:
    from kijun.models.openai import load_openai

    return load_openai(name, concurrency=options.concurrency, reasoning_tokens=options.reasoning_tokens)


def _anthropic(name: str, options: ModelOptions, help: LoadingHelp) -> Model:
    from kijun.models.anthropic import load_anthropic

    return load_anthropic(name, concurrency=options.concurrency, reasoning_tokens=options.reasoning_tokens)


def _google(name: str, options: ModelOptions, help: LoadingHelp) -> Model:
    from kijun.models.google import load_google

    return load_google(name, concurrency=options.concurrency, reasoning_tokens=options.reasoning_tokens)


_BACKENDS: dict[str, Callable[[str, ModelOptions, LoadingHelp], Model]] = {
    "anthropic": _anthropic,
    "fake": _fake,
    "google": _google,
    "hf": _hf,
    "local": _local,
    "openai": _openai,
    "replay": _replay,
    "server": _server,
}


def backend_names() -> list[str]:
    """First parts of model names, plugins included."""
    return sorted({*_BACKENDS, *(point.name for point in entry_points(group="kijun.models"))})


def check_model(name: str, options: ModelOptions) -> None:
    """Whether a name and options can be those of a model, as far as can be said without loading it.

    Raises:
        SpecError: not a model's name, a backend that does not exist, or an option that does not fit.
    """
    backend, slash, rest = name.partition("/")
    if not slash or not rest:
        raise SpecError(f"a model is named BACKEND/NAME, such as {DEFAULT_MODEL} or hf/my-folder; got {name!r}")
    known = backend_names()
    if backend not in known:
        raise UnknownNameError("model backend", backend, known, hint=f"(there are: {', '.join(known)})")
    if options.truncate not in (None, "left"):
        raise SpecError(f"--truncate takes 'left'; got {options.truncate!r}")
    if options.concurrency < 1:
        raise SpecError(f"--concurrency takes 1 or more; got {options.concurrency}")
    if options.timeout <= 0:
        raise SpecError(f"--timeout takes seconds above 0; got {options.timeout:g}")
    if options.reasoning_tokens is not None and options.reasoning_tokens < 0:
        raise SpecError(f"--reasoning-tokens takes 0 or more; got {options.reasoning_tokens}")


def load_model(
    name: str,
    options: ModelOptions = ModelOptions(),  # noqa: B008 - frozen
    help: LoadingHelp = LoadingHelp(),  # noqa: B008 - frozen
) -> Model:
    """The model ``BACKEND/REST``. Plugins add backends with entry points ``kijun.models``.

    Such an entry point is named BACKEND and loads a function of ``(name, options)``.

    Raises:
        SpecError: not a model's name, or an option that does not fit.
        ModelError: the model cannot be loaded.
    """
    check_model(name, options)
    backend = name.partition("/")[0]
    for point in entry_points(group="kijun.models"):
        if point.name == backend:
            load: Callable[[str, ModelOptions], Model] = point.load()
            return load(name, options)
    return _BACKENDS[backend](name, options, help)

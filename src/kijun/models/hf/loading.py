"""From ``hf/REPO_OR_DIR`` or ``hf/PATH.gguf`` to weights, tokeniser and identity; a mistake is one clear message."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import torch
import transformers
from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError, RepositoryNotFoundError
from huggingface_hub.utils import validate_repo_id
from transformers import AutoModelForCausalLM, AutoTokenizer

from kijun.errors import CorruptFileError, ModelError, SpecError
from kijun.models.base import ModelIdentity
from kijun.models.hub import quiet_hub, why_silent

__all__ = ["DTYPES", "Loaded", "TransformersTokeniser", "identify", "load", "max_length", "quiet", "template_digest"]

DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16}

_DEFAULT_MAX_LENGTH = 2048
_UNSET_LENGTH = 10**12
_WEIGHTS = re.compile(r"(\.safetensors|\.gguf|pytorch_model.*\.bin)$")


class Loaded(msgspec.Struct, frozen=True):
    """What was loaded.

    Attributes:
        model: a causal language model of transformers, in evaluation mode, on its device.
        tokenizer: its tokeniser.
        max_length: the most tokens that the model reads.
        revision: commit on the Hub, None for a local folder or file.
        weights: the files whose digest is the weights' digest.
    """

    model: Any
    tokenizer: Any
    max_length: int
    revision: str | None
    weights: tuple[Path, ...]


class TransformersTokeniser:
    """A transformers tokeniser as `kijun.models.tokens` wants it."""

    def __init__(self, tokenizer: Any) -> None:
        self._tokenizer = tokenizer
        bos, eos = tokenizer.bos_token_id, tokenizer.eos_token_id
        self.prefix_id: int | None = bos if bos is not None else eos
        self.prefix_text: str = "" if self.prefix_id is None else tokenizer.decode([self.prefix_id])

    def encode(self, text: str, add_special_tokens: bool) -> list[int]:
        """Ids of one text."""
        return self.encode_many([text], add_special_tokens)[0]

    def encode_many(self, texts: list[str], add_special_tokens: bool) -> list[list[int]]:
        """Ids of many texts, on all cores where the tokeniser can."""
        encoded = self._tokenizer(texts, add_special_tokens=add_special_tokens, return_attention_mask=False)
        ids: list[list[int]] = encoded["input_ids"]
        return ids


def load(name: str, *, dtype: str, device: str | None, revision: str | None) -> Loaded:
    """Loads what `name` (without ``hf/``) says.

    Raises:
        SpecError: an unknown dtype or device, or nothing of that name.
        CorruptFileError: a file that is not what it should be.
        ModelError: the Hub or its network failed.
    """
    if dtype not in DTYPES:
        raise SpecError(f"--dtype takes {' or '.join(DTYPES)}; got {dtype!r}")
    place = _device(device)
    path = Path(name).expanduser()
    source: dict[str, Any]
    if name.lower().endswith(".gguf"):
        if not path.is_file():
            raise SpecError(f"there is no GGUF file {name!r}; give a path to one, or hf/REPO for a model on the Hub")
        _check_gguf(path)
        source = {"pretrained_model_name_or_path": str(path.parent), "gguf_file": path.name}
    else:
        if path.is_dir() and not (path / "config.json").is_file():
            raise SpecError(f"the folder {name!r} has no config.json; give a folder that save_pretrained wrote")
        source = {"pretrained_model_name_or_path": str(path) if path.is_dir() else name, "revision": revision or "main"}
    with _told(name, is_local=path.exists()), quiet(), quiet_hub():
        if not path.exists():
            source["local_files_only"] = why_silent(name) is not None
        tokenizer = AutoTokenizer.from_pretrained(**source)
        model = AutoModelForCausalLM.from_pretrained(**source, dtype=DTYPES[dtype])
    model.eval().requires_grad_(False)
    commit = getattr(model.config, "_commit_hash", None)
    return Loaded(model.to(place), tokenizer, max_length(model.config, tokenizer), commit, _weights(name, path, commit))


def identify(name: str, loaded: Loaded, *, dtype: str, settings: dict[str, str]) -> ModelIdentity:
    """Identity of a loaded model; weights are hashed once for a file's path, size and time."""
    return ModelIdentity(
        name=name,
        backend=f"hf torch={torch.__version__} transformers={transformers.__version__} {loaded.model.device.type}",
        revision=loaded.revision,
        weights_sha256=_digest(loaded.weights),
        quantisation=dtype,
        chat_template_sha256=template_digest(loaded.tokenizer),
        settings=settings,
    )


def template_digest(tokenizer: Any) -> str | None:
    """SHA-256 of the chat template; None where there is none."""
    template = getattr(tokenizer, "chat_template", None)
    text = template if isinstance(template, str) else json.dumps(template, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest() if template else None


def _device(name: str | None) -> torch.device:
    if name is None:
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    try:
        device = torch.device(name)
        torch.empty(0, device=device)
    except (RuntimeError, AssertionError) as fault:
        reason = str(fault).splitlines()[0]
        raise SpecError(f"--device {name!r} cannot be used here ({reason}); try cpu, or cuda:0 with a GPU") from fault
    return device


@contextmanager
def quiet() -> Iterator[None]:
    """Without transformers' progress bars and notes on standard error."""
    logging = transformers.utils.logging
    level, bars = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        logging.set_verbosity(level)
        if bars:
            logging.enable_progress_bar()


@contextmanager
def _told(name: str, *, is_local: bool) -> Iterator[None]:
    """Turns what loading raises into one message."""
    try:
        if not is_local:
            validate_repo_id(name)
        yield
    except (RepositoryNotFoundError, HFValidationError) as fault:
        raise SpecError(f"no model {name!r}: neither a folder here nor a repository on the Hub") from fault
    except (LocalEntryNotFoundError, HfHubHTTPError, ConnectionError, TimeoutError) as fault:
        raise ModelError(f"the Hub did not give {name!r}: {_first_line(fault)}", retryable=True) from fault
    except ImportError as fault:
        raise SpecError(f"{name!r} needs a package that is not here: {_first_line(fault)}") from fault
    except Exception as fault:  # transformers, safetensors and gguf raise almost anything on a damaged file
        if is_local:
            raise CorruptFileError(f"cannot be read as a language model: {_first_line(fault)}", file=name) from fault
        if "is not a local folder" in str(fault) or "not a valid git identifier" in str(fault):
            raise SpecError(f"no such model or revision on the Hub: {name!r} ({_first_line(fault)})") from fault
        raise ModelError(
            f"cannot load {name!r} ({_first_line(fault)}); check the name, --revision, HF_TOKEN and the network"
        ) from fault


def _first_line(fault: BaseException) -> str:
    lines = str(fault).strip().splitlines()
    return f"{type(fault).__name__}: {lines[0] if lines else 'no message'}"


def _check_gguf(path: Path) -> None:
    with path.open("rb") as file:
        magic = file.read(4)
    if magic != b"GGUF":
        raise CorruptFileError(
            f"not a GGUF file (it starts with {magic!r}, not b'GGUF'); fetch it again or name another", file=path
        )


def max_length(config: Any, tokenizer: Any) -> int:
    """As lm-evaluation-harness resolves it: the text configuration's length, the tokeniser's, else 2048."""
    text = getattr(config, "text_config", None) or config
    for key in ("n_positions", "max_position_embeddings", "n_ctx"):
        if getattr(text, key, None) is not None:
            return int(getattr(text, key))
    length = getattr(tokenizer, "model_max_length", None)
    return int(length) if length is not None and length < _UNSET_LENGTH else _DEFAULT_MAX_LENGTH


def _weights(name: str, path: Path, commit: str | None) -> tuple[Path, ...]:
    if path.is_file():
        return (path,)
    if path.is_dir():
        return tuple(sorted(file for file in path.iterdir() if _WEIGHTS.search(file.name)))
    if commit is None:
        return ()
    from huggingface_hub.constants import HF_HUB_CACHE

    folder = Path(HF_HUB_CACHE) / f"models--{name.replace('/', '--')}" / "snapshots" / commit
    return tuple(sorted(file for file in folder.glob("*") if _WEIGHTS.search(file.name)))


def _digest(files: tuple[Path, ...]) -> str | None:
    """sha256 of one file, or of the digests of several in order of their names; None with no file."""
    if not files:
        return None
    digests = [_file_digest(file) for file in files]
    return digests[0] if len(digests) == 1 else hashlib.sha256("".join(digests).encode()).hexdigest()


def _file_digest(file: Path) -> str:
    state = file.stat()
    notes = Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "kijun" / "digests"
    key = f"{file.resolve()}\0{state.st_size}\0{state.st_mtime_ns}"
    note = notes / hashlib.sha256(key.encode()).hexdigest()
    try:
        return note.read_text(encoding="ascii")
    except OSError:
        with file.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
    try:
        notes.mkdir(parents=True, exist_ok=True)
        scratch = note.with_suffix(f".{os.getpid()}")
        scratch.write_text(digest, encoding="ascii")
        scratch.replace(note)
    except OSError:  # a cache that cannot be written only costs time
        pass
    return digest

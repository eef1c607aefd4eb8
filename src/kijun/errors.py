"""What can go wrong, in three kinds.

    KijunError
    ├── SpecError                 you wrote it wrong                                   exit code 2
    │   ├── UnknownNameError      a task, suite or model that does not exist
    │   ├── CorruptFileError      a file that you named cannot be read as what it should be
    │   ├── NotAllowedError       somebody may not do this: another role, a wrong password, a link that expired
    │   ├── ConflictError         somebody else changed it meanwhile, or its state does not allow it now
    │   └── SubmissionError       a judgement that is not whole; says what each field lacks
    └── WorldError                the world failed                                     exit code 3
        ├── DatasetError          data that cannot be fetched: missing, gated, network
        ├── ModelError            a model that cannot be loaded or called; `retryable` or final
        └── StoreError            disk, permissions, a folder that another process holds

Anything else that escapes is a bug of ours and keeps its traceback.

A single call to a model that fails is none of these: it is a `Failed` response, and the run goes on.

Every message says what is wrong, what was found (``{value!r}``) and how to mend it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import NamedTuple

__all__ = [
    "ConflictError",
    "CorruptFileError",
    "DatasetError",
    "KijunError",
    "ModelError",
    "NotAllowedError",
    "Problem",
    "SpecError",
    "StoreError",
    "SubmissionError",
    "UnknownNameError",
    "WorldError",
]


class KijunError(Exception):
    """Root of everything that Kijun raises on purpose; `exit_code` is what the command line returns for it."""

    exit_code = 1


class SpecError(KijunError):
    """You wrote it wrong. Points at file, line and key as far as they are known.

    Args:
        message: what was expected, what was found, how to mend it.
        file: the file at fault, or None when the fault is in an argument.
        line: 1-based line in `file`.
        key: dotted path of the key at fault, such as ``prompt.choices[2]``.
    """

    exit_code = 2

    def __init__(
        self, message: str, *, file: str | Path | None = None, line: int | None = None, key: str | None = None
    ) -> None:
        self.message, self.file, self.line, self.key = message, file, line, key
        place = ""
        if file is not None:
            place = f"{file}:{line}: " if line is not None else f"{file}: "
        super().__init__(f"{place}{f'{key}: ' if key else ''}{message}")


class UnknownNameError(SpecError):
    """A name that nothing answers to; the message offers the nearest known names."""

    def __init__(self, kind: str, name: str, known: Iterable[str], *, hint: str = "") -> None:
        self.name = name
        self.nearest = get_close_matches(name, list(known), n=3, cutoff=0.5)
        message = f"no {kind} named {name!r}"
        if self.nearest:
            message += f"; did you mean {' or '.join(self.nearest)}?"
        super().__init__(f"{message}{f' {hint}' if hint else ''}")


class CorruptFileError(SpecError):
    """A file that you named exists but is not what it should be (truncated, wrong format, wrong encoding)."""


class NotAllowedError(SpecError):
    """Somebody may not do this: another role, a wrong password, a link that expired or was used up."""


class ConflictError(SpecError):
    """Somebody else changed it meanwhile, or its state does not allow this now; reading it again shows what it is."""


class Problem(NamedTuple):
    """What is wrong with one field of a judgement.

    Attributes:
        field: such as ``answers.quality``, ``rationale.safety``, ``spans.0``.
        code: what is wrong, a key below ``rating_problem`` in the texts.
        values: what fills the gaps of that text.
    """

    field: str
    code: str
    values: dict[str, object]


class SubmissionError(SpecError):
    """A judgement that is not whole, or says what its rubric does not know; nothing of it was kept."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        told = "; ".join(f"{one.field}: {one.code}{f' {one.values}' if one.values else ''}" for one in self.problems)
        super().__init__(f"the judgement cannot be taken: {told}")


class WorldError(KijunError):
    """The world failed: nothing is wrong with what you wrote."""

    exit_code = 3


class DatasetError(WorldError):
    """Rows that cannot be had: no such data set, gated, rate limited, no network."""


class ModelError(WorldError):
    """A model that cannot be loaded or called at all; `retryable` says whether trying again may help."""

    def __init__(self, message: str, *, retryable: bool = False) -> None:
        self.retryable = retryable
        super().__init__(message)


class StoreError(WorldError):
    """A run folder that cannot be written or read: disk full, permissions, held by another process."""

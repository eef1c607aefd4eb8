"""What was judged after a run: files of their own in its folder, beside what the run itself wrote."""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from kijun.errors import CorruptFileError
from kijun.records import Estimate, Judgement, Score

__all__ = [
    "JudgedRecord",
    "JudgedSample",
    "JudgedTask",
    "judged_file_name",
    "read_judged",
    "read_samples",
    "write_packed",
]

_json = msgspec.json.Encoder()


class JudgedTask(msgspec.Struct, frozen=True):
    """One task as it was judged.

    Attributes:
        metrics: ``NAME.PART`` -> estimate.
        about: ``NAME.PART`` -> as `TaskRecord.metrics`.
        n_judged: items with a score on every part.
        n_unscored: items without one on a part at least: the verdict could not be read, or the judge abstained.
        n_failed: items without an answer or a verdict.
    """

    metrics: dict[str, Estimate]
    about: dict[str, dict[str, Any]]
    n_judged: int
    n_unscored: int
    n_failed: int


class JudgedRecord(msgspec.Struct, frozen=True):
    """Content of ``judged/NAME.json``.

    Attributes:
        rubric: the whole rubric, so that the figures can be read without its file; `sha256` is its hash.
        judges: identities of the judges with their weights.
        mode: ``pointwise`` or ``pairwise``.
        against: model of the run that this one was compared with; None for single answers.
        settings: what else can change a figure: judge settings, dimensions, limit.
        usage: name of a judge -> tokens and cost.
        agreement: as in the manifest, of these judges with this rubric; empty for pairs.
    """

    name: str
    rubric: dict[str, Any]
    sha256: str
    judges: tuple[dict[str, Any], ...]
    mode: str
    against: str | None
    settings: dict[str, Any]
    tasks: dict[str, JudgedTask]
    finished: str
    usage: dict[str, dict[str, float]] = {}
    agreement: tuple[dict[str, Any], ...] = ()
    format: int = 1


class JudgedSample(msgspec.Struct, frozen=True):
    """One item as it was judged; a line of ``judged/NAME/TASK.jsonl.gz``."""

    id: str
    scores: dict[str, Score]
    judgements: tuple[Judgement, ...] = ()


def judged_file_name(name: str) -> str:
    """The name as that of a file or folder."""
    return "".join(c if c.isalnum() or c in "._-@+" else "_" for c in name)


def write_packed(file: BinaryIO, samples: Iterable[msgspec.Struct]) -> None:
    """Writes a line a sample, packed, one after the other; the same samples give the same bytes."""
    with gzip.GzipFile(fileobj=file, mode="wb", compresslevel=6, mtime=0, filename="") as packed:
        for sample in samples:
            packed.write(_json.encode(sample) + b"\n")


def read_judged(folder: Path) -> dict[str, JudgedRecord]:
    """All records in a run folder, by name.

    Raises:
        CorruptFileError: one of them is no record.
    """
    found = {}
    for path in sorted(folder.glob("judged/*.json")):
        try:
            record = msgspec.json.decode(path.read_bytes(), type=JudgedRecord)
        except msgspec.MsgspecError as error:
            raise CorruptFileError(f"not a record of a judgement: {error}".replace("`", ""), file=path) from None
        found[record.name] = record
    return found


def read_samples(folder: Path, names: Iterable[str], file_name: str) -> Mapping[str, list[JudgedSample]]:
    """Item id -> what was judged of it under the names.

    Raises:
        CorruptFileError: a damaged file.
    """
    found: dict[str, list[JudgedSample]] = {}
    for name in names:
        path = folder / "judged" / judged_file_name(name) / file_name
        for sample in _lines(path) if path.is_file() else ():
            found.setdefault(sample.id, []).append(sample)
    return found


def _lines(path: Path) -> Iterator[JudgedSample]:
    decoder = msgspec.json.Decoder(JudgedSample)
    try:
        with gzip.open(path, "rb") as file:
            for line in file:
                yield decoder.decode(line)
    except (EOFError, OSError, msgspec.MsgspecError) as error:
        raise CorruptFileError(f"damaged ({error}); run the same 'kijun judge run' again", file=path) from None

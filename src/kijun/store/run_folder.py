"""The run folder: manifest, journal, samples, results."""

from __future__ import annotations

import fcntl
import gzip
import io
import os
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self, TypeVar

import msgspec

from kijun.errors import CorruptFileError, SpecError, StoreError
from kijun.records import Critique, RunResults, Sample, Score
from kijun.store.critiques import CRITIQUES
from kijun.store.journal import Journal, store_error
from kijun.store.judged import (
    JudgedRecord,
    JudgedSample,
    judged_file_name,
    read_judged,
    read_samples,
    write_packed,
)
from kijun.store.manifest import Manifest

__all__ = ["Run", "RunWriter", "ScoredItem", "sample_file_name"]

# Keys keep the order in which they were made: columns as in the data, tasks as in the command.
_json = msgspec.json.Encoder()
_Line = TypeVar("_Line")


def sample_file_name(task: str) -> str:
    """File name of a task's samples: characters that a file system may refuse become ``_``."""
    return "".join(c if c.isalnum() or c in "._-@+" else "_" for c in task) + ".jsonl.gz"


class ScoredItem(msgspec.Struct, frozen=True):
    """What a line of samples says of an item's scores."""

    id: str
    scores: dict[str, Score]
    cluster: str | None = None


class Run:
    """A run folder, opened for reading. It loads without the code of its tasks.

    Args:
        folder: folder with ``manifest.json``.

    Raises:
        SpecError: not a run folder.
        CorruptFileError: a file in it is broken.
    """

    def __init__(self, folder: Path | str) -> None:
        self.folder = Path(folder)
        path = self.folder / "manifest.json"
        if not path.is_file():
            found = [*self.folder.glob("*/manifest.json"), *self.folder.glob("*/*/manifest.json")]
            inside = sorted(str(manifest.parent.relative_to(self.folder)) for manifest in found)
            more = f" and {len(inside) - 5} more" if len(inside) > 5 else ""
            hint = (
                f"; it holds the runs {', '.join(inside[:5])}{more}"
                if inside
                else "; name the folder that 'kijun run' printed"
            )
            raise SpecError(f"not a run folder (no manifest.json){hint}", file=self.folder)
        self.manifest = _read_json(path, Manifest)
        self.judged = read_judged(self.folder)

    @property
    def finished(self) -> bool:
        """Whether results have been written."""
        return (self.folder / "results.json").is_file()

    @property
    def results(self) -> RunResults:
        """Content of ``results.json``, and in the tasks what was judged afterwards.

        Raises:
            SpecError: the run is not finished.
        """
        if not self.finished:
            raise SpecError("the run is not finished; run the same command again to finish it", file=self.folder)
        results: RunResults = _read_json(self.folder / "results.json", RunResults)
        tasks = dict(results.tasks)
        for record in self.judged.values():
            for name, judged in record.tasks.items():
                if name in tasks:
                    metrics = tasks[name].metrics | judged.metrics
                    tasks[name] = msgspec.structs.replace(tasks[name], metrics=metrics)
        return msgspec.structs.replace(results, tasks=tasks)

    def metrics(self, task: str) -> dict[str, dict[str, Any]]:
        """Metric key -> as `TaskRecord.metrics`, with what was judged afterwards."""
        found = dict(self.manifest.tasks[task].metrics)
        for record in self.judged.values():
            if task in record.tasks:
                found |= record.tasks[task].about
        return found

    @property
    def agreement(self) -> tuple[dict[str, Any], ...]:
        """What is known of how scorers and judges agree with people, those included that judged afterwards."""
        return (*self.manifest.agreement, *(entry for record in self.judged.values() for entry in record.agreement))

    def samples(self, task: str) -> Iterator[Sample]:
        """The items of a task in data order, with what was judged afterwards.

        Raises:
            SpecError: no such task in this run.
            CorruptFileError: the file is truncated or damaged, with the line.
        """
        judged = self._judged_samples(task)
        for sample in self._lines(task, Sample):
            for one in judged.get(sample.id, ()):
                scores, judgements = sample.scores | one.scores, (*sample.judgements, *one.judgements)
                sample = msgspec.structs.replace(sample, scores=scores, judgements=judgements)
            yield sample

    def scored(self, task: str) -> Iterator[ScoredItem]:
        """The scores of a task's items alone: as `samples`, several times as fast.

        Raises:
            SpecError, CorruptFileError: as `samples`.
        """
        judged = self._judged_samples(task)
        for item in self._lines(task, ScoredItem):
            for one in judged.get(item.id, ()):
                item = ScoredItem(item.id, item.scores | one.scores, item.cluster)
            yield item

    def _judged_samples(self, task: str) -> Mapping[str, list[JudgedSample]]:
        return read_samples(self.folder, self.judged, sample_file_name(task))

    def _lines(self, task: str, kind: type[_Line]) -> Iterator[_Line]:
        path = self.folder / "samples" / sample_file_name(task)
        if not path.is_file():
            raise SpecError(f"no samples of {task!r}; it has: {', '.join(self.results.tasks)}", file=self.folder)
        decoder = msgspec.json.Decoder(kind)
        whole = 0
        try:
            with gzip.open(path, "rb") as file:
                for line in file:
                    yield decoder.decode(line)
                    whole += 1
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise CorruptFileError(
                f"damaged after {whole} items ({error}); run the same 'kijun run' command again, it is written "
                "anew from the answers on disk",
                file=path,
            ) from None
        except msgspec.MsgspecError as error:
            raise CorruptFileError(f"not a sample: {error}", file=path, line=whole + 1) from None


def _read_json(path: Path, kind: type[Any]) -> Any:
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except OSError as error:
        raise store_error(error, path) from None
    except msgspec.MsgspecError as error:
        raise CorruptFileError(f"not a valid {path.name}: {error}".replace("`", ""), file=path) from None


class RunWriter:
    """The one process that may write a run folder; a context manager.

    Args:
        folder: made when absent.
        manifest: what this command would do. If the folder holds a run already, its settings must be the same.

    Raises:
        StoreError: another process is writing the folder, or the disk refuses.
        SpecError: the folder holds a run with other settings; the message names them.
    """

    def __init__(self, folder: Path, manifest: Manifest) -> None:
        self.folder = folder
        self.manifest = manifest
        self._lock: io.TextIOWrapper | None = None

    def __enter__(self) -> Self:
        try:
            (self.folder / "samples").mkdir(parents=True, exist_ok=True)
            self._lock = (self.folder / ".lock").open("a+")
        except OSError as error:
            raise store_error(error, self.folder) from None
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._lock.close()
            raise StoreError(
                f"{self.folder}: another process is writing this run; wait for it, or choose another folder with --out"
            ) from None
        try:
            self._join_earlier()
            for left_over in [*self.folder.glob("*.part"), *self.folder.glob("samples/*.part")]:
                left_over.unlink(missing_ok=True)
            self.journal = Journal(self.folder / "answers.jsonl")
            self._judgements: Journal | None = None
        except BaseException:
            self._lock.close()
            raise
        return self

    def _join_earlier(self) -> None:
        path = self.folder / "manifest.json"
        if path.is_file():
            earlier: Manifest = _read_json(path, Manifest)
            changed = earlier.differences(self.manifest)
            if changed:
                listed = "; ".join(changed)
                raise SpecError(
                    f"this folder holds another run ({listed}); repeat its settings, "
                    "or choose another folder with --out",
                    file=self.folder,
                )
            self.manifest = msgspec.structs.replace(self.manifest, started=earlier.started, usage=earlier.usage)
        self.write_manifest(self.manifest)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._lock is not None
        try:
            self.journal.close()
            if self._judgements is not None:
                self._judgements.close()
        except StoreError:
            # A failing disk has been told of already, by the error that brought us here.
            if error is None:
                raise
        finally:
            self._lock.close()

    def open_judgements(self) -> Journal:
        """The journal of what judges said, apart from the answers; made when first needed.

        Raises:
            StoreError: it cannot be read or written.
        """
        if self._judgements is None:
            self._judgements = Journal(self.folder / "judgements.jsonl")
        return self._judgements

    def write_manifest(self, manifest: Manifest) -> None:
        """Replaces ``manifest.json`` in one step."""
        self.manifest = manifest
        self._replace(self.folder / "manifest.json", lambda file: file.write(_pretty(manifest)))

    def write_samples(self, task: str, samples: Iterable[Sample]) -> None:
        """Replaces the task's samples in one step; the same samples give the same bytes."""
        path = self.folder / "samples" / sample_file_name(task)
        self._replace(path, lambda file: write_packed(file, samples))

    def write_results(self, results: RunResults) -> None:
        """Replaces ``results.json`` in one step."""
        self._replace(self.folder / "results.json", lambda file: file.write(_pretty(results)))

    def write_judged(self, record: JudgedRecord, samples: Mapping[str, Iterable[JudgedSample]]) -> None:
        """Replaces what was judged under the record's name; `samples` are those of its tasks."""
        name = judged_file_name(record.name)
        try:
            (self.folder / "judged" / name).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise store_error(error, self.folder) from None
        for task, judged in samples.items():
            path = self.folder / "judged" / name / sample_file_name(task)
            self._replace(path, partial(write_packed, samples=judged))
        self._replace(self.folder / "judged" / f"{name}.json", lambda file: file.write(_pretty(record)))

    def write_critiques(self, critiques: Iterable[Critique]) -> None:
        """Replaces ``critiques.jsonl`` in one step."""
        lines = [_json.encode(critique) + b"\n" for critique in critiques]
        self._replace(self.folder / CRITIQUES, lambda file: file.writelines(lines))

    def _replace(self, path: Path, write: Callable[[BinaryIO], Any]) -> None:
        part = path.with_name(path.name + ".part")
        try:
            with part.open("wb") as file:
                write(file)
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
        except OSError as error:
            raise store_error(error, path) from None


def _pretty(record: Any) -> bytes:
    return msgspec.json.format(_json.encode(record), indent=2) + b"\n"

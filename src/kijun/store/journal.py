"""Every answer as it comes: an append-only file that survives a kill at any moment."""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Sequence
from pathlib import Path

import msgspec

from kijun.errors import StoreError
from kijun.records import Response

__all__ = ["Journal", "read_answers", "store_error"]

_Line = list[tuple[str, Response]]


class Journal:
    """Answered requests of a run, by key.

    A line holds the answers of one unit, so a unit is on disk whole or not at all. A line that a kill or a full disk
    left unfinished is cut off when the journal is opened again. Bytes reach the operating system before `append`
    returns, and the disk at most `sync_seconds` later.

    Args:
        path: the file; made when absent.
        sync_seconds: longest time that an answer may be lost by a power cut; 0 syncs at every append.

    Raises:
        StoreError: the file cannot be read or written.
    """

    def __init__(self, path: Path, *, sync_seconds: float = 1.0) -> None:
        self._path = path
        self._sync_seconds = sync_seconds
        self._synced = time.monotonic()
        self._encoder = msgspec.json.Encoder()
        self.answered: dict[str, Response] = {}
        try:
            self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
            self._read()
        except OSError as error:
            raise store_error(error, path) from None

    def _read(self) -> None:
        decoder = msgspec.json.Decoder(_Line)
        good = 0
        with self._path.open("rb") as file:
            for line in file:
                if not line.endswith(b"\n"):
                    break
                try:
                    self.answered.update(decoder.decode(line))
                except msgspec.MsgspecError:
                    # A damaged line in the middle costs its own answers only; they are asked again.
                    pass
                good += len(line)
        if good < os.fstat(self._descriptor).st_size:
            os.ftruncate(self._descriptor, good)

    def append(self, answers: Sequence[tuple[str, Response]]) -> None:
        """Adds the answers of a unit.

        Raises:
            StoreError: the disk is full or gone; nothing of this unit counts as answered then.
        """
        data = memoryview(self._encoder.encode(list(answers)) + b"\n")
        try:
            while data:
                data = data[os.write(self._descriptor, data) :]
            if time.monotonic() - self._synced >= self._sync_seconds:
                self._sync()
        except OSError as error:
            raise store_error(error, self._path) from None
        self.answered.update(answers)

    def _sync(self) -> None:
        os.fsync(self._descriptor)
        self._synced = time.monotonic()

    def close(self) -> None:
        """Brings everything to the disk and closes the file."""
        try:
            self._sync()
        except OSError as error:
            raise store_error(error, self._path) from None
        finally:
            os.close(self._descriptor)


def read_answers(path: Path) -> dict[str, Response]:
    """All answers in a journal, which is only read; none where there is no such file.

    Raises:
        StoreError: the file cannot be read.
    """
    decoder = msgspec.json.Decoder(_Line)
    found: dict[str, Response] = {}
    try:
        with path.open("rb") as file:
            for line in file:
                try:
                    found.update(decoder.decode(line))
                except msgspec.MsgspecError:
                    pass
    except FileNotFoundError:
        pass
    except OSError as error:
        raise store_error(error, path) from None
    return found


def store_error(error: OSError, path: Path) -> StoreError:
    """What an `OSError` on `path` means for the user."""
    match error.errno:
        case errno.ENOSPC | errno.EDQUOT:
            what = "the disk is full; free some space and run the same command again, nothing answered is lost"
        case errno.EACCES | errno.EPERM | errno.EROFS:
            what = "may not be written; check its permissions or choose another folder with --out"
        case errno.ENOTDIR | errno.EEXIST:
            what = "is not a folder; choose another with --out"
        case _:
            what = f"{error.strerror or error}"
    return StoreError(f"{path}: {what}")

"""Every answer as it comes: an append-only file that survives a kill at any moment."""

from __future__ import annotations

import errno
import os
from array import array
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from kijun.errors import StoreError
from kijun.records import Response

__all__ = ["KEY_BYTES", "Journal", "store_error"]

KEY_BYTES = 16
"""Length of a key in memory; in the file it is written in hex."""

_sync = getattr(os, "fdatasync", os.fsync)


class _Pair(msgspec.Struct, array_like=True, frozen=True):
    key: str
    response: Response


class Journal:
    """Answered requests of a run, by key. In memory is only where each answer stands; the answers stay in the file.

    A line holds the answers of one unit, so a unit is on disk whole or not at all. A line that a kill or a full disk
    left unfinished is cut off when the journal is opened again. Bytes reach the operating system before `append`
    returns, which a kill of the process cannot undo, and the disk before `sync` returns, which a power cut cannot.

    Args:
        path: the file; made when absent, unless it is only read.
        read_only: nothing is written; a file that is absent is empty.

    Attributes:
        keys: keys of all answers in the order of the file, `KEY_BYTES` each.

    Raises:
        StoreError: the file cannot be read or written.
    """

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        self._path, self._read_only = path, read_only
        self._encoder = msgspec.json.Encoder()
        self._decoder = msgspec.json.Decoder(_Pair)
        self.keys = bytearray()
        self._starts, self._sizes = array("q"), array("l")
        self._end = 0
        if read_only and not path.exists():
            path = Path(os.devnull)
        try:
            flags = os.O_RDONLY if read_only else os.O_RDWR | os.O_CREAT | os.O_APPEND
            self._descriptor = os.open(path, flags, 0o644)
            self._index(read_only)
        except OSError as error:
            raise store_error(error, path) from None

    def _index(self, read_only: bool) -> None:
        lines = msgspec.json.Decoder(list[msgspec.Raw])
        with open(self._descriptor, "rb", closefd=False) as file:
            for line in file:
                if not line.endswith(b"\n"):
                    break
                try:
                    raw = [bytes(pair) for pair in lines.decode(line)]
                    keys = [bytes.fromhex(self._decoder.decode(pair).key) for pair in raw]
                except (msgspec.MsgspecError, ValueError):
                    # A damaged line in the middle costs its own answers only; they are asked again.
                    keys, raw = [], []
                place = 0
                for key, pair in zip(keys, raw, strict=True):
                    place = line.index(pair, place)
                    if len(key) == KEY_BYTES:
                        self._add(key, self._end + place, len(pair))
                    place += len(pair)
                self._end += len(line)
        if not read_only and self._end < os.fstat(self._descriptor).st_size:
            os.ftruncate(self._descriptor, self._end)

    def _add(self, key: bytes, start: int, size: int) -> None:
        self.keys += key
        self._starts.append(start)
        self._sizes.append(size)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __len__(self) -> int:
        """Number of answers; one that was given anew counts again."""
        return len(self._starts)

    def __getitem__(self, number: int) -> Response:
        """The answer with this number, counted in the order of the file."""
        try:
            data = os.pread(self._descriptor, self._sizes[number], self._starts[number])
        except OSError as error:
            raise store_error(error, self._path) from None
        return self._decoder.decode(data).response

    def answers(self) -> Iterator[tuple[str, Response]]:
        """All keys, in hex, and answers, in the order of the file."""
        for number in range(len(self)):
            yield self.keys[number * KEY_BYTES : (number + 1) * KEY_BYTES].hex(), self[number]

    def append(self, answers: Sequence[tuple[bytes, Response]]) -> range:
        """Adds the answers of a unit in one line; returns their numbers.

        What is no character in a reply (half of a surrogate pair) is kept as U+FFFD.

        Raises:
            StoreError: the disk is full or gone; nothing of this unit counts as answered then.
        """
        pairs = [self._encoded(_Pair(key.hex(), response)) for key, response in answers]
        line = b"[" + b",".join(pairs) + b"]\n"
        left = memoryview(line)
        try:
            while left:
                left = left[os.write(self._descriptor, left) :]
        except OSError as error:
            raise store_error(error, self._path) from None
        first, place = len(self), self._end + 1
        for (key, _), pair in zip(answers, pairs, strict=True):
            self._add(key, place, len(pair))
            place += len(pair) + 1
        self._end += len(line)
        return range(first, len(self))

    def _encoded(self, pair: _Pair) -> bytes:
        try:
            return self._encoder.encode(pair)
        except UnicodeEncodeError:
            # Half of a surrogate pair (a broken escape in a reply) is no character and has no UTF-8.
            told = msgspec.structs.asdict(pair.response)
            mended = {
                name: value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
                for name, value in told.items()
                if isinstance(value, str)
            }
            return self._encoder.encode(_Pair(pair.key, msgspec.structs.replace(pair.response, **mended)))

    def sync(self) -> None:
        """Brings everything that was appended to the disk; may be called from another thread.

        Raises:
            StoreError: the disk refuses.
        """
        try:
            _sync(self._descriptor)
        except OSError as error:
            raise store_error(error, self._path) from None

    def close(self) -> None:
        """Brings everything to the disk and closes the file."""
        try:
            if not self._read_only:
                self.sync()
        finally:
            os.close(self._descriptor)


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

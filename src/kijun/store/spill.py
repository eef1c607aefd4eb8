"""Records that are many: kept in a nameless file instead of in memory, read back in order or one by one."""

from __future__ import annotations

import os
import tempfile
import weakref
from array import array
from collections.abc import Callable, Iterator, Sequence
from typing import Generic, TypeVar, overload

__all__ = ["Spill", "SpillFile"]

_Record = TypeVar("_Record")
_IN_MEMORY = 1 << 20
_BLOCK = 1 << 18


class SpillFile:
    """Bytes that this process alone writes and reads, in a file without a name that is gone with the process.

    The first megabytes stay in memory, so that small runs need no disk.
    """

    def __init__(self) -> None:
        self._descriptor = -1
        self._tail = bytearray()
        self._flushed = 0
        self._room = _IN_MEMORY

    def write(self, data: bytes) -> int:
        """Appends; returns where the bytes begin."""
        place = self._flushed + len(self._tail)
        self._tail += data
        if len(self._tail) >= self._room:
            self._flush()
        return place

    def read(self, place: int, size: int) -> bytes:
        """The bytes from `place` on, fewer than `size` at the end."""
        if place >= self._flushed:
            start = place - self._flushed
            return bytes(self._tail[start : start + size])
        if place + size > self._flushed and self._tail:
            self._flush()
        return os.pread(self._descriptor, size, place)

    def _flush(self) -> None:
        if self._descriptor < 0:
            self._descriptor, name = tempfile.mkstemp(prefix="kijun-")
            os.unlink(name)
            weakref.finalize(self, os.close, self._descriptor)
            self._room = _BLOCK
        data = memoryview(self._tail)
        while data:
            data = data[os.write(self._descriptor, data) :]
        self._flushed += len(self._tail)
        self._tail = bytearray()


class Spill(Sequence[_Record], Generic[_Record]):
    """A sequence of records in a `SpillFile`, to be appended to and read, also both in turns.

    Args:
        file: shared by any number of spills.
        pack, unpack: record to bytes and back.
    """

    def __init__(self, file: SpillFile, pack: Callable[[_Record], bytes], unpack: Callable[[bytes], _Record]) -> None:
        self._file, self._pack, self._unpack = file, pack, unpack
        self._starts, self._ends = array("q"), array("q")

    def append(self, record: _Record) -> None:
        """Adds a record at the end."""
        data = self._pack(record)
        place = self._file.write(data)
        self._starts.append(place)
        self._ends.append(place + len(data))

    def __len__(self) -> int:
        return len(self._starts)

    @overload
    def __getitem__(self, index: int) -> _Record: ...
    @overload
    def __getitem__(self, index: slice) -> list[_Record]: ...
    def __getitem__(self, index: int | slice) -> _Record | list[_Record]:
        if isinstance(index, slice):
            return [self[place] for place in range(*index.indices(len(self)))]
        start = self._starts[index]
        return self._unpack(self._file.read(start, self._ends[index] - start))

    def __iter__(self) -> Iterator[_Record]:
        """The records in order, read a block at a time."""
        block, begin = b"", 0
        for index in range(len(self)):
            start, end = self._starts[index], self._ends[index]
            if start < begin or end > begin + len(block):
                block, begin = self._file.read(start, max(_BLOCK, end - start)), start
            yield self._unpack(block[start - begin : end - begin])

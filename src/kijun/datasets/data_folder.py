"""Rows of public data sets from the user's data folder, laid out as ``DIR/<data set>/<file>``, or as published.

Files keep the formats in which their authors publish them; any of them may be packed with gzip.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from kijun.datasets.files import parse_bytes, unpacked
from kijun.datasets.published import published_bytes
from kijun.datasets.rows import Source, Table
from kijun.errors import DatasetError, SpecError
from kijun.specs import DatasetSpec, PublishedFileSpec

__all__ = ["places_of", "read_data", "read_published_data"]


def places_of(data: DatasetSpec, split: str) -> tuple[str, ...]:
    """The files of a split below the data folder: those that `data` lists, or for another split the one it names.

    Raises:
        SpecError: a place that leads out of the data folder.
    """
    assert data.data is not None
    listed = (data.data,) if isinstance(data.data, str) else data.data
    places = listed if split == data.split else (split,)
    for place in places:
        path = PurePosixPath(place)
        inside = path.parts and not path.is_absolute() and ".." not in path.parts
        if not inside or any(character in place for character in "\\:\0"):
            raise SpecError(
                f"expected a place below the data folder, such as xstest/xstest_prompts.csv; got {place!r}",
                key="dataset.data",
            )
    return places


def read_data(data: DatasetSpec, places: Sequence[str], folder: Path) -> Table | None:
    """All rows of the files, one file after the other; None where a file is not there.

    With several files every row gets a column `file`, the place of its file. The digest is that of the unpacked bytes,
    so that a packed copy is the same data.

    Raises:
        SpecError: a link that leads out of the folder, a format that is not known.
        CorruptFileError: a broken file.
    """
    found = [_found(place, folder) for place in places]
    paths = [path for path in found if path is not None]
    if len(paths) < len(places):
        return None
    contents = [unpacked(_bytes_of(path), path) for path in paths]
    return _table(data, places, contents, "data", ", ".join(places), None)


def read_published_data(data: DatasetSpec, places: Sequence[str], *, folder: Path | None) -> Table:
    """The same rows from the files as they are published on GitHub.

    Args:
        folder: looked into first, as for all published files (``FOLDER/OWNER/NAME/PATH``).

    Raises:
        DatasetError: a file cannot be had.
        SpecError, CorruptFileError: as `read_data`.
    """
    assert data.published is not None
    files = (data.published,) if isinstance(data.published, PublishedFileSpec) else data.published
    got = [published_bytes(file, folder=folder, key="dataset.published") for file in files]
    contents = [unpacked(content, Path(file.path)) for file, (_, content) in zip(files, got, strict=True)]
    kind = got[0][0]
    location = ", ".join(f"{file.github}/{file.path}" for file in files)
    return _table(data, places, contents, kind, location, files[0].commit if kind == "github" else None)


def _found(place: str, folder: Path) -> Path | None:
    root = folder.resolve()
    packed = place.removesuffix(".gz") if place.endswith(".gz") else f"{place}.gz"
    for name in (place, packed):
        path = folder / name
        if path.is_file():
            if not path.resolve().is_relative_to(root):
                raise SpecError("is a link that leads out of the data folder; put the file itself there", file=path)
            return path
    return None


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise SpecError(f"cannot be opened ({error.strerror}); check its permissions", file=path) from error


def _with_named_index(content: bytes, path: Path) -> bytes:
    """Tables that pandas wrote begin with a column of row numbers that has no name; it is called `index` here."""
    separator = {".csv": b",", ".tsv": b"\t"}.get(path.suffix.lower())
    return b"index" + content if separator is not None and content.startswith(separator) else content


def _table(
    data: DatasetSpec,
    places: Sequence[str],
    contents: Sequence[tuple[bytes, Path]],
    kind: str,
    location: str,
    revision: str | None,
) -> Table:
    rows: list[dict[str, Any]] = []
    for place, (content, path) in zip(places, contents, strict=True):
        settings = {"encoding": data.encoding, "sheet": data.sheet, "format": data.format, "within": data.within}
        some = parse_bytes(_with_named_index(content, path), path, **settings)
        rows += some if len(places) == 1 else [{**row, "file": place} for row in some]
    if not rows:
        raise DatasetError(f"{location} has no rows")
    digest = hashlib.sha256(b"".join(content for content, _ in contents)).hexdigest()
    return Table(rows, Source(kind, location, revision, digest, len(rows)))

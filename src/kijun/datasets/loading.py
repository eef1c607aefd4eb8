"""The rows of a task: from the data folder, the Hub, a file or a generator; then its transform."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, overload

from kijun.datasets.rows import RowIds, Source, Table, pack_row, unpack_row
from kijun.datasets.streaming import FileStream, stream_file
from kijun.datasets.transforms import apply_transform
from kijun.errors import DatasetError, KijunError, SpecError
from kijun.records import Item
from kijun.specs import TaskSpec
from kijun.store import Spill, SpillFile

__all__ = ["load_items", "load_shot_rows", "prefetch"]

# Worked examples of a generated task come from another seed than its items, so that no item shows its own answer.
_SHOT_SEED_STEP = 1_000_003
_SHOT_ROWS = 60


def prefetch(splits: Iterable[tuple[TaskSpec, str]], *, hub: Path | None, data: Path | None = None) -> None:
    """Downloads many splits of the Hub at once; what cannot be had is said where it is read.

    Args:
        splits: tasks, each with the name of one of its splits.
        hub, data: folders of the user; what the data folder holds is not downloaded.
    """
    wanted = [
        (task.dataset, split)
        for task, split in splits
        if task.dataset.hub is not None and (task.dataset.data is None or _data_table(task, split, data) is None)
    ]
    if wanted:
        from kijun.datasets.hub import prefetch_hub

        prefetch_hub([(d.hub, d.config, split, d.revision) for d, split in wanted if d.hub], folder=hub)


def load_items(
    task: TaskSpec,
    *,
    hub: Path | None,
    data: Path | None = None,
    seed: int,
    limit: int | None,
    spill: SpillFile | None = None,
) -> tuple[Sequence[Item], Source]:
    """Items of the evaluated split in data order, the first `limit` of them.

    Args:
        spill: keeps the rows meanwhile; None makes one.
        hub: folder that is read before the Hub.
        data: folder with data sets in their original formats, read before the Hub too.

    Raises:
        DatasetError: rows that cannot be had.
        SpecError: a broken data file, or a transform or cluster expression that fails.
    """
    count = max(limit or 0, task.dataset.count)
    stream = _file_stream(task)
    table = None if stream is not None else _table(task, task.dataset.split, hub, data, seed, count)
    rows = _transformed(task.dataset.transform, table, task) if table is not None else stream.rows()
    kept: Spill[dict[str, Any]] = Spill(spill or SpillFile(), pack_row, unpack_row)
    ids, n_rows = RowIds(), 0
    for row in rows:
        if limit is None or n_rows < limit:
            kept.append(row)
            ids.add(row)
        n_rows += 1
    if not kept:
        raise SpecError(f"{task.name}: the data has no rows", file=task.origin, key="dataset")
    items = _Items(kept, ids)
    return items, table.source if table is not None else stream.source(n_rows)


class _Items(Sequence[Item]):
    """Items made of their rows when they are asked for."""

    def __init__(self, rows: Spill[dict[str, Any]], ids: RowIds) -> None:
        self._rows, self._ids = rows, ids

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, index: int) -> Item: ...
    @overload
    def __getitem__(self, index: slice) -> list[Item]: ...
    def __getitem__(self, index: int | slice) -> Item | list[Item]:
        if isinstance(index, slice):
            return [self[place] for place in range(*index.indices(len(self)))]
        place = range(len(self))[index]
        return Item(self._ids[place], place, self._rows[place])

    def __iter__(self) -> Iterator[Item]:
        for place, row in enumerate(self._rows):
            yield Item(self._ids[place], place, row)


def _file_stream(task: TaskSpec) -> FileStream | None:
    """The task's own file, where it is large and its rows are taken as they are, one by one."""
    data = task.dataset
    if data.file is None or any((data.transform, data.encoding, data.sheet, data.format, data.within)):
        return None
    return stream_file(_own_file(task, data.file))


def load_shot_rows(
    task: TaskSpec, *, hub: Path | None, data: Path | None = None, seed: int, split: str | None = None
) -> tuple[list[dict[str, Any]], Source | None]:
    """Rows that worked examples are drawn from; empty when the task lists its own.

    Args:
        split: instead of the task's.

    Raises:
        DatasetError, SpecError: as `load_items`.
    """
    if task.shots.examples:
        return [], None
    if task.shots.file is not None and split is None:
        from kijun.datasets.published import read_published

        table = read_published(task.shots.file, folder=hub)
        return _transformed(task.shots.transform, table, task), table.source
    split = split or task.shots.split
    if task.dataset.generated:
        split = "shots"
        seed += _SHOT_SEED_STEP
    elif split is None:
        raise SpecError(
            f"{task.name} does not say where worked examples come from; name a split in its task file or use --shots 0",
            file=task.origin,
            key="shots.split",
        )
    table = _table(task, split, hub, data, seed, _SHOT_ROWS)
    return _transformed(task.shots.transform or task.dataset.transform, table, task), table.source


def _table(task: TaskSpec, split: str, hub: Path | None, data: Path | None, seed: int, count: int) -> Table:
    spec = task.dataset
    if spec.data is not None:
        return _data_table(task, split, data) or _without_data_folder(task, split, hub, data)
    if spec.hub is not None:
        return _hub_table(spec.hub, spec.config, split, spec.revision, hub)
    if spec.generated is not None:
        from kijun.datasets.generated import GENERATOR_VERSION, generate_rows

        assert spec.language is not None
        rows = generate_rows(spec.generated, language=spec.language, seed=seed, count=count)
        location = f"{spec.generated} version {GENERATOR_VERSION}, language {spec.language}, seed {seed}"
        return Table(rows, Source("generated", location, None, "", len(rows)))
    assert spec.file is not None
    return _file_table(task, split)


def _data_table(task: TaskSpec, split: str, folder: Path | None) -> Table | None:
    """Rows from the user's data folder; None where it does not hold them."""
    from kijun.datasets.data_folder import places_of, read_data

    try:
        places = places_of(task.dataset, split)
    except SpecError as error:
        raise SpecError(error.message, file=task.origin, key=error.key) from None
    return None if folder is None else read_data(task.dataset, places, folder)


def _without_data_folder(task: TaskSpec, split: str, hub: Path | None, data: Path | None) -> Table:
    """Rows from where they are published; the message of what cannot be had says who has it and how to get it."""
    from kijun.datasets.data_folder import places_of, read_published_data

    places = places_of(task.dataset, split)
    try:
        if task.dataset.hub is not None:
            return _hub_table(task.dataset.hub, task.dataset.config, split, task.dataset.revision, hub)
        if task.dataset.published is not None and split == task.dataset.split:
            return read_published_data(task.dataset, places, folder=hub)
        reason = ""
    except DatasetError as error:
        reason = f"; {error}"
    where = f"the data folder {data}" if data is not None else "a data folder (--data DIR or KIJUN_DATA)"
    source = f" Source: {task.source}." if task.source else ""
    terms = f" {task.terms['en']}" if "en" in task.terms else ""
    raise DatasetError(
        f"{task.name} needs {' and '.join(places)} in {where}{reason}.{source} Licence: {task.licence}.{terms}"
    )


@lru_cache(maxsize=16)
def _hub_table(repo: str, config: str | None, split: str, revision: str | None, hub: Path | None) -> Table:
    from kijun.datasets.hub import read_hub

    return read_hub(repo, config, split, revision=revision, folder=hub)


def _file_table(task: TaskSpec, split: str) -> Table:
    from kijun.datasets.files import read_file

    name = task.dataset.file if split == task.dataset.split else split
    assert name is not None
    data = task.dataset
    path = _own_file(task, name)
    return read_file(path, encoding=data.encoding, sheet=data.sheet, format=data.format, within=data.within)


def _own_file(task: TaskSpec, name: str) -> Path:
    """A file beside the task file or below it.

    Raises:
        SpecError: it lies elsewhere.
    """
    folder = Path(task.origin).resolve().parent if task.origin else Path.cwd()
    path = (folder / name).resolve()
    if not path.is_relative_to(folder):
        raise SpecError(
            f"the data file must lie in the folder of the task file or below it; got {name!r}",
            file=task.origin,
            key="dataset.file",
        )
    return path


def _transformed(name: str | None, table: Table, task: TaskSpec) -> list[dict[str, Any]]:
    if name is None:
        return table.rows
    try:
        return apply_transform(name, table.rows)
    except KijunError:
        raise
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise SpecError(
            f"{task.name}: transform {name!r} does not fit these rows: {type(error).__name__}: {error}",
            file=task.origin,
        ) from None

"""The rows of a task: from a folder, the Hub, a file or a generator; then its transform."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

from kijun.datasets.rows import Source, Table, row_ids
from kijun.datasets.transforms import apply_transform
from kijun.errors import KijunError, SpecError
from kijun.records import Item
from kijun.specs import TaskSpec

__all__ = ["load_items", "load_shot_rows", "prefetch"]

# Worked examples of a generated task come from another seed than its items, so that no item shows its own answer.
_SHOT_SEED_STEP = 1_000_003
_SHOT_ROWS = 60


def prefetch(splits: Iterable[tuple[TaskSpec, str]], *, hub: Path | None) -> None:
    """Downloads many splits of the Hub at once; what cannot be had is said where it is read.

    Args:
        splits: tasks, each with the name of one of its splits.
    """
    wanted = [(task.dataset, split) for task, split in splits if task.dataset.hub is not None]
    if wanted:
        from kijun.datasets.hub import prefetch_hub

        prefetch_hub([(d.hub, d.config, split, d.revision) for d, split in wanted if d.hub], folder=hub)


def load_items(task: TaskSpec, *, hub: Path | None, seed: int, limit: int | None) -> tuple[list[Item], Source]:
    """Items of the evaluated split in data order, the first `limit` of them.

    Raises:
        DatasetError: rows that cannot be had.
        SpecError: a broken data file, or a transform or cluster expression that fails.
    """
    table = _table(task, task.dataset.split, hub, seed, max(limit or 0, task.dataset.count))
    rows = _transformed(task.dataset.transform, table, task)
    if not rows:
        raise SpecError(f"{task.name}: the data has no rows", file=task.origin, key="dataset")
    ids = row_ids(rows[:limit])
    return [
        Item(id=identity, index=index, row=row) for index, (identity, row) in enumerate(zip(ids, rows, strict=False))
    ], table.source


def load_shot_rows(
    task: TaskSpec, *, hub: Path | None, seed: int, split: str | None = None
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
    table = _table(task, split, hub, seed, _SHOT_ROWS)
    return _transformed(task.shots.transform or task.dataset.transform, table, task), table.source


def _table(task: TaskSpec, split: str, hub: Path | None, seed: int, count: int) -> Table:
    data = task.dataset
    if data.hub is not None:
        return _hub_table(data.hub, data.config, split, data.revision, hub)
    if data.generated is not None:
        from kijun.datasets.generated import GENERATOR_VERSION, generate_rows

        assert data.language is not None
        rows = generate_rows(data.generated, language=data.language, seed=seed, count=count)
        location = f"{data.generated} version {GENERATOR_VERSION}, language {data.language}, seed {seed}"
        return Table(rows, Source("generated", location, None, "", len(rows)))
    assert data.file is not None
    return _file_table(task, split)


@lru_cache(maxsize=16)
def _hub_table(repo: str, config: str | None, split: str, revision: str | None, hub: Path | None) -> Table:
    from kijun.datasets.hub import read_hub

    return read_hub(repo, config, split, revision=revision, folder=hub)


def _file_table(task: TaskSpec, split: str) -> Table:
    from kijun.datasets.files import read_file

    folder = Path(task.origin).resolve().parent if task.origin else Path.cwd()
    name = task.dataset.file if split == task.dataset.split else split
    assert name is not None
    path = (folder / name).resolve()
    if not path.is_relative_to(folder):
        raise SpecError(
            f"the data file must lie in the folder of the task file or below it; got {name!r}",
            file=task.origin,
            key="dataset.file",
        )
    return read_file(path, encoding=task.dataset.encoding, sheet=task.dataset.sheet)


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

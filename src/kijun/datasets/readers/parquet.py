"""Parquet through DuckDB: nested columns become lists and dicts, the order of the rows stays."""

from __future__ import annotations

import functools
import re
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kijun.errors import CorruptFileError

if TYPE_CHECKING:
    import duckdb

__all__ = ["read_parquet"]

# Types that Python's JSON has no word for; DuckDB writes them as text (dates and times in ISO 8601).
_AS_TEXT = frozenset(
    {"date", "time", "time_ns", "time with time zone", "interval", "decimal", "uuid", "blob", "bit"}
    | {"timestamp", "timestamp_s", "timestamp_ms", "timestamp_ns", "timestamp with time zone"}
)
_MAY_NEED_TEXT = re.compile(r"DATE|TIME|INTERVAL|DECIMAL|UUID|BLOB|BIT|MAP")
_MAGIC = b"PAR1"
_lock = threading.Lock()


@functools.lru_cache(maxsize=1)
def _connection() -> duckdb.DuckDBPyConnection:
    """One connection for the process: opening one costs more than reading a small file."""
    import duckdb

    # An untrusted file must not be able to make DuckDB fetch code or data.
    settings: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "allow_community_extensions": "false",
    }
    connection = duckdb.connect(":memory:", config=settings)
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute("SET preserve_insertion_order = true")
    connection.execute("SET lock_configuration = true")
    return connection


def _literal_path(path: Path) -> str:
    """The path with the characters that DuckDB would take for a pattern in brackets."""
    return re.sub(r"([*?\[{])", r"[\1]", str(path.absolute()))


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _json_type(kind: Any) -> str:
    """The SQL type to cast to so that the value is text, number, truth value, list or dict with text keys."""
    if kind.id in _AS_TEXT:
        return "VARCHAR"
    if kind.id in ("list", "array"):
        return f"{_json_type(kind.children[0][1])}[]"
    if kind.id == "struct":
        return f"STRUCT({', '.join(f'{_quoted(name)} {_json_type(child)}' for name, child in kind.children)})"
    if kind.id == "map":
        return f"MAP(VARCHAR, {_json_type(kind.children[1][1])})"
    return str(kind)


def _select(cursor: duckdb.DuckDBPyConnection, paths: Sequence[str]) -> tuple[list[str], list[tuple[Any, ...]]]:
    # Columns come from the files alone, not from folders that look like `name=value`.
    source = f"read_parquet($paths, hive_partitioning=false, union_by_name={str(len(paths) > 1).lower()})"
    cursor.execute(f"SELECT * FROM {source} LIMIT 0", {"paths": paths})
    columns = [(entry[0], entry[1]) for entry in cursor.description or ()]
    selected = ", ".join(
        f"CAST({_quoted(name)} AS {_json_type(kind)})" if _MAY_NEED_TEXT.search(str(kind)) else _quoted(name)
        for name, kind in columns
    )
    cursor.execute(f"SELECT {selected} FROM {source}", {"paths": paths})
    return _true_names(cursor, paths, [name for name, _ in columns]), cursor.fetchall()


def _true_names(cursor: duckdb.DuckDBPyConnection, paths: Sequence[str], names: list[str]) -> list[str]:
    """Undoes DuckDB's renaming of columns that differ only in case (``A`` and ``a`` come as ``A`` and ``a_1``)."""
    if not any(re.search(r"_\d+$", name) for name in names):
        return names
    schema = _connection().cursor().execute("SELECT name, num_children FROM parquet_schema($path)", {"path": paths[0]})
    fields = schema.fetchall()
    top_level, place = [], 1
    while place < len(fields):
        top_level.append(fields[place][0])
        pending = 1
        while pending and place < len(fields):
            pending += (fields[place][1] or 0) - 1
            place += 1
    return top_level if len(top_level) == len(names) and len(set(top_level)) == len(names) else names


def read_parquet(paths: Sequence[Path]) -> list[dict[str, Any]]:
    """Rows of the files, one file after the other, each in its own order.

    Integers, floats, truth values, text, lists and structs come as Python's own (a class label stays an integer);
    dates, times, decimals and binary come as text. A column that a later file lacks is None there.

    Raises:
        CorruptFileError: a file is not Parquet or is cut short.
    """
    for path in paths:
        _check_magic(path)
    import duckdb

    try:
        with _lock:
            cursor = _connection().cursor()
        with cursor:
            names, values = _select(cursor, [_literal_path(path) for path in paths])
    except (duckdb.Error, RuntimeError, ValueError, OverflowError, MemoryError) as error:
        # Beside its own errors DuckDB's binding raises these, such as for a column name that is no UTF-8.
        if isinstance(error, duckdb.InternalError | duckdb.FatalException):
            # Such an error makes the whole connection unusable; the next file gets a new one.
            _connection.cache_clear()
        reason = str(error).split("\n", 1)[0].removeprefix("Invalid Input Error: ")
        raise CorruptFileError(
            f"cannot be read as Parquet ({reason}); write or download the file again",
            file=paths[0] if len(paths) == 1 else ", ".join(map(str, paths)),
        ) from error
    return [dict(zip(names, row, strict=True)) for row in values]


def _check_magic(path: Path) -> None:
    with path.open("rb") as file:
        head = file.read(len(_MAGIC))
        size = file.seek(0, 2)
        file.seek(max(0, size - len(_MAGIC)))
        tail = file.read()
    if head != _MAGIC:
        found = "the file is empty" if not head else f"it begins with {head!r}"
        raise CorruptFileError(f"not a Parquet file: {found} instead of {_MAGIC!r}", file=path)
    if tail != _MAGIC or size < 12:
        raise CorruptFileError("the Parquet file is cut short; write or download it again", file=path)

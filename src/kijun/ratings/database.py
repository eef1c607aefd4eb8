"""The database behind the rating place: SQLite in a file, or PostgreSQL."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

import sqlalchemy
from sqlalchemy import Engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, OperationalError
from sqlalchemy.orm import Session

from kijun.errors import SpecError, StoreError
from kijun.ratings.group_commit import GroupCommit

__all__ = ["DEFAULT_URL", "Database", "database_url"]

DEFAULT_URL = "sqlite:///kijun-ratings.sqlite"

# Longest wait, in seconds, for another process that writes.
_PATIENCE = 30


def database_url(given: str | None = None) -> str:
    """The database to use: as given, else ``KIJUN_DATABASE``, else a file in the working directory.

    A path without a scheme is taken for a SQLite file.
    """
    url = given or os.environ.get("KIJUN_DATABASE") or DEFAULT_URL
    return url if ":" in url else f"sqlite:///{url}"


class Database:
    """An open database with its tables up to date.

    SQLite keeps a write-ahead log and syncs it with every commit, so that what was answered survives the death of the
    process and of the machine. It has one writer at a time: threads of this process queue for it and share a sync
    (`GroupCommit`), other processes wait at the file.

    Args:
        url: ``sqlite:///FILE`` or ``postgresql://USER@HOST/NAME``.
        connections: most connections at once.
        must_exist: a SQLite file that is not there is not made.

    Raises:
        SpecError: not a URL of a database that we know, or the file must exist and does not.
        StoreError: it cannot be opened, or was made by a newer version of Kijun.
    """

    def __init__(self, url: str | None = None, *, connections: int = 32, must_exist: bool = False) -> None:
        try:
            parsed = make_url(database_url(url))
        except ArgumentError:
            raise SpecError(f"--database takes sqlite:///FILE or postgresql://USER@HOST/NAME; got {url!r}") from None
        if parsed.drivername in ("postgresql", "postgres"):
            parsed = parsed.set(drivername="postgresql+psycopg")
        if parsed.get_backend_name() not in ("sqlite", "postgresql"):
            raise SpecError(f"--database takes sqlite:///FILE or postgresql://USER@HOST/NAME; got {str(parsed)!r}")
        self.url = parsed
        self.is_sqlite = parsed.get_backend_name() == "sqlite"
        if self.is_sqlite and parsed.database in (None, "", ":memory:"):
            raise SpecError("ratings are kept in a file; name one: sqlite:///FILE")
        if must_exist and self.is_sqlite and not Path(str(parsed.database)).exists():
            raise SpecError(
                f"there is no database {parsed.database}; name yours with --database, or begin with kijun rate create"
            )
        self.engine = self._make_engine(connections)
        self._group = GroupCommit(self.engine) if self.is_sqlite else None
        try:
            self._bring_up_to_date()
        except BaseException:
            self.engine.dispose()
            raise

    def _make_engine(self, connections: int) -> Engine:
        settings: dict[str, Any] = {"pool_size": connections, "max_overflow": 0, "pool_timeout": _PATIENCE}
        if self.is_sqlite:
            settings["connect_args"] = {"timeout": _PATIENCE, "check_same_thread": False, "isolation_level": None}
            settings["poolclass"] = sqlalchemy.QueuePool
        else:
            settings["pool_pre_ping"] = True
        try:
            engine = sqlalchemy.create_engine(self.url, **settings)
        except (NoSuchModuleError, ModuleNotFoundError) as error:
            raise SpecError(f"this database needs a driver ({error}); run: pip install 'kijun[rate]'") from None
        if self.is_sqlite:
            event.listen(engine, "connect", _prepare_sqlite)
            event.listen(engine, "begin", _begin_sqlite)
        return engine

    def close(self) -> None:
        """Closes all connections."""
        self.engine.dispose()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """One view of the data, which writers do not disturb.

        Raises:
            StoreError: the database failed.
        """
        with _told(), self._session(writes=False) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """One transaction: all of it is kept, durably, when the block is left, or none.

        Raises:
            StoreError: the database failed. IntegrityError: something is there already that may be there once.
        """
        with _told():
            if self._group is not None:
                with self._group.session() as session:
                    yield session
            else:
                with self._session(writes=True) as session:
                    yield session
                    session.commit()

    @contextmanager
    def _session(self, *, writes: bool) -> Iterator[Session]:
        with self.engine.connect() as connection:
            connection = connection.execution_options(kijun_writes=writes)
            with Session(bind=connection, expire_on_commit=False, autoflush=False) as session:
                yield session

    def backup(self, target: Path) -> None:
        """Copies a SQLite database while people work: a state between two transactions, in a file of its own.

        Raises:
            SpecError: PostgreSQL, which has tools of its own, or a file that is there.
            StoreError: the disk failed.
        """
        if not self.is_sqlite:
            raise SpecError(
                "PostgreSQL makes its own backups while people work; run: pg_dump --format=custom "
                f"--file={target} '{self.url.set(drivername='postgresql').render_as_string()}'"
            )
        if target.exists():
            raise SpecError("is there already; a backup overwrites nothing, name another file", file=target)
        part = target.with_name(target.name + ".part")
        try:
            with sqlite3.connect(f"file:{self.url.database}?mode=ro", uri=True) as source:
                copy = sqlite3.connect(part)
                try:
                    source.backup(copy)
                finally:
                    copy.close()
            source.close()
            part.replace(target)
        except (OSError, sqlite3.Error) as error:
            part.unlink(missing_ok=True)
            raise StoreError(f"{target}: the backup failed ({error})") from None

    def _bring_up_to_date(self) -> None:
        from kijun.ratings.migrations import NEWEST, migrate

        try:
            with self.engine.connect() as connection:
                there = sqlalchemy.inspect(connection).has_table("alembic_version")
                rows = connection.exec_driver_sql("SELECT version_num FROM alembic_version").all() if there else []
            if [row[0] for row in rows] != [NEWEST]:
                migrate(
                    self.engine,
                    rows[0][0] if rows else None,
                    writer=nullcontext() if self._group is None else self._group.lock,
                )
        except OperationalError as error:
            raise StoreError(f"{self.url.render_as_string()}: cannot be opened ({error.orig})") from None
        except DBAPIError as error:
            raise StoreError(f"{self.url.render_as_string()}: not a database of ratings ({error.orig})") from None


@contextmanager
def _told() -> Iterator[None]:
    """What the database says, as errors of ours."""
    try:
        yield
    except sqlalchemy.exc.IntegrityError:
        raise
    except (sqlalchemy.exc.DataError, UnicodeEncodeError) as error:
        raise SpecError(f"something in this is no text that a database can hold, or too long: {error}") from None
    except sqlalchemy.exc.TimeoutError:
        raise StoreError("the database is busy: all connections are in use; try again") from None
    except DBAPIError as error:
        raise StoreError(f"the database failed ({error.orig}); what was answered before is kept") from error


def _prepare_sqlite(connection: Any, _: Any) -> None:
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={_PATIENCE * 1000}"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Any) -> None:
    # A transaction that reads first and writes later may find that another one wrote between, and fails for it.
    # Whoever means to write says so at the start.
    writes = connection.get_execution_options().get("kijun_writes", True)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

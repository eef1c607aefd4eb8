"""Several threads' changes on the disk with one sync: SQLite has one writer, and a sync takes longer than a change."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError
from sqlalchemy.orm import Session

__all__ = ["GroupCommit"]

_MOST_IN_A_GROUP = 32


class _Group:
    """Changes that go to the disk together."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.size = 0
        self.settled = threading.Event()
        self.error: BaseException | None = None


class GroupCommit:
    """One writer at a time; whoever has written waits until the disk has it.

    A transaction is open while others stand in the queue: each makes its change in a savepoint of its own, and the last
    in the queue commits for all. Nobody returns before that. Alone, it is a plain transaction.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._writer = threading.Lock()
        self._counter = threading.Lock()
        self._queue = 0
        self._group: _Group | None = None

    @property
    def lock(self) -> threading.Lock:
        """Held by whoever writes."""
        return self._writer

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A session whose changes are on the disk when the block is left, all of them or none.

        Raises:
            DBAPIError: the database failed, and nothing of this was kept. A failure of the disk is everybody's in the
                group: SQLite may have rolled all of it back.
        """
        with self._counter:
            self._queue += 1
        with self._writer:
            with self._counter:
                self._queue -= 1
            group = self._group = self._group or self._begin()
            try:
                with _savepoint(group.connection) as session:
                    yield session
                    session.commit()
                group.size += 1
            except (IntegrityError, DataError):
                raise
            except DBAPIError as error:
                group.error = error
                raise
            finally:
                self._settle_if_last(group)
        group.settled.wait()
        if group.error is not None:
            raise group.error

    def _begin(self) -> _Group:
        connection = self._engine.connect().execution_options(kijun_writes=True)
        try:
            connection.begin()
        except BaseException:
            connection.close()
            raise
        return _Group(connection)

    def _settle_if_last(self, group: _Group) -> None:
        with self._counter:
            others = self._queue
        if others and group.size < _MOST_IN_A_GROUP and group.error is None:
            return
        self._group = None
        try:
            if group.error is None:
                group.connection.commit()
            else:
                group.connection.rollback()
        except DBAPIError as error:
            group.error = error
        finally:
            group.connection.close()
            group.settled.set()


def _savepoint(connection: Connection) -> Session:
    return Session(bind=connection, join_transaction_mode="create_savepoint", expire_on_commit=False, autoflush=False)

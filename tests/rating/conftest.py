"""Rating places for tests: in a SQLite file and in a real PostgreSQL, with a clock that tests move."""

from __future__ import annotations

import glob
import os
import pwd
import shutil
import subprocess
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

pytest.importorskip("sqlalchemy")

from kijun.ratings import RatingPlace


class MovableClock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.at = datetime(2026, 11, 27, 9, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at

    def move(self, **by: float) -> None:
        self.at += timedelta(**by)


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """URL of a PostgreSQL of our own, which listens at a socket in a temporary folder."""
    found = sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb")) or [shutil.which("initdb")]
    if found[-1] is None:
        pytest.skip("no PostgreSQL on this machine: initdb is not there")
    programs = Path(found[-1]).parent
    # The socket's path must be shorter than 108 bytes, and PostgreSQL does not run as root.
    folder = Path(f"/tmp/kijun-pg-{uuid.uuid4().hex[:8]}")
    folder.mkdir(mode=0o755)
    as_user = _as_user(folder)
    try:
        data = folder / "data"
        settings = {"unix_socket_directories": f"'{folder}'", "listen_addresses": "''", "fsync": "off"}
        subprocess.run(
            [*as_user, programs / "initdb", "-D", data, "-U", "kijun", "-A", "trust", "--no-sync", "-E", "UTF8"],
            check=True,
            capture_output=True,
            cwd="/",
        )
        options = " ".join(f"-c {name}={value}" for name, value in settings.items())
        subprocess.run(
            [*as_user, programs / "pg_ctl", "-D", data, "-o", options, "-l", folder / "log", "-w", "start"],
            check=True,
            stdout=subprocess.DEVNULL,
            cwd="/",
        )
        try:
            yield f"postgresql://kijun@/postgres?host={folder}"
        finally:
            stop = [*as_user, programs / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop"]
            subprocess.run(stop, check=True, capture_output=True, cwd="/")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _as_user(folder: Path) -> list[str]:
    """What starts a command as somebody else than root, to whom the folder belongs then."""
    if os.getuid() != 0:
        return []
    for name in ("postgres", "nobody"):
        try:
            user = pwd.getpwnam(name)
        except KeyError:
            continue
        os.chown(folder, user.pw_uid, user.pw_gid)
        return ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups", "--"]
    pytest.skip("PostgreSQL does not run as root, and there is no user postgres or nobody")


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database, of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'ratings.sqlite'}"
    server = request.getfixturevalue("postgres")
    from made_campaigns import new_database

    return new_database(server)


@pytest.fixture
def place(url: str, clock: MovableClock) -> Iterator[RatingPlace]:
    with RatingPlace(url, clock=clock) as opened:
        yield opened

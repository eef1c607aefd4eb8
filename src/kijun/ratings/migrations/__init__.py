"""How the tables came about, step by step: a database of an older version is brought up to date when it is opened."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path

from sqlalchemy import Engine, text

from kijun.errors import StoreError

__all__ = ["NEWEST", "migrate"]

NEWEST = "0001"
"""The last step below ``versions/``."""

_LOCK = 0x6B696A75  # any number of our own; PostgreSQL has no names for such locks


def migrate(engine: Engine, found: str | None, *, writer: AbstractContextManager[object]) -> None:
    """Takes the steps that are missing, in one transaction.

    Args:
        found: last step that the database knows; None when it is empty.
        writer: held meanwhile.

    Raises:
        StoreError: the database knows a step that this version of Kijun does not.
    """
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if found is not None and found not in known:
        raise StoreError(
            f"{engine.url.render_as_string()}: made by a newer version of Kijun (step {found!r}, this one knows "
            f"{', '.join(sorted(known))}); update Kijun"
        )
    with writer, engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            # Two processes that open an empty database at once must not both make the tables.
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        config.attributes["connection"] = connection
        command.upgrade(config, "head")

"""Bringing a database to the tables that this version needs."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import SQLAlchemyError

from assistant.adapters.sql_postgres import postgres_engine
from assistant.adapters.sql_store import sqlite_engine, sqlite_path
from assistant.model.errors import Unavailable

MIGRATIONS = Path(__file__).resolve().parents[1] / "migrations"
LOCK = 4821_0001  # any number of our own: the advisory lock that lets one process migrate at a time


def newest() -> str:
    """The revision that this version needs: revisions are four digits, and their files are named by them."""
    return max(path.name[:4] for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))


async def migrate(database_url: str) -> str | None:
    """Brings the database to the newest revision; gives the revision that it had (None: it was empty).

    Safe when several processes start at once: one migrates in a single transaction, the others wait and find it done.
    Raises `Unavailable`: `database_unavailable`, and `database_newer` where a later version has migrated it already.
    """
    try:
        if database_url.startswith("sqlite"):
            return await asyncio.to_thread(_migrate_sqlite, sqlite_path(database_url))
        return await _migrate_postgres(database_url)
    except (SQLAlchemyError, OSError) as error:
        raise Unavailable(
            "database_unavailable", f"The database cannot be migrated ({type(error).__name__})."
        ) from error


async def revision(database_url: str) -> str | None:
    """The revision that the database is at, without changing anything; None where there is none of ours.

    Raises `Unavailable` `database_unavailable`.
    """
    try:
        if not database_url.startswith("sqlite"):
            engine = postgres_engine(database_url)
            try:
                async with engine.connect() as connection:
                    return await connection.run_sync(_revision)
            finally:
                await engine.dispose()
        path = sqlite_path(database_url)
        return await asyncio.to_thread(_revision_of_sqlite, path) if path.exists() else None
    except (SQLAlchemyError, OSError) as error:
        raise Unavailable("database_unavailable", f"The database cannot be read ({type(error).__name__}).") from error


def _revision_of_sqlite(path: Path) -> str | None:
    engine = sqlite_engine(path, begin="BEGIN")
    try:
        with engine.connect() as connection:
            return _revision(connection)
    finally:
        engine.dispose()


def _migrate_sqlite(path: Path) -> str | None:
    path.parent.mkdir(parents=True, exist_ok=True)
    engine = sqlite_engine(path, begin="BEGIN IMMEDIATE")
    try:
        with engine.begin() as connection:
            return _bring_up(connection)
    finally:
        engine.dispose()


async def _migrate_postgres(database_url: str) -> str | None:
    engine = postgres_engine(database_url)
    try:
        async with engine.begin() as connection:
            await connection.execute(text("SET LOCAL lock_timeout = 0"))
            await connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
            return await connection.run_sync(_bring_up)
    finally:
        await engine.dispose()


def _bring_up(connection: Connection) -> str | None:
    wanted = newest()
    found = _revision(connection)
    if found is not None and found > wanted:
        message = f"The database is at revision {found}, newer than {wanted}: it needs a newer version of the service."
        raise Unavailable("database_newer", message, retryable=False)
    if found != wanted:
        _upgrade(connection)
    return found


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def alembic_config(**attributes: Any) -> Any:
    """Alembic's configuration, in code: there is no file to keep in step."""
    from alembic.config import Config  # imported late: most starts find nothing to do, and it takes half a second

    config = Config(attributes=attributes)
    config.set_main_option("script_location", str(MIGRATIONS))
    return config


def _upgrade(connection: Connection) -> None:
    from alembic import command

    command.upgrade(alembic_config(connection=connection), "head")

"""One row and its commit on disk: the way that a handler goes which does nothing else.

`SQLALCHEMY` as a service written today does it, with the library and the pool that the product has; `DRIVER` without
anything between, which is as little as can be.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from enum import StrEnum
from pathlib import Path

import asyncpg
from sqlalchemy import Column, MetaData, Table, Text

from assistant.adapters.sql_postgres import postgres_engine
from assistant.adapters.sql_store import sqlite_engine

type Commit = Callable[[str, str], Awaitable[None]]
"""Commits a row of this id and body."""

TABLE = Table("bare", MetaData(), Column("id", Text, primary_key=True), Column("body", Text, nullable=False))
CREATE = "CREATE TABLE IF NOT EXISTS bare (id TEXT PRIMARY KEY, body TEXT NOT NULL)"
INSERT = "INSERT INTO bare (id, body) VALUES ($1, $2)"


class Through(StrEnum):
    SQLALCHEMY = "sqlalchemy"
    DRIVER = "driver"


async def open_commit(database: str, through: Through) -> Commit:
    """On a PostgreSQL address, or the path of an SQLite file, where one thread writes for all."""
    if database.startswith("postgresql"):
        return await (_asyncpg(database) if through is Through.DRIVER else _sqlalchemy(database))
    return _sqlite3(database) if through is Through.DRIVER else _sqlalchemy_on_sqlite(database)


async def _sqlalchemy(database: str) -> Commit:
    engine = postgres_engine(database)
    async with engine.begin() as connection:
        await connection.run_sync(TABLE.metadata.create_all)

    async def commit(row: str, body: str) -> None:
        async with engine.begin() as connection:
            await connection.execute(TABLE.insert(), {"id": row, "body": body})

    return commit


async def _asyncpg(database: str) -> Commit:
    pool = await asyncpg.create_pool(database, min_size=10, max_size=20)
    await pool.execute(CREATE)

    async def commit(row: str, body: str) -> None:
        await pool.execute(INSERT, row, body)

    return commit


def _sqlalchemy_on_sqlite(database: str) -> Commit:
    engine = sqlite_engine(Path(database), begin="BEGIN IMMEDIATE")
    TABLE.metadata.create_all(engine)

    def insert(row: str, body: str) -> None:
        with engine.begin() as connection:
            connection.execute(TABLE.insert(), {"id": row, "body": body})

    return _by_one_writer(insert)


def _sqlite3(database: str) -> Commit:
    connection = sqlite3.connect(database, check_same_thread=False, isolation_level=None)
    for pragma in ("journal_mode = WAL", "synchronous = FULL"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute(CREATE)
    text = INSERT.replace("$1", "?").replace("$2", "?")
    return _by_one_writer(lambda row, body: connection.execute(text, (row, body)))


def _by_one_writer(insert: Callable[[str, str], object]) -> Commit:
    writer = ThreadPoolExecutor(1)
    loop = asyncio.get_running_loop()

    async def commit(row: str, body: str) -> None:
        await loop.run_in_executor(writer, insert, row, body)

    return commit

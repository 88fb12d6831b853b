"""A PostgreSQL that keeps what it is told, as in production: the one of the tests does without."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg
from real_postgres import PostgresServer


@contextmanager
def postgres(folder: Path) -> Iterator[PostgresServer]:
    server = PostgresServer(folder)
    server.create()
    with (server.data / "postgresql.conf").open("a") as settings:
        settings.write("fsync = on\nfull_page_writes = on\n")
    server.start()
    try:
        yield server
    finally:
        server.stop()


async def create_database(address: str, database: str) -> None:
    connection = await asyncpg.connect(address)
    await connection.execute(f"CREATE DATABASE {database}")
    await connection.close()

"""Everything that a run has left behind: each value of each column of each table, each file, each log."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import asyncpg

from serving.service import Service

type Place = tuple[str, str]
"""Where something stands, and what stands there."""


async def everything_kept(service: Service, database_url: str) -> list[Place]:
    """Of a service that has ended: its database and the bank's row by row, all files of its folder, its log."""
    found = [] if database_url.startswith("sqlite") else await _of_postgres(database_url)
    for path in sorted(service.folder.rglob("*")):
        if path.suffix == ".db":
            found += _of_sqlite(path)
        if path.is_file():
            found.append((path.name, path.read_bytes().decode(errors="replace")))
    return found


async def _of_postgres(url: str) -> list[Place]:
    connection = await asyncpg.connect(url)
    try:
        names = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        return [
            (f"{table}.{column}", str(value))
            for (table,) in names
            for row in await connection.fetch(f'SELECT * FROM "{table}"')
            for column, value in row.items()
        ]
    finally:
        await connection.close()


def _of_sqlite(path: Path) -> Iterator[Place]:
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
        tables = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        for (table,) in tables:
            rows = database.execute(f'SELECT * FROM "{table}"')
            columns = [column[0] for column in rows.description]
            for row in rows:
                yield from (
                    (f"{path.name}/{table}.{column}", str(value)) for column, value in zip(columns, row, strict=True)
                )


def standing(needle: str, places: list[Place]) -> list[str]:
    """Where a text stands as a word of its own: the digits of an id or an instant may hold it by chance."""
    word = re.compile(rf"(?<![\w-]){re.escape(needle)}(?![\w-])", re.IGNORECASE)
    return [f"{where}: {_around(found, text)}" for where, text in places for found in word.finditer(text)]


def _around(found: re.Match[str], text: str) -> str:
    return text[max(0, found.start() - 60) : found.end() + 60]

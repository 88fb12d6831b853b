"""What the database has recorded, read past the service: a caller who asks counts as a sign of life."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import asyncpg


@dataclass(frozen=True, slots=True)
class Entry:
    """One event of the trail."""

    contact_id: str
    seq: int
    type: str
    at: int
    data: dict[str, Any]


class Books:
    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection

    async def rows(self, query: str, *arguments: object) -> list[asyncpg.Record]:
        found: list[asyncpg.Record] = await self._connection.fetch(query, *arguments)
        return found

    @asynccontextmanager
    async def one_instant(self) -> AsyncIterator[None]:
        """Everything that is read inside is as it was at one moment."""
        async with self._connection.transaction(isolation="repeatable_read", readonly=True):
            yield

    async def events(self, contact_id: str | None = None) -> list[Entry]:
        """Of one contact, or of all: each contact's in order."""
        where = "" if contact_id is None else "WHERE contact_id = $1"
        query = f"SELECT contact_id, seq, type, at, data FROM contact_events {where} ORDER BY contact_id, seq"
        rows = await self.rows(query, *([] if contact_id is None else [contact_id]))
        return [Entry(row["contact_id"], row["seq"], row["type"], row["at"], json.loads(row["data"])) for row in rows]

    async def life(self, contact_id: str) -> list[str]:
        """The contact's moves."""
        return [entry.type for entry in await self.events(contact_id) if entry.type.startswith("contact.")]


@asynccontextmanager
async def books(database_url: str) -> AsyncIterator[Books]:
    connection = await asyncpg.connect(database_url)
    try:
        yield Books(connection)
    finally:
        await connection.close()

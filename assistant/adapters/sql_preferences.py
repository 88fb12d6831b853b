"""Customers' preferences in SQL."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from assistant.adapters.sql_connection import SqlConnection
from assistant.adapters.sql_schema import preferences
from assistant.model.contact import Channel
from assistant.model.preferences import Preference, Preferences


class SqlPreferences(Preferences):
    def __init__(self, connection: SqlConnection) -> None:
        self._connection = connection

    def of(self, customer_number: str) -> Preference | None:
        query = select(preferences).where(preferences.c.customer_number == customer_number)
        row = self._connection.execute(query).mappings().first()
        if row is None:
            return None
        channel = Channel(row["channel"]) if row["channel"] else None
        return Preference(row["customer_number"], row["asked_at"], channel, row["language"])

    def save(self, preference: Preference) -> None:
        insert = postgres_insert if self._connection.dialect.name == "postgresql" else sqlite_insert
        chosen = {
            "channel": preference.channel.value if preference.channel else None,
            "language": preference.language,
        }
        kept = {"customer_number": preference.customer_number, "asked_at": preference.asked_at} | chosen
        added = insert(preferences).values(kept)
        self._connection.execute(added.on_conflict_do_update(index_elements=["customer_number"], set_=chosen))

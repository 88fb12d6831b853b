"""What was changed of the tenant's settings and people, by whom and when."""

from __future__ import annotations

from sqlalchemy import JSON, Column, ForeignKey, Index, Integer, String, Table

from assistant.adapters.sql_schema.columns import CODE, ID, Instant, metadata

SECTION = String(160)

changes = Table(
    "changes",
    metadata,
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("by", ID, ForeignKey("agents.id")),
    Column("section", SECTION, nullable=False),
    Column("before", JSON(none_as_null=True)),
    Column("after", JSON(none_as_null=True)),
    Column("comment", String(400)),
    Column("undoes", Integer),
    Index(None, "section", "version"),
)

change_heads = Table(
    "change_heads",
    metadata,
    Column("id", CODE, primary_key=True),
    Column("version", Integer, nullable=False),
)

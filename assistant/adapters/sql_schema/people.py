"""Agents, what they can take, what they are offered, and who stands beside them."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
    false,
    text,
    true,
)

from assistant.adapters.sql_schema.columns import CODE, ID, Instant, metadata

agents = Table(
    "agents",
    metadata,
    Column("id", ID, primary_key=True),
    Column("username", String(80), nullable=False, unique=True),
    Column("name", String(200), nullable=False),
    Column("role", CODE, nullable=False),
    Column("password_hash", String(200), nullable=False),
    Column("presence", CODE, nullable=False),
    Column("reason", CODE),
    Column("queues", JSON, nullable=False),
    Column("languages", JSON, nullable=False),
    Column("phone", String(80)),
    Column("idle_since", Instant),
    Column("is_reachable", Boolean, nullable=False),
    Column("proficiency", JSON(none_as_null=True)),
    Column("has_access", Boolean, nullable=False, server_default=true()),
    Column("has_softphone", Boolean, nullable=False, server_default=false()),
    Column("ring_choice", CODE, nullable=False, server_default="softphone"),
)

agent_slots = Table(
    "agent_slots",
    metadata,
    Column("agent_id", ID, ForeignKey("agents.id"), nullable=False),
    Column("channel", CODE, nullable=False),
    Column("n", Integer, nullable=False),
    Column("contact_id", ID, unique=True),
    PrimaryKeyConstraint("agent_id", "channel", "n"),
)

agent_sessions = Table(
    "agent_sessions",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("agent_id", ID, ForeignKey("agents.id"), nullable=False),
    Column("expires_at", Instant, nullable=False),
)

consoles = Table(
    "consoles",
    metadata,
    Column("id", ID, primary_key=True),
    Column("agent_id", ID, ForeignKey("agents.id"), nullable=False),
    Column("process_id", ID, nullable=False),
    Column("is_softphone_on", Boolean, nullable=False, server_default=false()),
    Column("session", String(64)),
    Index(None, "agent_id"),
)

offers = Table(
    "offers",
    metadata,
    Column("id", ID, primary_key=True),
    Column("contact_id", ID, ForeignKey("contacts.id"), nullable=False),
    Column("agent_id", ID, ForeignKey("agents.id"), nullable=False),
    Column("state", CODE, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("reason", CODE),
    Column("accept_when", CODE),
    Column("is_joined", Boolean, nullable=False),
    Column("kind", CODE, nullable=False, server_default="place"),
    Index(
        "uq_offers_pending",
        "contact_id",
        unique=True,
        postgresql_where=text("state = 'pending'"),
        sqlite_where=text("state = 'pending'"),
    ),
    Index(None, "agent_id", "ended_at"),
    Index(None, "ended_at"),
)

supervisions = Table(
    "supervisions",
    metadata,
    Column("contact_id", ID, ForeignKey("contacts.id"), nullable=False),
    Column("agent_id", ID, ForeignKey("agents.id"), nullable=False),
    Column("beside", CODE, nullable=False),
    Column("ring_id", ID),
    PrimaryKeyConstraint("contact_id", "agent_id"),
    Index(None, "agent_id"),
)

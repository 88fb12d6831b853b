"""Deadlines, connections, effects begun, attempts, deliveries, texts, spoken messages and processes."""

from __future__ import annotations

from sqlalchemy import JSON, Column, ForeignKey, Index, Integer, PrimaryKeyConstraint, String, Table, text

from assistant.adapters.sql_schema.columns import CODE, ID, Instant, metadata

deadlines = Table(
    "deadlines",
    metadata,
    Column("kind", CODE, nullable=False),
    Column("subject", ID, nullable=False),
    Column("due_at", Instant, nullable=False),
    PrimaryKeyConstraint("kind", "subject"),
    Index(None, "due_at"),
)

legs = Table(
    "legs",
    metadata,
    Column("id", ID, primary_key=True),
    Column("contact_id", ID, ForeignKey("contacts.id"), nullable=False),
    Column("kind", CODE, nullable=False),
    Column("ref", String(80), nullable=False, unique=True),
    Column("process_id", ID, nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Index(None, "contact_id"),
)

effects = Table(
    "effects",
    metadata,
    Column("contact_id", ID, ForeignKey("contacts.id"), nullable=False),
    Column("kind", CODE, nullable=False),
    Column("attempt", ID, nullable=False),
    Column("begun_at", Instant, nullable=False),
    Column("outcome", JSON(none_as_null=True)),
    PrimaryKeyConstraint("contact_id", "kind", "attempt"),
)

verification_attempts = Table(
    "verification_attempts",
    metadata,
    Column("subject", String(64), primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("locked_until", Instant),
)

one_time_codes = Table(
    "one_time_codes",
    metadata,
    Column("subject", String(64), primary_key=True),
    Column("code_hash", String(64)),
    Column("expires_at", Instant, nullable=False),
    Column("sent", Integer, nullable=False),
    Column("counted_from", Instant, nullable=False),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", ID, primary_key=True),
    Column("endpoint", String(80), nullable=False),
    Column("contact_id", ID, ForeignKey("contacts.id"), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("type", CODE, nullable=False),
    Column("at", Instant, nullable=False),
    Column("state", CODE, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("gives_up_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("error", CODE),
    Index("uq_deliveries_event", "endpoint", "contact_id", "seq", unique=True),
    Index(
        "ix_deliveries_due_at",
        "endpoint",
        "due_at",
        postgresql_where=text("state = 'pending'"),
        sqlite_where=text("state = 'pending'"),
    ),
    Index("ix_deliveries_state", "state", "ended_at"),
)

parked_endpoints = Table(
    "parked_endpoints",
    metadata,
    Column("endpoint", String(80), primary_key=True),
    Column("at", Instant, nullable=False),
    Column("reason", CODE, nullable=False),
)

text_threads = Table(
    "text_threads",
    metadata,
    Column("address", String(80), primary_key=True),
    Column("ours", String(80), nullable=False),
    Column("contact_id", ID),
    Column("generation", Integer, nullable=False),
    Column("heard_at", Instant, nullable=False),
    Column("stopped_at", Instant),
)

sent_texts = Table(
    "sent_texts",
    metadata,
    Column("sid", String(40), primary_key=True),
    Column("contact_id", ID, ForeignKey("contacts.id"), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("part", Integer, nullable=False),
    Column("status", CODE, nullable=False),
    Column("error", CODE),
    Index("ix_sent_texts_contact_id", "contact_id", "seq"),
)

spoken_messages = Table(
    "spoken_messages",
    metadata,
    Column("id", ID, primary_key=True),
    Column("call_sid", String(80), nullable=False),
    Column("queue", CODE, nullable=False),
    Column("language", CODE, nullable=False),
    Column("ani", String(80)),
    Column("dnis", String(80)),
    Column("state", CODE, nullable=False),
    Column("begun_at", Instant, nullable=False),
    Column("contact_id", ID, ForeignKey("contacts.id")),
    Column("recording_sid", String(80)),
    Column("seconds", Integer),
    Column("words_seq", Integer),
    Index("uq_spoken_messages_call_sid", "call_sid", unique=True),
    Index("ix_spoken_messages_contact_id", "contact_id"),
)

call_recordings = Table(
    "call_recordings",
    metadata,
    Column("id", ID, primary_key=True),
    Column("contact_id", ID, ForeignKey("contacts.id"), nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("call_sid", String(80), nullable=False),
    Column("state", CODE, nullable=False),
    Column("began_at", Instant, nullable=False),
    Column("recording_sid", String(80)),
    Column("seconds", Integer),
    Index("uq_call_recordings_contact_id", "contact_id", "attempt", unique=True),
)

preferences = Table(
    "preferences",
    metadata,
    Column("customer_number", String(40), primary_key=True),
    Column("asked_at", Instant, nullable=False),
    Column("channel", CODE),
    Column("language", CODE),
)

paces = Table(
    "paces",
    metadata,
    Column("id", CODE, primary_key=True),
    Column("next_at", Instant, nullable=False),
)

processes = Table(
    "processes",
    metadata,
    Column("id", ID, primary_key=True),
    Column("pulse_at", Instant, nullable=False),
)

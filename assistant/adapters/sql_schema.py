"""The tables. The SQL database is the truth; the same tables stand in PostgreSQL and SQLite."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    TypeDecorator,
    text,
)

from assistant.model.place import from_micros, micros

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Instant(TypeDecorator[datetime]):
    """An aware instant, stored as whole microseconds since the epoch: the same in both databases, and ordered."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        return None if value is None else micros(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        return None if value is None else from_micros(value)


ID = String(40)
CODE = String(40)
FACT_ID = String(100)  # of a matter beside the one that is talked about: its topic, a dot, and the fact

queues = Table(
    "queues",
    metadata,
    Column("id", CODE, primary_key=True),
    Column("revision", BigInteger, nullable=False, server_default="0"),
    Column("last_order_at", BigInteger, nullable=False, server_default="0"),
)

line_changes = Table(
    "line_changes",
    metadata,
    Column("queue", CODE, nullable=False),
    Column("revision", BigInteger, nullable=False),
    Column("op", String(8), nullable=False),
    Column("contact_id", ID, nullable=False),
    Column("order_at", BigInteger, nullable=False),
    Column("cause", CODE, nullable=False),
    PrimaryKeyConstraint("queue", "revision"),
)

contacts = Table(
    "contacts",
    metadata,
    Column("id", ID, primary_key=True),
    Column("channel", CODE, nullable=False),
    Column("queue", CODE, ForeignKey("queues.id"), nullable=False),
    Column("language", CODE, nullable=False),
    Column("state", CODE, nullable=False),
    Column("dialogue", CODE, nullable=False),
    Column("reach", CODE, nullable=False),
    Column("entered_at", Instant, nullable=False),
    Column("order_at", BigInteger, nullable=False),
    Column("code", CODE, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("ani", String(80)),
    Column("dnis", String(80)),
    Column("topic", CODE),
    Column("is_urgent", Boolean, nullable=False, server_default=text("false")),
    Column("also", JSON(none_as_null=True)),
    Column("customer_number", String(40)),
    Column("customer_name", String(200)),
    Column("verified_level", Integer, nullable=False, server_default="0"),
    Column("verified_method", CODE),
    Column("verified_at", Instant),
    Column("pending_input", JSON(none_as_null=True)),
    Column("pending_number", String(40)),
    Column("veiled_seq", Integer, nullable=False, server_default="0"),
    Column("failed_attempts", Integer, nullable=False, server_default="0"),
    Column("consent", Boolean),
    Column("consent_asked", Boolean, nullable=False, server_default=text("false")),
    Column("told_ahead", Integer),
    Column("head_start_seconds", Integer, nullable=False, server_default="0"),
    Column("direct_agent_id", ID),
    Column("callback_number", String(40)),
    Column("callback_at", Instant),
    Column("callback_tries", Integer, nullable=False, server_default="0"),
    Column("may_call_back", Boolean, nullable=False, server_default=text("false")),
    Column("announced", JSON(none_as_null=True)),
    Column("agent_id", ID),
    Column("offer_id", ID),
    Column("attempt", Integer, nullable=False, server_default="0"),
    Column("turn_until", Instant),
    Column("connected_at", Instant),
    Column("ended_at", Instant),
    Column("outcome", CODE),
    Column("disposition", CODE),
    Column("token_hash", String(64), nullable=False),
    Column("key_hash", String(64)),
    Column("body_hash", String(64)),
    Index(None, "queue", "state", "order_at", "id"),
    Index(None, "agent_id", "state"),
    Index(None, "customer_number", "entered_at"),
    Index(
        "uq_contacts_open_code",
        "code",
        unique=True,
        postgresql_where=text("ended_at IS NULL"),
        sqlite_where=text("ended_at IS NULL"),
    ),
    Index(
        "uq_contacts_open_callback",
        "callback_number",
        unique=True,
        postgresql_where=text("ended_at IS NULL"),
        sqlite_where=text("ended_at IS NULL"),
    ),
    Index(
        "ix_contacts_direct_agent_id",
        "direct_agent_id",
        postgresql_where=text("direct_agent_id IS NOT NULL"),
        sqlite_where=text("direct_agent_id IS NOT NULL"),
    ),
    Index(
        "ix_contacts_messages_left",
        "entered_at",
        postgresql_where=text("outcome = 'message_left'"),
        sqlite_where=text("outcome = 'message_left'"),
    ),
    Index("ix_contacts_ani", "ani", "entered_at"),
    Index(None, "entered_at"),
    Index(None, "key_hash"),
    Index(
        "ix_contacts_turn_until",
        "turn_until",
        postgresql_where=text("turn_until IS NOT NULL"),
        sqlite_where=text("turn_until IS NOT NULL"),
    ),
    Index(
        "ix_contacts_texts",
        "queue",
        "order_at",
        postgresql_where=text("channel IN ('sms', 'whatsapp') AND state = 'waiting'"),
        sqlite_where=text("channel IN ('sms', 'whatsapp') AND state = 'waiting'"),
    ),
)

contact_events = Table(
    "contact_events",
    metadata,
    Column("contact_id", ID, ForeignKey("contacts.id"), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("type", CODE, nullable=False),
    Column("at", Instant, nullable=False),
    Column("data", JSON, nullable=False),
    PrimaryKeyConstraint("contact_id", "seq"),
)

messages = Table(
    "messages",
    metadata,
    Column("contact_id", ID, ForeignKey("contacts.id"), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("author", CODE, nullable=False),
    Column("text", Text, nullable=False),
    Column("client_id", String(100)),
    Column("buttons", JSON, nullable=False),
    Column("agent_name", String(200)),
    PrimaryKeyConstraint("contact_id", "seq"),
    Index("uq_messages_client_id", "contact_id", "client_id", unique=True),
)

facts = Table(
    "facts",
    metadata,
    Column("contact_id", ID, ForeignKey("contacts.id"), nullable=False),
    Column("id", FACT_ID, nullable=False),
    Column("label", String(200), nullable=False),
    Column("value", Text, nullable=False),
    PrimaryKeyConstraint("contact_id", "id"),
)

tried = Table(
    "tried",
    metadata,
    Column("contact_id", ID, ForeignKey("contacts.id"), nullable=False),
    Column("n", Integer, nullable=False),
    Column("service", CODE, nullable=False),
    Column("label", String(200), nullable=False),
    Column("outcome", CODE, nullable=False),
    PrimaryKeyConstraint("contact_id", "n"),
)

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

supervisions = Table(
    "supervisions",
    metadata,
    Column("contact_id", ID, ForeignKey("contacts.id"), nullable=False),
    Column("agent_id", ID, ForeignKey("agents.id"), nullable=False),
    Column("beside", CODE, nullable=False),
    PrimaryKeyConstraint("contact_id", "agent_id"),
    Index(None, "agent_id"),
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

processes = Table(
    "processes",
    metadata,
    Column("id", ID, primary_key=True),
    Column("pulse_at", Instant, nullable=False),
)

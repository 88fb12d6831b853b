"""The first tables.

Revision ID: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

ID = sa.String(40)
CODE = sa.String(40)
INSTANT = sa.BigInteger()  # whole microseconds since the epoch


def upgrade() -> None:
    _lines()
    _contacts()
    _ways_to_contacts()
    _trail()
    _gathered()
    _agents()
    _consoles()
    _offers_and_legs()
    _ledger()


def _lines() -> None:
    op.create_table(
        "queues",
        sa.Column("id", ID, nullable=False),
        sa.Column("revision", sa.BigInteger, server_default="0", nullable=False),
        sa.Column("last_order_at", sa.BigInteger, server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_queues")),
    )
    op.create_table(
        "line_changes",
        sa.Column("queue", CODE, nullable=False),
        sa.Column("revision", sa.BigInteger, nullable=False),
        sa.Column("op", sa.String(8), nullable=False),
        sa.Column("contact_id", ID, nullable=False),
        sa.Column("order_at", sa.BigInteger, nullable=False),
        sa.Column("cause", CODE, nullable=False),
        sa.PrimaryKeyConstraint("queue", "revision", name=op.f("pk_line_changes")),
        sqlite_with_rowid=False,
    )


def _contacts() -> None:
    op.create_table(
        "contacts",
        sa.Column("id", ID, nullable=False),
        sa.Column("channel", CODE, nullable=False),
        sa.Column("queue", CODE, nullable=False),
        sa.Column("language", CODE, nullable=False),
        sa.Column("state", CODE, nullable=False),
        sa.Column("dialogue", CODE, nullable=False),
        sa.Column("reach", CODE, nullable=False),
        sa.Column("entered_at", INSTANT, nullable=False),
        sa.Column("order_at", sa.BigInteger, nullable=False),
        sa.Column("code", CODE, nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("ani", sa.String(80)),
        sa.Column("dnis", sa.String(80)),
        sa.Column("topic", CODE),
        sa.Column("customer_number", CODE),
        sa.Column("customer_name", sa.String(200)),
        sa.Column("verified_level", sa.Integer, server_default="0", nullable=False),
        sa.Column("verified_method", CODE),
        sa.Column("verified_at", INSTANT),
        sa.Column("pending_input", sa.JSON(none_as_null=True)),
        sa.Column("pending_number", CODE),
        sa.Column("veiled_seq", sa.Integer, server_default="0", nullable=False),
        sa.Column("failed_attempts", sa.Integer, server_default="0", nullable=False),
        sa.Column("consent", sa.Boolean),
        sa.Column("agent_id", ID),
        sa.Column("offer_id", ID),
        sa.Column("attempt", sa.Integer, server_default="0", nullable=False),
        sa.Column("turn_until", INSTANT),
        sa.Column("connected_at", INSTANT),
        sa.Column("ended_at", INSTANT),
        sa.Column("outcome", CODE),
        sa.Column("disposition", CODE),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("key_hash", sa.String(64)),
        sa.Column("body_hash", sa.String(64)),
        sa.ForeignKeyConstraint(["queue"], ["queues.id"], name=op.f("fk_contacts_queue")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contacts")),
    )


def _ways_to_contacts() -> None:
    op.create_index(op.f("ix_contacts_agent_id_state"), "contacts", ["agent_id", "state"])
    op.create_index(op.f("ix_contacts_customer_number_entered_at"), "contacts", ["customer_number", "entered_at"])
    op.create_index(op.f("ix_contacts_key_hash"), "contacts", ["key_hash"])
    op.create_index(op.f("ix_contacts_queue_state_order_at_id"), "contacts", ["queue", "state", "order_at", "id"])
    op.create_index(
        "ix_contacts_turn_until",
        "contacts",
        ["turn_until"],
        postgresql_where=sa.text("turn_until IS NOT NULL"),
        sqlite_where=sa.text("turn_until IS NOT NULL"),
    )
    op.create_index(
        "uq_contacts_open_code",
        "contacts",
        ["code"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
        sqlite_where=sa.text("ended_at IS NULL"),
    )


def _trail() -> None:
    op.create_table(
        "contact_events",
        sa.Column("contact_id", ID, nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("type", CODE, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("data", sa.JSON, nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_contact_events_contact_id")),
        sa.PrimaryKeyConstraint("contact_id", "seq", name=op.f("pk_contact_events")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "messages",
        sa.Column("contact_id", ID, nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("author", CODE, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("client_id", sa.String(100)),
        sa.Column("buttons", sa.JSON, nullable=False),
        sa.Column("agent_name", sa.String(200)),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_messages_contact_id")),
        sa.PrimaryKeyConstraint("contact_id", "seq", name=op.f("pk_messages")),
        sqlite_with_rowid=False,
    )
    op.create_index("uq_messages_client_id", "messages", ["contact_id", "client_id"], unique=True)


def _gathered() -> None:
    op.create_table(
        "facts",
        sa.Column("contact_id", ID, nullable=False),
        sa.Column("id", CODE, nullable=False),
        sa.Column("label", sa.String(200), nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_facts_contact_id")),
        sa.PrimaryKeyConstraint("contact_id", "id", name=op.f("pk_facts")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "tried",
        sa.Column("contact_id", ID, nullable=False),
        sa.Column("n", sa.Integer, nullable=False),
        sa.Column("service", CODE, nullable=False),
        sa.Column("label", sa.String(200), nullable=False),
        sa.Column("outcome", CODE, nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_tried_contact_id")),
        sa.PrimaryKeyConstraint("contact_id", "n", name=op.f("pk_tried")),
        sqlite_with_rowid=False,
    )


def _agents() -> None:
    op.create_table(
        "agents",
        sa.Column("id", ID, nullable=False),
        sa.Column("username", sa.String(80), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("role", CODE, nullable=False),
        sa.Column("password_hash", sa.String(200), nullable=False),
        sa.Column("presence", CODE, nullable=False),
        sa.Column("reason", CODE),
        sa.Column("queues", sa.JSON, nullable=False),
        sa.Column("languages", sa.JSON, nullable=False),
        sa.Column("phone", sa.String(80)),
        sa.Column("idle_since", INSTANT),
        sa.Column("is_reachable", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agents")),
        sa.UniqueConstraint("username", name=op.f("uq_agents_username")),
    )
    op.create_table(
        "agent_slots",
        sa.Column("agent_id", ID, nullable=False),
        sa.Column("channel", CODE, nullable=False),
        sa.Column("n", sa.Integer, nullable=False),
        sa.Column("contact_id", ID),
        sa.ForeignKeyConstraint(["agent_id"], ["agents.id"], name=op.f("fk_agent_slots_agent_id")),
        sa.PrimaryKeyConstraint("agent_id", "channel", "n", name=op.f("pk_agent_slots")),
        sa.UniqueConstraint("contact_id", name=op.f("uq_agent_slots_contact_id")),
        sqlite_with_rowid=False,
    )


def _consoles() -> None:
    op.create_table(
        "agent_sessions",
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("agent_id", ID, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agents.id"], name=op.f("fk_agent_sessions_agent_id")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_agent_sessions")),
    )
    op.create_table(
        "consoles",
        sa.Column("id", ID, nullable=False),
        sa.Column("agent_id", ID, nullable=False),
        sa.Column("process_id", ID, nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agents.id"], name=op.f("fk_consoles_agent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consoles")),
    )


def _offers_and_legs() -> None:
    op.create_table(
        "offers",
        sa.Column("id", ID, nullable=False),
        sa.Column("contact_id", ID, nullable=False),
        sa.Column("agent_id", ID, nullable=False),
        sa.Column("state", CODE, nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT),
        sa.Column("reason", CODE),
        sa.Column("accept_when", CODE),
        sa.Column("is_joined", sa.Boolean, nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agents.id"], name=op.f("fk_offers_agent_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_offers_contact_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offers")),
    )
    op.create_index(op.f("ix_offers_agent_id_ended_at"), "offers", ["agent_id", "ended_at"])
    op.create_index(
        "uq_offers_pending",
        "offers",
        ["contact_id"],
        unique=True,
        postgresql_where=sa.text("state = 'pending'"),
        sqlite_where=sa.text("state = 'pending'"),
    )
    op.create_table(
        "legs",
        sa.Column("id", ID, nullable=False),
        sa.Column("contact_id", ID, nullable=False),
        sa.Column("kind", CODE, nullable=False),
        sa.Column("ref", sa.String(80), nullable=False),
        sa.Column("process_id", ID, nullable=False),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_legs_contact_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legs")),
        sa.UniqueConstraint("ref", name=op.f("uq_legs_ref")),
    )
    op.create_index(op.f("ix_legs_contact_id"), "legs", ["contact_id"])


def _ledger() -> None:
    op.create_table(
        "deadlines",
        sa.Column("kind", CODE, nullable=False),
        sa.Column("subject", ID, nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("kind", "subject", name=op.f("pk_deadlines")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_deadlines_due_at"), "deadlines", ["due_at"])
    op.create_table(
        "effects",
        sa.Column("contact_id", ID, nullable=False),
        sa.Column("kind", CODE, nullable=False),
        sa.Column("attempt", ID, nullable=False),
        sa.Column("begun_at", INSTANT, nullable=False),
        sa.Column("outcome", sa.JSON(none_as_null=True)),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_effects_contact_id")),
        sa.PrimaryKeyConstraint("contact_id", "kind", "attempt", name=op.f("pk_effects")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "verification_attempts",
        sa.Column("subject", sa.String(64), nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("locked_until", INSTANT),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_verification_attempts")),
    )
    op.create_table(
        "processes",
        sa.Column("id", ID, nullable=False),
        sa.Column("pulse_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_processes")),
    )

"""Texts by telephone: who writes with us, and what became of what we have sent.

Revision ID: 0010
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

INSTANT = sa.BigInteger()  # whole microseconds since the epoch
TEXTS_THAT_WAIT = sa.text("channel IN ('sms', 'whatsapp') AND state = 'waiting'")


def upgrade() -> None:
    op.create_table(
        "text_threads",
        sa.Column("address", sa.String(80), nullable=False),
        sa.Column("ours", sa.String(80), nullable=False),
        sa.Column("contact_id", sa.String(40)),
        sa.Column("generation", sa.Integer, nullable=False),
        sa.Column("heard_at", INSTANT, nullable=False),
        sa.Column("stopped_at", INSTANT),
        sa.PrimaryKeyConstraint("address", name=op.f("pk_text_threads")),
    )
    op.create_table(
        "sent_texts",
        sa.Column("sid", sa.String(40), nullable=False),
        sa.Column("contact_id", sa.String(40), nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("part", sa.Integer, nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("error", sa.String(40)),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_sent_texts_contact_id")),
        sa.PrimaryKeyConstraint("sid", name=op.f("pk_sent_texts")),
    )
    op.create_index("ix_sent_texts_contact_id", "sent_texts", ["contact_id", "seq"])
    op.create_index(
        "ix_contacts_texts",
        "contacts",
        ["queue", "order_at"],
        postgresql_where=TEXTS_THAT_WAIT,
        sqlite_where=TEXTS_THAT_WAIT,
    )

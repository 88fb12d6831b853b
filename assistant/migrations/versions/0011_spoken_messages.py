"""Messages that callers speak: where they are recorded, and what was written down.

Revision ID: 0011
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

INSTANT = sa.BigInteger()  # whole microseconds since the epoch


def upgrade() -> None:
    op.create_table(
        "spoken_messages",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("call_sid", sa.String(80), nullable=False),
        sa.Column("queue", sa.String(40), nullable=False),
        sa.Column("language", sa.String(40), nullable=False),
        sa.Column("ani", sa.String(80)),
        sa.Column("dnis", sa.String(80)),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("begun_at", INSTANT, nullable=False),
        sa.Column("contact_id", sa.String(40)),
        sa.Column("recording_sid", sa.String(80)),
        sa.Column("seconds", sa.Integer),
        sa.Column("words_seq", sa.Integer),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_spoken_messages_contact_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_spoken_messages")),
    )
    op.create_index("uq_spoken_messages_call_sid", "spoken_messages", ["call_sid"], unique=True)
    op.create_index("ix_spoken_messages_contact_id", "spoken_messages", ["contact_id"])

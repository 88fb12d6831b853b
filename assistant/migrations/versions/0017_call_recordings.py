"""Recordings of what caller and agent say: where each stands, and for how long it is.

Revision ID: 0017
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"

INSTANT = sa.BigInteger()  # whole microseconds since the epoch


def upgrade() -> None:
    op.create_table(
        "call_recordings",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("contact_id", sa.String(40), nullable=False),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("call_sid", sa.String(80), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("began_at", INSTANT, nullable=False),
        sa.Column("recording_sid", sa.String(80)),
        sa.Column("seconds", sa.Integer),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_call_recordings_contact_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_recordings")),
    )
    op.create_index("uq_call_recordings_contact_id", "call_recordings", ["contact_id", "attempt"], unique=True)

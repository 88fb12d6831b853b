"""Deliveries: what the tenant's own systems are told, each in the transaction of its event.

Revision ID: 0008
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

INSTANT = sa.BigInteger()  # whole microseconds since the epoch
PENDING = sa.text("state = 'pending'")


def upgrade() -> None:
    op.create_table(
        "deliveries",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("endpoint", sa.String(80), nullable=False),
        sa.Column("contact_id", sa.String(40), nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("type", sa.String(40), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("gives_up_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT),
        sa.Column("error", sa.String(40)),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_deliveries_contact_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
    )
    op.create_index("uq_deliveries_event", "deliveries", ["endpoint", "contact_id", "seq"], unique=True)
    op.create_index(
        "ix_deliveries_due_at", "deliveries", ["endpoint", "due_at"], postgresql_where=PENDING, sqlite_where=PENDING
    )
    op.create_index("ix_deliveries_state", "deliveries", ["state", "ended_at"])
    op.create_table(
        "parked_endpoints",
        sa.Column("endpoint", sa.String(80), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("reason", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("endpoint", name=op.f("pk_parked_endpoints")),
    )

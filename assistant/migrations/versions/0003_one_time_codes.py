"""One-time codes.

Revision ID: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

INSTANT = sa.BigInteger()  # whole microseconds since the epoch


def upgrade() -> None:
    op.create_table(
        "one_time_codes",
        sa.Column("subject", sa.String(64), nullable=False),
        sa.Column("code_hash", sa.String(64)),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("sent", sa.Integer, nullable=False),
        sa.Column("counted_from", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_one_time_codes")),
    )

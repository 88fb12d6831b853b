"""How customers would rather be reached, where they said that it may be remembered.

Revision ID: 0013
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.create_table(
        "preferences",
        sa.Column("customer_number", sa.String(40), nullable=False),
        sa.Column("asked_at", sa.BigInteger, nullable=False),  # whole microseconds since the epoch
        sa.Column("channel", sa.String(40)),
        sa.Column("language", sa.String(40)),
        sa.PrimaryKeyConstraint("customer_number", name=op.f("pk_preferences")),
    )

"""What may not be done too fast by all processes together, as beginning a call.

Revision ID: 0012
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.create_table(
        "paces",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("next_at", sa.BigInteger, nullable=False),  # whole microseconds since the epoch
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paces")),
    )

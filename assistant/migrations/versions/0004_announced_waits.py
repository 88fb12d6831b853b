"""What a caller was told of the wait, and contacts by when they entered, for the reports.

Revision ID: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("contacts", sa.Column("announced", sa.JSON))
    op.create_index("ix_contacts_entered_at", "contacts", ["entered_at"])

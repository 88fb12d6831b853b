"""What a caller was told of the wait, and contacts by when they entered, for the reports.

Revision ID: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("contacts", sa.Column("announced", sa.JSON))
    op.create_index("ix_contacts_entered_at", "contacts", ["entered_at"])

"""Messages that were left are found without looking through all contacts.

Revision ID: 0007
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    is_one = sa.text("outcome = 'message_left'")
    op.create_index(
        "ix_contacts_messages_left", "contacts", ["entered_at"], postgresql_where=is_one, sqlite_where=is_one
    )

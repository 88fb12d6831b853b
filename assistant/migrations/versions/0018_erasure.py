"""When what was said and known of a contact was erased, and an index of those of whom it was not; and by which session
each console was opened.

Revision ID: 0018
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"

INSTANT = sa.BigInteger()  # whole microseconds since the epoch
UNERASED = sa.text("ended_at IS NOT NULL AND erased_at IS NULL")


def upgrade() -> None:
    op.add_column("consoles", sa.Column("session", sa.String(64)))
    op.add_column("contacts", sa.Column("erased_at", INSTANT))
    op.create_index("ix_contacts_unerased", "contacts", ["ended_at"], postgresql_where=UNERASED, sqlite_where=UNERASED)

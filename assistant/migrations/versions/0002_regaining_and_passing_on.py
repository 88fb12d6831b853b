"""What regaining, calling back and passing on a place needs.

Revision ID: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

ID = sa.String(40)
INSTANT = sa.BigInteger()  # whole microseconds since the epoch


def upgrade() -> None:
    for column in (
        sa.Column("head_start_seconds", sa.Integer, server_default="0", nullable=False),
        sa.Column("direct_agent_id", ID),
        sa.Column("callback_number", sa.String(40)),
        sa.Column("callback_at", INSTANT),
        sa.Column("callback_tries", sa.Integer, server_default="0", nullable=False),
        sa.Column("may_call_back", sa.Boolean, server_default=sa.text("false"), nullable=False),
    ):
        op.add_column("contacts", column)
    _index("uq_contacts_open_callback", ["callback_number"], where="ended_at IS NULL", unique=True)
    _index("ix_contacts_direct_agent_id", ["direct_agent_id"], where="direct_agent_id IS NOT NULL")
    op.create_index("ix_contacts_ani", "contacts", ["ani", "entered_at"])
    op.add_column("agents", sa.Column("proficiency", sa.JSON))
    op.add_column("offers", sa.Column("kind", sa.String(40), server_default="place", nullable=False))


def _index(name: str, columns: list[str], *, where: str, unique: bool = False) -> None:
    condition = sa.text(where)
    op.create_index(name, "contacts", columns, unique=unique, postgresql_where=condition, sqlite_where=condition)

"""Supervisors beside contacts.

Revision ID: 0006
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "supervisions",
        sa.Column("contact_id", sa.String(40), nullable=False),
        sa.Column("agent_id", sa.String(40), nullable=False),
        sa.Column("beside", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("contact_id", "agent_id", name=op.f("pk_supervisions")),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_supervisions_contact_id")),
        sa.ForeignKeyConstraint(["agent_id"], ["agents.id"], name=op.f("fk_supervisions_agent_id")),
    )
    op.create_index(op.f("ix_supervisions_agent_id"), "supervisions", ["agent_id"])

"""Changes of settings and people, and who may not sign in any more.

Revision ID: 0014
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.create_table(
        "changes",
        sa.Column("version", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),  # whole microseconds since the epoch
        sa.Column("by", sa.String(40)),
        sa.Column("section", sa.String(160), nullable=False),
        sa.Column("before", sa.JSON),
        sa.Column("after", sa.JSON),
        sa.Column("comment", sa.String(400)),
        sa.Column("undoes", sa.Integer),
        sa.ForeignKeyConstraint(["by"], ["agents.id"], name=op.f("fk_changes_by")),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_changes")),
    )
    op.create_index("ix_changes_section_version", "changes", ["section", "version"])
    op.create_table(
        "change_heads",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change_heads")),
    )
    op.add_column("agents", sa.Column("has_access", sa.Boolean, nullable=False, server_default=sa.true()))

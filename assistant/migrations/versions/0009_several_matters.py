"""Several matters of one contact, consent that was asked for, and the position that a caller was told last.

Revision ID: 0009
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.add_column("contacts", sa.Column("is_urgent", sa.Boolean, nullable=False, server_default=sa.text("false")))
    op.add_column("contacts", sa.Column("also", sa.JSON))
    op.add_column("contacts", sa.Column("consent_asked", sa.Boolean, nullable=False, server_default=sa.text("false")))
    op.add_column("contacts", sa.Column("told_ahead", sa.Integer))
    with op.batch_alter_table("facts") as facts:
        facts.alter_column("id", existing_type=sa.String(40), type_=sa.String(100), existing_nullable=False)

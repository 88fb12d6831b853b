"""Softphones: who may take calls in the console, which telephone they have chosen, and which consoles can be rung; and
calls to supervisors by name, to be begun by any process.

Revision ID: 0016
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.add_column("agents", sa.Column("has_softphone", sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column("agents", sa.Column("ring_choice", sa.String(40), nullable=False, server_default="softphone"))
    op.add_column("consoles", sa.Column("is_softphone_on", sa.Boolean, nullable=False, server_default=sa.false()))
    op.create_index("ix_consoles_agent_id", "consoles", ["agent_id"])
    op.add_column("supervisions", sa.Column("ring_id", sa.String(40)))
    # whose calls rang in the console until now
    op.execute("UPDATE agents SET has_softphone = TRUE WHERE phone LIKE 'client:%'")

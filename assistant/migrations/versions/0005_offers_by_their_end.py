"""Offers by their end: what was turned down in the last minute is found without looking through the years before.

Revision ID: 0005
"""

from __future__ import annotations

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_index("ix_offers_ended_at", "offers", ["ended_at"])

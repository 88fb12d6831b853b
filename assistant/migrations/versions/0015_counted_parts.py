"""What each contact counts for in reports, and which have ended since they were counted: all that have, to begin with.

Revision ID: 0015
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

COUNTS = (
    "entered",
    "messages",
    "served",
    "answered",
    "called_back",
    "callback_failed",
    "contained",
    "taken_back",
    "spoke",
    "held",
    "refused",
    "verified",
    "helped",
    "saved_micros",
    "scored",
    "in_range",
    "longer",
    "error_micros",
    "services",
    "handled_micros",
    "transferred",
    "proofs_asked",
    "proofs_asked_again",
    "offers",
    "not_answered",
    "passed_over",
    "unexplained",
    "csat_given",
    "satisfied",
    "nps_given",
    "promoters",
    "detractors",
    "ces_given",
    "ces_sum",
    "resolved_given",
    "resolved",
)


def upgrade() -> None:
    op.create_table(
        "counted_parts",
        sa.Column("contact_id", sa.String(40), nullable=False),
        sa.Column("n", sa.Integer, nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("entered_at", sa.BigInteger, nullable=False),  # whole microseconds since the epoch
        sa.Column("queue", sa.String(40), nullable=False),
        sa.Column("channel", sa.String(40), nullable=False),
        sa.Column("topic", sa.String(40), nullable=False),
        sa.Column("agent_id", sa.String(40), nullable=False),
        sa.Column("waited_micros", sa.BigInteger),
        sa.Column("left_micros", sa.BigInteger),
        *(sa.Column(name, sa.BigInteger if name.endswith("_micros") else sa.Integer) for name in COUNTS),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_counted_parts_contact_id")),
        sa.PrimaryKeyConstraint("contact_id", "n", name=op.f("pk_counted_parts")),
    )
    op.create_index("ix_counted_parts_entered_at", "counted_parts", ["entered_at", "contact_id"])
    op.create_table(
        "uncounted",
        sa.Column("contact_id", sa.String(40), nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_uncounted_contact_id")),
        sa.PrimaryKeyConstraint("contact_id", "seq", name=op.f("pk_uncounted")),
    )
    op.create_table(
        "counted_hours",
        sa.Column("hour", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("rules", sa.String(40)),
        sa.PrimaryKeyConstraint("hour", name=op.f("pk_counted_hours")),
    )
    op.create_table(
        "hour_sums",
        sa.Column("hour", sa.Integer, nullable=False),
        sa.Column("queue", sa.String(40), nullable=False),
        sa.Column("channel", sa.String(40), nullable=False),
        sa.Column("topic", sa.String(40), nullable=False),
        sa.Column("agent_id", sa.String(40), nullable=False),
        *(
            sa.Column(name, sa.BigInteger if name.endswith("_micros") else sa.Integer)
            for name in (*COUNTS, "waited_micros", "in_target", "abandoned", "short_abandoned")
        ),
        sa.PrimaryKeyConstraint("hour", "queue", "channel", "topic", "agent_id", name=op.f("pk_hour_sums")),
    )
    op.execute("INSERT INTO uncounted (contact_id, seq) SELECT id, seq FROM contacts WHERE ended_at IS NOT NULL")

"""What each contact counts for in reports: made from its events, and made anew when it has more."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, PrimaryKeyConstraint, Table

from assistant.adapters.sql_schema.columns import CODE, ID, Instant, metadata
from assistant.model.parts import BY_RULE, COUNTS


def _count(name: str) -> Column[int]:
    """Empty for nothing: most counts of most contacts are."""
    return Column(name, BigInteger if name.endswith("_micros") else Integer)


counted_parts = Table(
    "counted_parts",
    metadata,
    Column("contact_id", ID, ForeignKey("contacts.id"), nullable=False),
    Column("n", Integer, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("entered_at", Instant, nullable=False),
    Column("queue", CODE, nullable=False),
    Column("channel", CODE, nullable=False),
    Column("topic", CODE, nullable=False),
    Column("agent_id", ID, nullable=False),
    Column("waited_micros", BigInteger),
    Column("left_micros", BigInteger),
    *(_count(name) for name in COUNTS),
    PrimaryKeyConstraint("contact_id", "n"),
    Index("ix_counted_parts_entered_at", "entered_at", "contact_id"),
)

uncounted = Table(
    "uncounted",
    metadata,
    Column("contact_id", ID, ForeignKey("contacts.id"), nullable=False),
    Column("seq", Integer, nullable=False),
    PrimaryKeyConstraint("contact_id", "seq"),
)

# The hours in which contacts have entered. `rules`: those by which the hour is summed up; none while it may change.
counted_hours = Table(
    "counted_hours",
    metadata,
    Column("hour", Integer, autoincrement=False, nullable=False),
    Column("rules", CODE),
    PrimaryKeyConstraint("hour"),
)

# The sums of such hours: by queue, channel and topic with no agent named, and by queue and agent with neither.
hour_sums = Table(
    "hour_sums",
    metadata,
    Column("hour", Integer, nullable=False),
    Column("queue", CODE, nullable=False),
    Column("channel", CODE, nullable=False),
    Column("topic", CODE, nullable=False),
    Column("agent_id", ID, nullable=False),
    *(_count(name) for name in (*COUNTS, *BY_RULE)),
    PrimaryKeyConstraint("hour", "queue", "channel", "topic", "agent_id"),
)

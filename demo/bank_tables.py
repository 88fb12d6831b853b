"""The tables of the fictional bank."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, MetaData, String, Table, Text

metadata = MetaData()

customers = Table(
    "customers",
    metadata,
    Column("number", String(16), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("phone", String(20), nullable=False),
    Column("pin_hash", String(200), nullable=False),
    Column("may_receive_cards", Boolean, nullable=False),
)

marks = Table(
    "marks",
    metadata,
    Column("customer_number", ForeignKey("customers.number"), primary_key=True),
    Column("mark", String(40), primary_key=True),
)

cards = Table(
    "cards",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("customer_number", ForeignKey("customers.number"), nullable=False, index=True),
    Column("kind", String(20), nullable=False),
    Column("last4", String(4), nullable=False),
    Column("status", String(20), nullable=False),
)

replacements = Table(
    "replacements",
    metadata,
    Column("card_id", ForeignKey("cards.id"), primary_key=True),
)

effects = Table(
    "effects",
    metadata,
    Column("key", String(200), primary_key=True),
    Column("customer_number", String(16), nullable=False),
    Column("service", String(40), nullable=False),
    Column("outcome", String(20), nullable=False),
    Column("text", Text, nullable=False),
)

"""The tables of the fictional bank. Sums are whole pence."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, ForeignKey, Integer, MetaData, String, Table, Text

metadata = MetaData()
VERSION = 2
"""Counts up when the tables change: a demonstration's bank then begins anew."""


def _customers() -> Column[str]:
    return Column("customer_number", ForeignKey("customers.number"), nullable=False, index=True)


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

accounts = Table(
    "accounts",
    metadata,
    Column("id", String(40), primary_key=True),
    _customers(),
    Column("kind", String(20), nullable=False),
    Column("last4", String(4), nullable=False),
    Column("balance", Integer, nullable=False),
)

transactions = Table(
    "transactions",
    metadata,
    Column("n", Integer, primary_key=True, autoincrement=True),
    Column("account_id", ForeignKey("accounts.id"), nullable=False, index=True),
    Column("payee", String(80), nullable=False),
    Column("amount", Integer, nullable=False),  # what went out is below zero
    Column("made_on", Date, nullable=False),
)

cards = Table(
    "cards",
    metadata,
    Column("id", String(40), primary_key=True),
    _customers(),
    Column("kind", String(20), nullable=False),
    Column("last4", String(4), nullable=False),
    Column("status", String(20), nullable=False),
    Column("expires", String(7), nullable=False),  # 2028-03
    Column("rate", String(8)),
    Column("credit_limit", Integer),
    Column("points", Integer),
)

bills = Table(
    "bills",
    metadata,
    Column("id", String(40), primary_key=True),
    _customers(),
    Column("payee", String(80), nullable=False),
    Column("also", String(200), nullable=False),
    Column("card_id", ForeignKey("cards.id")),
    Column("account_id", ForeignKey("accounts.id"), nullable=False),
    Column("amount", Integer, nullable=False),
    Column("minimum", Integer),
    Column("due_on", Date, nullable=False),
)

applications = Table(
    "applications",
    metadata,
    Column("id", String(40), primary_key=True),
    _customers(),
    Column("kind", String(40), nullable=False),
    Column("status", String(20), nullable=False),
    Column("applied_on", Date, nullable=False),
    Column("decided_by", Date),
)

replacements = Table(
    "replacements",
    metadata,
    Column("card_id", ForeignKey("cards.id"), primary_key=True),
    Column("sent_on", Date),
    Column("expected_on", Date, nullable=False),
)

pin_links = Table(
    "pin_links",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("card_id", ForeignKey("cards.id"), nullable=False),
    Column("phone", String(20), nullable=False),
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

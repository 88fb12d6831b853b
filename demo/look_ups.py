"""What the bank knows of a customer, as lists of texts: days as 2026-12-03, sums as 64.20, and words only in labels."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from sqlalchemy import Connection, Table, select

from demo.bank_tables import accounts, applications, bills, cards, replacements, transactions
from demo.wording import account_label, bill_label, card_label, sum_of

type Found = list[dict[str, str]]
type LookUp = Callable[[Connection, str, date], Found]

CURRENCY = "GBP"
PENNIES_A_POINT = 0.5
LAST_TRANSACTIONS = 10


def open_cards(connection: Connection, customer_number: str, today: date) -> Found:
    """Those that are not cancelled. Credit cards have their `rate` and `limit`, and what is `available` of it."""
    owed = {row.card_id: row.amount for row in _own(connection, bills, customer_number) if row.card_id}
    return [
        _texts(
            id=row.id, label=card_label(row), kind=row.kind, last4=row.last4, status=row.status,
            expires=row.expires, rate=row.rate, limit=sum_of(row.credit_limit), currency=CURRENCY,
            available=sum_of(row.credit_limit - owed.get(row.id, 0)) if row.credit_limit else None,
        )
        for row in _own(connection, cards, customer_number)
        if row.status != "cancelled"
    ]  # fmt: skip


def own_accounts(connection: Connection, customer_number: str, today: date) -> Found:
    return [
        _texts(
            id=row.id, label=account_label(row), kind=row.kind, last4=row.last4, balance=sum_of(row.balance),
            status="overdrawn" if row.balance < 0 else "in_credit", currency=CURRENCY,
        )
        for row in _own(connection, accounts, customer_number)
    ]  # fmt: skip


def last_transactions(connection: Connection, customer_number: str, today: date) -> Found:
    """The last ten of each account, account by account, the newest first."""
    found: Found = []
    for account in _own(connection, accounts, customer_number):
        query = select(transactions).where(transactions.c.account_id == account.id)
        newest = query.order_by(transactions.c.made_on.desc(), transactions.c.n.desc()).limit(LAST_TRANSACTIONS)
        found += [
            _texts(
                id=str(row.n), label=account_label(account), kind="to" if row.amount < 0 else "from", payee=row.payee,
                amount=sum_of(abs(row.amount)), on=row.made_on.isoformat(), currency=CURRENCY,
            )
            for row in connection.execute(newest)
        ]  # fmt: skip
    return found


def open_bills(connection: Connection, customer_number: str, today: date) -> Found:
    """What is still to be paid, the most urgent first; each with the account from which it is paid."""
    own_cards = {row.id: row for row in _own(connection, cards, customer_number)}
    paid_from = {row.id: row for row in _own(connection, accounts, customer_number)}
    waiting = [row for row in _own(connection, bills, customer_number) if row.amount > 0]
    is_only_one = len([row for row in waiting if row.card_id]) == 1
    return [
        _texts(
            id=row.id, label=bill_label(row, own_cards, is_only_one), kind="credit card" if row.card_id else "bill",
            also=row.also, payee=row.payee, amount=sum_of(row.amount), minimum=sum_of(row.minimum),
            due_on=row.due_on.isoformat(),
            status="overdue" if row.due_on < today else "due", account=account_label(paid_from[row.account_id]),
            currency=CURRENCY, last4=own_cards[row.card_id].last4 if row.card_id else None,
        )
        for row in sorted(waiting, key=lambda row: (row.due_on, row.id))
    ]  # fmt: skip


def card_deliveries(connection: Connection, customer_number: str, today: date) -> Found:
    query = select(cards, replacements).join(replacements).where(cards.c.customer_number == customer_number)
    return [
        _texts(
            id=row.id, label=f"{row.kind} card", kind=row.kind, last4=row.last4,
            sent_on=row.sent_on.isoformat() if row.sent_on else None, expected_on=row.expected_on.isoformat(),
            status="late" if row.expected_on < today else "sent" if row.sent_on else "ordered",
        )
        for row in connection.execute(query.order_by(cards.c.id))
    ]  # fmt: skip


def card_rewards(connection: Connection, customer_number: str, today: date) -> Found:
    return [
        _texts(
            id=row.id, label=card_label(row), kind=row.kind, last4=row.last4, points=str(row.points),
            worth=sum_of(round(row.points * PENNIES_A_POINT)), currency=CURRENCY,
        )
        for row in _own(connection, cards, customer_number)
        if row.points
    ]  # fmt: skip


def open_applications(connection: Connection, customer_number: str, today: date) -> Found:
    return [
        _texts(
            id=row.id, label=f"{row.kind} application", kind=row.kind, status=row.status,
            applied_on=row.applied_on.isoformat(), decided_by=row.decided_by.isoformat() if row.decided_by else None,
        )
        for row in _own(connection, applications, customer_number)
    ]  # fmt: skip


LOOK_UPS: dict[str, LookUp] = {
    "accounts": own_accounts,
    "applications": open_applications,
    "bills": open_bills,
    "cards": open_cards,
    "deliveries": card_deliveries,
    "rewards": card_rewards,
    "transactions": last_transactions,
}


def _own(connection: Connection, table: Table, customer_number: str) -> Iterable[Any]:
    query = select(table).where(table.c.customer_number == customer_number).order_by(table.c.id)
    return connection.execute(query).all()


def _texts(**values: str | None) -> dict[str, str]:
    """Without what there is not."""
    return {name: value for name, value in values.items() if value}

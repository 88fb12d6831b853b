"""What a caller of the dialogue tests has at the bank, as the service finds it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Dict, List

Items = List[Dict[str, str]]


def day(away: int) -> str:
    return (date.today() + timedelta(days=away)).isoformat()


ACCOUNTS: Items = [
    {"id": "account-1", "label": "current account", "kind": "current", "balance": "1846.20", "currency": "GBP"},
    {"id": "account-2", "label": "savings account", "kind": "savings", "balance": "5200.00", "currency": "GBP"},
]
TRANSACTIONS: Items = [
    {"id": "1", "label": "current account", "kind": "to", "payee": "Netflix", "amount": "10.99", "on": day(0)},
    {
        "id": "2",
        "label": "current account",
        "kind": "from",
        "payee": "Hillside Studios",
        "amount": "2150.00",
        "on": day(-1),
    },
    {"id": "3", "label": "current account", "kind": "to", "payee": "City Bikes", "amount": "9.00", "on": day(-40)},
    {"id": "4", "label": "current account", "kind": "to", "payee": "Netflix", "amount": "10.99", "on": day(-41)},
    {
        "id": "5",
        "label": "savings account",
        "kind": "from",
        "payee": "your current account",
        "amount": "250.00",
        "on": day(-12),
    },
]
ENERGY: Dict[str, str] = {
    "id": "bill-1", "label": "Northlight Energy bill", "kind": "bill", "also": "electricity electric gas power",
    "payee": "Northlight Energy", "amount": "64.20", "due_on": day(1), "status": "due", "account": "current account",
    "currency": "GBP",
}  # fmt: skip
CARD_BILL: Dict[str, str] = {
    "id": "bill-2", "label": "credit card bill", "kind": "credit card", "payee": "your credit card ending 0926",
    "amount": "312.45", "minimum": "25.00", "due_on": day(-1), "status": "overdue", "account": "current account",
    "last4": "0926", "currency": "GBP",
}  # fmt: skip
BILLS: Items = [ENERGY, CARD_BILL]
CARDS: Items = [
    {"id": "card-1", "label": "debit card ending 4417", "kind": "debit", "last4": "4417", "expires": "2028-03"},
    {"id": "card-2", "label": "credit card ending 0926", "kind": "credit", "last4": "0926", "expires": "2027-11",
     "rate": "21.9", "limit": "3000.00", "available": "2687.55", "currency": "GBP"},
    {"id": "card-3", "label": "credit card ending 1182", "kind": "credit", "last4": "1182", "expires": "2026-12",
     "rate": "23.9", "limit": "5000.00", "available": "5000.00", "currency": "GBP"},
]  # fmt: skip
DELIVERIES: Items = [
    {"id": "card-1", "label": "debit card", "kind": "debit", "last4": "4417", "sent_on": day(-1), "expected_on": day(1),
     "status": "sent"},
]  # fmt: skip
REWARDS: Items = [
    {"id": "card-2", "label": "credit card ending 0926", "kind": "credit", "last4": "0926", "points": "4250",
     "worth": "21.25", "currency": "GBP"},
]  # fmt: skip
APPLICATIONS: Items = [
    {"id": "application-1", "label": "travel card application", "kind": "travel card", "status": "in_review",
     "applied_on": day(-6), "decided_by": day(1)},
]  # fmt: skip

ITEMS: Dict[str, Items] = {
    "application_status": APPLICATIONS,
    "apr": CARDS,
    "balance": ACCOUNTS,
    "bill_balance": BILLS,
    "bill_due": BILLS,
    "credit_limit": CARDS,
    "expiration_date": CARDS,
    "min_payment": BILLS,
    "pay_bill": BILLS,
    "pin_change": CARDS,
    "redeem_rewards": REWARDS,
    "replacement_card_duration": DELIVERIES,
    "rewards_balance": REWARDS,
    "transactions": TRANSACTIONS,
}

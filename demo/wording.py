"""How the bank calls what it has: accounts, cards, bills and sums, in its sentences and in its labels."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def card_label(card: Any) -> str:
    """How a card is told from another: `debit card ending 4417`."""
    return f"{card.kind} card ending {card.last4}"


def account_label(account: Any) -> str:
    """`current account`: a customer here has one of a kind."""
    return f"{account.kind} account"


def bill_label(bill: Any, own_cards: Mapping[str, Any], is_only_one_of_a_card: bool) -> str:
    """`Northlight Energy bill`; a card's is `credit card bill`, or of several `bill for the card ending 0926`."""
    if not bill.card_id:
        return f"{bill.payee} bill"
    card = own_cards[bill.card_id]
    return f"{card.kind} card bill" if is_only_one_of_a_card else f"bill for the card ending {card.last4}"


def sum_of(pence: int | None) -> str | None:
    """`64.20`, as it travels; None for none."""
    return None if pence is None else f"{'-' if pence < 0 else ''}{abs(pence) // 100}.{abs(pence) % 100:02d}"


def pounds(pence: int) -> str:
    """`£64.20`, `£1,200`, as it is said."""
    return f"£{pence / 100:,.2f}".removesuffix(".00")

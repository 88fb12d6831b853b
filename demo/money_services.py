"""What the bank does with money: a bill paid from the account that pays it, points turned into money."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlalchemy import Connection, insert, select, update

from assistant.model.ports import ServiceOutcome
from demo.bank_tables import accounts, bills, cards, transactions
from demo.look_ups import PENNIES_A_POINT
from demo.wording import account_label, card_label, pounds

WHICH_BILL = ServiceOutcome("refused", "I can't find that bill under your name. The agent can look into it.")
HOW_MUCH = ServiceOutcome("refused", "I can't tell how much that should be. The agent can help with that.")


def pay_bill(connection: Connection, customer_number: str, arguments: dict[str, Any], today: date) -> ServiceOutcome:
    """Pays `amount`, or the whole bill, from the account that the bill is paid from; never more than is owed."""
    own = (bills.c.customer_number == customer_number) & (bills.c.id == str(arguments.get("bill_id")))
    bill = connection.execute(select(bills).where(own)).first()
    if bill is None:
        return WHICH_BILL
    if bill.amount == 0:
        return ServiceOutcome("already_done", f"Nothing is owed to {bill.payee} any more: it's been paid.")
    amount = _pence(arguments["amount"]) if arguments.get("amount") else bill.amount
    if amount is None:
        return HOW_MUCH
    if amount > bill.amount:
        return ServiceOutcome(
            "refused", f"Only {pounds(bill.amount)} is owed to {bill.payee}, so I haven't paid anything."
        )
    card = connection.execute(select(cards).where(cards.c.id == bill.card_id)).first()
    if card is not None and card.status == "migrating":
        return ServiceOutcome("failed", f"I'm sorry, I couldn't pay {bill.payee} just now. The agent will see to it.")
    account = connection.execute(select(accounts).where(accounts.c.id == bill.account_id)).one()
    if account.balance < amount:
        have = f"There's {pounds(max(account.balance, 0))} in your {account_label(account)}"
        return ServiceOutcome("refused", f"{have}, which isn't enough for that, so I haven't paid anything.")
    connection.execute(update(accounts).where(accounts.c.id == account.id).values(balance=accounts.c.balance - amount))
    connection.execute(update(bills).where(bills.c.id == bill.id).values(amount=bills.c.amount - amount))
    made = {"account_id": account.id, "payee": bill.payee, "amount": -amount, "made_on": today}
    connection.execute(insert(transactions).values(made))
    left = f" {pounds(bill.amount - amount)} is still to pay." if amount < bill.amount else ""
    return ServiceOutcome("done", f"I've paid {pounds(amount)} to {bill.payee}.{left}")


def redeem_rewards(
    connection: Connection, customer_number: str, arguments: dict[str, Any], today: date
) -> ServiceOutcome:
    """Turns `points`, or all of them, into money on the card that earned them."""
    own = (cards.c.customer_number == customer_number) & (cards.c.id == str(arguments.get("card_id")))
    card = connection.execute(select(cards).where(own)).first()
    if card is None or card.points is None:
        return ServiceOutcome("refused", "I can't find points on that card. The agent can look into it.")
    if card.points == 0:
        return ServiceOutcome("already_done", f"All points on your {card_label(card)} are used already.")
    wanted = str(arguments.get("points") or card.points)
    if not wanted.isdecimal() or not int(wanted):
        return HOW_MUCH
    points = int(wanted)
    if points > card.points:
        return ServiceOutcome("refused", f"You have {card.points:,} points, so I haven't used any.")
    connection.execute(update(cards).where(cards.c.id == card.id).values(points=cards.c.points - points))
    worth = round(points * PENNIES_A_POINT)
    owed = (bills.c.card_id == card.id) & (bills.c.amount >= worth)
    connection.execute(update(bills).where(owed).values(amount=bills.c.amount - worth))
    return ServiceOutcome("done", f"Done: {points:,} points are {pounds(worth)} on your {card_label(card)} now.")


def _pence(amount: Any) -> int | None:
    try:
        pence = Decimal(str(amount)) * 100
    except InvalidOperation:
        return None
    return int(pence) if pence.is_finite() and pence == int(pence) and pence > 0 else None

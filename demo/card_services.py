"""What the bank does with a card: freeze it, replace it, have its PIN set anew. Each answer is a whole sentence."""

from __future__ import annotations

import hashlib
import secrets
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, insert, select, update

from assistant.model.ports import ServiceOutcome
from demo.bank_tables import cards, customers, pin_links, replacements
from demo.wording import card_label

ARRIVES = "It should be with you in five to seven working days."
DAYS_TO_ARRIVE = 9
SHOWN_OF_PHONE = 2


def freeze_card(connection: Connection, customer_number: str, arguments: dict[str, Any], today: date) -> ServiceOutcome:
    """Nobody can pay with the card until the customer has it unfrozen."""
    card = _one_card(connection, customer_number, arguments)
    if isinstance(card, ServiceOutcome):
        return card
    name = card_label(card)
    match card.status:
        case "frozen":
            return ServiceOutcome("already_done", f"Your {name} is frozen already. Nobody can pay with it.")
        case "cancelled":
            return ServiceOutcome("already_done", f"Your {name} is cancelled already. Nobody can pay with it.")
        case "migrating":
            return _failed(f"freeze your {name}")
    connection.execute(update(cards).where(cards.c.id == card.id).values(status="frozen"))
    return ServiceOutcome("done", f"Your {name} is frozen. Nobody can pay with it now.")


def order_replacement_card(
    connection: Connection, customer_number: str, arguments: dict[str, Any], today: date
) -> ServiceOutcome:
    """Sends a new card to the address that the bank has, unless one is on its way."""
    card = _one_card(connection, customer_number, arguments)
    if isinstance(card, ServiceOutcome):
        return card
    name = card_label(card)
    if connection.execute(select(replacements.c.card_id).where(replacements.c.card_id == card.id)).first():
        return ServiceOutcome("already_done", f"A new card for your {name} is on its way already. {ARRIVES}")
    if card.status == "migrating":
        return _failed(f"order a replacement for your {name}")
    may_receive = select(customers.c.may_receive_cards).where(customers.c.number == customer_number)
    if not connection.execute(may_receive).scalar_one():
        text = "I can't send a card while your change of address is being checked. The agent can help with that."
        return ServiceOutcome("refused", text)
    expected_on = today + timedelta(days=DAYS_TO_ARRIVE)
    connection.execute(insert(replacements).values(card_id=card.id, expected_on=expected_on))
    return ServiceOutcome("done", f"I've ordered a replacement for your {name}. {ARRIVES}")


def pin_change(connection: Connection, customer_number: str, arguments: dict[str, Any], today: date) -> ServiceOutcome:
    """A link that works once goes to the telephone on file; only its hash is kept."""
    card = _one_card(connection, customer_number, arguments)
    if isinstance(card, ServiceOutcome):
        return card
    name = card_label(card)
    if card.status == "migrating":
        return _failed(f"send a link for your {name}")
    if card.status == "cancelled":
        return ServiceOutcome("refused", f"Your {name} is cancelled, so its PIN can't be changed.")
    phone = connection.execute(select(customers.c.phone).where(customers.c.number == customer_number)).scalar_one()
    token_hash = hashlib.sha256(secrets.token_bytes(16)).hexdigest()
    connection.execute(insert(pin_links).values(token_hash=token_hash, card_id=card.id, phone=phone))
    where = f"your phone ending {phone[-SHOWN_OF_PHONE:]}"
    return ServiceOutcome("done", f"The link is on its way to {where}. It works once, and for an hour.")


def _failed(what: str) -> ServiceOutcome:
    return ServiceOutcome("failed", f"I'm sorry, I couldn't {what} just now. The agent will see to it.")


def _one_card(connection: Connection, customer_number: str, arguments: dict[str, Any]) -> Any:
    """The customer's card that is meant: by `card_id`, by `card_kind` and `last4`, or the only one.

    Where none or several fit, the refusal that says so.
    """
    query = select(cards).where(cards.c.customer_number == customer_number)
    wanted = {
        cards.c.id: arguments.get("card_id"),
        cards.c.kind: str(arguments.get("card_kind") or "").lower().removesuffix(" card"),
        cards.c.last4: arguments.get("last4") or arguments.get("card_last4"),
    }
    for column, value in wanted.items():
        if value:
            query = query.where(column == str(value))
    found = list(connection.execute(query.order_by(cards.c.id)))
    # a cancelled card is meant only when nothing else can be
    fitting = [card for card in found if card.status != "cancelled"] or found
    if not fitting:
        return ServiceOutcome("refused", "I can't find that card under your name. The agent can look into it.")
    if len(fitting) > 1:
        names = " or ".join(f"the {card_label(card)}" for card in fitting)
        return ServiceOutcome("refused", f"I can't tell which card you mean: {names}. The agent can help with that.")
    return fitting[0]

"""The fictional bank's customers, put into its tables: days in the file are counted from the day of the seeding."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import yaml
from argon2 import PasswordHasher
from sqlalchemy import Connection, insert

from demo import bank_tables as tables

CUSTOMERS = Path(__file__).with_name("customers.yml")
CHEAP = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1)
DAYS = {"due_in": "due_on", "decided_in": "decided_by", "applied_ago": "applied_on", "ago": "made_on"}


def fill(connection: Connection, path: Path, today: date) -> None:
    for person in yaml.safe_load(path.read_text(encoding="utf-8")):
        own = {"customer_number": person["number"]}
        customer = {name: person[name] for name in ("number", "name", "phone")}
        customer |= {"pin_hash": CHEAP.hash(person["pin"]), "may_receive_cards": person.get("may_receive_cards", True)}
        connection.execute(insert(tables.customers).values(customer))
        for mark in person.get("marks", []):
            connection.execute(insert(tables.marks).values(**own, mark=mark))
        for account in person.get("accounts", []):
            made = account.pop("transactions", [])
            connection.execute(insert(tables.accounts).values(**own, **_dated(account, today)))
            for one in made:
                connection.execute(insert(tables.transactions).values(account_id=account["id"], **_dated(one, today)))
        for card in person.get("cards", []):
            replacement = card.pop("replacement", None)
            connection.execute(insert(tables.cards).values(**own, **_dated(card, today)))
            if replacement is not None:
                connection.execute(insert(tables.replacements).values(card_id=card["id"], **_sent(replacement, today)))
        for bill in person.get("bills", []):
            connection.execute(insert(tables.bills).values(**own, **{"also": "", **_dated(bill, today)}))
        for application in person.get("applications", []):
            connection.execute(insert(tables.applications).values(**own, **_dated(application, today)))


def _dated(row: dict[str, Any], today: date) -> dict[str, Any]:
    """The row with the days that it counts made dates, and its sums made pence."""
    dated = {}
    for name, value in row.items():
        if name in DAYS:
            dated[DAYS[name]] = today + timedelta(days=-value if name.endswith("ago") else value)
        else:
            dated[name] = round(value * 100) if name in {"balance", "amount", "minimum", "credit_limit"} else value
    return dated


def _sent(replacement: dict[str, int], today: date) -> dict[str, date]:
    sent_on, expected_on = replacement["sent_ago"], replacement["expected_in"]
    return {"sent_on": today - timedelta(days=sent_on), "expected_on": today + timedelta(days=expected_on)}

"""Fernhill Bank's own systems: a small fictional bank on a database of its own, behind the `BackOffice` port."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import yaml
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Connection, Engine, insert, select
from sqlalchemy.exc import SQLAlchemyError

from assistant.adapters.sql_store import sqlite_engine
from assistant.model.errors import Unavailable
from assistant.model.ports import BackOffice, Customer, ServiceOutcome
from demo.bank_tables import cards, customers, effects, marks, metadata, replacements
from demo.card_services import SERVICES, label

CUSTOMERS = Path(__file__).with_name("customers.yml")
CHEAP = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1)
CANNOT = ServiceOutcome("refused", "I'm sorry, I can't do that from here. An agent can.")


def open_bank(data_dir: Path) -> BackOffice:
    """The bank on its file in this folder; made and filled with the demo's customers when it is first asked."""
    return Bank(data_dir / "bank.db")


class Bank:
    """Every question runs in a thread of its own pool; PINs stand there as argon2 hashes only."""

    def __init__(self, path: Path, seed: Path = CUSTOMERS) -> None:
        self._path = path
        self._seed = seed
        self._opening = threading.Lock()
        self._engine: Engine | None = None
        self._nobody = ""
        self._threads = ThreadPoolExecutor(2, thread_name_prefix="bank")

    async def check_pin(self, customer_number: str, pin: str) -> Customer | None:
        """The customer when the PIN is right; takes as long when the number does not exist."""
        return await self._run(self._check_pin, customer_number, pin)

    async def find(self, customer_number: str) -> Customer | None:
        return await self._run(self._find, customer_number)

    async def look_up(self, customer_number: str, what: str) -> list[dict[str, str]]:
        """`cards`: those that are not cancelled, as `{id, label, kind, last4, status}`; nothing else is known here."""
        if what != "cards":
            return []
        return await self._run(self._in_transaction, lambda connection: _cards(connection, customer_number))

    async def settle(self, customer_number: str, service: str, arguments: dict[str, Any], key: str) -> ServiceOutcome:
        """Carries the service out once per `key`; asked again it tells the same outcome and changes nothing."""
        return await self._run(
            self._in_transaction, lambda connection: _settle(connection, customer_number, service, arguments, key)
        )

    def close(self) -> None:
        self._threads.shutdown()
        if self._engine is not None:
            self._engine.dispose()

    async def _run[*A, T](self, function: Callable[[*A], T], *arguments: *A) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, function, *arguments)

    def _in_transaction[T](self, work: Callable[[Connection], T]) -> T:
        try:
            with self._opened().begin() as connection:
                return work(connection)
        except SQLAlchemyError as error:
            raise Unavailable("back_office_unavailable", "The bank's systems cannot be reached right now.") from error

    def _opened(self) -> Engine:
        with self._opening:
            if self._engine is None:
                self._path.parent.mkdir(parents=True, exist_ok=True)
                engine = sqlite_engine(self._path, begin="BEGIN IMMEDIATE")
                with engine.begin() as connection:
                    metadata.create_all(connection)
                    if connection.execute(select(customers.c.number).limit(1)).first() is None:
                        _fill(connection, self._seed)
                self._nobody = CHEAP.hash("nobody has this PIN")
                self._engine = engine
            return self._engine

    def _check_pin(self, customer_number: str, pin: str) -> Customer | None:
        query = select(customers.c.pin_hash).where(customers.c.number == customer_number)
        row = self._in_transaction(lambda connection: connection.execute(query).first())
        # a number that does not exist is checked against nobody's PIN: time tells nothing
        is_right = _matches(row.pin_hash if row else self._nobody, pin)
        return self._find(customer_number) if row and is_right else None

    def _find(self, customer_number: str) -> Customer | None:
        query = select(customers.c.name, customers.c.phone).where(customers.c.number == customer_number)
        marked = select(marks.c.mark).where(marks.c.customer_number == customer_number).order_by(marks.c.mark)
        row, marked_as = self._in_transaction(
            lambda connection: (connection.execute(query).first(), tuple(connection.scalars(marked)))
        )
        return Customer(customer_number, row.name, marked_as, row.phone) if row else None


def _matches(pin_hash: str, pin: str) -> bool:
    try:
        return CHEAP.verify(pin_hash, pin)
    except (VerificationError, InvalidHashError):
        return False


def _cards(connection: Connection, customer_number: str) -> list[dict[str, str]]:
    query = (
        select(cards.c.id, cards.c.kind, cards.c.last4, cards.c.status)
        .where(cards.c.customer_number == customer_number, cards.c.status != "cancelled")
        .order_by(cards.c.id)
    )
    return [
        {"id": row.id, "label": label(row), "kind": row.kind, "last4": row.last4, "status": row.status}
        for row in connection.execute(query)
    ]


def _settle(
    connection: Connection, customer_number: str, service: str, arguments: dict[str, Any], key: str
) -> ServiceOutcome:
    known = connection.execute(select(effects.c.outcome, effects.c.text).where(effects.c.key == key)).first()
    if known is not None:
        return ServiceOutcome(known.outcome, known.text)
    settle = SERVICES.get(service)
    outcome = settle(connection, customer_number, arguments) if settle else CANNOT
    # in the effect's own transaction: either both stand or neither
    row = {"key": key, "customer_number": customer_number, "service": service}
    connection.execute(insert(effects).values(**row, outcome=outcome.outcome, text=outcome.text))
    return outcome


def _fill(connection: Connection, seed: Path) -> None:
    for person in yaml.safe_load(seed.read_text(encoding="utf-8")):
        customer = {
            "number": person["number"],
            "name": person["name"],
            "phone": person["phone"],
            "pin_hash": CHEAP.hash(person["pin"]),
            "may_receive_cards": person.get("may_receive_cards", True),
        }
        connection.execute(insert(customers).values(customer))
        for mark in person.get("marks", []):
            connection.execute(insert(marks).values(customer_number=person["number"], mark=mark))
        for card in person["cards"]:
            is_replaced = card.pop("replacement_ordered", False)
            connection.execute(insert(cards).values(**card, customer_number=person["number"]))
            if is_replaced:
                connection.execute(insert(replacements).values(card_id=card["id"]))

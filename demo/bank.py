"""Fernhill Bank's own systems: a small fictional bank on a database of its own, behind the `BackOffice` port."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Connection, Engine, MetaData, insert, select
from sqlalchemy.exc import SQLAlchemyError

from assistant.adapters.sql_store import sqlite_engine
from assistant.model.errors import Unavailable
from assistant.model.ports import BackOffice, Customer, ServiceOutcome
from demo.bank_tables import VERSION, customers, effects, marks, metadata
from demo.card_services import freeze_card, order_replacement_card, pin_change
from demo.look_ups import LOOK_UPS
from demo.money_services import pay_bill, redeem_rewards
from demo.seed import CHEAP, CUSTOMERS, fill

type Service = Callable[[Connection, str, dict[str, Any], date], ServiceOutcome]

SERVICES: dict[str, Service] = {
    "freeze_card": freeze_card,
    "order_replacement_card": order_replacement_card,
    "pay_bill": pay_bill,
    "pin_change": pin_change,
    "redeem_rewards": redeem_rewards,
}
CANNOT = ServiceOutcome("refused", "I'm sorry, I can't do that from here. An agent can.")


def open_bank(data_dir: Path) -> BackOffice:
    """The bank on its file in this folder; made and filled with the demo's customers when it is first asked."""
    return Bank(data_dir / "bank.db")


class Bank:
    """Every question runs in a thread of its own pool; PINs stand there as argon2 hashes only."""

    def __init__(self, path: Path, seed: Path = CUSTOMERS, today: Callable[[], date] = date.today) -> None:
        self._path = path
        self._seed = seed
        self._today = today
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
        """What `demo/look_ups.py` knows; nothing of anything else."""
        look_up, today = LOOK_UPS.get(what), self._today()
        if look_up is None:
            return []
        return await self._run(self._in_transaction, lambda connection: look_up(connection, customer_number, today))

    async def settle(self, customer_number: str, service: str, arguments: dict[str, Any], key: str) -> ServiceOutcome:
        """Carries the service out once per `key`; asked again it tells the same outcome and changes nothing."""
        today = self._today()

        def settle(connection: Connection) -> ServiceOutcome:
            return _settle(connection, customer_number, service, arguments, key, today)

        return await self._run(self._in_transaction, settle)

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
                    _make(connection, self._seed, self._today())
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


def _settle(
    connection: Connection, customer_number: str, service: str, arguments: dict[str, Any], key: str, today: date
) -> ServiceOutcome:
    known = connection.execute(select(effects.c.outcome, effects.c.text).where(effects.c.key == key)).first()
    if known is not None:
        return ServiceOutcome(known.outcome, known.text)
    settle = SERVICES.get(service)
    outcome = settle(connection, customer_number, arguments, today) if settle else CANNOT
    # in the effect's own transaction: either both stand or neither
    row = {"key": key, "customer_number": customer_number, "service": service}
    connection.execute(insert(effects).values(**row, outcome=outcome.outcome, text=outcome.text))
    return outcome


def _make(connection: Connection, seed: Path, today: date) -> None:
    """The tables, filled with the demonstration's customers; begun anew where they are those of another version."""
    if connection.exec_driver_sql("PRAGMA user_version").scalar_one() == VERSION:
        return
    old = MetaData()
    old.reflect(connection)
    old.drop_all(connection)
    metadata.create_all(connection)
    fill(connection, seed, today)
    connection.exec_driver_sql(f"PRAGMA user_version = {VERSION}")

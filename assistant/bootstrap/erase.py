"""A customer who wants to be forgotten: which contacts that is about, and having them erased by the running service."""

from __future__ import annotations

from assistant.adapters.memory_bus import MemoryBus
from assistant.adapters.sql_store import open_store
from assistant.adapters.system_clock import SystemClock
from assistant.bootstrap.parts import database_url
from assistant.flow.erasing import ask_for
from assistant.model.contact import Contact
from assistant.model.storage import UnitOfWork
from assistant.settings.environment import Settings


async def erase(
    settings: Settings, *, customer_number: str | None, number: str | None, is_meant: bool
) -> list[Contact]:
    """The contacts of this customer, or of this telephone number. Where `is_meant` they are asked to be erased.

    A service that runs, or the next that does, erases each of them as soon as it is over. Raises `Unavailable`.
    """

    def look(work: UnitOfWork) -> list[Contact]:
        found = work.erasures.of_person(customer_number=customer_number, number=number)
        return [contact for contact in map(work.contacts.get, found) if contact is not None]

    def ask(work: UnitOfWork) -> list[Contact]:
        found = look(work)
        ask_for(work, customer_number=customer_number, number=number)
        return found

    store = open_store(database_url(settings), SystemClock(), MemoryBus())
    try:
        return await (store.transact(ask) if is_meant else store.read(look))
    finally:
        await store.close()

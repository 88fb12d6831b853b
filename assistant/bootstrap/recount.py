"""`holdfast recount`: what every contact counts for in reports, made from its events once more."""

from __future__ import annotations

from assistant.adapters.memory_bus import MemoryBus
from assistant.adapters.sql_store import open_store
from assistant.adapters.system_clock import SystemClock
from assistant.bootstrap.parts import database_url
from assistant.flow.recounting import Recounting
from assistant.settings.environment import Settings


async def recount(settings: Settings) -> None:
    """Returns when it is done; a service may run meanwhile, and takes part in it."""
    store = open_store(database_url(settings), SystemClock(), MemoryBus())
    try:
        await store.transact(lambda work: work.parts.count_all_anew())
        await Recounting(store).catch_up()
    finally:
        await store.close()

"""Joins one after the other and tells each contact's id once it is durable, until it is killed."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from arrivals import CARDS, placed

from assistant.adapters.memory_bus import MemoryBus
from assistant.adapters.sql_store import open_store
from assistant.adapters.system_clock import SystemClock


async def main(url: str) -> None:
    store = open_store(url, SystemClock(), MemoryBus())
    await store.transact(lambda work: work.lines.ensure([CARDS]))
    while True:
        sys.stdout.write((await placed(store)).id + "\n")
        sys.stdout.flush()


asyncio.run(main(sys.argv[1]))

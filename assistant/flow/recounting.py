"""Keeps what each contact counts for in reports in step with its events: in the background, and before a report.

A contact that is over is counted within seconds; an open one when somebody asks, so that a talk costs nothing for it.
"""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import Sequence
from time import monotonic

from assistant.model.errors import Unavailable
from assistant.model.facts import replayed
from assistant.model.parts import Part, Stale, parts_of
from assistant.model.storage import Store, UnitOfWork

AT_ONCE = 50
EVERY_SECONDS = 2.0

log = logging.getLogger(__name__)


class Recounting:
    def __init__(self, store: Store) -> None:
        self._store = store
        self._one_at_a_time = asyncio.Lock()

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            try:
                async with self._one_at_a_time:
                    await self._count(are_over=True, until=math.inf)
            except Unavailable as error:
                log.warning("contacts are not counted", extra={"code": error.code})
            await asyncio.sleep(EVERY_SECONDS)

    async def catch_up(self, within_seconds: float = math.inf) -> bool:
        """Whether every contact, open ones too, is counted as it was when this was called. False: time was up."""
        until = monotonic() + within_seconds
        try:
            async with asyncio.timeout(None if math.isinf(within_seconds) else within_seconds):
                await self._one_at_a_time.acquire()
        except TimeoutError:  # everything is being counted anew in the background
            return False
        try:
            return await self._count(are_over=True, until=until) and await self._count(are_over=False, until=until)
        finally:
            self._one_at_a_time.release()

    async def _count(self, *, are_over: bool, until: float) -> bool:
        while await self._store.transact(lambda work: count_some(work, are_over=are_over)) == AT_ONCE:
            if monotonic() > until:
                return False
        return True


def count_some(work: UnitOfWork, *, are_over: bool) -> int:
    """Counts a few of those that have more events than were counted; how many they were."""
    stale = work.parts.stale(AT_ONCE, are_over=are_over)
    work.parts.put([(each, _counted(each)) for each in stale])
    return len(stale)


def _counted(stale: Stale) -> Sequence[Part]:
    try:
        return parts_of(replayed(stale.events))
    except (KeyError, TypeError, ValueError):
        log.exception("a contact cannot be counted", extra={"contact_id": stale.contact_id})
        return ()

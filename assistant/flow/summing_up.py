"""Sums up the hours in which little can change any more, so that a report over months looks at few contacts."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta

from assistant.model.errors import Unavailable
from assistant.model.measures import Asked, By
from assistant.model.storage import Store, UnitOfWork
from assistant.settings.tenant import Tenant

EVERY_SECONDS = 30.0
HOURS_AT_ONCE = 24
STILL_MOVING = timedelta(days=1)

log = logging.getLogger(__name__)


class SummingUp:
    def __init__(self, store: Store, tenant: Tenant) -> None:
        self._store = store
        self._tenant = tenant

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            try:
                await self.catch_up()
            except Unavailable as error:
                log.warning("hours are not summed up", extra={"code": error.code})
            await asyncio.sleep(EVERY_SECONDS)

    async def catch_up(self) -> None:
        """Every hour of a day ago and before is summed up, by the rules as they are now."""
        while await self._store.transact(self._some) == HOURS_AT_ONCE:
            pass

    def _some(self, work: UnitOfWork) -> int:
        before = work.now - STILL_MOVING
        rules = Asked(before, work.now, By.NOTHING, self._tenant.targets, self._tenant.timing.short_abandon_seconds)
        return work.parts.sum_up(rules, before, HOURS_AT_ONCE)

"""Routing: a waiting contact and an eligible agent are brought together, always within a second.

Agents are served longest idle first; each gets the smallest eligible `(order_at, id)` over all queues that the agent
serves. One offer is one short transaction, so that any number of processes can route at once.
"""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta

from assistant.flow.offers import Offers
from assistant.model.agent import free_channels
from assistant.model.errors import Unavailable
from assistant.model.offer import Offer
from assistant.model.ports import Bus
from assistant.model.storage import Store, UnitOfWork
from assistant.settings.tenant import Tenant

SWEEP_SECONDS = 1.0

log = logging.getLogger(__name__)


class Router:
    def __init__(self, store: Store, bus: Bus, tenant: Tenant, offers: Offers) -> None:
        self._store = store
        self._declined = timedelta(seconds=tenant.timing.declined_seconds)
        self._offers = offers
        self._woken = asyncio.Event()
        bus.subscribe("routing", lambda _: self._woken.set())

    async def run(self) -> None:
        """Assigns whenever something has changed, and once a second in case that a notice was lost."""
        while True:
            self._woken.clear()
            try:
                while await self.assign() is not None:
                    pass
            except Unavailable as error:
                log.warning("routing waits", extra={"code": error.code})
            try:
                async with asyncio.timeout(SWEEP_SECONDS):
                    await self._woken.wait()
            except TimeoutError:
                pass

    async def assign(self) -> Offer | None:
        """Makes one offer; None where no waiting contact has an eligible agent."""
        if not await self._store.read(lambda work: bool(work.agents.takers())):
            return None
        return await self._store.transact(self._assign)

    def _assign(self, work: UnitOfWork) -> Offer | None:
        since = work.now - self._declined
        for agent in work.agents.takers():
            channels = free_channels(work.agents.slots(agent.id))
            contact = work.contacts.next_eligible(agent, sorted(channels), since) if channels else None
            if contact is not None:
                offer = self._offers.make(work, contact, agent.id)
                if offer is not None:
                    return offer
        return None
